//! Third-party requests that no signature knows, by domain, the most pixel-like first:
//! what to write a signature for next, and what it would take.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use url::Url;

use super::shape;
use crate::detect::{self, UnknownPixel};
use crate::health::Lexicon;
use crate::model::{Capture, Masked, Request, RequestId, VisitId, host_of};
use crate::signature::list::Asked;
use crate::signature::{Database, List};

/// Hosts, paths and parameters that are told at most, each.
const TOLD: usize = 12;

/// A domain that no signature knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmatchedDomain {
    /// Registrable domain.
    pub domain: String,
    /// The highest score of its requests, of 10.
    pub score: u8,
    /// Why, most telling first.
    pub reasons: Vec<String>,
    /// Requests.
    pub requests: usize,
    /// Pages from which it was asked.
    pub pages: usize,
    /// Hosts, sorted.
    pub hosts: Vec<String>,
    /// Paths, with `\d+` and the like for what differs, sorted.
    pub paths: Vec<String>,
    /// Names of parameters in the query, most frequent first.
    pub parameters: Vec<String>,
    /// Methods, sorted.
    pub methods: Vec<String>,
    /// The address of its most telling request, masked.
    pub example: Masked,
    /// The user's lists that say of one of its requests that it tracks, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed_by: Vec<String>,
    /// What a signature would need, in words.
    pub needs: Vec<String>,
}

/// The domains that no signature knows, the most pixel-like first.
#[must_use]
pub fn unmatched(
    capture: &Capture,
    database: &Database,
    lexicon: &Lexicon,
) -> Vec<UnmatchedDomain> {
    let requests: BTreeMap<(&VisitId, &RequestId), (&str, &Request)> = capture
        .visits
        .iter()
        .flat_map(|v| v.requests.iter().map(move |r| ((&v.id, &r.id), (v.page.as_str(), r))))
        .collect();
    let pixels = detect::unmatched(capture, database, lexicon);
    let mut domains: BTreeMap<&str, Vec<Seen<'_>>> = BTreeMap::new();
    for pixel in &pixels {
        if let Some((page, request)) = requests.get(&(&pixel.visit, &pixel.request)) {
            let seen = Seen { pixel, page, request };
            domains.entry(&pixel.domain).or_default().push(seen);
        }
    }
    let mut rows: Vec<UnmatchedDomain> =
        domains.iter().map(|(domain, seen)| row(domain, seen, database.lists())).collect();
    rows.sort_by(|a, b| {
        (b.score, b.requests).cmp(&(a.score, a.requests)).then_with(|| a.domain.cmp(&b.domain))
    });
    rows
}

struct Seen<'a> {
    pixel: &'a UnknownPixel,
    page: &'a str,
    request: &'a Request,
}

fn row(domain: &str, seen: &[Seen<'_>], lists: &[List]) -> UnmatchedDomain {
    let best = seen.iter().max_by_key(|seen| seen.pixel.score);
    let set = |values: BTreeSet<String>| values.into_iter().take(TOLD).collect();
    let row = UnmatchedDomain {
        domain: domain.to_owned(),
        score: best.map_or(0, |seen| seen.pixel.score),
        reasons: best.map_or_else(Vec::new, |seen| seen.pixel.reasons.clone()),
        requests: seen.len(),
        pages: seen.iter().map(|seen| seen.page).collect::<BTreeSet<_>>().len(),
        hosts: set(seen.iter().map(|seen| host_of(&seen.request.url)).collect()),
        paths: set(seen.iter().map(|seen| path_shape(&seen.request.url)).collect()),
        parameters: parameters(seen),
        methods: set(seen.iter().map(|seen| seen.request.method.clone()).collect()),
        example: best.map_or_else(Masked::default, |seen| seen.pixel.url.clone()),
        listed_by: listed_by(seen, lists),
        needs: Vec::new(),
    };
    let needs = needs(&row, seen);
    UnmatchedDomain { needs, ..row }
}

/// The lists that say of one of these requests that it tracks.
fn listed_by(seen: &[Seen<'_>], lists: &[List]) -> Vec<String> {
    let tracks = |list: &&List| {
        seen.iter().any(|seen| {
            let Request { url, method, kind, .. } = seen.request;
            let asked = Asked { url, page: seen.page, method, kind: *kind };
            list.ask(&asked).is_some_and(|listed| listed.tracks)
        })
    };
    lists.iter().filter(tracks).map(|list| list.facts().name.clone()).collect()
}

/// `/v1/events/\d+`
pub(super) fn path_shape(address: &str) -> String {
    let Ok(url) = Url::parse(address) else { return String::new() };
    let segments = url.path_segments().into_iter().flatten().take(12).map(shape::pattern);
    format!("/{}", segments.collect::<Vec<_>>().join("/"))
}

fn parameters(seen: &[Seen<'_>]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for seen in seen {
        let Ok(url) = Url::parse(&seen.request.url) else { continue };
        for (name, _) in url.query_pairs().take(100) {
            // A name that is a value (a cache buster alone) says nothing.
            if shape::of(&name) == shape::Shape::Word && name.len() <= 40 {
                *counts.entry(name.into_owned()).or_default() += 1;
            }
        }
    }
    let mut names: Vec<(usize, String)> = counts.into_iter().map(|(n, c)| (c, n)).collect();
    names.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    names.into_iter().take(TOLD).map(|(_, name)| name).collect()
}

/// What a signature would need that a capture does not say.
fn needs(row: &UnmatchedDomain, seen: &[Seen<'_>]) -> Vec<String> {
    let mut needs = vec![format!("who owns {}, and where that company is", row.domain)];
    if row.hosts.len() > 1 {
        needs.push("which of the hosts are the vendor's and which a customer's".to_owned());
    }
    if !row.parameters.is_empty() {
        let names = row.parameters.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
        needs.push(format!("which parameter names the account, which the event: {names}"));
    }
    if seen.iter().any(|seen| !seen.request.body_bytes().is_empty()) {
        needs.push("the layout of the body".to_owned());
    }
    needs.push("a page of the vendor that says what the request is for".to_owned());
    needs
}
