//! The ledger: Chromium's own netlog against the tap.
//!
//! The network stack keeps an account of every request (trace category `netlog`).
//! It is one account per browser, so it is compared over all of the browser's
//! visits at once: a multiset difference by method and address. What the ledger
//! has and the tap has not is missing, and is put down to the visit that was open
//! then on that site; an ambiguous row to every candidate.
//!
//! Left out by rule: the browser's own traffic (no top-level site, or the address that
//! it was pointed at so that it reaches nobody; its start page; update checks of service
//! workers), answers from the cache (no connection was asked for), data and blob addresses.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::arguments::NOWHERE;
use super::{LedgerReport, TabId};
use crate::model::{Coverage, MissingRequest, Request, host_of, registrable_domain};

/// A cache hit that the ledger saw on the network must lie this close, in seconds.
const CACHE_SLACK_S: f64 = 5.0;
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

/// Requests as the network stack counted them.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: Vec<Entry>,
    /// The last hop of each source; a redirect starts the same source again.
    last: HashMap<(u64, String), usize>,
    /// Sources that are the browser's own update checks of service workers.
    update_checks: HashSet<(u64, String)>,
    unreadable: usize,
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

/// One visit as the tap saw it.
#[derive(Debug)]
pub(super) struct TabAccount {
    pub(super) id: TabId,
    /// The browser's monotonic seconds at `time_ms` 0, if anything was sent.
    pub(super) origin_s: Option<f64>,
    /// How long the visit lasted, in seconds.
    pub(super) lasted_s: f64,
    pub(super) rows: Vec<Row>,
    /// Registrable domains of the documents that were open in it.
    pub(super) sites: Vec<String>,
}

/// One request as far as the comparison needs it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) time_s: f64,
    pub(super) sent: bool,
}

impl TabAccount {
    pub(super) fn new(
        id: TabId,
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
        Self { id, origin_s, lasted_s, rows: rows.collect(), sites }
    }

    fn was_open(&self, at_s: f64) -> bool {
        self.origin_s
            .is_some_and(|from| at_s >= from - 1.0 && at_s <= from + self.lasted_s + TAIL_S)
    }
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    params: Chunk<'a>,
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    value: Vec<TraceEvent<'a>>,
}

#[derive(Deserialize)]
struct TraceEvent<'a> {
    #[serde(borrow, default)]
    name: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    ph: std::borrow::Cow<'a, str>,
    #[serde(default)]
    ts: f64,
    #[serde(default)]
    pid: u64,
    #[serde(default)]
    id2: Option<LocalId>,
    #[serde(borrow, default)]
    args: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct LocalId {
    #[serde(default)]
    local: String,
}

#[derive(Deserialize)]
struct Alive {
    params: AliveParams,
}

#[derive(Deserialize)]
struct AliveParams {
    #[serde(default)]
    traffic_annotation: u64,
}

#[derive(Deserialize)]
struct StartJob {
    params: StartJobParams,
}

#[derive(Deserialize)]
struct StartJobParams {
    method: String,
    url: String,
    #[serde(default)]
    network_isolation_key: String,
}

