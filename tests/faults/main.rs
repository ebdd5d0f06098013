//! Pages that misbehave, many side by side in one browser: none harms another, none is
//! called clean that was not seen, and every request of every one is accounted for.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod fault;
mod table;

use std::fs;
use std::time::Duration;

use pixelwarden::browser::LaunchOptions;
use pixelwarden::crawl::{self, Options, Settle};
use pixelwarden::lab::{Lab, LabOptions, bad, hosts};
use pixelwarden::model::{ConsentState, Manifest, Visit};
use pixelwarden::net::Names;
use tokio::sync::Mutex;
use url::Url;

use fault::{Fault, document, is_blocked, judged};

/// Two browsers full of such pages would hold each other up.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Visits all addresses in one browser, four side by side.
async fn visit(lab: &Lab, addresses: &[String], timeout: u64) -> (Manifest, Vec<Visit>) {
    let _alone = ONE_AT_A_TIME.lock().await;
    let start = addresses.iter().map(|address| Url::parse(address).unwrap()).collect();
    let mut options = Options::new(start);
    options.names = Names::Off;
    options.states = vec![ConsentState::BeforeChoice.into()];
    options.max_pages = 1;
    options.jobs = 4;
    options.timeout = Duration::from_secs(timeout);
    options.settle = Settle {
        quiet: Duration::from_millis(400),
        dwell: Duration::from_millis(800),
        at_most: Duration::from_secs(6),
        banner: Duration::ZERO,
        ..Settle::default()
    };
    options.launch = LaunchOptions {
        resolve: lab.resolve(),
        trusted_keys: lab.trusted_keys(),
        // A page that takes memory without end is to come to its end soon.
        arguments: vec!["--js-flags=--max-old-space-size=200".to_owned()],
        ..LaunchOptions::default()
    };
    let capture = crawl::to_memory(&options).await.unwrap();
    (capture.manifest, capture.visits)
}

async fn check(host: &str, faults: &[Fault], timeout: u64) {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let addresses: Vec<String> = faults.iter().map(|fault| fault.address(&lab, host)).collect();
    let (manifest, visits) = visit(&lab, &addresses, timeout).await;
    let compared = faults.iter().zip(&addresses);
    let wrong: String =
        compared.map(|(fault, address)| fault.differences(address, &manifest, &visits)).collect();
    assert!(wrong.is_empty(), "\n{wrong}");
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_comes_to_what_the_table_says() {
    check(hosts::BAD, table::PAGES, 90).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn much_is_kept_up_to_a_limit_that_is_told() {
    check(hosts::BAD, table::STORMS, 90).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_holds_its_visitor_holds_no_other() {
    check(hosts::BAD, table::HOLDS, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_broken_in_many_ways() {
    check(hosts::BAD_TLS, table::TLS, 30).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_wall_is_never_clean_and_a_page_is_no_wall() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let all = || bad::WALLS.iter().chain(bad::NEAR_WALLS);
    let address = |name: &str| lab.url(hosts::BAD, &format!("/wall/{name}"));
    // With nothing to see on the first page no other would be visited.
    let first = [lab.url(hosts::BAD, "/good/first")];
    let addresses: Vec<String> =
        first.into_iter().chain(all().map(|wall| address(wall.name))).collect();
    let (manifest, visits) = visit(&lab, &addresses, 30).await;
    let mut wrong = Vec::new();
    for wall in all() {
        let visit = visits.iter().find(|visit| visit.page == address(wall.name)).unwrap();
        let is_wall = bad::WALLS.iter().any(|other| other.name == wall.name);
        let (exit, reasons) = judged(&manifest, visit);
        if is_blocked(visit) != is_wall || (exit == 3) != is_wall {
            wrong.push(format!("{}: {:?}, exit {exit}: {reasons}", wall.name, visit.outcome));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    lab.stop().await;
}

#[test]
fn the_table_is_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/faults.md");
    let text = document(&[
        ("Pages", table::PAGES),
        ("Pages that send much, or for ever", table::STORMS),
        ("Pages that hold whoever visits them", table::HOLDS),
        ("TLS", table::TLS),
    ]);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, &text).unwrap();
    }
    let stands = fs::read_to_string(path).unwrap_or_default();
    assert!(stands == text, "docs/faults.md is stale: run UPDATE_DOCS=1 cargo test --test faults");
}
