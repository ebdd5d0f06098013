//! What counts as missing, and whose it is.

use super::*;

const SITE: &str = "https://clinic.example https://clinic.example";

fn message(events: &[(&str, &str, f64, &str, &str, &str)]) -> String {
    let events: Vec<String> = events
        .iter()
        .map(|(name, id, ts, method, url, key)| {
            format!(
                r#"{{"cat":"netlog","name":"{name}","ph":"b","ts":{ts},"pid":7,"id2":{{"local":"{id}"}},"args":{{"params":{{"method":"{method}","url":"{url}","network_isolation_key":"{key}"}},"source_type":"URL_REQUEST"}}}}"#
            )
        })
        .collect();
    format!(r#"{{"method":"Tracing.dataCollected","params":{{"value":[{}]}}}}"#, events.join(","))
}

fn tab(id: u64, requests: &[(&str, f64)]) -> TabAccount {
    let requests: Vec<Request> = requests
        .iter()
        .map(|(url, time_ms)| Request {
            method: "GET".into(),
            url: (*url).into(),
            time_ms: *time_ms,
            ..Request::default()
        })
        .collect();
    TabAccount::new(TabId(id), Some(100.0), 5.0, &requests)
}

fn ledger(rows: &[(&str, f64)]) -> Ledger {
    let mut ledger = Ledger::default();
    for (number, (url, at)) in rows.iter().enumerate() {
        let id = format!("0x{number}");
        ledger.read(&message(&[
            ("URL_REQUEST_START_JOB", &id, at * 1e6, "GET", url, SITE),
            ("HTTP_STREAM_REQUEST", &id, at * 1e6, "", "", ""),
        ]));
    }
    ledger
}

#[test]
fn what_the_tap_saw_is_not_missing() {
    let ledger = ledger(&[("https://clinic.example/", 100.0), ("https://t.example/p", 100.5)]);
    let tabs = [tab(1, &[("https://clinic.example/", 0.0), ("https://u:p@t.example/p#x", 500.0)])];
    let report = ledger.compare(&tabs);
    let coverage = &report.coverage[&TabId(1)];
    assert_eq!((coverage.tap, coverage.ledger), (2, Some(2)));
    assert!(coverage.is_complete());
}

#[test]
fn a_request_seen_once_and_sent_twice_is_missing_once() {
    let ledger = ledger(&[("https://t.example/p", 100.0), ("https://t.example/p", 101.0)]);
    let tabs = [tab(1, &[("https://clinic.example/", 0.0), ("https://t.example/p", 1000.0)])];
    let missing = &ledger.compare(&tabs).coverage[&TabId(1)].missing;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].url, "https://t.example/p");
}

#[test]
fn a_missing_request_goes_to_every_tab_that_may_have_sent_it() {
    let ledger = ledger(&[("https://t.example/q", 101.0)]);
    let on_site = ("https://clinic.example/", 0.0);
    let tabs = [tab(1, &[on_site]), tab(2, &[on_site]), tab(3, &[("https://x.example/", 0.0)])];
    let report = ledger.compare(&tabs);
    let missing: Vec<usize> = report.coverage.values().map(|c| c.missing.len()).collect();
    assert_eq!(missing, [1, 1, 0]);
}

#[test]
fn cache_hits_and_the_browsers_own_traffic_are_left_out() {
    let mut ledger = Ledger::default();
    let url = "https://clinic.example/a.css";
    ledger.read(&message(&[("URL_REQUEST_START_JOB", "0x1", 1e8, "GET", url, SITE)]));
    ledger.read(&message(&[
        ("URL_REQUEST_START_JOB", "0x2", 1e8, "GET", "https://update.example/", "null null"),
        ("HTTP_STREAM_REQUEST", "0x2", 1e8, "", "", ""),
    ]));
    let report = ledger.compare(&[tab(1, &[])]);
    assert_eq!(report.coverage[&TabId(1)].ledger, Some(0));
}

#[test]
fn an_unreadable_chunk_is_a_gap() {
    let mut ledger = Ledger::default();
    ledger.read("{\"method\":\"Tracing.dataCollected\",\"params\":{");
    assert_eq!(ledger.compare(&[]).gaps.len(), 1);
}

/// Both values were read from a trace of Chromium 156.
#[test]
fn annotations_hash_as_chromium_does() {
    assert_eq!(annotation("blink_resource_loader"), 101_845_102);
    assert_eq!(annotation("navigation_url_loader"), 63_171_670);
}

/// The trace names sources by small numbers and uses them again.
#[test]
fn an_update_check_does_not_hide_the_next_request_of_that_name() {
    let mut ledger = Ledger::default();
    for (purpose, url) in
        [(UPDATE_CHECK, "https://clinic.example/sw.js"), (1, "https://t.example/p")]
    {
        let args = format!(r#"{{"params":{{"traffic_annotation":{purpose}}}}}"#);
        ledger.note_purpose((7, "0x4".into()), Some(&RawValue::from_string(args).unwrap()));
        ledger.read(&message(&[
            ("URL_REQUEST_START_JOB", "0x4", 1e8, "GET", url, SITE),
            ("HTTP_STREAM_REQUEST", "0x4", 1e8, "", "", ""),
        ]));
    }
    let report = ledger.compare(&[tab(1, &[("https://clinic.example/", 0.0)])]);
    let missing = &report.coverage[&TabId(1)].missing;
    assert_eq!(missing.iter().map(|m| m.url.as_str()).collect::<Vec<_>>(), ["https://t.example/p"]);
}
