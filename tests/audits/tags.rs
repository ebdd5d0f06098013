//! Tags that nobody declared, that fire twice, that do nothing, that hide; and devices
//! that are recognised without a cookie.

use crate::captures::{Page, before, capture, detected, ga4, gpc, meta, of, only, rejected};
use pixelwarden::audit::{self, DeclaredVendor, Finding, Policy, Severity};
use pixelwarden::model::{
    Capture, Cookie, FingerprintCall, NameLookup, NameLookups, PrivacyPolicy, StackFrame,
};

fn policy() -> Policy {
    Policy::on("2026-11-24".parse().unwrap())
}

fn judged(capture: &Capture, policy: &Policy, audit: &str) -> Vec<Finding> {
    let found = audit::run(capture, &detected(capture), policy);
    found.into_iter().filter(|finding| finding.audit == audit).collect()
}

fn both() -> Page {
    before("/").sends(&meta("PageView", "/", "")).sends(&ga4("page_view", "/", ""))
}

#[test]
fn a_vendor_that_no_list_has_is_a_finding() {
    let row = |name: &str, purposes: &[&str]| DeclaredVendor {
        name: name.to_owned(),
        purposes: purposes.iter().map(|&purpose| purpose.to_owned()).collect(),
    };
    let mut policy = policy();
    policy.declared = Some(vec![row("google", &["analytics"])]);
    let found = judged(&capture([both()]), &policy, "undeclared-vendor");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].message.as_str().starts_with("Meta Pixel sent PageView"));
    let gtm = "https://www.googletagmanager.com/gtm.js?id=GTM-ABC1234";
    let loaded = before("/")
        .loads(gtm, pixelwarden::model::ResourceKind::Script)
        .sends(&meta("PageView", "/", ""))
        .by(gtm);
    let found = judged(&capture([loaded]), &policy, "undeclared-vendor");
    assert!(found[0].caveats[0].contains("through Google Tag Manager"), "{found:#?}");
    policy.declared = Some(vec![row("Google", &["video"]), row("Meta Pixel", &[])]);
    let found = judged(&capture([both()]), &policy, "undeclared-vendor");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].message.as_str().contains("declared for video and is a tool for analytics"));
}

#[test]
fn a_vendor_that_the_policy_does_not_name_is_a_finding() {
    let says = |text: &str| {
        let mut page = both();
        let url = "https://www.northfield-clinic.example/privacy".to_owned();
        let text = format!("{text} {}", "We take care of your data. ".repeat(100));
        page.0.collected.privacy_policy = Some(PrivacyPolicy { url, text });
        page
    };
    let finding = only("undeclared-vendor", [says("We use Google Analytics 4 on metadata.")]);
    assert!(finding.message.as_str().starts_with("Meta sent"), "{}", finding.message);
    assert_eq!(of("undeclared-vendor", [says("Google LLC; META PLATFORMS, INC.")]), []);
    // Too short to be one: an error page, or a notice that a script fills.
    let mut short = both();
    short.0.collected.privacy_policy =
        Some(PrivacyPolicy { text: "Not found".to_owned(), ..PrivacyPolicy::default() });
    assert_eq!(of("undeclared-vendor", [short]), []);
    assert_eq!(of("undeclared-vendor", [both()]), []);
}

#[test]
fn in_a_state_with_a_list_only_the_listed_are_allowed() {
    let mut policy = policy();
    policy.allowed.insert("before-choice".parse().unwrap(), vec!["Google".to_owned()]);
    let refused = rejected("/").sends(&meta("PageView", "/", ""));
    let found = judged(&capture([both(), refused]), &policy, "vendor-not-allowed");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].message.as_str().contains("in the state before-choice"), "{found:#?}");
    assert_eq!(of("vendor-not-allowed", [both()]), []);
}

#[test]
fn the_same_event_twice_is_told_once() {
    let event = |name: &str, path: &str, more: &str| ga4(name, path, more);
    let twice = before("/").sends(&event("page_view", "/", "&_s=1")).sends(&event(
        "page_view",
        "/",
        "&_s=2",
    ));
    let finding = only("duplicate-pixel", [twice]);
    assert_eq!(finding.severity, Severity::Low);
    assert_eq!(
        finding.message.as_str(),
        "Google Analytics 4 received page_view more than once on 1 page."
    );
    let different = before("/")
        .sends(&event("page_view", "/", ""))
        .sends(&event("scroll", "/", ""))
        .sends(&event("page_view", "/second", ""))
        .sends(&event("page_view", "/", "").replace("G-ABCDEF1234", "G-FEDCBA4321"));
    let elsewhere = before("/").sends(&event("page_view", "/", ""));
    assert_eq!(of("duplicate-pixel", [different, elsewhere]), []);
}

