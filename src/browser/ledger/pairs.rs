//! Which request of the ledger is which of the tap: the same method and address, made
//! while the visit was open. A page's own clock may run ahead, so that the time which the
//! tap gives says little; among several, the visit that ended first takes the earliest,
//! and so leaves to the others what they can take.

use std::collections::{BTreeMap, HashMap};

use super::{Entry, Row, Stay, TabAccount};
use crate::browser::TabId;

/// A cache hit that the ledger saw on the network must lie this close, in seconds.
const CACHE_SLACK_S: f64 = 5.0;

/// Entries by method and address, each with its number.
pub(super) type ByKey<'e> = BTreeMap<(&'e str, &'e str), Vec<(u64, &'e Entry)>>;

/// The entries of visits that have ended, by their numbers.
pub(super) fn of_visits(ended: &[TabAccount], entries: &ByKey<'_>) -> Vec<(u64, TabId)> {
    let mut visits: Vec<&TabAccount> = ended.iter().collect();
    visits.sort_by(|a, b| a.stay.ends_s().total_cmp(&b.stay.ends_s()));
    let mut rows: HashMap<(&str, &str), Vec<&Stay>> = HashMap::new();
    for visit in visits {
        for row in visit.rows.iter().filter(|row| row.sent) {
            rows.entry((&row.method, &row.url)).or_default().push(&visit.stay);
        }
    }
    let mut seen = Vec::new();
    for (key, entries) in entries {
        let mut left = in_order(entries);
        for stay in rows.get(key).into_iter().flatten() {
            let (since, until) = (micros(stay.since_s), micros(stay.closed_s()));
            let earliest = left.range((since, 0)..=(until, u64::MAX)).next().map(|(key, _)| *key);
            if let Some(entry) = earliest {
                left.remove(&entry);
                seen.push((entry.1, stay.id));
            }
        }
    }
    seen
}

/// Entries that nobody sent and a page was told came from the cache (a revalidation),
/// each with its visit.
pub(super) fn of_caches(cached: &[(TabId, Row)], entries: &ByKey<'_>) -> Vec<(u64, TabId)> {
    let mut rows: HashMap<(&str, &str), Vec<(TabId, f64)>> = HashMap::new();
    for (tab, row) in cached {
        rows.entry((&row.method, &row.url)).or_default().push((*tab, row.time_s));
    }
    let mut seen = Vec::new();
    for (key, entries) in entries {
        let mut left = in_order(entries);
        for (tab, time_s) in rows.get(key).into_iter().flatten() {
            seen.extend(take_nearest(&mut left, *time_s).map(|at| (at, *tab)));
        }
    }
    seen
}

/// By time.
fn in_order(entries: &[(u64, &Entry)]) -> BTreeMap<(u64, u64), ()> {
    entries.iter().map(|(at, entry)| ((micros(entry.time_s), *at), ())).collect()
}

fn take_nearest(left: &mut BTreeMap<(u64, u64), ()>, time_s: f64) -> Option<u64> {
    let at = (micros(time_s), 0);
    let after = left.range(at..).next().map(|(key, ())| *key);
    let before = left.range(..at).next_back().map(|(key, ())| *key);
    let distance = |key: &(u64, u64)| key.0.abs_diff(at.0);
    let nearest = [before, after].into_iter().flatten().min_by_key(distance)?;
    let close = distance(&nearest) <= micros(CACHE_SLACK_S);
    close.then(|| left.remove(&nearest)).map(|_| nearest.1)
}

fn micros(time_s: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let micros = (time_s.max(0.0) * 1e6) as u64;
    micros
}
