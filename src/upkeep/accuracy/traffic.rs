//! Labelled requests against the signatures: recall, what only the signatures see, what
//! looks like a pixel and is known to nobody, and the time that a request takes.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use super::claimed::Claimed;
use super::{LabelledRequest, Measure};
use crate::detect;
use crate::health::Lexicon;
use crate::model::{
    Body, Capture, Frame, Manifest, Request, RequestId, ResourceKind, Visit, VisitId, host_of,
    registrable_domain, same_site,
};
use crate::signature::{Database, Observation};

/// Tracking domains that ought all to be known, the most requested first.
const TOP: usize = 60;
/// Names that a line of the table tells at most.
const TOLD: usize = 10;
/// Passes over all requests, of which the fastest counts.
const PASSES: usize = 5;
/// The least score of what has any sign of a pixel.
const ANY_SIGN: u8 = 2;

/// A request with what is known of it.
struct Row<'a> {
    request: &'a LabelledRequest,
    domain: String,
    known: bool,
    /// By more than drafts, which no report states.
    confirmed: bool,
    claimed: bool,
}

impl<'a> Row<'a> {
    fn of(request: &'a LabelledRequest, database: &Database, claimed: &Claimed<'_>) -> Self {
        let matches = database.matches(&observation(request));
        Self {
            request,
            domain: registrable_domain(&host_of(&request.url)),
            known: !matches.is_empty(),
            confirmed: matches.iter().any(|matched| !matched.draft),
            claimed: claimed.has(request),
        }
    }
}

/// Measures a database on labelled requests.
#[must_use]
pub fn traffic(
    requests: &[LabelledRequest],
    database: &Database,
    lexicon: &Lexicon,
) -> Vec<Measure> {
    let claimed = Claimed::of(database);
    let rows: Vec<Row<'_>> = requests.iter().map(|r| Row::of(r, database, &claimed)).collect();
    let mut lines = recall("TrackerDB filters", &rows, |row| row.request.label.tracker().is_some());
    lines.extend(recall("EasyPrivacy", &rows, |row| row.request.label.easyprivacy));
    lines.push(only_ours(&rows));
    lines.push(top_domains(&rows));
    lines.extend(pixel_like(requests, database, lexicon));
    lines.extend(times(requests, database));
    lines
}

fn observation(request: &LabelledRequest) -> Observation<'_> {
    Observation::Request {
        url: &request.url,
        method: &request.method,
        body: body(request),
        content_encoding: "",
        content_type: "",
        kind: None,
    }
}

fn body(request: &LabelledRequest) -> &[u8] {
    request.post_data.as_deref().unwrap_or_default().as_bytes()
}

/// Of all that a list names, and of that of claimed vendors; the domains that the latter
/// is short of.
fn recall(list: &str, rows: &[Row<'_>], listed: impl Fn(&Row<'_>) -> bool) -> Vec<Measure> {
    let rows: Vec<&Row<'_>> = rows.iter().filter(|row| listed(row)).collect();
    let claimed: Vec<&Row<'_>> = rows.iter().copied().filter(|row| row.claimed).collect();
    let share = |what: &str, rows: &[&Row<'_>], fits: fn(&Row<'_>) -> bool| {
        let known = rows.iter().filter(|row| fits(row)).count();
        Measure::share(format!("recall, {list}, {what}"), known, rows.len())
    };
    let all = share("all", &rows, |row| row.known);
    let mut of_claimed = share("claimed vendors", &claimed, |row| row.known);
    let stated = share("claimed vendors, drafts left out", &claimed, |row| row.confirmed);
    let missed = ranked(claimed.into_iter().filter(|row| !row.known));
    of_claimed.counted.push_str(&told("missed", &missed));
    vec![all, of_claimed, stated]
}

/// What the signatures recognise and no list names: its precision is for a person to read.
fn only_ours(rows: &[Row<'_>]) -> Measure {
    let known = rows.iter().filter(|row| row.known);
    let unlisted = |row: &&Row<'_>| {
        let label = &row.request.label;
        label.trackerdb.is_none() && !label.easyprivacy && !label.easylist
    };
    let ours: Vec<&Row<'_>> = known.clone().filter(unlisted).collect();
    let what = "recognised by the signatures and in no list";
    let mut line = Measure::share(what, ours.len(), known.count());
    line.counted.push_str(&told("most", &ranked(ours.into_iter())));
    line
}

