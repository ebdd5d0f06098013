//! A promise of confidentiality on a site that tells advertisers of its visitors.

use std::collections::BTreeMap;

use super::advertiser::is_advertiser;
use super::case::{Case, Sighting};
use super::draft::{Draft, Key};
use super::evidence;
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::model::{Phase, Visit};

/// `ftc-claim-mismatch`
pub(crate) struct ClaimMismatch;

static INFO: AuditInfo = AuditInfo {
    id: "ftc-claim-mismatch",
    title: "A promise of confidentiality beside advertising trackers",
    severity: Severity::High,
    citations: &[law::FTC_ACT],
    means: "A page promises that what visitors tell stays confidential, or that the site follows HIPAA, while advertising products receive data on this site. The FTC has taken such promises at their word.",
    fix: fix::KEEP_PROMISES,
    blind_spots: "What the sentence means in its context: read it on the page. Promises in pictures, videos and pages that were not visited.",
};

/// Promises in the words that sites use, in lower case.
const PROMISES: &[&str] = &[
    "hipaa compliant",
    "hipaa-compliant",
    "hipaa certified",
    "hipaa secure",
    "100% confidential",
    "100% private",
    "100% anonymous",
    "completely confidential",
    "completely anonymous",
    "strictly confidential",
    "totally confidential",
    "fully confidential",
    "never share your",
    "never sell your",
    "do not share your",
    "don't share your",
    "don’t share your",
    "do not sell your",
    "don't sell your",
    "don’t sell your",
    "will not share your",
    "not share your information",
    "will never be shared",
];

/// How many characters around a promise are quoted.
const AROUND: usize = 80;

impl Audit for ClaimMismatch {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut promises: BTreeMap<&str, BTreeMap<&str, (&Visit, String)>> = BTreeMap::new();
        for visit in case.seen() {
            if let Some(quote) = promise(visit) {
                let pages = promises.entry(&visit.site).or_default();
                pages.entry(&visit.page).or_insert((visit, quote));
            }
        }
        promises.iter().filter_map(|(site, pages)| finding(case, site, pages)).collect()
    }
}

/// The first promise in the page's text, with some words around it. Links to an opt-out
/// (`do not sell my …`) are none.
fn promise(visit: &Visit) -> Option<String> {
    let text = visit.collected.text.as_ref()?;
    let plain = text.text.to_lowercase();
    let (at, found) = PROMISES.iter().find_map(|words| Some((plain.find(words)?, words)))?;
    let before: String = plain[..at].chars().rev().take(AROUND).collect();
    let before: String = before.chars().rev().collect();
    let after: String = plain[at + found.len()..].chars().take(AROUND).collect();
    let quote = format!("… {before}{found}{after} …");
    Some(quote.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn finding(
    case: &Case<'_>,
    site: &str,
    pages: &BTreeMap<&str, (&Visit, String)>,
) -> Option<Finding> {
    let ads: Vec<&Sighting<'_>> = case
        .sightings()
        .filter(|s| s.visit.site == site && is_advertiser(s) && s.is_disclosure())
        .collect();
    let first = ads.first()?;
    let same = ads.iter().find(|s| pages.contains_key(s.visit.page.as_str()));
    let products = list(ads.iter().map(|s| s.detection.product.as_str()), 4);
    let place = if same.is_some() { "the same page" } else { "other pages of the site" };
    let (visit, quote) = pages.values().next()?;
    let message = format!("The site promises “{quote}”, and {products} received data on {place}.");
    let draft = Draft {
        severity: if same.is_some() { Severity::High } else { Severity::Medium },
        confidence: Confidence::Medium,
        message,
        caveats: vec![
            "Whether the sentence promises what it seems to is for a reader of the page to say."
                .to_owned(),
        ],
    };
    let mut evidence: Vec<_> = vec![evidence::on_page(visit, Phase::Before, quote)];
    evidence.push(evidence::of(same.unwrap_or(first)));
    let total = pages.len() + ads.len();
    Some(draft.with(&INFO, &Key::site(site, "claim"), evidence, total))
}
