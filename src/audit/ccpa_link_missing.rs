//! Advertising vendors receive data, and no link lets a visitor opt out.

use super::case::{Case, Sighting};
use super::draft::{Draft, Group, Key};
use super::sale::{is_sale, opt_out_link};
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::model::Visit;

/// `ccpa-link-missing`
pub(crate) struct LinkMissing;

static INFO: AuditInfo = AuditInfo {
    id: "ccpa-link-missing",
    title: "No link to opt out of sale",
    severity: Severity::Medium,
    citations: &[law::CCPA_OPT_OUT, law::CCPA_NOTICE],
    means: "Advertising vendors receive data of visitors, and no page that was read has a link such as `Do Not Sell or Share My Personal Information` or `Your Privacy Choices`.",
    fix: fix::OFFER_OPT_OUT,
    blind_spots: "Whether the site does business in California and is large enough for the rule, links that are pictures only or are shown to visitors from there only, and pages in other languages than English and Spanish, which are not read for it.",
};

impl Audit for LinkMissing {
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
    let read = visits.iter().filter(|visit| is_readable(visit)).count();
    if read == 0 || visits.iter().any(|visit| opt_out_link(visit).is_some()) {
        return None;
    }
    let sold: Group<'_, '_> =
        case.sightings().filter(|s| s.visit.site == site && is_sale(s)).collect();
    let mut firsts: Vec<&Sighting<'_>> = Vec::new();
    for sighting in &sold {
        if !firsts.iter().any(|f| f.detection.product == sighting.detection.product) {
            firsts.push(sighting);
        }
    }
    firsts.first()?;
    let pages = case.pages(site, is_readable);
    let draft = Draft {
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        message: format!(
            "{} of {site} {} read and had no link to opt out of sale, while {} received data.",
            count(pages, "page", "pages"),
            if pages == 1 { "was" } else { "were" },
            list(firsts.iter().map(|s| s.detection.product.as_str()), 4),
        ),
        caveats: Vec::new(),
    };
    let evidence = firsts.iter().map(|sighting| super::evidence::of(sighting)).collect();
    Some(draft.with(&INFO, &Key::site(site, "opt-out-link"), evidence, sold.len()))
}

/// Its links were collected, and its language is one whose words are known.
fn is_readable(visit: &Visit) -> bool {
    let language = visit.collected.text.as_ref().map(|text| text.language.to_lowercase());
    let known = language.is_some_and(|l| l.starts_with("en") || l.starts_with("es"));
    known && visit.collected.links.is_some()
}
