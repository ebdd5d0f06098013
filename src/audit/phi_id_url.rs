//! A person's identifier in an address that somebody else received.

use super::case::{Case, Sighting};
use super::draft::{Draft, Key, grouped, hosts, own_host_caveat};
use super::page::pages;
use super::words::{identifier, list, name};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::DataKind;
use crate::health::IdentifierKind;

/// `phi-id-url`
pub(crate) struct IdUrl;

static INFO: AuditInfo = AuditInfo {
    id: "phi-id-url",
    title: "A person's identifier in an address that went to a third party",
    severity: Severity::High,
    citations: &[
        law::HIPAA_IDENTIFIERS,
        law::HIPAA_DISCLOSURE,
        law::GOOGLE_PERSONAL,
        law::GDPR_PRINCIPLES,
    ],
    means: "An e-mail address, a date of birth, a social security, patient or telephone number stood in an address (the request's own, the page's, or the referrer's) that another company received. Addresses are kept in logs and histories, and are passed on with every further request.",
    fix: fix::KEEP_IDENTIFIERS_OUT,
    blind_spots: "Whether the value is a visitor's or the site's own (a clinic's telephone number); numbers under names that say nothing.",
};

impl Audit for IdUrl {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let told = case.receivers().filter(|sighting| sighting.is_disclosure());
        let keyed = told.flat_map(|s| {
            in_addresses(s).into_iter().map(move |(kind, _)| (Key::on_kind(s, &name(&kind)), s))
        });
        let groups = grouped(keyed);
        groups
            .iter()
            .map(|(key, group)| {
                let found = group.iter().flat_map(|s| in_addresses(s));
                let mine: Vec<_> = found.filter(|(kind, _)| name(kind) == key.data_kind).collect();
                let kind = mine.first().map(|(kind, _)| *kind);
                let under = list(mine.iter().map(|(_, param)| param.as_str()), 3);
                let message = format!(
                    "{} received {} in an address ({under}), from {}, at {}.",
                    key.product,
                    kind.map_or("an identifier", identifier),
                    pages(group),
                    hosts(group),
                );
                let draft = Draft {
                    severity: Severity::High,
                    confidence: Confidence::High,
                    message,
                    caveats: own_host_caveat(group).into_iter().collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}

/// What names a person in the request's address, in one that it tells of, or in the referrer.
fn in_addresses(sighting: &Sighting<'_>) -> Vec<(IdentifierKind, String)> {
    use IdentifierKind as Kind;
    let detection = sighting.detection;
    let is_get = sighting.request.is_some_and(|request| request.method == "GET");
    let flags = detection.flags.iter().filter_map(|flag| {
        let DataKind::Personal(kind) = flag.kind else { return None };
        let named = matches!(
            kind,
            Kind::Email
                | Kind::BirthDate
                | Kind::Ssn
                | Kind::MedicalNumber
                | Kind::Phone
                | Kind::Card
        );
        let declared = detection.data.get(&flag.param).map(String::as_str);
        // What a vendor asks for under a name of its own is no accident of an address.
        let asked = matches!(
            declared,
            Some("email" | "phone" | "email-hash" | "phone-hash" | "birth-date")
        );
        let of_address = matches!(declared, Some("page-url" | "referrer"))
            || flag.path.starts_with("header.referer")
            || flag.path.starts_with("query") && is_get;
        (named && of_address && !asked).then(|| (kind, flag.param.clone()))
    });
    let mut found: Vec<_> = flags.collect();
    found.sort();
    found.dedup();
    found
}
