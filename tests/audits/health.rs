//! Health content in what vendors receive, and trackers where patients act.

use crate::captures::{SITE, before, findings, ga4, meta, of, only};
use pixelwarden::audit::Severity;
use pixelwarden::model::{Cookie, ResourceKind, StorageItem};

/// SHA-256 of an address.
const EMAIL_HASH: &str = "&ud[em]=973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";
const EMPTY_HASH: &str = "&ud[em]=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const CANCER: &str = "/conditions/breast-cancer";
const BOOKING: &str = "/appointments/book?specialty=oncology";
const LOGIN: &str = "/patient-portal/login";

#[test]
fn a_public_condition_page_is_for_review_with_the_judgment_named() {
    let page =
        before(CANCER).titled("Breast cancer treatment").sends(&meta("PageView", CANCER, ""));
    let finding = only("phi-url-title", [page]);
    assert_eq!(finding.severity, Severity::Medium);
    assert!(
        finding.message.as_str().starts_with("Meta Pixel sent the address of 1 "),
        "{}",
        finding.message
    );
    assert!(finding.message.as_str().contains("to www.facebook.com"), "{}", finding.message);
    assert!(finding.caveats.iter().any(|caveat| caveat.contains("Becerra")));
    assert!(
        finding.evidence[0].details.iter().any(|(name, value)| {
            name.contains("dl") && value.as_str().contains("breast-cancer")
        })
    );
}

#[test]
fn careers_and_pages_about_nothing_stay_silent() {
    let careers = "/careers/oncology-nurse";
    let pages = [
        before(careers).titled("Oncology nurse, full time").sends(&meta("PageView", careers, "")),
        before("/parking").titled("Parking").sends(&meta("PageView", "/parking", "")),
    ];
    assert_eq!(of("phi-url-title", pages), []);
}

#[test]
fn the_site_own_server_is_no_vendor() {
    let page = before(CANCER)
        .titled("Breast cancer treatment")
        .loads(&format!("{SITE}/api/page?dl={SITE}{CANCER}"), ResourceKind::Fetch);
    let of_vendors = |audit: &str| audit.starts_with("phi-") && audit != "phi-sitemap-risk";
    let health = findings([page]).into_iter().filter(|f| of_vendors(&f.audit)).count();
    assert_eq!(health, 0);
}

#[test]
fn a_vendor_protocol_on_the_site_own_host_still_discloses() {
    let own = ga4("page_view", CANCER, "")
        .replace("region1.google-analytics.com", "metrics.northfield-clinic.example");
    let page = before(CANCER).titled("Breast cancer treatment").sends(&own);
    let finding = only("phi-url-title", [page]);
    assert!(
        finding.caveats.iter().any(|caveat| caveat.contains("metrics.northfield-clinic.example"))
    );
}

#[test]
fn what_the_visitor_clicked_is_high() {
    let more = "&cd[buttonText]=Book%20a%20depression%20therapy%20session";
    let page = before("/services").titled("Our services").sends(&meta(
        "SubscribedButtonClick",
        "/services",
        more,
    ));
    let finding = only("phi-payload", [page]);
    assert_eq!(finding.severity, Severity::High);
    assert!(finding.message.as_str().contains("text of what was clicked"), "{}", finding.message);
    let harmless = before("/services").titled("Our services").sends(&meta(
        "SubscribedButtonClick",
        "/services",
        "&cd[buttonText]=Read%20more",
    ));
    assert_eq!(of("phi-payload", [harmless]), []);
}

#[test]
fn a_tracker_on_an_appointment_form_is_high_and_names_the_fields() {
    let page =
        || before(BOOKING).titled("Book an appointment").asking(&["reason_for_visit", "dob"]);
    let finding = only("phi-appt-form", [page().sends(&meta("PageView", BOOKING, ""))]);
    assert_eq!(finding.severity, Severity::High);
    assert!(finding.message.as_str().contains("reason_for_visit and dob"), "{}", finding.message);
    let own = page().loads(&format!("{SITE}/slots.json"), ResourceKind::Fetch);
    assert_eq!(of("phi-appt-form", [own]), []);
}