/// The third-party domains with most requests that a list says track.
fn top_domains(rows: &[Row<'_>]) -> Measure {
    let third = |row: &&Row<'_>| !same_site(&host_of(&row.request.page_url), &row.domain);
    let tracking = rows.iter().filter(|row| row.request.label.tracks()).filter(third);
    let domains: Vec<&str> =
        ranked(tracking.clone()).into_iter().map(|(d, _)| d).take(TOP).collect();
    let is_known = |domain: &str| tracking.clone().any(|row| row.known && row.domain == domain);
    let unknown: Vec<&str> = domains.iter().copied().filter(|domain| !is_known(domain)).collect();
    let known = domains.len() - unknown.len();
    let mut line =
        Measure::share(format!("top {TOP} tracking domains known"), known, domains.len());
    if !unknown.is_empty() {
        line.counted.push_str(&format!("; unknown: {}", unknown.join(", ")));
    }
    line
}

/// Domains by how many rows they have, the most first.
fn ranked<'a>(rows: impl Iterator<Item = &'a Row<'a>>) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(&row.domain).or_default() += 1;
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    ranked
}

fn told(word: &str, domains: &[(&str, usize)]) -> String {
    let names: Vec<String> =
        domains.iter().take(TOLD).map(|(domain, count)| format!("{domain} {count}")).collect();
    if names.is_empty() { String::new() } else { format!("; {word}: {}", names.join(", ")) }
}

/// Requests that look like pixels, scored as reports do, and how many nobody knows.
fn pixel_like(
    requests: &[LabelledRequest],
    database: &Database,
    lexicon: &Lexicon,
) -> [Measure; 2] {
    let capture = capture(requests);
    // To a database that knows nothing every request is unknown.
    let all = detect::unmatched(&capture, &Database::default(), lexicon);
    let unknown = detect::unmatched(&capture, database, lexicon);
    [
        ("pixel-like requests unrecognised", detect::PIXEL_LIKE),
        ("requests with any sign of a pixel unrecognised", ANY_SIGN),
    ]
    .map(|(what, least)| {
        let count =
            |found: &[detect::UnknownPixel]| found.iter().filter(|p| p.score >= least).count();
        Measure::share(format!("{what} (score ≥ {least})"), count(&unknown), count(&all))
    })
}

/// The requests as visits, one for each page.
fn capture(requests: &[LabelledRequest]) -> Capture {
    let mut pages: BTreeMap<&str, Vec<Request>> = BTreeMap::new();
    for request in requests {
        let of_page = pages.entry(&request.page_url).or_default();
        of_page.push(sent(request, RequestId::numbered(of_page.len() + 1)));
    }
    let visits = pages.into_iter().enumerate().map(|(at, (page, requests))| Visit {
        id: VisitId::numbered(at + 1),
        page: page.to_owned(),
        final_url: page.to_owned(),
        requests,
        ..Visit::default()
    });
    Capture::new(Manifest::default(), visits.collect())
}

fn sent(request: &LabelledRequest, id: RequestId) -> Request {
    let kind = &request.resource_type;
    Request {
        id,
        url: request.url.clone(),
        method: request.method.clone(),
        kind: ResourceKind::named(kind),
        body: request.post_data.as_ref().map(|body| Body::new(body.as_bytes())),
        frame: Frame { top: kind == "document", ..Frame::default() },
        ..Request::default()
    }
}

fn times(requests: &[LabelledRequest], database: &Database) -> [Measure; 2] {
    let recognise = fastest(|| {
        requests.iter().map(|r| database.recognise(&r.url, &r.method, body(r)).len()).sum()
    });
    let decode = fastest(|| requests.iter().map(|r| database.matches(&observation(r)).len()).sum());
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    [("recognise", recognise), ("decode", decode)].map(|(what, time)| {
        let each = u32::try_from(requests.len()).ok().and_then(|count| time.checked_div(count));
        let figure =
            each.map_or_else(|| "–".to_owned(), |e| format!("{:.2}", e.as_secs_f64() * 1e6));
        let counted = format!("{profile} build, fastest of {PASSES} passes");
        Measure::new(format!("{what}, µs a request"), figure, counted)
    })
}

fn fastest(pass: impl Fn() -> usize) -> Duration {
    let timed = |_| {
        let start = Instant::now();
        black_box(pass());
        start.elapsed()
    };
    (0..PASSES).map(timed).min().unwrap_or_default()
}
