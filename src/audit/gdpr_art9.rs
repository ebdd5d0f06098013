//! Health content from a visitor in Europe who has not agreed.

use super::carrier::health_flags;
use super::case::{Case, Sighting, is_refused};
use super::draft::{Draft, Key, grouped, hosts, own_host_caveat};
use super::ep_preconsent::is_before;
use super::page::{pages, topics};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};

/// `gdpr-art9`
pub(crate) struct Article9;

static INFO: AuditInfo = AuditInfo {
    id: "gdpr-art9",
    title: "Health content sent without explicit consent",
    severity: Severity::High,
    citations: &[law::GDPR_HEALTH, law::GDPR_CONSENT],
    means: "A vendor received what tells of a visitor's health, also by inference, from a visit as from the European Union, before the visitor had agreed or after they had refused. Processing data on health needs explicit consent or another ground of article 9.",
    fix: fix::WAIT_FOR_CONSENT,
    blind_spots: "Whether another ground of article 9(2) applies, and whether what the banner asks for is explicit enough.",
};

/// Top-level domains of the Union's states, Norway, Iceland, Liechtenstein and the UK.
const DOMAINS: &[&str] = &[
    "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "eu", "fi", "fr", "gr", "hr", "hu", "ie",
    "is", "it", "li", "lt", "lu", "lv", "mt", "nl", "no", "pl", "pt", "ro", "se", "si", "sk", "uk",
];

impl Audit for Article9 {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let told = case.receivers().filter(|s| {
            s.is_disclosure()
                && is_european(case, s)
                && health_flags(s.detection).next().is_some()
                && (is_before(case, s) || is_refused(s.visit))
        });
        let groups = grouped(told.map(|s| (Key::product(s, consent(s)), s)));
        groups
            .iter()
            .map(|(key, group)| {
                let when = match key.data_kind.as_str() {
                    "refused" => "after the visitor had refused",
                    _ => "before the visitor had agreed",
                };
                let message = format!(
                    "{} received health content ({}) from {} at {}, {when}.",
                    key.product,
                    topics(group),
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

fn consent(sighting: &Sighting<'_>) -> &'static str {
    if is_refused(sighting.visit) { "refused" } else { "not-asked" }
}

/// Visited as from Europe, a site of a European country, or one whose owner says that
/// European law is in force.
fn is_european(case: &Case<'_>, sighting: &Sighting<'_>) -> bool {
    let in_force = &case.policy.regulations;
    if in_force.contains("gdpr") || in_force.contains("uk") {
        return true;
    }
    let zone = case.capture.manifest.vantage.timezone.as_deref().unwrap_or_default();
    let domain = sighting.visit.site.rsplit('.').next().unwrap_or_default();
    zone.starts_with("Europe/") || DOMAINS.contains(&domain)
}
