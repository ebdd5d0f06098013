//! What pages see of the browser, in every kind of frame, window and worker: what they
//! told, and what the server received with it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use pixelwarden::browser::{Browser, BrowserKind, Device, LaunchOptions};
use pixelwarden::crawl::{self, Options};
use pixelwarden::lab::signals::{PLACES, Told};
use pixelwarden::lab::{Lab, LabOptions, Received, hosts};
use pixelwarden::model::{ConsentState, Pass, Signals};
use tokio::sync::Mutex;

/// How long the page may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Browsers side by side start workers in processes that they else would not.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// One visit of the page: everything that the server received.
async fn visit(options: LaunchOptions, signals: Signals) -> Vec<Received> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let browser = Browser::launch(options).await.unwrap();
    let profile = browser.profile(signals, &[]).await.unwrap();
    let tab = profile.open().await.unwrap();
    let page = lab.url(hosts::SIGNALS, "/");
    assert!(tab.navigate(&page, PATIENCE).await.unwrap().outcome.is_loaded());
    let all = |log: &[Received]| {
        let told = Told::of(log);
        PLACES.iter().all(|place| told.iter().any(|t| t.place == *place))
    };
    lab.wait_for(PATIENCE, all).await;
    drop(tab.leave().await.unwrap());
    browser.close().await.unwrap();
    let log = lab.log();
    lab.stop().await;
    let told = Told::of(&log);
    let silent: Vec<&&str> =
        PLACES.iter().filter(|place| !told.iter().any(|t| t.place == **place)).collect();
    assert!(silent.is_empty(), "told nothing: {silent:?}");
    log
}

/// A window without an opener begins to load before it can be listened to, so that only
/// what the whole browser has is certain to be there.
const UNHEARD: &str = "popup-no-opener";

fn is_heard(row: &Received) -> bool {
    let referrer = row.header("referer").unwrap_or_default();
    !row.path_and_query.contains(UNHEARD) && !referrer.contains(UNHEARD)
}

/// Every place that told something other than `expected`, with what it told.
fn others(log: &[Received], property: &str, expected: &str) -> BTreeMap<String, String> {
    let told = Told::of(log);
    let others = told.iter().filter(|told| told.get(property) != expected);
    others.map(|told| (told.place.clone(), told.get(property).to_owned())).collect()
}

/// Every request whose header is other than `expected`, with what it was.
fn other_headers(log: &[Received], header: &str, expected: Option<&str>) -> Vec<String> {
    let others = log.iter().filter(|row| row.header(header) != expected);
    let shown = |row: &Received| {
        let path = row.path_and_query.split('&').next().unwrap_or_default();
        format!("{} {}{path}: {:?}", row.method, row.host, row.header(header))
    };
    others.map(shown).collect()
}

/// A document that the browser fetches before there is a page.
const EARLY: &str = "/frame.html?prerender";
/// What no page of a crawl asks for.
const OTHERWISE: &[&str] = &[EARLY, "/robots.txt", "/sitemap.xml"];

/// Without the header: rows of the log, those of `known` and scripts of workers left out.
fn without_signal(log: &[Received], known: &[&str]) -> Vec<String> {
    let rows = log.iter().filter(|row| row.header("sec-gpc") != Some("1"));
    let rows = rows.filter(|row| !known.contains(&&*row.path_and_query));
    rows.map(|row| row.path_and_query.clone()).collect()
}

/// As a profile has it beside others without it in one browser.
#[tokio::test(flavor = "multi_thread")]
async fn privacy_control_of_a_profile_is_seen_in_every_frame_and_worker() {
    let gpc = Signals { gpc: true, ..Signals::default() };
    let mut log = visit(LaunchOptions::default(), gpc).await;
    log.retain(is_heard);
    assert_eq!(others(&log, "gpc", "true"), BTreeMap::new());
    // Service workers are fetched before they can be listened to.
    let scripts = ["/worker.js?worker-service", "/worker.mjs?worker-service-module", "/report.js"];
    let known = [&[EARLY][..], &scripts[..]].concat();
    assert_eq!(without_signal(&log, &known), Vec::<String>::new());
}

