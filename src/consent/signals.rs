//! Consent signals on the wire: Google's `gcs` and `gcd`, as sent with its hits.

use std::collections::BTreeSet;

use super::purpose;
use crate::model::{ConsentReading, Phase, ReadingSource, Request};

/// Bodies and addresses are searched up to this length.
const LONGEST: usize = 64 * 1024;

/// Every distinct consent signal in these requests, before and after the choice; what
/// was sent while choosing is left out.
#[must_use]
pub fn wire_signals(requests: &[Request]) -> Vec<ConsentReading> {
    let mut found = BTreeSet::new();
    for request in requests.iter().filter(|r| r.phase != Phase::During && r.was_sent()) {
        let after = request.phase == Phase::After;
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let body = std::str::from_utf8(request.body_bytes()).unwrap_or("");
        for text in [query, body].into_iter().filter(|text| text.len() <= LONGEST) {
            for pair in text.split(['&', '\n', '\r']) {
                if let Some((name @ ("gcs" | "gcd"), value)) = pair.split_once('=') {
                    found.insert((name, after, value));
                }
            }
        }
    }
    let readings = found.into_iter().filter_map(|(name, after, value)| {
        let purposes = if name == "gcs" { purpose::gcs(value)? } else { purpose::gcd(value)? };
        Some(ConsentReading {
            source: ReadingSource::Signal,
            name: name.to_owned(),
            after,
            value: value.to_owned(),
            purposes: purposes.into_iter().collect(),
        })
    });
    readings.take(100).collect()
}
