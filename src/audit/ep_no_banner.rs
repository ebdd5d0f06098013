//! Tracking on a site that asks nobody.

use super::case::{Case, Sighting};
use super::draft::{Draft, Group, Key};
use super::ep_preconsent::is_before;
use super::strength::{Strength, by_product};
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::model::{ChoiceOutcome, Visit};

/// `ep-no-banner`
pub(crate) struct NoBanner;

static INFO: AuditInfo = AuditInfo {
    id: "ep-no-banner",
    title: "Tracking without a consent banner",
    severity: Severity::High,
    citations: &[law::EPRIVACY, law::EDPB_SCOPE, law::PECR, law::GDPR_CONSENT],
    means: "The site tracks its visitors and offers them no consent banner on any page that was visited.",
    fix: fix::WAIT_FOR_CONSENT,
    blind_spots: "A banner that is shown only to visitors from other regions, only to people and not to automated browsers, or only on pages that were not visited.",
};

impl Audit for NoBanner {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let sites = case.capture.sites();
        sites.into_iter().filter_map(|site| finding(case, site)).collect()
    }
}

fn finding(case: &Case<'_>, site: &str) -> Option<Finding> {
    let visits: Vec<&Visit> = case.seen().filter(|visit| visit.site == site).collect();
    if visits.is_empty() || visits.iter().any(|visit| has_banner(visit)) {
        return None;
    }
    let mine = case.sightings().filter(|s| s.visit.site == site && is_before(case, s));
    let groups: Vec<Group<'_, '_>> = by_product(mine)
        .into_iter()
        .filter(|(_, _, strength)| *strength >= Strength::Ping)
        .map(|(_, group, _)| group)
        .collect();
    let total = groups.iter().map(Vec::len).sum();
    // One of each product first, so that the evidence shows who tracks.
    let firsts: Group<'_, '_> = groups.iter().filter_map(|g| g.first().copied()).collect();
    firsts.first()?;
    let ruled_out = visits.iter().any(|visit| outcome(visit) == Some(ChoiceOutcome::NoBanner));
    let pages = case.pages(site, |_| true);
    let unsure = "No choice was attempted, so it is not ruled out that a banner hides from automated browsers.";
    let draft = Draft {
        severity: if tracks(&firsts) { Severity::High } else { Severity::Medium },
        confidence: if ruled_out { Confidence::High } else { Confidence::Medium },
        message: format!(
            "No consent banner appeared on {} of {site}, while {} tracked the visit.",
            count(pages, "page", "pages"),
            list(firsts.iter().map(|s| s.detection.product.as_str()), 4),
        ),
        caveats: (!ruled_out).then(|| unsure.to_owned()).into_iter().chain(vantage(case)).collect(),
    };
    let evidence = firsts.iter().map(|sighting| super::evidence::of(sighting)).collect();
    Some(draft.with(&INFO, &Key::site(site, "banner"), evidence, total))
}

/// A banner, a silent consent platform, or a choice that shows one was there or may be.
fn has_banner(visit: &Visit) -> bool {
    visit.cmp.is_some() || outcome(visit).is_some_and(|o| o != ChoiceOutcome::NoBanner)
}

fn outcome(visit: &Visit) -> Option<ChoiceOutcome> {
    visit.choice.as_ref().map(|choice| choice.outcome)
}

fn tracks(firsts: &[&Sighting<'_>]) -> bool {
    firsts.iter().any(|sighting| sighting.act() == super::case::Act::Tracking)
}

/// Banners differ by region, so the finding says from where the site was visited.
fn vantage(case: &Case<'_>) -> Option<String> {
    let label = case.capture.manifest.vantage.label.as_deref()?;
    let label = super::evidence::masked(label);
    Some(format!("Seen from {label}; sites show banners by region."))
}
