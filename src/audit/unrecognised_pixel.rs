//! Third parties that behave like pixels and that no signature knows.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::draft::{Draft, Key};
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Evidence, Finding, Severity, evidence, fix, law};
use crate::detect::UnknownPixel;
use crate::model::{Masked, Request, Visit};

/// `unrecognised-pixel`
pub(crate) struct UnrecognisedPixel;

static INFO: AuditInfo = AuditInfo {
    id: "unrecognised-pixel",
    title: "Unknown third party that behaves like a pixel",
    severity: Severity::Info,
    citations: &[law::EDPB_SCOPE, law::OCR_BULLETIN],
    means: "A third party received requests that look like those of a tracking pixel, and the signature database does not know who that is. It may be a tracker that should be declared.",
    fix: fix::IDENTIFY,
    blind_spots: "What the third party does with the requests; the look of a request is a hint and no proof.",
};

impl Audit for UnrecognisedPixel {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut domains: BTreeMap<(&str, &str), Vec<Seen<'_>>> = BTreeMap::new();
        for pixel in &case.detected.unknown_pixels {
            let Some(visit) = case.visit(&pixel.visit) else { continue };
            if let Some(request) = case.request(&visit.id, &pixel.request) {
                let seen = Seen { pixel, visit, request };
                domains.entry((&visit.site, &pixel.domain)).or_default().push(seen);
            }
        }
        domains.iter().map(|((site, domain), seen)| finding(site, domain, seen)).collect()
    }
}

struct Seen<'a> {
    pixel: &'a UnknownPixel,
    visit: &'a Visit,
    request: &'a Request,
}

fn finding(site: &str, domain: &str, seen: &[Seen<'_>]) -> Finding {
    let best = seen.iter().map(|s| s.pixel.score).max().unwrap_or_default();
    let reasons = seen.iter().flat_map(|s| s.pixel.reasons.iter().map(String::as_str));
    let perhaps = seen.iter().find_map(|s| s.pixel.perhaps.as_deref());
    let known = match perhaps {
        Some(vendor) => format!("which no confirmed signature knows (a draft names {vendor})"),
        None => "which no signature knows".to_owned(),
    };
    let pages: BTreeSet<&str> = seen.iter().map(|s| s.visit.page.as_str()).collect();
    let draft = Draft {
        severity: Severity::Info,
        confidence: if best >= 8 { Confidence::Medium } else { Confidence::Low },
        message: format!(
            "{domain}, {known}, received {} that look like a pixel's on {} ({}).",
            count(seen.len(), "request", "requests"),
            count(pages.len(), "page", "pages"),
            list(reasons, 4),
        ),
        caveats: Vec::new(),
    };
    let key =
        Key { vendor: domain.to_owned(), product: domain.to_owned(), ..Key::site(site, "pixel") };
    draft.with(&INFO, &key, seen.iter().map(evidence_of).collect(), seen.len())
}

fn evidence_of(seen: &Seen<'_>) -> Evidence {
    let mut evidence = evidence::of_request(seen.visit, seen.request);
    evidence.what = seen.pixel.url.clone();
    let reasons = Masked::own(seen.pixel.reasons.join(", "));
    evidence.details.push((format!("score {} of 10", seen.pixel.score), reasons));
    evidence
}
