//! Health content for a third party before the visitor had agreed to anything.

use super::carrier::health_flags;
use super::case::Case;
use super::draft::{Draft, Key, grouped, hosts, own_host_caveat};
use super::ep_preconsent::is_before;
use super::page::{pages, topics};
use super::profile::{self, SiteProfile};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};

/// `mhmda-consent`
pub(crate) struct Consent;

static INFO: AuditInfo = AuditInfo {
    id: "mhmda-consent",
    title: "Health content sent before any consent",
    severity: Severity::High,
    citations: &[law::MHMDA],
    means: "A vendor received what tells of a health matter before the visitor had made a choice. Washington's law asks for consent first, separately for collecting and for sharing, where the data is not needed for what the visitor asked for.",
    fix: fix::WAIT_FOR_CONSENT,
    blind_spots: "Whether the visitor lives in Washington, whether the data is under HIPAA and so exempt, and whether it is needed for what the visitor asked for.",
};

impl Audit for Consent {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let told = case.receivers().filter(|s| {
            s.is_disclosure() && is_before(case, s) && health_flags(s.detection).next().is_some()
        });
        let groups = grouped(told.map(|s| (Key::product(s, "health"), s)));
        let outside = matches!(
            profile::of(case).profile(),
            Some(SiteProfile::Telehealth | SiteProfile::Publisher)
        );
        groups
            .iter()
            .map(|(key, group)| {
                let soonest = group.iter().map(|s| s.detection.time_ms).fold(f64::MAX, f64::min);
                let message = format!(
                    "{} received health content ({}) from {} at {}, the soonest {:.1} s into a visit, before any choice was made.",
                    key.product,
                    topics(group),
                    pages(group),
                    hosts(group),
                    soonest / 1000.0,
                );
                let draft = Draft {
                    severity: if outside { Severity::High } else { Severity::Medium },
                    confidence: Confidence::High,
                    message,
                    caveats: own_host_caveat(group).into_iter().collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}
