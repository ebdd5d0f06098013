//! Before the choice, after the refusal, the banner, and what tags say of consent.

use crate::captures::{accepted, banner, before, ga4, gpc, meta, of, only, rejected, verified};
use pixelwarden::audit::{Confidence, Severity};
use pixelwarden::model::{Choice, ChoiceOutcome, Decision, Outcome, Phase, ResourceKind, Via};

const GTM: &str = "https://www.googletagmanager.com/gtm.js?id=GTM-ABC1234";
const FBEVENTS: &str = "https://connect.facebook.net/en_US/fbevents.js";
const DENIED: &str = "&gcs=G100&gcd=13p3p3p3p5l1";
const GRANTED: &str = "&gcs=G111&gcd=13t3t3t3t5l1";

#[test]
fn a_hit_before_the_choice_is_high_and_says_where_and_who() {
    let finding = only(
        "ep-preconsent",
        [
            before("/").cmp(banner(true)).sends(&meta("PageView", "/", "")).by(FBEVENTS),
            before("/news").cmp(banner(true)),
        ],
    );
    assert_eq!((finding.severity, finding.confidence), (Severity::High, Confidence::High));
    assert_eq!(
        finding.message.as_str(),
        "Meta Pixel sent PageView to www.facebook.com on 1 of 2 pages before any choice was made."
    );
    let evidence = &finding.evidence[0];
    assert_eq!(evidence.initiator.as_ref().unwrap().as_str(), FBEVENTS);
    assert_eq!(evidence.screenshot.as_deref(), Some("screenshots/page.png"));
    assert!(
        evidence
            .details
            .iter()
            .any(|(name, value)| name == "event" && value.as_str() == "PageView")
    );
    assert!(finding.citations.iter().any(|citation| citation.provision.contains("5(3)")));
}

#[test]
fn what_a_site_does_under_gpc_is_not_mixed_into_what_it_does_before_a_choice() {
    let hit =
        |page: crate::captures::Page| page.cmp(banner(true)).sends(&meta("PageView", "/", ""));
    assert_eq!(of("ep-preconsent", [before("/").cmp(banner(true)), hit(gpc("/"))]), []);
    let finding = only("ep-preconsent", [hit(before("/")), hit(gpc("/")), hit(gpc("/news"))]);
    assert!(finding.message.as_str().contains("on 1 page "), "{}", finding.message);
    assert_eq!(finding.evidence.len(), 1);
    // Where nothing else was asked for, it is still before a choice.
    assert_eq!(only("ep-preconsent", [hit(gpc("/"))]).severity, Severity::High);
}

#[test]
fn a_hit_after_consent_is_no_tracking_before_it() {
    let quiet = [
        before("/").cmp(banner(true)),
        accepted("/").cmp(banner(true)).sends(&meta("PageView", "/", "")),
        // In flight while the visitor chose.
        accepted("/news").cmp(banner(true)).sends(&meta("PageView", "/", "")).at(Phase::During),
    ];
    assert_eq!(of("ep-preconsent", quiet), []);
}

#[test]
fn what_comes_before_the_choice_counts_in_every_profile() {
    let page = accepted("/").cmp(banner(true)).sends(&meta("PageView", "/", "")).at(Phase::Before);
    assert_eq!(only("ep-preconsent", [page]).severity, Severity::High);
}

#[test]
fn a_cookie_before_the_choice_is_tracking_and_named() {
    let finding = only("ep-preconsent", [before("/").cmp(banner(true)).jar("_fbp")]);
    assert_eq!(finding.severity, Severity::High);
    assert!(finding.message.as_str().contains("stored _fbp on 1 page"), "{}", finding.message);
    // In a profile that went on to accept, nobody knows when it came.
    assert_eq!(of("ep-preconsent", [accepted("/").cmp(banner(true)).jar("_fbp")]), []);
}

#[test]
fn code_alone_before_the_choice_is_weaker_than_a_hit() {
    let loaded = |url| {
        only("ep-preconsent", [before("/").cmp(banner(true)).loads(url, ResourceKind::Script)])
    };
    assert_eq!(loaded(FBEVENTS).severity, Severity::Low);
    let container = loaded(GTM);
    assert_eq!(container.severity, Severity::Info);
    assert!(container.caveats[0].contains("tag manager"), "{:?}", container.caveats);
}

