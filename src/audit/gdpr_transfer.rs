//! Recipients outside the European Economic Area, by country.

use std::collections::BTreeMap;

use super::case::{Act, Case};
use super::draft::{Draft, Group, Key};
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, evidence, fix, law};

/// `gdpr-transfer`
pub(crate) struct Transfer;

static INFO: AuditInfo = AuditInfo {
    id: "gdpr-transfer",
    title: "Recipient outside the European Economic Area",
    severity: Severity::Info,
    citations: &[law::GDPR_TRANSFER],
    means: "A vendor that received data of visitors is a company outside the European Economic Area. A transfer there needs a ground: an adequacy decision, a certification that the decision covers, or safeguards with an assessment.",
    fix: fix::GROUND_TRANSFER,
    blind_spots: "Which company of a group is the contract partner, where the servers stand, whether the recipient is certified (check the list of the EU-US Data Privacy Framework), and what contracts say.",
};

/// The countries of the European Economic Area.
const EEA: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];
/// Stands in a signature file for a country that nobody knows.
const UNKNOWN: &str = "ZZ";

impl Audit for Transfer {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut groups: BTreeMap<(&str, &str), Group<'_, '_>> = BTreeMap::new();
        for sighting in case.sightings().filter(|s| s.act() == Act::Tracking && s.is_outside()) {
            let facts = case.detected.vendors.get(&sighting.detection.vendor);
            let country = facts.map_or("", |facts| facts.country.as_str());
            let known = !country.is_empty() && country != UNKNOWN;
            if known && !EEA.contains(&country) {
                groups.entry((&sighting.visit.site, country)).or_default().push(sighting);
            }
        }
        groups.into_iter().map(|((site, country), group)| finding(site, country, &group)).collect()
    }
}

fn finding(site: &str, country: &str, group: &Group<'_, '_>) -> Finding {
    let mut firsts: Group<'_, '_> = Vec::new();
    for &sighting in group {
        if !firsts.iter().any(|f| f.detection.vendor == sighting.detection.vendor) {
            firsts.push(sighting);
        }
    }
    let draft = Draft {
        severity: Severity::Info,
        confidence: Confidence::Medium,
        message: format!(
            "{} of {country} received data of visitors to {site}: {}.",
            count(firsts.len(), "vendor", "vendors"),
            list(firsts.iter().map(|s| s.detection.vendor.as_str()), 8),
        ),
        caveats: Vec::new(),
    };
    let evidence = firsts.iter().map(|sighting| evidence::of(sighting)).collect();
    draft.with(&INFO, &Key::site(site, country), evidence, group.len())
}
