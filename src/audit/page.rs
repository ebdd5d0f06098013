//! Kinds of page and topics of health, as audits group and name them.

use std::collections::BTreeSet;

use super::carrier::health_flags;
use super::case::Sighting;
use super::words::{count, list};
use crate::health::{HealthLabel, PageKind, topic};

/// Behind a login, or the door to it.
pub(crate) fn is_login(kind: PageKind) -> bool {
    matches!(kind, PageKind::Portal | PageKind::Login)
}

/// Where a visitor does something about a health matter of their own.
pub(crate) fn is_care(kind: PageKind) -> bool {
    matches!(
        kind,
        PageKind::Appointment
            | PageKind::SymptomChecker
            | PageKind::Refill
            | PageKind::Results
            | PageKind::Billing
    )
}

/// On a page of the health sector: a shop's login is no patient's.
pub(crate) fn is_health(sighting: &Sighting<'_>) -> bool {
    sighting.page.is_some_and(|page| page.label != HealthLabel::None)
}

/// On a page that by itself tells of this visitor's health.
pub(crate) fn is_telling(sighting: &Sighting<'_>) -> bool {
    sighting.page.is_some_and(|page| page.label == HealthLabel::Phi)
}

/// A kind of page in words, the same in findings and in every report.
pub(crate) fn page_kind(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Portal => "patient portal",
        PageKind::Login => "login or registration",
        PageKind::Appointment => "appointment",
        PageKind::SymptomChecker => "symptom checker or intake",
        PageKind::Refill => "prescription refill",
        PageKind::Results => "test results",
        PageKind::Billing => "patient billing",
        PageKind::Provider => "clinician",
        PageKind::Condition => "condition or treatment",
        PageKind::Article => "article",
        PageKind::Search => "search results",
        PageKind::Careers => "careers",
        PageKind::Other => "other",
    }
}

/// The pages of a group, all of one kind: `3 appointment pages`.
pub(crate) fn pages(group: &[&Sighting<'_>]) -> String {
    let pages: BTreeSet<&str> = group.iter().map(|s| s.visit.page.as_str()).collect();
    let kind = group.first().map(|s| s.page_kind()).unwrap_or_default();
    let kind = page_kind(kind);
    count(pages.len(), &format!("{kind} page"), &format!("{kind} pages"))
}

/// What the health content of a group is about: `oncology and mental health`.
pub(crate) fn topics(group: &[&Sighting<'_>]) -> String {
    let flags = group.iter().flat_map(|s| health_flags(s.detection));
    let topics: BTreeSet<String> = flags
        .filter(|(flag, _)| !flag.category.is_empty())
        .map(|(flag, _)| topic(&flag.category))
        .collect();
    if topics.is_empty() {
        return "a health matter".to_owned();
    }
    list(topics.iter().map(String::as_str), 3)
}
