//! Every audit on a capture that fires it and on a near miss that does not.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "audits/banner.rs"]
mod banner;
#[path = "audits/completeness.rs"]
mod completeness;
#[path = "audits/consent.rs"]
mod consent;
#[path = "audits/cookies.rs"]
mod cookies;
#[path = "audits/flows.rs"]
mod flows;
#[path = "audits/health.rs"]
mod health;
#[path = "audits/opt_out.rs"]
mod opt_out;
#[path = "audits/policy.rs"]
mod policy;
#[path = "audits/tags.rs"]
mod tags;
#[path = "audits/transport.rs"]
mod transport;

mod captures;

use captures::{before, capture, detected, findings, ga4, meta, rejected};
use pixelwarden::audit::{self, AUDITS, Policy, Severity};
use pixelwarden::model::Capture;

/// A small site with something for several audits.
fn site() -> Vec<captures::Page> {
    vec![
        before("/").sends(&meta("PageView", "/", "")).sends(&ga4("page_view", "/", "&gcs=G111")),
        before("/conditions/breast-cancer")
            .titled("Breast cancer treatment")
            .sends(&meta("PageView", "/conditions/breast-cancer", "&ud[em]=a5d1"))
            .sends(&meta("Lead", "/conditions/breast-cancer", "")),
        rejected("/").sends(&meta("PageView", "/", "")),
    ]
}

fn run(capture: &Capture) -> Vec<audit::Finding> {
    audit::run(capture, &detected(capture), &Policy::on("2026-11-24".parse().unwrap()))
}

#[test]
fn the_order_of_requests_of_one_moment_changes_nothing() {
    let mut straight = capture(site());
    for request in straight.visits.iter_mut().flat_map(|visit| &mut visit.requests) {
        request.time_ms = 5.0;
    }
    let mut shuffled = straight.clone();
    for visit in &mut shuffled.visits {
        visit.requests.reverse();
    }
    shuffled.visits.reverse();
    let shuffled = Capture::new(shuffled.manifest, shuffled.visits);
    assert!(!run(&straight).is_empty());
    assert_eq!(run(&straight), run(&shuffled));
}

#[test]
fn a_fingerprint_outlives_cache_busters_ids_and_page_sampling() {
    let name = |pages| {
        let found = findings(pages);
        let mine = found.into_iter().find(|f| f.audit == "ep-preconsent").unwrap();
        mine.fingerprint
    };
    let first = name(vec![before("/").sends(&meta("PageView", "/", "&cb=1"))]);
    let again = name(vec![
        before("/news"),
        before("/about").sends(&meta("PageView", "/about", "&cb=2&fbp=fb.1.1700000000000.42")),
        before("/").sends(&meta("Lead", "/", "&cb=3")),
    ]);
    assert_eq!(first, again);
    let other = name(vec![before("/").sends(&ga4("page_view", "/", ""))]);
    assert_ne!(first, other);
    let mut elsewhere = before("/").sends(&meta("PageView", "/", ""));
    elsewhere.0.site = "other-clinic.example".to_owned();
    assert_ne!(first, name(vec![elsewhere]));
    assert_eq!(first.len(), 16);
}

#[test]
fn evidence_is_capped_and_its_total_told() {
    let pages = (0..15).map(|n| {
        let path = format!("/news/{n}");
        before(&path).sends(&meta("PageView", &path, ""))
    });
    let finding = captures::only("ep-preconsent", pages);
    assert_eq!((finding.evidence.len(), finding.total), (10, 15));
    assert!(finding.message.as_str().contains("on all 15 pages"), "{}", finding.message);
}

#[test]
fn every_audit_explains_itself() {
    for audit in AUDITS {
        let info = audit.info();
        assert_eq!(audit::explain(info.id).map(|found| found.id), Some(info.id));
        assert!(!info.citations.is_empty(), "{} cites nothing", info.id);
        assert!(!info.fix.is_empty() && info.fix[0].product == "Any site", "{}", info.id);
        for provision in info.citations {
            assert!(provision.url.starts_with("https://"), "{}", provision.url);
        }
        let texts =
            info.fix.iter().map(|fix| fix.text).chain([info.title, info.means, info.blind_spots]);
        for text in texts {
            assert!(!text.is_empty());
            assert_no_verdict(text);
        }
    }
    assert!(audit::explain("ep-nothing").is_none());
}

#[test]
fn findings_state_what_was_seen_and_judge_nobody() {
    let found = findings(site());
    assert!(found.iter().any(|finding| finding.severity == Severity::High));
    for finding in &found {
        assert_no_verdict(finding.message.as_str());
        finding.caveats.iter().for_each(|caveat| assert_no_verdict(caveat));
        assert!(finding.message.as_str().ends_with('.'), "{}", finding.message);
        assert!(!finding.evidence.is_empty(), "{}", finding.message);
    }
}

fn assert_no_verdict(text: &str) {
    for word in ["illegal", "unlawful", "violat", "breach of"] {
        assert!(!text.to_lowercase().contains(word), "`{word}` in: {text}");
    }
}

#[test]
fn the_list_of_audits_in_the_docs_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/audits.md");
    let text = audit::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let stands = std::fs::read_to_string(path).unwrap_or_default();
    assert!(stands == text, "docs/audits.md is stale: run UPDATE_DOCS=1 cargo test --test audits");
}
