//! The hard page: every kind of request, compared one by one between what the
//! browser told the tap, what its network stack counted, and what the server received.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and tell its counts"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use pixelwarden::browser::{Browser, BrowserKind, LaunchOptions, Recording};
use pixelwarden::dom::{Dom, World};
use pixelwarden::lab::{Lab, LabOptions, Received, hard, hosts};
use pixelwarden::model::{
    Access, Coverage, InitiatorKind, Request, ResourceKind, Secret, Signals, TargetKind,
};

/// How long the page may take; it waits for its own 3 s timer and an 8 MB body.
const PATIENCE: Duration = Duration::from_secs(60);

/// Chromium reads these again by itself, to see whether the service worker has changed.
const UPDATE_CHECKED: [&str; 2] =
    ["GET hard.localhost/k/sw-import.js × 1", "GET hard.localhost/k/sw.js × 1"];

/// What is not held on its way, and gets no header of ours: handshakes of WebSockets, what
/// the browser loads ahead, and its look whether a service worker has changed.
const NOT_HELD: [&str; 6] = [
    "/k/speculation-prefetch.html",
    "/k/speculation-prerender.html",
    "/k/sw.js",
    "/k/sw-import.js",
    "/k/ws",
    "/k/ws-worker",
];
/// What Chromium itself sends without Global Privacy Control, questions before cross-site
/// requests beside it.
const WITHOUT_SIGNAL: [&str; 4] =
    ["/k/speculation-prefetch.html", "/k/speculation-prerender.html", "/k/ws", "/k/ws-worker"];

/// Four browsers with such a page would hold each other up.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// One visit of the hard page, from all three sides.
struct Visit {
    recording: Recording,
    coverage: Coverage,
    gaps: Vec<String>,
    log: Vec<Received>,
}

async fn visit(kind: BrowserKind) -> Visit {
    visit_with(LaunchOptions { kind, ..LaunchOptions::default() }, Signals::default()).await
}

async fn visit_with(options: LaunchOptions, signals: Signals) -> Visit {
    let _alone = ONE_AT_A_TIME.lock().await;
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let browser = Browser::launch(options).await.unwrap();
    let profile = browser.profile(signals, &[]).await.unwrap();
    let tab = profile.open().await.unwrap();
    let id = tab.id();
    let arrival = tab.navigate(&lab.url(hosts::HARD, "/"), PATIENCE).await.unwrap();
    assert!(arrival.outcome.is_loaded(), "{arrival:?}");
    let done = tab.wait_for("document.documentElement.dataset.done === 'yes'", PATIENCE).await;
    let told =
        "[document.documentElement.dataset.failures, document.documentElement.dataset.missing]";
    let told = tab.evaluate(&tab.top(), World::Main, told).await.unwrap();
    assert!(done.unwrap(), "the page did not end: {told}");
    assert_eq!(
        told,
        serde_json::json!(["", ""]),
        "what the page could not do, and what is missing"
    );
    let recording = tab.leave().await.unwrap();
    profile.close().await.unwrap();
    let report = browser.close().await.unwrap();
    let log = lab.log();
    lab.stop().await;
    Visit { recording, coverage: report.coverage[&id].clone(), gaps: report.gaps, log }
}

/// Method, host and path with query, to how often.
type Counts = BTreeMap<(String, String, String), usize>;

fn received(log: &[Received]) -> Counts {
    let mut counts = Counts::new();
    for row in log {
        let key = (row.method.clone(), row.host.clone(), row.path_and_query.clone());
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn recorded(requests: &[Request]) -> Counts {
    let mut counts = Counts::new();
    for request in requests.iter().filter(|request| request.was_sent()) {
        // A connection that was refused was tried, and reached nobody.
        if request.blocked.as_ref().is_some_and(|b| b.reason.starts_with("net::ERR_CONNECTION")) {
            continue;
        }
        *counts.entry(key(request)).or_default() += 1;
    }
    counts
}

fn key(request: &Request) -> (String, String, String) {
    let url = url::Url::parse(&request.url).unwrap();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("{}{query}", url.path());
    (request.method.clone(), url.host_str().unwrap().to_owned(), path)
}

/// Rows of `all` that `some` lacks, with how many.
fn lacking(all: &Counts, some: &Counts) -> Vec<String> {
    all.iter()
        .filter_map(|(key, count)| {
            let short = count.saturating_sub(some.get(key).copied().unwrap_or_default());
            (short > 0).then(|| format!("{} {}{} × {short}", key.0, key.1, key.2))
        })
        .collect()
}

fn find<'a>(requests: &'a [Request], path: &str) -> &'a Request {
    let found = requests.iter().find(|request| key(request).2 == path);
    found.unwrap_or_else(|| panic!("{path} is not in the recording"))
}

fn check(visit: &Visit) {
    let requests = &visit.recording.requests;
    assert_eq!(hard::differences(&visit.log), Vec::<String>::new(), "the server's log");
    let (tap, server) = (recorded(requests), received(&visit.log));
    let mut unrecorded = lacking(&server, &tap);
    unrecorded.retain(|row| !UPDATE_CHECKED.contains(&row.as_str()));
    assert_eq!(unrecorded, Vec::<String>::new(), "received and not recorded");
    assert_eq!(lacking(&tap, &server), Vec::<String>::new(), "recorded and not received");
    assert_eq!(visit.coverage.missing, [], "in the ledger and not recorded");
    assert_eq!(visit.gaps, Vec::<String>::new());
    assert_eq!(visit.recording.gaps, Vec::<String>::new());
    // The ledger alone counts what was tried: connections that were refused, and the tail
    // of a redirect into nothing. A request that is given up at once may be in the tap alone.
    let ledger = visit.coverage.ledger.unwrap();
    assert!(ledger + 1 >= visit.coverage.tap, "the ledger has {ledger} of {}", visit.coverage.tap);
    println!(
        "sent {} · tap {} · ledger {:?} · kinds {}",
        visit.log.len(),
        visit.coverage.tap,
        visit.coverage.ledger,
        hard::KINDS.len()
    );
    check_bodies(visit);
    check_redirects(requests);
    check_details(requests);
}