#[test]
fn a_ping_without_cookies_is_told_apart_from_a_hit() {
    let ping = only(
        "ep-preconsent",
        [before("/").cmp(banner(true)).sends(&ga4("page_view", "/", DENIED))],
    );
    assert_eq!(ping.severity, Severity::Medium);
    assert!(ping.caveats[0].contains("storage was denied"), "{:?}", ping.caveats);
    let refused = only("ep-after-reject", [rejected("/").sends(&ga4("page_view", "/", DENIED))]);
    assert_eq!(refused.severity, Severity::Low);
    assert_ne!(ping.fingerprint, refused.fingerprint);
}

#[test]
fn a_hit_after_the_refusal_is_high() {
    let finding = only("ep-after-reject", [rejected("/").sends(&meta("PageView", "/", ""))]);
    assert_eq!((finding.severity, finding.confidence), (Severity::High, Confidence::High));
    assert_eq!(
        finding.message.as_str(),
        "Meta Pixel sent PageView to www.facebook.com on 1 page after the visitor had refused."
    );
    let by_api = Choice { via: Some(Via::Api), ..verified(Decision::Reject) };
    let page = rejected("/").sends(&meta("PageView", "/", "")).chose(by_api);
    let by_api = only("ep-after-reject", [page]);
    assert_eq!(by_api.confidence, Confidence::Medium);
    assert!(by_api.caveats.iter().any(|caveat| caveat.contains("not by a visitor's click")));
}

#[test]
fn an_unverified_refusal_proves_nothing() {
    let unsure = Choice { outcome: ChoiceOutcome::Inconclusive, ..Choice::new(Decision::Reject) };
    let page = |choice| rejected("/").sends(&meta("PageView", "/", "")).chose(choice);
    assert_eq!(of("ep-after-reject", [page(unsure)]), []);
    let during = rejected("/").sends(&meta("PageView", "/", "")).at(Phase::During);
    assert_eq!(of("ep-after-reject", [during]), []);
    assert_eq!(of("ep-after-reject", [accepted("/").sends(&meta("PageView", "/", ""))]), []);
}

#[test]
fn a_page_that_failed_says_nothing_of_the_site() {
    let mut page = before("/").sends(&meta("PageView", "/", ""));
    page.0.outcome = Outcome::Blocked { message: "challenge".to_owned() };
    assert_eq!(of("ep-preconsent", [page]), []);
}

#[test]
fn a_cookie_from_before_the_refusal_is_not_set_after_it() {
    let chose = rejected("/").jar("_fbp").sends(&format!("{}/hello.png", crate::captures::SITE));
    let chose = chose.at(Phase::Before);
    let mut first = chose;
    first.0.requests[0].phase = Phase::Before;
    let later = rejected("/news").jar("_fbp");
    assert_eq!(of("ep-after-reject", [first, later.clone()]), []);
    assert_eq!(only("ep-after-reject", [later]).severity, Severity::High);
}

#[test]
fn a_cookie_set_by_an_answer_after_the_refusal_counts() {
    let page = rejected("/")
        .sends(&meta("PageView", "/", ""))
        .setting("fr=0abcDEF123456789; Max-Age=7776000; Domain=.facebook.com; Path=/; Secure");
    let finding = only("ep-after-reject", [page]);
    assert!(finding.message.as_str().contains("stored fr"), "{}", finding.message);
    let deletion = rejected("/")
        .sends("https://www.facebook.com/x.png")
        .setting("fr=deleted; Max-Age=0; Domain=.facebook.com");
    assert_eq!(of("ep-after-reject", [deletion]), []);
}

#[test]
fn tracking_without_any_banner_is_a_finding_about_the_site() {
    let finding =
        only("ep-no-banner", [before("/").sends(&meta("PageView", "/", "")), before("/news")]);
    assert_eq!((finding.severity, finding.vendor.as_str()), (Severity::High, ""));
    assert_eq!(
        finding.message.as_str(),
        "No consent banner appeared on 2 pages of northfield-clinic.example, while Meta Pixel tracked the visit."
    );
    assert_eq!(finding.confidence, Confidence::Medium, "hiding from robots is not ruled out");
    let looked = Choice { outcome: ChoiceOutcome::NoBanner, ..Choice::new(Decision::Reject) };
    let pages = [before("/").sends(&meta("PageView", "/", "")), rejected("/").chose(looked)];
    assert_eq!(only("ep-no-banner", pages).confidence, Confidence::High);
}

