//! A person's identifier in a cookie or in the browser's storage.

use super::case::{Case, Sighting};
use super::draft::{Draft, Key, grouped, on_pages};
use super::words::{identifier, list, name};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::DataKind;
use crate::health::IdentifierKind;

/// `personal-data-stored`
pub(crate) struct PersonalDataStored;

static INFO: AuditInfo = AuditInfo {
    id: "personal-data-stored",
    title: "A person's identifier kept in the browser",
    severity: Severity::Medium,
    citations: &[law::EPRIVACY, law::GDPR_PRINCIPLES, law::HIPAA_IDENTIFIERS],
    means: "A cookie or a storage key holds an e-mail address, a name, a number or a hash of one. A cookie goes out with every request to its domain; storage and most cookies can be read by every script on the page, those of vendors included; and whoever uses the device next can read them too.",
    fix: fix::KEEP_IDENTIFIERS_OUT,
    blind_spots: "Whether the value is a visitor's or the site's own (a clinic's telephone number); numbers under names that say nothing; what is encrypted.",
};

impl Audit for PersonalDataStored {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let keyed = case.stored().flat_map(|sighting| {
            let kinds = personal(sighting).into_iter();
            kinds.map(move |kind| (Key::product(sighting, &name(&kind)), sighting))
        });
        let groups = grouped(keyed);
        groups
            .iter()
            .map(|(key, group)| {
                let kinds = personal(group[0]);
                let kind = kinds.into_iter().find(|kind| name(kind) == key.data_kind);
                let stored = group.iter().filter_map(|s| s.detection.stored.as_ref());
                let names = list(stored.map(|stored| stored.name.as_str()), 3);
                let draft = Draft {
                    severity: severity(group),
                    confidence: Confidence::High,
                    message: format!(
                        "{} is kept for {} in {names}, {}.",
                        capitalised(kind.map_or("an identifier", identifier)),
                        key.product,
                        on_pages(group)
                    ),
                    caveats: Vec::new(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}

/// What a vendor keeps of a visitor is told to it; what a site keeps for itself may be what
/// its visitor asked for.
fn severity(group: &[&Sighting<'_>]) -> Severity {
    let known = |sighting: &&Sighting<'_>| !sighting.detection.categories.is_empty();
    if group.iter().any(|s| known(s) || s.is_outside()) { Severity::Medium } else { Severity::Info }
}

fn personal(sighting: &Sighting<'_>) -> Vec<IdentifierKind> {
    let flags = sighting.detection.flags.iter();
    let mut kinds: Vec<IdentifierKind> = flags
        .filter_map(|flag| match flag.kind {
            DataKind::Personal(kind) => Some(kind),
            DataKind::Health => None,
        })
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
