//! The ledger: Chromium's own netlog against the tap.
//!
//! The network stack keeps an account of every request. A browser of ours writes it into
//! a pipe (`netlog`), one behind a grid hands it over as a trace (`trace`). It is one
//! account per browser, so it is compared as a multiset by method and address. What the
//! ledger has and the tap has not is missing, and is put down to the visit that was open
//! then on that site; an ambiguous row to every candidate.
//!
//! Left out by rule: the browser's own traffic (no top-level site, or the address that
//! it was pointed at so that it reaches nobody; its start page; update checks of service
//! workers), answers from the cache (no connection was asked for), data and blob addresses.

mod netlog;
mod pairs;
mod trace;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::mem::take;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::arguments::NOWHERE;
use super::{LedgerReport, TabId};
use crate::model::{Coverage, MissingRequest, Request, host_of, registrable_domain};
pub(super) use netlog::Pipe;
use pairs::ByKey;

/// Chromium names the purpose of each request by a hash of its annotation's name. This
/// one re-reads a service worker's script to see whether it has changed; no page asks for
/// it, and no target is told of it.
const UPDATE_CHECK: u64 = annotation("service_worker_update_checker");
/// What Debian's full Chromium opens in its own first window, before any of ours is there.
const START_PAGE: &str = "https://start.duckduckgo.com/";
/// A request may leave this long after its visit ended, in seconds.
const TAIL_S: f64 = 10.0;

/// Longer addresses are shortened.
const LONGEST_URL: usize = 8 << 10;

/// Names a request in the network stack: process and number.
type Source = (u64, u64);

/// Requests as the network stack counted them, and the visits that made them, as far as
/// the two were not held against each other yet.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// In the order that they came in.
    entries: BTreeMap<u64, Entry>,
    next: u64,
    /// The last hop of each source; a redirect starts the same source again.
    last: HashMap<Source, u64>,
    /// Sources that are the browser's own update checks of service workers.
    update_checks: HashSet<Source>,
    /// How far the account goes, in the browser's monotonic seconds.
    reaches_s: f64,
    unreadable: usize,
    ended: Vec<TabAccount>,
    /// Where and when visits were that have been settled.
    settled: Vec<Stay>,
    /// What pages were told came from a cache, while an entry for it may still be left.
    cached: Vec<(TabId, Row)>,
}

#[derive(Debug, Clone)]
struct Entry {
    method: String,
    url: String,
    /// The browser's monotonic clock, in seconds.
    time_s: f64,
    /// The top-level site that it was made under; empty for the browser's own.
    site: String,
    /// A connection was asked for.
    network: bool,
}

impl Entry {
    /// A request that a site made and that went to the network.
    fn counts(&self) -> bool {
        let own = self.url.starts_with(NOWHERE) || self.url == START_PAGE;
        self.network && !self.site.is_empty() && !own
    }
}

/// Where and when a visit was.
#[derive(Debug, Clone)]
struct Stay {
    id: TabId,
    /// How far the ledger went when the visit began.
    since_s: f64,
    /// The browser's monotonic seconds at `time_ms` 0, if anything was sent.
    origin_s: Option<f64>,
    /// How long the visit lasted, in seconds.
    lasted_s: f64,
    /// Registrable domains of the documents that were open in it.
    sites: Vec<String>,
}

/// One visit as the tap saw it.
#[derive(Debug)]
pub(super) struct TabAccount {
    stay: Stay,
    rows: Vec<Row>,
}

/// One request as far as the comparison needs it.
#[derive(Debug, Clone)]
struct Row {
    method: String,
    url: String,
    time_s: f64,
    sent: bool,
}

impl TabAccount {
    pub(super) fn new(
        id: TabId,
        since_s: f64,
        origin_s: Option<f64>,
        lasted_s: f64,
        requests: &[Request],
    ) -> Self {
        let origin = origin_s.unwrap_or_default();
        let rows = requests.iter().map(|request| Row {
            method: request.method.clone(),
            url: comparable(&request.url),
            time_s: origin + request.time_ms / 1000.0,
            sent: request.was_sent(),
        });
        let documents = requests.iter().flat_map(|r| [&r.frame.url, &r.url]);
        let mut sites: Vec<String> =
            documents.map(|url| registrable_domain(&host_of(url))).collect();
        sites.sort_unstable();
        sites.dedup();
        Self { stay: Stay { id, since_s, origin_s, lasted_s, sites }, rows: rows.collect() }
    }
}