#[test]
fn a_banner_anywhere_a_silent_platform_or_no_tracking_is_no_missing_banner() {
    let tracked = || before("/").sends(&meta("PageView", "/", ""));
    assert_eq!(of("ep-no-banner", [tracked(), before("/news").cmp(banner(true))]), []);
    let mut silent = banner(true);
    silent.banner_visible = false;
    assert_eq!(of("ep-no-banner", [tracked().cmp(silent)]), []);
    assert_eq!(of("ep-no-banner", [before("/").loads(GTM, ResourceKind::Script)]), []);
    let hidden =
        Choice { outcome: ChoiceOutcome::BannerOnlyHidden, ..Choice::new(Decision::Reject) };
    assert_eq!(of("ep-no-banner", [tracked(), rejected("/").chose(hidden)]), []);
}

#[test]
fn a_first_layer_without_refusal_is_told_with_its_buttons_and_clicks() {
    let clicks = Choice { clicks: 3, ..verified(Decision::Reject) };
    let pages = [before("/").cmp(banner(false)), rejected("/").cmp(banner(false)).chose(clicks)];
    let finding = only("ep-no-reject-l1", pages);
    assert_eq!(finding.severity, Severity::Medium);
    assert_eq!(
        finding.message.as_str(),
        "The OneTrust banner offers no refusal on its first layer on 1 page; refusing took 3 clicks."
    );
    assert!(finding.evidence[0].what.as_str().contains("Accept all and Settings"));
    let none = Choice { outcome: ChoiceOutcome::NoRefusalOffered, ..Choice::new(Decision::Reject) };
    let pages = [before("/").cmp(banner(false)), rejected("/").cmp(banner(false)).chose(none)];
    assert_eq!(only("ep-no-reject-l1", pages).severity, Severity::High);
    assert_eq!(of("ep-no-reject-l1", [before("/").cmp(banner(true))]), []);
    let mut silent = banner(false);
    silent.banner_visible = false;
    assert_eq!(of("ep-no-reject-l1", [before("/").cmp(silent)]), []);
}

#[test]
fn a_grant_that_nobody_gave_does_not_fit() {
    let early = before("/").cmp(banner(true)).sends(&ga4("page_view", "/", GRANTED));
    let finding = only("tcf-signal-mismatch", [early]);
    assert_eq!(finding.severity, Severity::Medium);
    assert!(
        finding.message.as_str().contains("consent was granted, on 1 page before any choice"),
        "{}",
        finding.message
    );
    assert!(
        finding.evidence[0]
            .details
            .iter()
            .any(|(name, value)| name.contains("gcs") && value.as_str() == "G111")
    );
    let refused =
        only("tcf-signal-mismatch", [rejected("/").sends(&ga4("page_view", "/", GRANTED))]);
    assert!(refused.message.as_str().contains("after the visitor had refused"));
    assert_ne!(finding.fingerprint, refused.fingerprint);
}

#[test]
fn a_denial_beside_a_cookie_does_not_fit() {
    let page = before("/").cmp(banner(true)).sends(&ga4("page_view", "/", DENIED)).jar("_ga");
    let finding = only("tcf-signal-mismatch", [page]);
    assert!(
        finding.message.as_str().contains("storage was denied, on 1 page while"),
        "{}",
        finding.message
    );
}

#[test]
fn signals_that_fit_are_left_alone() {
    let fitting = [
        before("/").cmp(banner(true)).sends(&ga4("page_view", "/", DENIED)),
        rejected("/").sends(&ga4("page_view", "/", DENIED)),
        accepted("/").sends(&ga4("page_view", "/", GRANTED)),
        before("/news").sends(&ga4("page_view", "/news", "")),
    ];
    assert_eq!(of("tcf-signal-mismatch", fitting), []);
}