#[test]
fn a_tracker_at_the_portal_door_is_high_and_code_alone_less_sure() {
    let page = || before(LOGIN).titled("Patient portal: log in").asking(&["username", "password"]);
    let hit = only("phi-auth-tracker", [page().sends(&meta("PageView", LOGIN, ""))]);
    assert_eq!(hit.severity, Severity::High);
    let code = page().loads("https://connect.facebook.net/en_US/fbevents.js", ResourceKind::Script);
    let code = only("phi-auth-tracker", [code]);
    assert!(code.confidence < hit.confidence);
    assert_eq!(of("phi-auth-tracker", [page()]), []);
}

#[test]
fn an_identifier_beside_health_content_is_high() {
    let page =
        |more| before(CANCER).titled("Breast cancer treatment").sends(&meta("Lead", CANCER, more));
    let finding = only("phi-id-combo", [page(EMAIL_HASH)]);
    assert_eq!(finding.severity, Severity::High);
    assert!(finding.message.as_str().contains("a hashed e-mail address"), "{}", finding.message);
    assert!(finding.caveats.iter().any(|caveat| caveat.contains("hashed")));
    assert_eq!(of("phi-id-combo", [page(EMPTY_HASH)]), [], "the hash of nothing is nobody's");
    assert_eq!(
        of("phi-id-combo", [page("&fbp=fb.1.1700000000000.1234567890")]),
        [],
        "an id of the browser"
    );
    let elsewhere =
        before("/parking").titled("Parking").sends(&meta("Lead", "/parking", EMAIL_HASH));
    assert_eq!(of("phi-id-combo", [elsewhere]), [], "no health content");
}

#[test]
fn personal_values_are_masked_in_everything_that_leaves() {
    let more = "&cd[content_name]=Breast%20cancer%20for%20jane.roe%40mail.example&ud[em]=jane.roe%40mail.example";
    let page = before(&format!("{CANCER}?email=jane.roe@mail.example"))
        .titled("Breast cancer treatment")
        .sends(&meta("Lead", CANCER, more));
    let found = findings([page]);
    assert!(found.iter().any(|finding| finding.audit == "phi-id-combo"));
    let text = serde_json::to_string(&found).unwrap();
    assert!(!text.contains("jane.roe"), "{text}");
}

#[test]
fn a_person_kept_in_the_browser_is_named_and_an_id_is_not() {
    let stored = |key: &str, value: &str| {
        let mut page = before("/account").titled("Account");
        let item = StorageItem {
            origin: SITE.to_owned(),
            key: key.to_owned(),
            value: value.to_owned(),
            ..StorageItem::default()
        };
        page.0.collected.storage = Some(vec![item]);
        page
    };
    let state = r#"{"user":{"email":"jane.roe@mailbox.example","plan":"basic"}}"#;
    let finding = only("personal-data-stored", [stored("app-state", state)]);
    assert_eq!(finding.severity, Severity::Info);
    let message = finding.message.as_str();
    assert!(message.starts_with("An e-mail address is kept for "), "{message}");
    assert!(message.contains("app-state"), "{message}");
    assert!(finding.evidence[0].what.as_str().contains("app-state"));
    let mut page = before("/account").titled("Account");
    page.0.collected.cookies = Some(vec![Cookie {
        name: "_fbp".to_owned(),
        value: "jane.roe@mailbox.example".to_owned(),
        domain: ".northfield-clinic.example".to_owned(),
        ..Cookie::default()
    }]);
    let of_vendor = only("personal-data-stored", [page]);
    assert_eq!((of_vendor.severity, of_vendor.vendor.as_str()), (Severity::Medium, "Meta"));
    let harmless = stored("app-state", r#"{"session":"8f14e45fceea167a","theme":"dark"}"#);
    assert_eq!(of("personal-data-stored", [harmless]), []);
}
