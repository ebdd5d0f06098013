//! How much of a site tells of health by addresses and titles alone, trackers or not.

use std::collections::BTreeMap;

use super::case::Case;
use super::draft::{Draft, Key};
use super::evidence;
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::health::{HealthLabel, Verdict, topic};
use crate::model::{Phase, Visit};

/// `phi-sitemap-risk`
pub(crate) struct SitemapRisk;

static INFO: AuditInfo = AuditInfo {
    id: "phi-sitemap-risk",
    title: "Pages whose address or title tells of a health matter",
    severity: Severity::Info,
    citations: &[law::OCR_BULLETIN],
    means: "These pages tell of a health matter by their address or title, so that any tag that is put on them tells it too. Nothing need have been sent: it is what a risk analysis of tracking technologies begins with.",
    fix: fix::KEEP_HEALTH_OUT,
    blind_spots: "Pages that were not visited; the report says which.",
};

impl Audit for SitemapRisk {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut sites: BTreeMap<&str, BTreeMap<&str, (&Visit, &Verdict)>> = BTreeMap::new();
        for visit in case.seen() {
            if let Some(verdict) = case.detected.pages.get(&visit.id) {
                let pages = sites.entry(&visit.site).or_default();
                pages.entry(&visit.page).or_insert((visit, verdict));
            }
        }
        sites.iter().filter_map(|(site, pages)| finding(site, pages)).collect()
    }
}

fn finding(site: &str, pages: &BTreeMap<&str, (&Visit, &Verdict)>) -> Option<Finding> {
    let telling: Vec<_> = pages.values().filter(|(_, v)| v.label == HealthLabel::Phi).collect();
    if telling.is_empty() {
        return None;
    }
    let mut topics: BTreeMap<&str, usize> = BTreeMap::new();
    for category in telling.iter().filter_map(|(_, verdict)| verdict.categories.first()) {
        *topics.entry(category).or_default() += 1;
    }
    let mut topics: Vec<_> = topics.into_iter().collect();
    topics.sort_by_key(|(name, pages)| (std::cmp::Reverse(*pages), *name));
    let topics: Vec<String> =
        topics.iter().map(|(name, pages)| format!("{} ({pages})", topic(name))).collect();
    let message = format!(
        "{} of {} tell of a health matter by address or title: {}.",
        telling.len(),
        count(pages.len(), "page seen", "pages seen"),
        list(topics.iter().map(String::as_str), 6),
    );
    let draft = Draft {
        severity: Severity::Info,
        confidence: Confidence::High,
        message,
        caveats: Vec::new(),
    };
    let evidence = telling.iter().map(|(visit, _)| {
        evidence::on_page(visit, Phase::Before, &format!("{} {}", visit.final_url, visit.title))
    });
    let evidence = evidence.collect();
    Some(draft.with(&INFO, &Key::site(site, "pages"), evidence, telling.len()))
}
