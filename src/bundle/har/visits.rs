//! Which requests belong to which visit. Browsers name a page for each entry; proxies
//! do not, and every page that was navigated to then begins a visit.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::entry::RawPage;
use super::json::string;
use super::request::{Row, timestamp};
use crate::model::{
    ConsentState, Coverage, Initiator, InitiatorKind, Outcome, Request, RequestId, ResourceKind,
    Signals, SkippedPage, Visit, VisitId, host_of, registrable_domain,
};

/// A page that the file names.
#[derive(Default)]
pub(super) struct Page {
    id: String,
    started: Option<Timestamp>,
    title: String,
}

impl From<RawPage<'_>> for Page {
    fn from(raw: RawPage<'_>) -> Self {
        Self {
            id: raw.id.map(|id| string(&id)).unwrap_or_default(),
            started: raw.started.and_then(|text| timestamp(&text)),
            title: raw.title.map(|title| string(&title)).unwrap_or_default(),
        }
    }
}

/// When something happened, and its place in the file for what happened at once.
type Moment = (Timestamp, usize);

/// The rows of one visit.
#[derive(Default)]
struct Group {
    page: Page,
    rows: Vec<(Moment, Row)>,
}

impl Group {
    fn start(&self) -> Moment {
        let first = self.rows.iter().map(|(moment, _)| *moment).min().unwrap_or_default();
        self.page.started.map_or(first, |started| first.min((started, 0)))
    }
}

/// The visits in the order they began, and pages of the file that sent nothing.
pub(super) fn visits(pages: Vec<Page>, rows: Vec<Row>) -> (Vec<Visit>, Vec<SkippedPage>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_id = BTreeMap::new();
    for page in pages {
        by_id.insert(page.id.clone(), groups.len());
        groups.push(Group { page, rows: Vec::new() });
    }
    let mut loose = Vec::new();
    for (moment, mut row) in with_moments(rows) {
        let Some(id) = row.page.take() else {
            loose.push((moment, row));
            continue;
        };
        let at = *by_id.entry(id).or_insert_with(|| {
            groups.push(Group::default());
            groups.len() - 1
        });
        groups[at].rows.push((moment, row));
    }
    place(&mut groups, loose);
    let (mut groups, silent): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|group| !group.rows.is_empty());
    groups.sort_by_key(Group::start);
    let visits = groups.into_iter().enumerate().map(|(n, group)| visit(n + 1, group)).collect();
    (visits, silent.into_iter().filter_map(|group| skipped(group.page)).collect())
}

/// A row without a time happened when the one before it did.
fn with_moments(rows: Vec<Row>) -> impl Iterator<Item = (Moment, Row)> {
    let mut last = rows.iter().find_map(|row| row.at).unwrap_or_default();
    rows.into_iter().enumerate().map(move |(index, row)| {
        last = row.at.unwrap_or(last);
        ((last, index), row)
    })
}

/// Puts rows that name no page into the visit that was going on, and begins a visit
/// at each navigation.
fn place(groups: &mut Vec<Group>, mut loose: Vec<(Moment, Row)>) {
    loose.sort_by_key(|(moment, _)| *moment);
    let mut begun: Vec<(Moment, usize)> =
        groups.iter().enumerate().map(|(at, group)| (group.start(), at)).collect();
    begun.sort_unstable();
    let mut site = String::new();
    let mut expected = None;
    let mut rest = Vec::new();
    for (moment, row) in loose {
        let hop = expected.as_ref() == Some(&row.request.url);
        if !hop && !is_navigation(&row.request, &site) {
            rest.push((moment, row));
            continue;
        }
        site = registrable_domain(&host_of(&row.request.url));
        expected.clone_from(&row.redirect);
        if hop {
            rest.push((moment, row));
            continue;
        }
        begun.push((moment, groups.len()));
        groups.push(Group { page: Page::default(), rows: vec![(moment, row)] });
    }
    begun.sort_unstable();
    if begun.is_empty() && !rest.is_empty() {
        groups.push(Group::default());
        begun.push((Moment::default(), groups.len() - 1));
    }
    for (moment, row) in rest {
        let after = begun.partition_point(|(start, _)| *start <= moment);
        let (_, at) = begun[after.saturating_sub(1)];
        groups[at].rows.push((moment, row));
    }
}

/// Whether a request loads a page into the top frame, on whose site the last one was.
fn is_navigation(request: &Request, site: &str) -> bool {
    if request.kind != ResourceKind::Document {
        return false;
    }
    if let Some(destination) = request.header("sec-fetch-dest") {
        return destination == "document";
    }
    if request.initiator.kind == InitiatorKind::Parser {
        return false;
    }
    // Without the browser's word: a page of another site, sent for by this one, is a frame.
    let referer = request.header("referer").map(|url| registrable_domain(&host_of(url)));
    referer.is_none_or(|r| r != site || registrable_domain(&host_of(&request.url)) == site)
}