#[test]
fn a_pixel_for_nobody_is_a_finding() {
    let placeholder = meta("PageView", "/", "").replace("1234567890123456", "YOUR_PIXEL_ID");
    let finding = only("dead-pixel", [before("/").sends(&placeholder)]);
    assert!(finding.message.as_str().contains("YOUR_PIXEL_ID, a placeholder"), "{finding:#?}");
    let gone = |status: u16| {
        before("/")
            .sends(&meta("PageView", "/", ""))
            .with(move |request| request.response.as_mut().unwrap().status = status)
    };
    assert!(only("dead-pixel", [gone(404)]).message.as_str().contains("answered with 404"));
    // A server that is down today may be up tomorrow, and one answer is enough.
    assert_eq!(of("dead-pixel", [gone(503)]), []);
    assert_eq!(of("dead-pixel", [gone(404), both()]), []);
}

#[test]
fn an_unknown_cookie_of_another_site_before_the_choice_is_a_finding() {
    let with = |page: Page, name: &str, domain: &str, value: &str| {
        let mut page = page;
        let cookie = Cookie {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: domain.to_owned(),
            lifetime_s: Some(31_536_000),
            ..Cookie::default()
        };
        page.0.collected.cookies = Some(vec![cookie]);
        page
    };
    let id = "0f8fad5bd9cb469fa165";
    let finding = only("third-party-cookie", [with(before("/"), "uid", ".adbeacon.example", id)]);
    assert!(finding.message.as_str().starts_with("adbeacon.example had put uid"));
    assert!(finding.evidence[0].what.as_str().contains("for 365 days"), "{finding:#?}");
    let quiet = [
        with(before("/"), "uid", ".northfield-clinic.example", id),
        with(before("/"), "fr", ".facebook.com", id),
        with(before("/"), "__cf_bm", ".adbeacon.example", id),
        with(before("/"), "lang", ".adbeacon.example", "en"),
        with(rejected("/"), "uid", ".adbeacon.example", id),
    ];
    assert_eq!(of("third-party-cookie", quiet), []);
}

#[test]
fn reading_many_properties_of_a_device_is_a_finding() {
    let reads = |interfaces: &[&str], script: &str| {
        let mut page = gpc("/");
        let call = |interface: &&str| FingerprintCall {
            interface: (*interface).to_owned(),
            count: 3,
            frame: page.0.page.clone(),
            time_ms: 5.0,
            stack: vec![StackFrame { url: script.to_owned(), ..StackFrame::default() }],
        };
        let calls: Vec<_> = interfaces.iter().map(call).collect();
        page.0.collected.fingerprinting = Some(calls);
        page
    };
    let many =
        ["HTMLCanvasElement.toDataURL", "OfflineAudioContext.startRendering", "Navigator.plugins"];
    let script = "https://cdn.fp.example/agent.js";
    let finding = only("fingerprinting", [reads(&many, script)]);
    assert_eq!(
        finding.message.as_str(),
        "A script of fp.example read canvas, audio and plug-ins on 1 page."
    );
    assert_eq!(finding.evidence[0].initiator.as_ref().unwrap().as_str(), script);
    let weak = ["Navigator.plugins", "Navigator.deviceMemory", "Screen.colorDepth"];
    assert_eq!(of("fingerprinting", [reads(&weak, script), reads(&many[..2], script)]), []);
}

#[test]
fn recipients_outside_the_area_are_listed_by_country() {
    let finding = only("gdpr-transfer", [both()]);
    assert_eq!(finding.severity, Severity::Info);
    assert_eq!(
        finding.message.as_str(),
        "2 vendors of US received data of visitors to northfield-clinic.example: Meta and Google."
    );
    assert_eq!(of("gdpr-transfer", [before("/")]), []);
}

#[test]
fn a_tracker_behind_the_sites_own_name_is_a_finding() {
    let hit = meta("PageView", "/", "").replace("www.facebook.com", "px.northfield-clinic.example");
    let named = |alias: &str| {
        let mut capture = capture([before("/").sends(&hit)]);
        let aliases = vec![alias.to_owned()];
        let host = "px.northfield-clinic.example".to_owned();
        capture.manifest.names = Some(NameLookups {
            hosts: [(host, NameLookup::Known { aliases })].into(),
            ..NameLookups::default()
        });
        judged(&capture, &policy(), "cname-cloaking")
    };
    let found = named("www.facebook.com");
    assert_eq!(found.len(), 1, "{found:#?}");
    let message = found[0].message.as_str();
    assert!(message.contains("px.northfield-clinic.example, which is an alias of"), "{message}");
    assert_eq!(named("cdn.elsewhere.example"), []);
}