/// A crawl with and without it has it on everything in the one state, and on nothing in
/// the other, the scripts of service workers and windows without an opener included.
#[tokio::test(flavor = "multi_thread")]
async fn privacy_control_of_one_state_is_in_no_other() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let mut options = Options::new(vec![lab.url(hosts::SIGNALS, "/").parse().unwrap()]);
    options.states = vec![ConsentState::BeforeChoice.into(), Pass::gpc()];
    options.max_pages = 1;
    let capture = crawl::to_memory(&options).await.unwrap();
    let log = lab.log();
    lab.stop().await;
    let loaded = capture.visits.iter().filter(|visit| visit.outcome.is_loaded());
    assert_eq!(loaded.count(), 2);
    let told = Told::of(&log);
    for place in PLACES {
        let here = told.iter().filter(|told| told.place == *place);
        let said: BTreeSet<&str> = here.map(|told| told.get("gpc")).collect();
        assert_eq!(said, BTreeSet::from(["true", "undefined"]), "{place}");
    }
    let with = |signal: Option<&str>| {
        let rows = log.iter().filter(|row| row.header("sec-gpc") == signal);
        let of_pages = rows.filter(|row| !OTHERWISE.contains(&&*row.path_and_query));
        let asked = of_pages.map(|row| row.path_and_query.split('&').next().unwrap_or_default());
        asked.collect::<BTreeSet<&str>>()
    };
    assert_eq!(with(Some("1")), with(None), "asked for in one state only");
}

/// As a whole browser has it by itself.
#[tokio::test(flavor = "multi_thread")]
async fn privacy_control_of_a_browser_is_on_every_request_too() {
    for kind in [BrowserKind::Auto, BrowserKind::Chromium] {
        let options = LaunchOptions { kind, privacy_control: true, ..LaunchOptions::default() };
        let log = visit(options, Signals::default()).await;
        assert_eq!(others(&log, "gpc", "true"), BTreeMap::new());
        assert_eq!(without_signal(&log, &[EARLY]), Vec::<String>::new());
    }
}

/// Everything that a page can ask fits together, in every frame and worker.
#[tokio::test(flavor = "multi_thread")]
async fn language_time_zone_and_device_are_the_same_everywhere() {
    let options = LaunchOptions {
        language: Some("de-DE".to_owned()),
        timezone: Some("Pacific/Auckland".to_owned()),
        device: Device::Mobile,
        ..LaunchOptions::default()
    };
    let mut log = visit(options, Signals::default()).await;
    log.retain(is_heard);
    for (property, expected) in [
        ("gpc", "undefined"),
        ("language", "de-DE"),
        ("languages", "de-DE,de"),
        ("locale", "de-DE"),
        ("zone", "Pacific/Auckland"),
        ("offset", "-780"),
        ("platform", "Linux armv81"),
        ("mobile", "true"),
        ("system", "Android"),
    ] {
        let mut others = others(&log, property, expected);
        if matches!(property, "mobile" | "system") {
            // Browsers tell this to secure contexts only, and a data address is none.
            assert_eq!(others.remove("frame-data").as_deref(), Some("undefined"));
        }
        if property == "locale" {
            // A service worker is sometimes set up before the override reaches its process.
            others.retain(|place, _| !place.starts_with("worker-service"));
        }
        assert_eq!(others, BTreeMap::new(), "{property}");
    }
    assert_eq!(other_headers(&log, "sec-gpc", None), Vec::<String>::new());
    let told = Told::of(&log);
    let agent = told[0].get("agent");
    assert!(agent.contains("Android") && agent.contains("Mobile Safari"), "{agent}");
    assert_eq!(others(&log, "agent", agent), BTreeMap::new());
    assert_eq!(other_headers(&log, "user-agent", Some(agent)), Vec::<String>::new());
    // What goes out before a target can be prepared comes without the weight.
    let languages =
        |row: &Received| row.header("accept-language").map(|all| all.replace(";q=0.9", ""));
    let foreign: Vec<&str> = log
        .iter()
        .filter(|row| languages(row).as_deref() != Some("de-DE,de"))
        .map(Received::path)
        .collect();
    assert_eq!(foreign, Vec::<&str>::new(), "requests in another language");
    let hint = |row: &&Received| row.header("sec-ch-ua-mobile").is_some();
    let hinted: Vec<Received> = log.iter().filter(hint).cloned().collect();
    assert_eq!(other_headers(&hinted, "sec-ch-ua-mobile", Some("?1")), Vec::<String>::new());
}