/// A page without requests, if the file tells its address.
fn skipped(page: Page) -> Option<SkippedPage> {
    let reason = "the HAR file has no requests of it".to_owned();
    is_web(&page.title).then_some(SkippedPage { url: page.title, reason })
}

fn is_web(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

fn visit(number: usize, mut group: Group) -> Visit {
    group.rows.sort_by_key(|(moment, _)| *moment);
    let (started, _) = group.start();
    let ended = group.rows.iter().map(|((at, _), row)| ms(started, *at) + row.took_ms);
    let ended = ended.fold(0.0, f64::max);
    let mut requests = in_order(started, std::mem::take(&mut group.rows));
    let document = mark_document(&mut requests);
    let page = document
        .first()
        .map_or_else(|| address(&group.page, &requests), |at| requests[*at].url.clone());
    let last = document.last().map(|at| &requests[*at]);
    let final_url = last.map_or_else(|| page.clone(), |request| request.url.clone());
    let title = if is_web(&group.page.title) { String::new() } else { group.page.title };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let duration_ms = ended.clamp(0.0, 1e15) as u64;
    Visit {
        id: VisitId::numbered(number),
        site: registrable_domain(&host_of(&final_url)),
        signals: document.first().map(|at| signals(&requests[*at])).unwrap_or_default(),
        outcome: last.map(outcome).unwrap_or_default(),
        state: ConsentState::Unknown,
        started: Some(started),
        coverage: Coverage { tap: requests.len() as u64, ledger: None, missing: Vec::new() },
        page,
        final_url,
        title,
        duration_ms,
        requests,
        ..Visit::default()
    }
}

/// Milliseconds from the start of a visit.
fn ms(started: Timestamp, at: Timestamp) -> f64 {
    at.duration_since(started).as_secs_f64() * 1000.0
}

/// The requests of sorted rows: numbered, timed from the start, redirects linked.
fn in_order(started: Timestamp, rows: Vec<(Moment, Row)>) -> Vec<Request> {
    let mut redirects = Redirects::default();
    let mut requests = Vec::with_capacity(rows.len());
    for ((at, _), mut row) in rows {
        row.request.id = RequestId::numbered(requests.len() + 1);
        row.request.time_ms = ms(started, at);
        for frame in &mut row.request.websocket {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970")]
            let from = started.as_millisecond() as f64;
            frame.time_ms = (frame.time_ms - from).max(row.request.time_ms);
        }
        redirects.link(&mut row);
        requests.push(row.request);
    }
    requests
}

/// Links each hop of a redirect to the one before.
#[derive(Default)]
struct Redirects {
    /// Where an answer sent the browser, and whose answer it was.
    expected: HashMap<String, RequestId>,
}

impl Redirects {
    fn link(&mut self, row: &mut Row) {
        if let Some(before) = self.expected.remove(&row.request.url) {
            row.request.redirected_from = Some(before);
            let initiator = std::mem::take(&mut row.request.initiator);
            row.request.initiator = Initiator { kind: InitiatorKind::Redirect, ..initiator };
        }
        if let Some(target) = row.redirect.take() {
            self.expected.insert(target, row.request.id.clone());
        }
    }
}

/// Finds the hops of the page's own document and marks their frame as the top one.
fn mark_document(requests: &mut [Request]) -> Vec<usize> {
    let Some(first) = requests.iter().position(|request| is_navigation(request, "")) else {
        return Vec::new();
    };
    let mut hops = vec![first];
    for at in first + 1..requests.len() {
        let before = &requests[hops[hops.len() - 1]].id;
        if requests[at].redirected_from.as_ref() == Some(before) {
            hops.push(at);
        }
    }
    for at in &hops {
        requests[*at].kind = ResourceKind::Document;
        requests[*at].frame.top = true;
        requests[*at].frame.url.clone_from(&requests[*at].url);
    }
    hops
}

/// The page's address where its document is not in the file.
fn address(page: &Page, requests: &[Request]) -> String {
    let referer = requests.iter().find_map(|r| r.header("referer").filter(|url| is_web(url)));
    match referer {
        _ if is_web(&page.title) => page.title.clone(),
        Some(url) => url.to_owned(),
        None => requests.first().map(|request| request.url.clone()).unwrap_or_default(),
    }
}

fn signals(document: &Request) -> Signals {
    let is_on = |name| document.header(name) == Some("1");
    Signals { gpc: is_on("sec-gpc"), dnt: is_on("dnt") }
}

/// Whether the page came, by the last answer to its document.
fn outcome(document: &Request) -> Outcome {
    let message = match (&document.response, &document.blocked) {
        (Some(response), _) if response.status < 400 => return Outcome::Loaded,
        (Some(response), _) => format!("the server answered {}", response.status),
        (None, Some(blocked)) => blocked.reason.clone(),
        (None, None) => "no answer is recorded".to_owned(),
    };
    Outcome::Failed { message: format!("{}: {message}", document.url) }
}