/// Every body that the server received is in the recording, byte for byte.
fn check_bodies(visit: &Visit) {
    for row in visit.log.iter().filter(|row| !row.body.is_empty()) {
        let same = visit.recording.requests.iter().any(|request| {
            key(request).2 == row.path_and_query
                && request.method == row.method
                && request.body_bytes() == row.body
        });
        let length = row.body.len();
        assert!(same, "the body of {} ({length} bytes) is not as received", row.path_and_query);
    }
}

fn check_redirects(requests: &[Request]) {
    let mut hop = find(requests, "/k/redirect-end.gif");
    let mut chain = Vec::new();
    while let Some(before) = &hop.redirected_from {
        hop = requests.iter().find(|request| &request.id == before).unwrap();
        let cookies: Vec<&str> = hop.response.as_ref().unwrap().set_cookies().collect();
        chain.push((hop.response.as_ref().unwrap().status, cookies.join("|")));
    }
    let expected = ["hop=third; HttpOnly", "hop=second; Path=/", "hop=first"];
    assert_eq!(chain, expected.map(|cookie| (302, cookie.to_owned())));
}

fn check_details(requests: &[Request]) {
    let fetch = find(requests, "/k/fetch.txt");
    assert_eq!(fetch.initiator.kind, InitiatorKind::Script);
    let inner = fetch.initiator.stack.first().unwrap();
    assert!(inner.url.ends_with("/hard.js") && inner.line > 1, "{inner:?}");
    let delayed = find(requests, "/k/delayed.gif");
    assert!(delayed.time_ms >= 3000.0, "{}", delayed.time_ms);

    let socket = find(requests, "/k/ws");
    assert_eq!(socket.kind, ResourceKind::WebSocket);
    let frames: Vec<(bool, bool, &str)> =
        socket.websocket.iter().map(|f| (f.sent, f.binary, f.payload.as_str())).collect();
    assert!(frames.contains(&(true, false, "text from the page")), "{frames:?}");
    assert!(frames.contains(&(true, true, "AAEC/w==")), "{frames:?}");
    assert_eq!(frames.iter().filter(|frame| !frame.0).count(), 2, "both came back");

    assert_eq!(find(requests, "/k/worker-fetch.txt").target, TargetKind::Worker);
    assert_eq!(find(requests, "/k/shared-worker-fetch.txt").target, TargetKind::SharedWorker);
    assert_eq!(find(requests, "/k/sw-install.txt").target, TargetKind::ServiceWorker);
    assert_eq!(find(requests, "/k/popup.gif").target, TargetKind::Popup);
    assert_eq!(find(requests, "/k/speculation-prerender.gif").target, TargetKind::Prerender);
    let blocked = find(requests, "/k/csp-blocked.gif").blocked.as_ref().unwrap();
    assert!(blocked.before_sending, "{blocked:?}");
    assert!(find(requests, "/k/sw/made-up.txt").response.as_ref().unwrap().from_service_worker);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_three_runs_in_a_row() {
    for _ in 0..3 {
        check(&visit(BrowserKind::Auto).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn full_chromium_is_as_complete() {
    check(&visit(BrowserKind::Chromium).await);
}

/// Holding requests to give them a header takes nothing from the capture.
#[tokio::test(flavor = "multi_thread")]
async fn a_header_for_the_site_goes_to_the_site_alone() {
    let access = Access {
        site: hosts::HARD.to_owned(),
        headers: vec![Secret::new("X-Key", "open sesame")],
        ..Access::default()
    };
    let options = LaunchOptions { access, ..LaunchOptions::default() };
    let visit = visit_with(options, Signals::default()).await;
    check(&visit);
    let has = |row: &&Received| row.header("x-key") == Some("open sesame");
    let others = visit.log.iter().filter(|row| row.host != hosts::HARD);
    assert_eq!(others.filter(has).count(), 0, "third parties that were given the header");
    let own = visit.log.iter().filter(|row| row.host == hosts::HARD && !has(row));
    let without: Vec<&str> = own.map(Received::path).filter(|p| !NOT_HELD.contains(p)).collect();
    assert_eq!(without, Vec::<&str>::new(), "requests to the site without its header");
    let given = visit.log.iter().filter(has).count();
    assert!(given > 100, "the header is on {given} requests only");
}

#[tokio::test(flavor = "multi_thread")]
async fn privacy_control_is_on_every_kind_of_request() {
    let options = LaunchOptions { privacy_control: true, ..LaunchOptions::default() };
    let gpc = Signals { gpc: true, ..Signals::default() };
    let visit = visit_with(options, gpc).await;
    check(&visit);
    let without = visit.log.iter().filter(|row| row.header("sec-gpc") != Some("1"));
    let without = without.filter(|row| row.method != "OPTIONS").map(Received::path);
    let unknown: Vec<&str> = without.filter(|path| !WITHOUT_SIGNAL.contains(path)).collect();
    assert_eq!(unknown, Vec::<&str>::new(), "requests without Sec-GPC");
    let off = visit_with(LaunchOptions::default(), Signals::default()).await;
    let with = off.log.iter().filter(|row| row.header("sec-gpc").is_some());
    assert_eq!(with.count(), 0, "requests with Sec-GPC although it is off");
}