impl Stay {
    fn was_open(&self, at_s: f64) -> bool {
        self.origin_s
            .is_some_and(|from| at_s >= from - 1.0 && at_s <= from + self.lasted_s + TAIL_S)
    }

    fn ends_s(&self) -> f64 {
        self.origin_s.unwrap_or(self.since_s) + self.lasted_s
    }

    /// Nothing is put down to it that was sent later.
    fn closed_s(&self) -> f64 {
        self.ends_s() + TAIL_S
    }
}

#[derive(Deserialize)]
struct Alive {
    #[serde(default)]
    traffic_annotation: u64,
}

#[derive(Deserialize)]
struct StartJob {
    method: String,
    url: String,
    #[serde(default)]
    network_isolation_key: String,
}

/// What the network stack tells, in the order that it happened.
impl Ledger {
    /// A request begins, for a purpose.
    fn alive(&mut self, source: Source, alive: Option<Alive>) {
        // A trace gives a source's name to another one when it has ended.
        self.last.remove(&source);
        if alive.is_some_and(|alive| alive.traffic_annotation == UPDATE_CHECK) {
            self.update_checks.insert(source);
        } else {
            self.update_checks.remove(&source);
        }
    }

    /// It is over.
    fn over(&mut self, source: Source) {
        self.last.remove(&source);
        self.update_checks.remove(&source);
    }

    /// Its first address, or the next one after a redirect.
    fn start(&mut self, source: Source, time_s: f64, job: StartJob) {
        if self.update_checks.contains(&source) {
            return;
        }
        self.last.insert(source, self.next);
        let entry = Entry {
            method: job.method,
            url: comparable(&job.url),
            time_s,
            site: top_site(&job.network_isolation_key),
            network: false,
        };
        self.entries.insert(self.next, entry);
        self.next += 1;
    }

    /// It asks for a connection, which a cache hit never does.
    fn connects(&mut self, source: Source) {
        if let Some(entry) = self.last.get(&source).and_then(|at| self.entries.get_mut(at)) {
            entry.network = true;
        }
    }

    /// Everything up to this time has been told.
    fn reaches(&mut self, time_s: f64) {
        self.reaches_s = self.reaches_s.max(time_s);
    }
}

impl Ledger {
    /// How far the account goes, in the browser's monotonic seconds.
    pub(super) fn reaches_s(&self) -> f64 {
        self.reaches_s
    }

    /// A visit has ended.
    pub(super) fn ended(&mut self, account: TabAccount) {
        self.ended.push(account);
    }

    /// What the tap missed of the visits that have ended since it was last asked, as far
    /// as the account goes; nothing of them is kept afterwards. `open_since_s` is since
    /// when visits are open that have not ended.
    pub(super) fn settle(&mut self, open_since_s: Option<f64>) -> LedgerReport {
        let until_s = self.reaches_s;
        self.settle_until(until_s, open_since_s.unwrap_or(f64::INFINITY))
    }

    /// [`Ledger::settle`] when all has been told.
    pub(super) fn close(&mut self) -> LedgerReport {
        self.settle_until(f64::INFINITY, f64::INFINITY)
    }

    fn settle_until(&mut self, until_s: f64, open_since_s: f64) -> LedgerReport {
        let mut report = LedgerReport::default();
        let (due, waiting): (Vec<_>, Vec<_>) =
            take(&mut self.ended).into_iter().partition(|tab| tab.stay.ends_s() <= until_s);
        let undecided_s = waiting.iter().map(|tab| tab.stay.since_s).fold(open_since_s, f64::min);
        self.ended = waiting;
        for tab in &due {
            let tap = tab.rows.iter().filter(|row| row.sent).count() as u64;
            report.coverage.insert(tab.stay.id, Coverage { tap, ledger: Some(0), missing: vec![] });
        }
        for (at, tab) in pairs::of_visits(&due, &by_key(&self.entries)) {
            self.entries.remove(&at);
            report.count(tab);
        }
        for TabAccount { stay, rows } in due {
            let cached = rows.into_iter().filter(|row| !row.sent);
            self.cached.extend(cached.map(|row| (stay.id, row)));
            self.settled.push(stay);
        }
        self.miss(undecided_s.min(until_s), &mut report);
        if self.unreadable > 0 {
            let many = take(&mut self.unreadable);
            report.gaps.push(format!("{many} entries of the ledger were unreadable"));
        }
        report
    }

