//! Which of the user's lists would have stopped what was seen, product by product.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use super::words;
use crate::detect::ListUsed;

/// Products and lists.
#[derive(Debug, Default)]
pub(crate) struct Stops<'a> {
    /// The lists that something is stopped by, in the user's order.
    pub(crate) lists: Vec<&'a ListUsed>,
    /// Products by the number of their requests, the most first.
    pub(crate) rows: Vec<Row<'a>>,
}

/// The requests of one product.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) product: &'a str,
    pub(crate) requests: usize,
    /// How many of them each list would have stopped.
    pub(crate) stopped: Vec<usize>,
}

impl<'a> Stops<'a> {
    pub(crate) fn of(report: &Report<'a>) -> Self {
        let lists = report.detected.lists.iter().filter(|list| !list.blocker.is_empty());
        let lists: Vec<&ListUsed> = lists.collect();
        let mut rows: BTreeMap<&str, Row<'a>> = BTreeMap::new();
        let mut counted = BTreeSet::new();
        for detection in report.detected.detections.iter().filter(|_| !lists.is_empty()) {
            let product = detection.product.as_str();
            let Some(request) = &detection.request else { continue };
            // A batch holds many events, and is one request.
            if detection.stored.is_some() || !counted.insert((product, &detection.visit, request)) {
                continue;
            }
            let new = || Row { product, requests: 0, stopped: vec![0; lists.len()] };
            let row = rows.entry(product).or_insert_with(new);
            row.requests += 1;
            for (count, list) in row.stopped.iter_mut().zip(&lists) {
                *count += usize::from(detection.stopped_by.contains(&list.name));
            }
        }
        let mut rows: Vec<Row<'a>> = rows.into_values().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.requests));
        Self { lists, rows }
    }
}

impl Row<'_> {
    /// What one list would have stopped, in words: `all 12`, `3 of 12`, `none`.
    pub(crate) fn words(&self, list: usize) -> String {
        match self.stopped.get(list).copied().unwrap_or_default() {
            0 => "none".to_owned(),
            all if all == self.requests => format!("all {}", words::thousands(all)),
            some => format!("{} of {}", words::thousands(some), words::thousands(self.requests)),
        }
    }
}

/// A list with its version, as a report names it.
pub(crate) fn named(list: &ListUsed) -> String {
    format!("{} {}", list.name, list.version).trim_end().to_owned()
}