impl Ledger {
    /// Reads one `Tracing.dataCollected` message.
    pub(super) fn read(&mut self, message: &str) {
        let Ok(message) = serde_json::from_str::<Message<'_>>(message) else {
            self.unreadable += 1;
            return;
        };
        for event in message.params.value {
            let Some(source) = event.id2.map(|id| (event.pid, id.local)) else { continue };
            match (&*event.name, &*event.ph) {
                ("REQUEST_ALIVE", "b") => self.note_purpose(source, event.args),
                ("URL_REQUEST_START_JOB", "b") => self.start(source, event.ts, event.args),
                // Asking for a connection is what a cache hit never does.
                ("HTTP_STREAM_REQUEST", "b") => {
                    if let Some(&entry) = self.last.get(&source) {
                        self.entries[entry].network = true;
                    }
                }
                _ => {}
            }
        }
    }

    fn note_purpose(&mut self, source: (u64, String), args: Option<&RawValue>) {
        let alive = args.and_then(|args| serde_json::from_str::<Alive>(args.get()).ok());
        // The trace gives a source's name to another one when it has ended.
        self.last.remove(&source);
        if alive.is_some_and(|alive| alive.params.traffic_annotation == UPDATE_CHECK) {
            self.update_checks.insert(source);
        } else {
            self.update_checks.remove(&source);
        }
    }

    fn start(&mut self, source: (u64, String), ts: f64, args: Option<&RawValue>) {
        let job = args.and_then(|args| serde_json::from_str::<StartJob>(args.get()).ok());
        let Some(StartJob { params }) = job else {
            self.unreadable += 1;
            return;
        };
        if self.update_checks.contains(&source) {
            return;
        }
        self.last.insert(source, self.entries.len());
        self.entries.push(Entry {
            method: params.method,
            url: comparable(&params.url),
            time_s: ts / 1e6,
            site: top_site(&params.network_isolation_key),
            network: false,
        });
    }

    /// What the tap missed, per tab.
    pub(super) fn compare(&self, tabs: &[TabAccount]) -> LedgerReport {
        let mut report = LedgerReport::default();
        for tab in tabs {
            let tap = tab.rows.iter().filter(|row| row.sent).count() as u64;
            report.coverage.insert(tab.id, Coverage { tap, ledger: Some(0), missing: vec![] });
        }
        if self.unreadable > 0 {
            report.gaps.push(format!("{} entries of the ledger were unreadable", self.unreadable));
        }
        let pairs = Pairs::of(tabs);
        for (key, entries) in self.by_key() {
            for (entry, seen_by) in pairs.pair(key, &entries) {
                let owners = match seen_by {
                    Some(tab) => vec![tab],
                    None => candidates(entry, tabs),
                };
                for tab in owners {
                    let coverage = report.coverage.entry(tab).or_default();
                    *coverage.ledger.get_or_insert(0) += 1;
                    if seen_by.is_none() {
                        let (method, url) = (entry.method.clone(), entry.url.clone());
                        coverage.missing.push(MissingRequest { method, url });
                    }
                }
            }
        }
        for coverage in report.coverage.values_mut() {
            coverage.missing.sort();
        }
        report
    }

    /// Network requests of sites, by method and address, in order of time.
    fn by_key(&self) -> BTreeMap<(&str, &str), Vec<&Entry>> {
        let mut map: BTreeMap<(&str, &str), Vec<&Entry>> = BTreeMap::new();
        let own = |e: &Entry| e.url.starts_with(NOWHERE) || e.url == START_PAGE;
        let of_a_site = |e: &&Entry| !e.site.is_empty() && !own(e);
        for entry in self.entries.iter().filter(|e| e.network).filter(of_a_site) {
            map.entry((&entry.method, &entry.url)).or_default().push(entry);
        }
        for entries in map.values_mut() {
            entries.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
        }
        map
    }
}

/// The tap's rows by method and address.
struct Pairs<'a>(HashMap<(&'a str, &'a str), Vec<(TabId, &'a Row)>>);

impl<'a> Pairs<'a> {
    fn of(tabs: &'a [TabAccount]) -> Self {
        let mut map: HashMap<(&str, &str), Vec<(TabId, &Row)>> = HashMap::new();
        for tab in tabs {
            for row in &tab.rows {
                map.entry((&row.method, &row.url)).or_default().push((tab.id, row));
            }
        }
        for rows in map.values_mut() {
            rows.sort_by(|a, b| a.1.time_s.total_cmp(&b.1.time_s));
        }
        Self(map)
    }

    /// Each ledger entry of one address with the tab that saw it, if one did.
    fn pair<'e>(
        &self,
        key: (&str, &str),
        entries: &[&'e Entry],
    ) -> Vec<(&'e Entry, Option<TabId>)> {
        let rows = self.0.get(&key).map(Vec::as_slice).unwrap_or_default();
        let mut left: BTreeMap<(u64, usize), usize> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            left.insert((micros(entry.time_s), place), place);
        }
        let mut seen_by = vec![None; entries.len()];
        // Rows that were sent take the nearest entry; rows that the page was told came
        // from a cache may take one that is left, if it lies close (a revalidation).
        for sent in [true, false] {
            for (tab, row) in rows.iter().filter(|(_, row)| row.sent == sent) {
                let slack = if sent { f64::INFINITY } else { CACHE_SLACK_S };
                if let Some(place) = take_nearest(&mut left, row.time_s, slack) {
                    seen_by[place] = Some(*tab);
                }
            }
        }
        entries.iter().copied().zip(seen_by).collect()
    }
}

fn take_nearest(
    left: &mut BTreeMap<(u64, usize), usize>,
    time_s: f64,
    slack_s: f64,
) -> Option<usize> {
    let at = (micros(time_s), 0);
    let after = left.range(at..).next().map(|(key, _)| *key);
    let before = left.range(..at).next_back().map(|(key, _)| *key);
    let distance = |key: &(u64, usize)| key.0.abs_diff(at.0);
    let nearest = [before, after].into_iter().flatten().min_by_key(distance)?;
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a run are small")]
    let close = distance(&nearest) as f64 <= slack_s * 1e6;
    if close { left.remove(&nearest) } else { None }
}

fn micros(time_s: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let micros = (time_s.max(0.0) * 1e6) as u64;
    micros
}

/// The tabs that may have sent a request that the tap did not see.
fn candidates(entry: &Entry, tabs: &[TabAccount]) -> Vec<TabId> {
    let open: Vec<&TabAccount> = tabs.iter().filter(|tab| tab.was_open(entry.time_s)).collect();
    let on_site = |tab: &&&TabAccount| tab.sites.contains(&entry.site);
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
