//! What detection makes of a capture: party, mirrors, flags, cookies and unknown pixels.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod captures;

use captures::{SITE, accepted, before, capture, detected, ga4, meta};
use pixelwarden::audit::{self, Policy};
use pixelwarden::detect::{DataKind, Detection, Party, Source, detect};
use pixelwarden::health::{IdentifierKind, Lexicon};
use pixelwarden::model::{
    Blocked, Element, Phase, ResourceKind, StackFrame, StorageArea, StorageWrite,
};
use pixelwarden::signature::Database;

fn found(page: captures::Page) -> Vec<Detection> {
    detected(&capture([page])).detections
}

#[test]
fn the_party_tells_whose_host_it_was() {
    let at = |host: &str| {
        let url = ga4("page_view", "/", "").replace("region1.google-analytics.com", host);
        let detection = found(before("/").sends(&url)).remove(0);
        (detection.party, detection.own_host)
    };
    assert_eq!(at("region1.google-analytics.com"), (Party::ThirdParty, false));
    assert_eq!(at("metrics.northfield-clinic.example"), (Party::Proxied, true));
    assert_eq!(at("tags.some-cloud.example"), (Party::Proxied, true));
}

#[test]
fn mirrors_of_one_event_count_once_and_a_later_event_again() {
    let hit = meta("Lead", "/", "&eid=42");
    let mirrored = hit.replace("&rl=", "&ud[em]=jane.roe%40mail.example&rl=");
    let page = before("/").sends(&hit).sends(&mirrored);
    let merged = found(page.clone());
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].mirrors.len(), 1);
    assert!(merged[0].flags.iter().any(|f| f.kind == DataKind::Personal(IdentifierKind::Email)));
    let later = page.sends(&hit).with(|request| request.time_ms = 60_000.0);
    assert_eq!(found(later).len(), 2);
}

#[test]
fn what_never_left_the_browser_is_no_hit() {
    let stopped = Blocked { reason: "csp".to_owned(), before_sending: true };
    let page = before("/").sends(&meta("PageView", "/", "")).with(|r| r.blocked = Some(stopped));
    assert_eq!(found(page), []);
    let preflight = before("/").loads(&meta("PageView", "/", ""), ResourceKind::Preflight);
    assert_eq!(found(preflight), []);
}

#[test]
fn the_hash_of_nothing_and_ids_of_the_browser_are_nobodys() {
    let flags = |more: &str| found(before("/").sends(&meta("PageView", "/", more))).remove(0).flags;
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(flags(&format!("&ud[em]={empty}")), []);
    assert_eq!(flags("&fbp=fb.1.1700000000000.1234567890"), []);
    let plain = flags("&ud[em]=jane.roe%40mail.example");
    assert_eq!(plain[0].kind, DataKind::Personal(IdentifierKind::Email));
    assert_eq!(plain[0].param, "ud[em]");
    assert!(!plain[0].excerpt.as_str().contains("jane"), "{}", plain[0].excerpt);
}

#[test]
fn what_a_parameter_wraps_is_flagged_with_its_path() {
    // {"form":{"email":"jane.roe@mail.example","reason":"breast cancer screening"}}
    let base64 = "eyJmb3JtIjp7ImVtYWlsIjoiamFuZS5yb2VAbWFpbC5leGFtcGxlIiwicmVhc29uIjoiYnJlYXN0IGNhbmNlciBzY3JlZW5pbmcifX0=";
    let hit = meta("Lead", "/", &format!("&cd[state]={}", captures::urlencoded(base64)));
    let flags = found(before("/").sends(&hit)).remove(0).flags;
    let seen: Vec<_> = flags.iter().map(|f| (f.kind, f.param.as_str(), f.path.as_str())).collect();
    let email = DataKind::Personal(IdentifierKind::Email);
    assert!(
        seen.contains(&(email, "cd[state]", "query.cd[state].base64.form.email"))
            && seen.contains(&(
                DataKind::Health,
                "cd[state]",
                "query.cd[state].base64.form.reason"
            )),
        "{seen:?}"
    );
    assert!(flags.iter().all(|flag| !flag.excerpt.as_str().contains("jane")), "{flags:#?}");
}

