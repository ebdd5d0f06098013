//! A person's identifier beside health content, in one hit.

use super::carrier::health_flags;
use super::case::{Case, Sighting};
use super::draft::{Draft, Key, grouped, hosts, own_host_caveat};
use super::page::{is_care, is_login, is_telling, pages, topics};
use super::words::{identifier, list, name};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::DataKind;
use crate::health::IdentifierKind;

/// `phi-id-combo`
pub(crate) struct IdCombo;

static INFO: AuditInfo = AuditInfo {
    id: "phi-id-combo",
    title: "A person's identifier together with health content",
    severity: Severity::High,
    citations: &[law::HIPAA_IDENTIFIERS, law::HIPAA_DISCLOSURE, law::OCR_BULLETIN, law::FTC_ACT],
    means: "One hit carried both something that names a person, plain or hashed, and something that tells of a health matter: the vendor can put the two together.",
    fix: fix::KEEP_HEALTH_OUT,
    blind_spots: "Identifiers that a vendor adds by itself (its own cookies, the IP address), and whether a business associate agreement or an authorization covers it.",
};

impl Audit for IdCombo {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let told = case.receivers().filter(|s| s.is_disclosure() && tells_of_health(s));
        let keyed = told.flat_map(|s| {
            identifiers(s).into_iter().map(move |kind| (Key::on_kind(s, &name(&kind)), s))
        });
        let groups = grouped(keyed);
        groups.iter().map(|(key, group)| draft(group, key).on(&INFO, key, group)).collect()
    }
}

fn draft(group: &[&Sighting<'_>], key: &Key) -> Draft {
    let kind = identifiers(group[0]).into_iter().find(|kind| name(kind) == key.data_kind);
    let hashed = "The value was hashed; whoever holds the same value can still match it.";
    let is_hash = kind.is_some_and(|kind| {
        use IdentifierKind::{EmailHash, NameHash, OtherHash, PhoneHash};
        matches!(kind, EmailHash | PhoneHash | NameHash | OtherHash)
    });
    let events = list(group.iter().filter_map(|s| s.detection.event.as_deref()), 3);
    let events = if events.is_empty() { String::new() } else { format!(" with {events}") };
    Draft {
        severity: Severity::High,
        confidence: Confidence::High,
        message: format!(
            "{} sent {} to {}{events} from {}, in one request with what tells of {}.",
            key.product,
            kind.map_or("an identifier", identifier),
            hosts(group),
            pages(group),
            topics(group),
        ),
        caveats: own_host_caveat(group)
            .into_iter()
            .chain(is_hash.then(|| hashed.to_owned()))
            .collect(),
    }
}

/// The hit carries health content, or comes from a page that by its nature is a patient's.
fn tells_of_health(sighting: &Sighting<'_>) -> bool {
    let kind = sighting.page_kind();
    let by_page = (is_login(kind) || is_care(kind)) && is_telling(sighting);
    by_page || health_flags(sighting.detection).next().is_some()
}

/// What names a person. An IP address is in every request, and so tells nothing apart.
fn identifiers(sighting: &Sighting<'_>) -> Vec<IdentifierKind> {
    let kinds = sighting.detection.flags.iter().filter_map(|flag| match flag.kind {
        DataKind::Personal(IdentifierKind::Ip | IdentifierKind::Secret) | DataKind::Health => None,
        DataKind::Personal(kind) => Some(kind),
    });
    let mut kinds: Vec<IdentifierKind> = kinds.collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
