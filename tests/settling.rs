//! What a visit waits for: pixels on timers, in frames and workers, on scrolling, on the
//! first sign of a person, and on leaving.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and tell its times"
)]

use std::time::{Duration, Instant};

use pixelwarden::browser::BrowserKind;
use pixelwarden::crawl::{self, Options};
use pixelwarden::lab::{Lab, LabOptions, hosts, timing};
use pixelwarden::model::ConsentState;

/// Visits the page once, staying `page_time`; the pixels that arrived, and those that the
/// capture has.
async fn visit(kind: BrowserKind, page_time: Duration) -> (Vec<String>, Vec<String>) {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let mut options = Options::new(vec![lab.url(hosts::TIMING, "/").parse().unwrap()]);
    options.states = vec![ConsentState::BeforeChoice.into()];
    options.max_pages = 1;
    options.launch.kind = kind;
    options.settle.page_time = page_time;
    let clock = Instant::now();
    let capture = crawl::to_memory(&options).await.unwrap();
    let log = lab.log();
    lab.stop().await;
    let visit = &capture.visits[0];
    assert!(visit.outcome.is_loaded(), "{:?}", visit.outcome);
    assert_eq!(capture.manifest.run.gaps, Vec::<String>::new());
    assert_eq!(visit.coverage.missing, [], "in the ledger and not recorded");
    assert_eq!(visit.collected.failures, [], "collectors work although the clock stands");
    let fired = timing::fired(&log);
    println!(
        "{kind:?}, page time {} s: {} pixels, visit {} ms, run {} ms",
        page_time.as_secs(),
        fired.len(),
        visit.duration_ms,
        clock.elapsed().as_millis()
    );
    let captured = visit.requests.iter().filter(|request| request.was_sent());
    let mut captured: Vec<String> = captured
        .filter_map(|request| {
            Some(request.url.split_once("/t/")?.1.strip_suffix(".gif")?.to_owned())
        })
        .collect();
    captured.sort();
    captured.dedup();
    (fired, captured)
}

fn check(fired: &[String], captured: &[String]) {
    let missed: Vec<&&str> =
        timing::OF_A_VISIT.iter().filter(|name| !fired.contains(&(**name).to_owned())).collect();
    assert!(missed.is_empty(), "did not fire: {missed:?}");
    let more: Vec<&&str> = timing::OF_MORE_THAN_A_VISIT
        .iter()
        .filter(|name| fired.contains(&(**name).to_owned()))
        .collect();
    assert!(more.is_empty(), "nobody clicks, types or touches: {more:?}");
    assert_eq!(fired, captured, "what arrived is what was captured");
}

#[tokio::test(flavor = "multi_thread")]
async fn pixels_that_wait_are_waited_for() {
    let (fired, captured) = visit(BrowserKind::Auto, Duration::from_secs(15)).await;
    check(&fired, &captured);
}

#[tokio::test(flavor = "multi_thread")]
async fn full_chromium_waits_as_well() {
    let (fired, captured) = visit(BrowserKind::Chromium, Duration::from_secs(15)).await;
    check(&fired, &captured);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_stay_catches_later_pixels() {
    let (fired, captured) = visit(BrowserKind::Auto, Duration::from_secs(35)).await;
    assert!(fired.contains(&"timer-30000".to_owned()), "{fired:?}");
    assert_eq!(fired, captured);
}