#[test]
fn a_cookie_is_dated_by_the_script_that_wrote_it() {
    let mut page = accepted("/").jar("_fbp").sends(&format!("{SITE}/a.png"));
    page.0.requests[0].phase = Phase::Before;
    let write = |time_ms| StorageWrite {
        area: StorageArea::Cookie,
        key: "_fbp".to_owned(),
        frame: format!("{SITE}/"),
        time_ms,
        stack: vec![StackFrame {
            url: "https://connect.facebook.net/x.js".to_owned(),
            ..StackFrame::default()
        }],
    };
    let phase = |page: &captures::Page, time| {
        let mut page = page.clone();
        page.0.collected.writes = Some(vec![write(time)]);
        let detection = found(page).remove(0);
        let stored = detection.stored.unwrap();
        assert!(stored.write_seen && stored.written_by.unwrap().as_str().ends_with("/x.js"));
        assert_eq!(detection.source, Source::Cookie);
        detection.phase
    };
    assert_eq!(phase(&page, 1_500.0), Phase::Before);
    assert_eq!(phase(&page, 2_500.0), Phase::After);
}

#[test]
fn a_cookie_counts_where_a_profile_first_showed_it() {
    let detected = detected(&capture([before("/").jar("_fbp"), before("/news").jar("_fbp")]));
    assert_eq!(detected.detections.len(), 1);
}

#[test]
fn hostile_addresses_do_not_stop_detection() {
    let long = format!("https://www.facebook.com/tr/?id=1&ev={}", "é%".repeat(50_000));
    let page = before("/").sends(&long).sends("not an address").sends("https://[::1").sends("");
    let cookies =
        page.setting("=; =;").setting(";").setting("a=b; max-age=-99999999999999999999; domain=");
    assert_eq!(found(cookies).len(), 1);
}

/// A signature that no source has confirmed names nobody in a report: its request is an
/// unknown pixel, with the draft's guess.
#[test]
fn a_draft_is_a_guess_and_no_detection() {
    let text = r#"
[vendor]
name = "Acme"
owner = "Acme Ltd"
country = "FR"
homepage = "https://acme.example"
privacy = "https://acme.example/privacy"

[signature.pixel]
product = "Acme"
title = "Pixel"
categories = ["analytics"]
role = "hit"
status = "draft"
reviewed = 2026-01-02
references = ["https://acme.example/docs"]

[[signature.pixel.request]]
host = ["px.acme.example"]
examples = [{ url = "https://px.acme.example/p" }]
negative-examples = ["https://px.acme.example.evil.example/p"]
"#;
    let files = [("acme.toml".to_owned(), text.to_owned())].into();
    let of = |files| {
        let db = pixelwarden::signature::Database::of(files, "").unwrap();
        let url = "https://px.acme.example/collect?uid=9f2c41d8a7b6e5f0&u=https://www.northfield-clinic.example/";
        let capture = captures::capture(vec![captures::before("/").sends(url)]);
        let lexicon = pixelwarden::health::Lexicon::builtin().unwrap();
        pixelwarden::detect::detect(&capture, &db, &lexicon)
    };
    let guessed = of(files);
    assert_eq!(guessed.detections, []);
    assert_eq!(guessed.unknown_pixels[0].perhaps.as_deref(), Some("Acme"));
    let files = [("acme.toml".to_owned(), text.replace("draft", "stable"))].into();
    assert_eq!(of(files).detections[0].vendor, "Acme");
}

#[test]
fn a_pixel_in_the_markup_that_sent_nothing_is_told_and_is_no_tracking() {
    let mut page = before("/");
    let tag = "<img src=\"https://www.facebook.com/tr?id=1234567890&ev=PageView&noscript=1\">";
    page.0.collected.elements = Some(vec![Element {
        selector: "img[src*=\"//www.facebook.com/tr?\"], img[src*=\"//www.facebook.com/tr/?\"]"
            .to_owned(),
        tag: tag.to_owned(),
        count: 1,
    }]);
    let capture = capture([page]);
    let database = Database::builtin().unwrap();
    let detected = detect(&capture, &database, &Lexicon::builtin().unwrap());
    let [element] = detected.detections.as_slice() else { panic!("{detected:#?}") };
    assert_eq!((element.source, element.product.as_str()), (Source::Dom, "Meta Pixel"));
    assert_eq!(element.request, None);
    assert!(element.url.as_str().contains("facebook.com/tr"), "{}", element.url);
    let findings = audit::run(&capture, &detected, &Policy::on("2026-11-24".parse().unwrap()));
    assert!(findings.iter().all(|f| f.product != "Meta Pixel"), "{findings:#?}");
}
