//! Trackers at the door to a patient portal, or behind it.

use super::case::{Case, Sighting};
use super::draft::{Draft, Key, deed, grouped, own_host_caveat};
use super::page::{is_health, is_login, pages};
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::health::HealthLabel;

/// `phi-auth-tracker`
pub(crate) struct AuthTracker;

static INFO: AuditInfo = AuditInfo {
    id: "phi-auth-tracker",
    title: "Tracker on a patient login or portal page",
    severity: Severity::High,
    citations: &[law::OCR_BULLETIN, law::HIPAA_DISCLOSURE, law::HIPAA_AUTHORIZATION],
    means: "A vendor's code ran, or received an event, where a patient logs in, registers or is logged in. Who comes here is very likely a patient, and the code can read what the page shows.",
    fix: fix::CLEAN_CARE_PAGES,
    blind_spots: "What the vendor's code does for a patient who is logged in, and whether a business associate agreement or an authorization covers it.",
};

impl Audit for AuthTracker {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let here = case.sightings().filter(|s| {
            is_login(s.page_kind()) && is_health(s) && s.is_outside() && s.request.is_some()
        });
        let groups = grouped(here.map(|s| (Key::on_kind(s, "visit"), s)));
        groups.iter().map(|(key, group)| draft(group, &key.product).on(&INFO, key, group)).collect()
    }
}

fn draft(group: &[&Sighting<'_>], product: &str) -> Draft {
    let told = group.iter().any(|sighting| sighting.is_disclosure());
    let container = group.iter().all(|sighting| sighting.is_tag_manager());
    let (confidence, softens) = match (told, container) {
        (true, _) => (Confidence::High, None),
        (false, true) => (
            Confidence::Medium,
            Some("Only a tag manager was loaded; what it may load for a patient was not seen."),
        ),
        (false, false) => (
            Confidence::Medium,
            Some("Only the vendor's code was loaded; no event was seen on this page."),
        ),
    };
    let why = group.first().and_then(|s| s.page).map(|page| {
        let patient = page.label == HealthLabel::Phi;
        let terms =
            list(page.evidence.iter().filter(|e| e.weight > 0.0).map(|e| e.term.as_str()), 3);
        let because = if terms.is_empty() { String::new() } else { format!(" by: {terms}") };
        let kind = if patient { "a patient's" } else { "a health site's" };
        format!("The page was taken for {kind} login or portal page{because}.")
    });
    Draft {
        severity: if container && !told { Severity::Medium } else { Severity::High },
        confidence,
        message: format!("{product} {} on {}.", deed(group), pages(group)),
        caveats: own_host_caveat(group)
            .into_iter()
            .chain(softens.map(str::to_owned))
            .chain(why)
            .collect(),
    }
}
