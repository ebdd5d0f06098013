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
    TabAccount::new(TabId(id), 99.0, Some(100.0), 5.0, &requests)
}

fn ledger(rows: &[(&str, f64)]) -> Ledger {
    let mut ledger = Ledger::default();
    for (number, (url, at)) in rows.iter().enumerate() {
        let id = format!("0x{number}");
        ledger.read_trace(&message(&[
            ("URL_REQUEST_START_JOB", &id, at * 1e6, "GET", url, SITE),
            ("HTTP_STREAM_REQUEST", &id, at * 1e6, "", "", ""),
        ]));
    }
    ledger
}

fn closed(ledger: &mut Ledger, tabs: impl IntoIterator<Item = TabAccount>) -> LedgerReport {
    tabs.into_iter().for_each(|tab| ledger.ended(tab));
    ledger.close()
}

#[test]
fn what_the_tap_saw_is_not_missing() {
    let mut ledger = ledger(&[("https://clinic.example/", 100.0), ("https://t.example/p", 100.5)]);
    let tabs = [tab(1, &[("https://clinic.example/", 0.0), ("https://u:p@t.example/p#x", 500.0)])];
    let report = closed(&mut ledger, tabs);
    let coverage = &report.coverage[&TabId(1)];
    assert_eq!((coverage.tap, coverage.ledger), (2, Some(2)));
    assert!(coverage.is_complete());
}

#[test]
fn a_request_seen_once_and_sent_twice_is_missing_once() {
    let mut ledger = ledger(&[("https://t.example/p", 100.0), ("https://t.example/p", 101.0)]);
    let tabs = [tab(1, &[("https://clinic.example/", 0.0), ("https://t.example/p", 1000.0)])];
    let missing = &closed(&mut ledger, tabs).coverage[&TabId(1)].missing;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].url, "https://t.example/p");
}

#[test]
fn a_missing_request_goes_to_every_tab_that_may_have_sent_it() {
    let mut ledger = ledger(&[("https://t.example/q", 101.0)]);
    let on_site = ("https://clinic.example/", 0.0);
    let tabs = [tab(1, &[on_site]), tab(2, &[on_site]), tab(3, &[("https://x.example/", 0.0)])];
    let report = closed(&mut ledger, tabs);
    let missing: Vec<usize> = report.coverage.values().map(|c| c.missing.len()).collect();
    assert_eq!(missing, [1, 1, 0]);
}

#[test]
fn cache_hits_and_the_browsers_own_traffic_are_left_out() {
    let mut ledger = Ledger::default();
    let url = "https://clinic.example/a.css";
    ledger.read_trace(&message(&[("URL_REQUEST_START_JOB", "0x1", 1e8, "GET", url, SITE)]));
    ledger.read_trace(&message(&[
        ("URL_REQUEST_START_JOB", "0x2", 1e8, "GET", "https://update.example/", "null null"),
        ("HTTP_STREAM_REQUEST", "0x2", 1e8, "", "", ""),
    ]));
    let report = closed(&mut ledger, [tab(1, &[])]);
    assert_eq!(report.coverage[&TabId(1)].ledger, Some(0));
}

#[test]
fn an_unreadable_chunk_is_a_gap() {
    let mut ledger = Ledger::default();
    ledger.read_trace("{\"method\":\"Tracing.dataCollected\",\"params\":{");
    assert_eq!(closed(&mut ledger, []).gaps.len(), 1);
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
        ledger.alive((7, 4), Some(Alive { traffic_annotation: purpose }));
        ledger.read_trace(&message(&[
            ("URL_REQUEST_START_JOB", "0x4", 1e8, "GET", url, SITE),
            ("HTTP_STREAM_REQUEST", "0x4", 1e8, "", "", ""),
        ]));
    }
    let report = closed(&mut ledger, [tab(1, &[("https://clinic.example/", 0.0)])]);
    let missing = &report.coverage[&TabId(1)].missing;
    assert_eq!(missing.iter().map(|m| m.url.as_str()).collect::<Vec<_>>(), ["https://t.example/p"]);
}

fn reached(ledger: &mut Ledger, time_s: f64) {
    ledger.reaches(time_s);
}

#[test]
fn a_visit_is_judged_when_the_ledger_goes_past_its_end() {
    let mut ledger = ledger(&[("https://clinic.example/", 100.0)]);
    reached(&mut ledger, 101.0);
    ledger.ended(tab(1, &[("https://clinic.example/", 0.0)]));
    assert_eq!(ledger.settle(None).coverage.len(), 0, "its visit lasted until 105");
    reached(&mut ledger, 106.0);
    assert!(ledger.settle(None).coverage[&TabId(1)].is_complete());
    assert_eq!(ledger.close(), LedgerReport::default(), "it is judged once");
}

#[test]
fn nothing_is_missing_that_an_open_visit_may_have_sent() {
    let mut ledger = ledger(&[("https://t.example/q", 104.0)]);
    reached(&mut ledger, 110.0);
    ledger.ended(tab(1, &[("https://clinic.example/", 0.0)]));
    assert!(ledger.settle(Some(103.0)).coverage[&TabId(1)].missing.is_empty());
    // The visit that was open has it.
    let requests = [("https://t.example/q", 4000.0)];
    ledger.ended(tab(2, &requests));
    let report = ledger.settle(None);
    assert!(report.coverage[&TabId(2)].is_complete());
    assert!(!report.coverage.contains_key(&TabId(1)));
}

#[test]
fn a_request_that_no_open_visit_had_either_is_missing_in_the_end() {
    let mut ledger = ledger(&[("https://t.example/q", 104.0)]);
    reached(&mut ledger, 110.0);
    ledger.ended(tab(1, &[("https://clinic.example/", 0.0)]));
    let mut report = ledger.settle(Some(103.0));
    ledger.ended(TabAccount::new(TabId(2), 103.0, Some(106.0), 2.0, &[]));
    report.add(ledger.settle(None));
    assert_eq!(report.coverage[&TabId(1)].missing.len(), 1);
    assert!(report.coverage[&TabId(2)].missing.is_empty(), "it began later, on no site");
}

/// The same beacon in two visits at a time; the clock of the first page ran ahead.
#[test]
fn a_visit_takes_no_request_that_the_other_needs() {
    let beacon = "https://t.example/beacon";
    let mut ledger = ledger(&[(beacon, 100.5), (beacon, 103.0)]);
    reached(&mut ledger, 112.0);
    ledger.ended(tab(1, &[(beacon, 3100.0)]));
    assert!(ledger.settle(Some(102.0)).coverage[&TabId(1)].is_complete());
    let second = TabAccount::new(
        TabId(2),
        102.0,
        Some(102.0),
        8.0,
        &[Request {
            method: "GET".into(),
            url: beacon.into(),
            time_ms: 1000.0,
            ..Request::default()
        }],
    );
    ledger.ended(second);
    let report = ledger.settle(None);
    assert!(report.coverage[&TabId(2)].is_complete());
    assert!(!report.coverage.contains_key(&TabId(1)), "nothing of it was missed");
}
