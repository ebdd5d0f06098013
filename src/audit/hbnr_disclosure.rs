//! Health content for advertisers from a health service outside HIPAA.

use super::advertiser::is_advertiser;
use super::carrier::health_flags;
use super::case::Case;
use super::draft::{Draft, Key, grouped, hosts, own_host_caveat};
use super::page::{pages, topics};
use super::profile::{self, SiteProfile};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};

/// `hbnr-disclosure`
pub(crate) struct Disclosure;

static INFO: AuditInfo = AuditInfo {
    id: "hbnr-disclosure",
    title: "Health content for an advertiser from a health service outside HIPAA",
    severity: Severity::Medium,
    citations: &[law::HBNR, law::FTC_ACT],
    means: "An advertising product received health content from a service that is not under HIPAA. Since 29 July 2024 the FTC's rule counts a disclosure that the person did not authorize as a breach, which may have to be notified.",
    fix: fix::KEEP_HEALTH_OUT,
    blind_spots: "Whether the visitor authorized it, whether the service keeps personal health records in the sense of the rule, and how many people it concerns.",
};

impl Audit for Disclosure {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let profile = profile::of(case);
        if profile.profile() != Some(SiteProfile::Telehealth) {
            return Vec::new();
        }
        let told = case.sightings().filter(|s| {
            is_advertiser(s) && s.is_disclosure() && health_flags(s.detection).next().is_some()
        });
        let groups = grouped(told.map(|s| (Key::product(s, "health"), s)));
        groups
            .iter()
            .map(|(key, group)| {
                let state = group.first().map(|s| s.visit.state.to_string()).unwrap_or_default();
                let message = format!(
                    "{} received health content ({}) at {}, from {}, first in the state {state}.",
                    key.product,
                    topics(group),
                    hosts(group),
                    pages(group),
                );
                let draft = Draft {
                    severity: Severity::Medium,
                    confidence: Confidence::Medium,
                    message,
                    caveats: own_host_caveat(group)
                        .into_iter()
                        .chain([profile.sentence()])
                        .collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}