    /// What nobody saw and nobody can still have seen.
    fn miss(&mut self, before_s: f64, report: &mut LedgerReport) {
        let (left, mut decided): (BTreeMap<_, _>, BTreeMap<_, _>) =
            take(&mut self.entries).into_iter().partition(|(_, entry)| entry.time_s >= before_s);
        self.entries = left;
        for (at, tab) in pairs::of_caches(&self.cached, &by_key(&decided)) {
            decided.remove(&at);
            report.count(tab);
        }
        self.cached.retain(|(_, row)| row.time_s >= before_s);
        for entry in decided.into_values().filter(Entry::counts) {
            for tab in candidates(&entry, &self.settled) {
                let coverage = report.count(tab);
                let (method, url) = (entry.method.clone(), entry.url.clone());
                coverage.missing.push(MissingRequest { method, url });
            }
        }
        for coverage in report.coverage.values_mut() {
            coverage.missing.sort();
        }
    }
}

impl LedgerReport {
    /// One more request that the ledger has of a tab.
    fn count(&mut self, tab: TabId) -> &mut Coverage {
        let coverage = self.coverage.entry(tab).or_default();
        *coverage.ledger.get_or_insert(0) += 1;
        coverage
    }
}

/// Network requests of sites, by method and address.
fn by_key(entries: &BTreeMap<u64, Entry>) -> ByKey<'_> {
    let mut map = ByKey::new();
    for (at, entry) in entries.iter().filter(|(_, entry)| entry.counts()) {
        map.entry((&*entry.method, &*entry.url)).or_default().push((*at, entry));
    }
    map
}

/// The tabs that may have sent a request that the tap did not see.
fn candidates(entry: &Entry, tabs: &[Stay]) -> Vec<TabId> {
    let open: Vec<&Stay> = tabs.iter().filter(|tab| tab.was_open(entry.time_s)).collect();
    let on_site = |tab: &&&Stay| tab.sites.contains(&entry.site);
    let likely: Vec<TabId> = open.iter().filter(on_site).map(|tab| tab.id).collect();
    match (likely.is_empty(), open.is_empty()) {
        (false, _) => likely,
        (true, false) => open.iter().map(|tab| tab.id).collect(),
        // After everything: whoever was on that site, else everyone. Never nobody.
        (true, true) => {
            let ever: Vec<TabId> =
                tabs.iter().filter(|t| t.sites.contains(&entry.site)).map(|t| t.id).collect();
            if ever.is_empty() { tabs.iter().map(|tab| tab.id).collect() } else { ever }
        }
    }
}

/// Chromium's hash of an annotation's name (`traffic_annotation.h`).
const fn annotation(name: &str) -> u64 {
    let mut hash = 0;
    let mut at = 0;
    while at < name.len() {
        hash = (hash * 31 + name.as_bytes()[at] as u64) % 138_003_713;
        at += 1;
    }
    hash
}

/// The registrable domain of a key such as `https://a.example https://b.example`.
fn top_site(network_isolation_key: &str) -> String {
    let top = network_isolation_key.split_whitespace().next().unwrap_or_default();
    if top.starts_with("http") { registrable_domain(&host_of(top)) } else { String::new() }
}

/// An address as both sides can write it: no fragment, no credentials.
fn comparable(url: &str) -> String {
    let without_fragment = url.split_once('#').map_or(url, |(before, _)| before);
    let Some((scheme, rest)) = without_fragment.split_once("://") else {
        return without_fragment.to_owned();
    };
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    shortened(format!("{scheme}://{host}{path}"))
}

/// Both accounts last as long as the browser: of a very long address they keep the start
/// and a hash of the whole.
fn shortened(url: String) -> String {
    if url.len() <= LONGEST_URL {
        return url;
    }
    let start: String = url.chars().take(LONGEST_URL / 4).collect();
    format!("{start}…{}", hex::encode(Sha256::digest(url)))
}

#[cfg(test)]
mod tests;
