//! Advertising platforms on pages that tell of a health matter: their own terms are a
//! benchmark beside the law.

use super::advertiser::{is_advertiser, is_lower_funnel};
use super::carrier::health_flags;
use super::case::{Case, Sighting};
use super::draft::{Draft, Key, grouped, hosts, on_pages, own_host_caveat};
use super::page::{is_telling, topics};
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};

/// `health-ad-platform-policy`
pub(crate) struct AdPlatformPolicy;

static INFO: AuditInfo = AuditInfo {
    id: "health-ad-platform-policy",
    title: "Advertising event on a page that tells of a health matter",
    severity: Severity::Medium,
    citations: &[law::GOOGLE_HEALTH, law::FTC_ACT],
    means: "An advertising platform received an event from a page that tells of a health matter. The platforms' own terms restrict that: Google allows no health information in Analytics and no advertising by health conditions, Meta's business tools may not be sent health information.",
    fix: fix::KEEP_HEALTH_OUT,
    blind_spots: "How the platform has classed the site (a restricted data source gets fewer events), and what the account's settings filter on arrival.",
};

impl Audit for AdPlatformPolicy {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let told = case.sightings().filter(|s| {
            is_advertiser(s)
                && s.is_disclosure()
                && (is_telling(s) || health_flags(s.detection).next().is_some())
        });
        let groups = grouped(told.map(|s| (Key::product(s, funnel(s)), s)));
        groups
            .iter()
            .map(|(key, group)| {
                let events = list(group.iter().filter_map(|s| s.detection.event.as_deref()), 4);
                let events = if events.is_empty() { "an event".to_owned() } else { events };
                let lower = group.iter().any(|sighting| is_lower_funnel(sighting));
                let message = format!(
                    "{} received {events} at {} {}, about {}.",
                    key.product,
                    hosts(group),
                    on_pages(group),
                    topics(group),
                );
                let what = if lower {
                    "The event reports a step that advertisements are optimised for."
                } else {
                    "The event is enough to put the visitor into an audience for advertisements."
                };
                let draft = Draft {
                    severity: Severity::Medium,
                    confidence: Confidence::High,
                    message,
                    caveats: own_host_caveat(group).into_iter().chain([what.to_owned()]).collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}

fn funnel(sighting: &Sighting<'_>) -> &'static str {
    if is_lower_funnel(sighting) { "lower-funnel" } else { "audience" }
}
