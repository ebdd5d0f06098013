//! Which request of the ledger is which of the tap: the same method and address, the
//! nearest in time first.

use std::collections::{BTreeMap, HashMap};

use super::{Entry, Row, TabAccount};
use crate::browser::TabId;

/// A cache hit that the ledger saw on the network must lie this close, in seconds.
const CACHE_SLACK_S: f64 = 5.0;

/// The tap's rows by method and address.
pub(super) struct Pairs<'a> {
    rows: HashMap<(&'a str, &'a str), Vec<(TabId, &'a Row)>>,
    near_s: f64,
}

impl<'a> Pairs<'a> {
    /// Rows are held against entries that lie no farther from them than `near_s`.
    pub(super) fn of(tabs: &'a [TabAccount], near_s: f64) -> Self {
        let mut rows: HashMap<(&str, &str), Vec<(TabId, &Row)>> = HashMap::new();
        for tab in tabs {
            for row in &tab.rows {
                rows.entry((&row.method, &row.url)).or_default().push((tab.stay.id, row));
            }
        }
        for rows in rows.values_mut() {
            rows.sort_by(|a, b| a.1.time_s.total_cmp(&b.1.time_s));
        }
        Self { rows, near_s }
    }

    /// The entries that a tab saw, by their numbers.
    pub(super) fn pair(
        &self,
        entries: BTreeMap<(&str, &str), Vec<(u64, &Entry)>>,
    ) -> Vec<(u64, TabId)> {
        let mut seen = Vec::new();
        for (key, entries) in entries {
            if let Some(rows) = self.rows.get(&key) {
                seen.extend(self.of_one_address(rows, &entries));
            }
        }
        seen
    }

    fn of_one_address(
        &self,
        rows: &[(TabId, &Row)],
        entries: &[(u64, &Entry)],
    ) -> Vec<(u64, TabId)> {
        let mut left: BTreeMap<(u64, u64), u64> =
            entries.iter().map(|(at, entry)| ((micros(entry.time_s), *at), *at)).collect();
        let mut seen = Vec::new();
        // Rows that were sent take the nearest entry; rows that the page was told came
        // from a cache may take one that is left, if it lies close (a revalidation).
        for (sent, slack) in [(true, self.near_s), (false, CACHE_SLACK_S)] {
            for (tab, row) in rows.iter().filter(|(_, row)| row.sent == sent) {
                seen.extend(take_nearest(&mut left, row.time_s, slack).map(|at| (at, *tab)));
            }
        }
        seen
    }
}

fn take_nearest(left: &mut BTreeMap<(u64, u64), u64>, time_s: f64, slack_s: f64) -> Option<u64> {
    let at = (micros(time_s), 0);
    let after = left.range(at..).next().map(|(key, _)| *key);
    let before = left.range(..at).next_back().map(|(key, _)| *key);
    let distance = |key: &(u64, u64)| key.0.abs_diff(at.0);
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
