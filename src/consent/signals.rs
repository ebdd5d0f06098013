//! Consent signals on the wire: Google's `gcs` and `gcd`, as sent with its hits.

use std::collections::BTreeSet;

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
        let purposes = if name == "gcs" { gcs(value)? } else { gcd(value)? };
        Some(ConsentReading {
            source: ReadingSource::Signal,
            name: name.to_owned(),
            after,
            value: value.to_owned(),
            purposes: purposes.into_iter().map(|(n, granted)| (n.to_owned(), granted)).collect(),
        })
    });
    readings.take(100).collect()
}

/// `G1` + ad storage + analytics storage, each `0` denied, `1` granted, `-` not set.
fn gcs(value: &str) -> Option<Vec<(&'static str, bool)>> {
    let [b'G', b'1', states @ ..] = value.as_bytes() else { return None };
    let names = ["ad_storage", "analytics_storage"];
    let states = states.iter().zip(names).filter_map(|(state, name)| match state {
        b'0' => Some((name, false)),
        b'1' => Some((name, true)),
        _ => None,
    });
    Some(states.collect())
}

/// `1`, then two characters per type. The second of them holds the default (bits 2-3)
/// and the update (bits 0-1): 2 denied, 3 granted; the update counts before the default.
fn gcd(value: &str) -> Option<Vec<(&'static str, bool)>> {
    let names = ["ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"];
    let (b'1', pairs) = value.as_bytes().split_first()? else { return None };
    let states = pairs.chunks_exact(2).zip(names).filter_map(|(pair, name)| {
        let number = six_bits(*pair.get(1)?)?;
        let states = [number & 3, number >> 2 & 3];
        states.into_iter().find(|state| *state >= 2).map(|state| (name, state == 3))
    });
    Some(states.collect())
}

fn six_bits(character: u8) -> Option<u8> {
    Some(match character {
        b'0'..=b'9' => character - b'0',
        b'a'..=b'z' => character - b'a' + 10,
        b'A'..=b'Z' => character - b'A' + 36,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
}
