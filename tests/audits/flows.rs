//! Who receives health data beyond the page's own hit: identifiers in addresses, recordings,
//! encoded values, advertisers, promises, videos, and what owners and reviewers say of it.

use crate::captures::{Page, SITE, before, capture, detected, findings, meta, of, only, rejected};
use pixelwarden::audit::{
    self, Agreement, Answer, Decision, Finding, HealthPolicy, Policy, Severity, SiteProfile,
};
use pixelwarden::model::{Body, ConsentState, Header, Link, PageText, ResourceKind, Video};

const CANCER: &str = "/conditions/breast-cancer";

fn cancer() -> Page {
    before(CANCER).titled("Breast cancer treatment")
}

fn agreed(path: &str) -> Page {
    crate::captures::page(ConsentState::AfterAccept, path)
}

/// One more request, with a body.
fn posts(page: Page, url: &str, body: &[u8]) -> Page {
    page.loads(url, ResourceKind::Fetch).with(|request| {
        "POST".clone_into(&mut request.method);
        request.body = Some(Body::new(body.to_vec()));
    })
}

/// The findings of one audit under a policy.
fn under(health: HealthPolicy, audit: &str, pages: Vec<Page>) -> Vec<Finding> {
    let capture = capture(pages);
    let policy = Policy { health, ..Policy::on("2026-11-24".parse().unwrap()) };
    let all = audit::run(&capture, &detected(&capture), &policy);
    all.into_iter().filter(|finding| finding.audit == audit).collect()
}

fn as_profile(profile: SiteProfile) -> HealthPolicy {
    HealthPolicy { profile: Some(profile), ..HealthPolicy::default() }
}

fn regulations(finding: &Finding) -> Vec<&str> {
    finding.citations.iter().map(|citation| citation.regulation.as_str()).collect()
}

#[test]
fn an_identifier_in_an_address_is_named_and_one_in_a_body_is_not() {
    let page = "/search?email=jane.roe%40mail.example";
    let hit = before("/search").titled("Search").sends(&meta("PageView", page, ""));
    let finding = only("phi-id-url", [hit]);
    assert_eq!(finding.severity, Severity::High);
    assert!(
        finding.message.as_str().contains("an e-mail address in an address (dl)"),
        "{}",
        finding.message
    );
    assert!(!serde_json::to_string(&finding).unwrap().contains("jane.roe"));
    let asked = before("/search").sends(&meta("Lead", "/", "&ud[em]=jane.roe%40mail.example"));
    assert_eq!(of("phi-id-url", [asked]), [], "the vendor asks for it under its own name");
    let order = before("/search").sends(&meta("Purchase", "/thanks?order=2025550143", ""));
    assert_eq!(of("phi-id-url", [order]), [], "an order number is no telephone number");
}

#[test]
fn a_third_party_that_no_signature_knows_is_told_on_too() {
    let stranger = "https://t.unheard-of.example/collect?v=1&u=";
    let page = cancer().loads(
        &format!("{stranger}{}", crate::captures::urlencoded(&format!("{SITE}{CANCER}"))),
        ResourceKind::Beacon,
    );
    let finding = only("phi-url-title", [page]);
    assert_eq!(finding.vendor, "unheard-of.example");
    let body = br#"{"user":{"email":"jane.roe@mail.example"},"at":"/conditions/breast-cancer"}"#;
    let page = posts(cancer(), "https://api.unheard-of.example/v1/e", body);
    let finding = only("phi-id-combo", [page]);
    assert!(finding.message.as_str().contains("an e-mail address"), "{}", finding.message);
    let picture = cancer().loads(
        "https://img.unheard-of.example/photos/breast-cancer-ward.jpg?w=800",
        ResourceKind::Image,
    );
    assert_eq!(of("phi-url-title", [picture]), [], "a picture of the page is no telling");
}

#[test]
fn personal_data_is_seen_in_headers_cookies_sockets_and_packed_bodies() {
    let kinds = |page: Page| of("phi-id-combo", [page]).len();
    let api = "https://api.unheard-of.example/v1/e";
    let health = |more: &str| format!(r#"{{"page":"{SITE}{CANCER}"{more}}}"#);
    let plain = health(r#","mrn":"12345678""#);
    assert_eq!(kinds(posts(cancer(), api, plain.as_bytes())), 1);
    let packed = zstd::bulk::compress(plain.as_bytes(), 3).unwrap();
    assert_eq!(kinds(posts(cancer(), api, &packed)), 1, "zstd without a header");
    let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
    let with = |header: Header| {
        posts(cancer(), api, health("").as_bytes()).with(|request| request.headers.push(header))
    };
    assert_eq!(kinds(with(header("x-user", "jane.roe@mail.example"))), 1);
    assert_eq!(kinds(with(header("cookie", "a=1; who=jane.roe%40mail.example"))), 1);
    assert_eq!(kinds(with(header("cookie", "_ga=GA1.1.2025550143.1700000000"))), 0);
    assert_eq!(kinds(with(header("x-request-id", "2025550143"))), 0);
}

#[test]
fn recording_on_health_pages_is_high_and_elsewhere_for_after_consent() {
    let replay = "https://in.hotjar.com/api/v2/sites/123/recordings";
    let on = |page: Page| posts(page, replay, b"{}");
    let finding = only("phi-replay", [on(cancer())]);
    assert_eq!(finding.severity, Severity::High);
    assert_eq!(of("phi-replay", [on(agreed("/parking").titled("Parking"))]), []);
}

#[test]
fn health_content_in_an_encoded_value_is_seen() {
    use base64::Engine;
    let state = base64::engine::general_purpose::STANDARD
        .encode(r#"{"profile":{"condition":"type 2 diabetes","drug":"metformin"}}"#);
    let hit =
        meta("PageView", "/plans", &format!("&cd[state]={}", crate::captures::urlencoded(&state)));
    let finding = only("phi-encoded-state", [before("/plans").titled("Plans").sends(&hit)]);
    assert!(finding.message.as_str().contains("health content"), "{}", finding.message);
    let id = "&cd[state]=dGhpcyBpcyBqdXN0IGFuIGlk";
    let harmless = before("/plans").titled("Plans").sends(&meta("PageView", "/plans", id));
    assert_eq!(of("phi-encoded-state", [harmless]), []);
}

#[test]
fn pages_that_tell_are_counted_without_any_tracker() {
    let finding = only("phi-sitemap-risk", [cancer(), before("/parking").titled("Parking")]);
    assert_eq!(finding.severity, Severity::Info);
    assert!(finding.message.as_str().starts_with("1 of 2 pages seen"), "{}", finding.message);
    assert_eq!(of("phi-sitemap-risk", [before("/parking").titled("Parking")]), []);
}

#[test]
fn an_advertising_event_on_a_health_page_is_held_against_the_platforms_terms() {
    let finding = only("health-ad-platform-policy", [cancer().sends(&meta("Lead", CANCER, ""))]);
    assert_eq!(finding.severity, Severity::Medium);
    assert!(finding.caveats.iter().any(|c| c.contains("optimised")), "{:?}", finding.caveats);
    let elsewhere = before("/parking").titled("Parking").sends(&meta("Lead", "/parking", ""));
    assert_eq!(of("health-ad-platform-policy", [elsewhere]), []);
}

fn saying(mut page: Page, text: &str) -> Page {
    let told = page.0.collected.text.get_or_insert_with(PageText::default);
    text.clone_into(&mut told.text);
    page
}

#[test]
fn a_promise_beside_an_advertiser_is_quoted() {
    let promise = "Your answers are 100% confidential and HIPAA compliant.";
    let intake = || saying(before("/intake").titled("Intake"), promise);
    let finding = only("ftc-claim-mismatch", [intake().sends(&meta("PageView", "/intake", ""))]);
    assert_eq!(finding.severity, Severity::High);
    assert!(finding.message.as_str().contains("hipaa compliant"), "{}", finding.message);
    let opt_out = saying(before("/"), "Do Not Sell My Personal Information");
    assert_eq!(of("ftc-claim-mismatch", [opt_out.sends(&meta("PageView", "/", ""))]), []);
    assert_eq!(of("ftc-claim-mismatch", [intake()]), [], "no advertiser");
}

#[test]
fn a_profile_picks_law_and_weight_and_never_what_is_flagged() {
    let pages = || vec![cancer().sends(&meta("PageView", CANCER, ""))];
    let of = |profile| under(as_profile(profile), "phi-url-title", pages()).remove(0);
    let clinic = of(SiteProfile::CoveredEntity);
    assert_eq!(clinic.severity, Severity::Medium);
    assert!(regulations(&clinic).contains(&"hipaa"));
    let remote = of(SiteProfile::Telehealth);
    assert_eq!(remote.severity, Severity::High);
    assert!(!regulations(&remote).contains(&"hipaa"));
    assert_eq!(of(SiteProfile::Other).severity, Severity::Low);
    let hbnr = |profile| under(as_profile(profile), "hbnr-disclosure", pages()).len();
    assert_eq!((hbnr(SiteProfile::Telehealth), hbnr(SiteProfile::CoveredEntity)), (1, 0));
    let all = |health: HealthPolicy| {
        let policy = Policy { health, ..Policy::on("2026-11-24".parse().unwrap()) };
        let capture = capture(pages());
        let found = audit::run(&capture, &detected(&capture), &policy);
        found.into_iter().map(|f| f.fingerprint).filter(|f| !f.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(all(as_profile(SiteProfile::CoveredEntity)), all(as_profile(SiteProfile::Other)));
}

#[test]
fn a_profile_that_is_inferred_is_said_to_be() {
    let portal = "/patient-portal/login";
    let page = before(portal).titled("Patient portal: log in").sends(&meta("PageView", portal, ""));
    let capture = capture([page]);
    let policy = Policy::on("2026-11-24".parse().unwrap());
    let review = audit::review(&capture, &detected(&capture), &policy);
    assert_eq!(review.profile.profile(), Some(SiteProfile::CoveredEntity));
    assert!(review.profile.sentence().contains("Taken for a covered entity"));
}

fn agreement(expires: &str) -> HealthPolicy {
    let agreement = Agreement {
        vendor: "Meta".to_owned(),
        reference: "C-118".to_owned(),
        owner: "privacy office".to_owned(),
        expires: Some(expires.parse().unwrap()),
    };
    HealthPolicy { agreements: vec![agreement], ..HealthPolicy::default() }
}

#[test]
fn an_agreement_covers_a_vendor_until_it_ends() {
    let pages = || vec![cancer().sends(&meta("Lead", CANCER, ""))];
    let covered = under(agreement("2027-01-01"), "phi-url-title", pages()).remove(0);
    assert!(!covered.standing.is_open());
    let note = covered.standing.note().unwrap();
    assert!(note.contains("C-118") && note.contains("check that its scope"), "{note}");
    let ended = under(agreement("2026-01-01"), "phi-url-title", pages()).remove(0);
    assert!(ended.standing.is_open());
    assert!(ended.caveats.iter().any(|c| c.contains("ended on 2026-01-01")), "{:?}", ended.caveats);
    let consent = under(agreement("2027-01-01"), "ep-preconsent", pages()).remove(0);
    assert!(consent.standing.is_open(), "an agreement is no consent");
    let policy =
        Policy { health: agreement("2027-01-01"), ..Policy::on("2026-11-24".parse().unwrap()) };
    assert!(!policy.fails(&under(
        agreement("2027-01-01"),
        "phi-auth-tracker",
        vec![before("/patient-portal/login").titled("Patient portal: log in").sends(&meta(
            "PageView",
            "/patient-portal/login",
            ""
        )),]
    )));
}

fn decided(flow: &str, verdict: Answer, expires: Option<&str>) -> HealthPolicy {
    let decision = Decision {
        flow: flow.to_owned(),
        verdict,
        reason: "read with counsel".to_owned(),
        reviewer: "R. Roe".to_owned(),
        date: "2026-11-01".parse().unwrap(),
        expires: expires.map(|day| day.parse().unwrap()),
    };
    HealthPolicy { decisions: vec![decision], ..HealthPolicy::default() }
}

#[test]
fn a_decision_about_a_flow_is_honoured_until_it_runs_out() {
    let pages = || vec![cancer().sends(&meta("PageView", CANCER, ""))];
    let open = under(HealthPolicy::default(), "phi-url-title", pages()).remove(0);
    assert_eq!(open.flows.len(), 1);
    let flow = open.flows[0].as_str();
    let finding = |health| under(health, "phi-url-title", pages()).remove(0);
    let settled = finding(decided(flow, Answer::FalsePositive, None));
    assert!(!settled.standing.is_open());
    assert!(settled.caveats.iter().any(|c| c.contains("false-positive by R. Roe on 2026-11-01")));
    assert!(finding(decided(flow, Answer::Confirmed, None)).standing.is_open());
    assert!(
        finding(decided(flow, Answer::Covered, Some("2026-11-10"))).standing.is_open(),
        "it ran out"
    );
    let fixed = finding(decided(flow, Answer::Fixed, None));
    assert!(fixed.standing.is_open() && fixed.caveats.iter().any(|c| c.contains("seen again")));
    assert!(finding(decided("0000", Answer::FalsePositive, None)).standing.is_open());
}

#[test]
fn each_flow_is_listed_once_with_its_question() {
    let hit = || meta("PageView", CANCER, "");
    let pages =
        [cancer().sends(&hit()), rejected(CANCER).titled("Breast cancer treatment").sends(&hit())];
    let capture = capture(pages);
    let policy = Policy::on("2026-11-24".parse().unwrap());
    let review = audit::review(&capture, &detected(&capture), &policy);
    assert_eq!(review.flows.len(), 1, "{:#?}", review.flows);
    let flow = &review.flows[0];
    assert_eq!((flow.vendor.as_str(), flow.carrier.as_str(), flow.total), ("Meta", "address", 2));
    assert!(flow.question.contains("business associate agreement with Meta"), "{}", flow.question);
}

fn linking(mut page: Page, text: &str, url: &str) -> Page {
    let link = Link { text: text.to_owned(), url: url.to_owned(), ..Link::default() };
    page.0.collected.links.get_or_insert_with(Vec::new).push(link);
    page
}

#[test]
fn a_front_page_without_a_health_data_policy_is_for_review() {
    let front = |text: &str| linking(before("/").titled("Clinic"), text, "https://x.example/p");
    let finding = only("mhmda-policy-link", [front("Privacy policy"), cancer()]);
    assert!(finding.severity <= Severity::Medium);
    let linked = front("Consumer Health Data Privacy Policy");
    assert_eq!(of("mhmda-policy-link", [linked, cancer()]), []);
    assert_eq!(of("mhmda-policy-link", [front("Privacy policy")]), [], "no health page");
}

#[test]
fn health_content_before_consent_is_for_washington_and_europe() {
    let hit = || meta("PageView", CANCER, "");
    let early = only("mhmda-consent", [cancer().sends(&hit())]);
    assert!(early.message.as_str().contains("before any choice"), "{}", early.message);
    let late = agreed(CANCER).titled("Breast cancer treatment").sends(&hit());
    assert_eq!(of("mhmda-consent", [late]), []);
    assert_eq!(of("gdpr-art9", [cancer().sends(&hit())]), [], "not from Europe");
    let mut from_berlin = capture([cancer().sends(&hit())]);
    from_berlin.manifest.vantage.timezone = Some("Europe/Berlin".to_owned());
    let policy = Policy::on("2026-11-24".parse().unwrap());
    let found = audit::run(&from_berlin, &detected(&from_berlin), &policy);
    let finding = found.iter().find(|finding| finding.audit == "gdpr-art9").unwrap();
    assert_eq!(finding.severity, Severity::High);
    let said = Policy { regulations: ["gdpr".to_owned()].into(), ..policy };
    let somewhere = capture([cancer().sends(&hit())]);
    let found = audit::run(&somewhere, &detected(&somewhere), &said);
    assert!(found.iter().any(|finding| finding.audit == "gdpr-art9"), "its owner says so");
}

#[test]
fn metas_pixel_beside_a_video_is_told() {
    let page = || {
        let mut page =
            before("/videos/knee").titled("Knee").sends(&meta("PageView", "/videos/knee", ""));
        let video =
            Video { title: "Knee exercises".into(), player: "youtube".into(), ..Video::default() };
        page.0.collected.videos = Some(vec![video]);
        page
    };
    let finding = only("vppa-video", [page()]);
    assert!(finding.caveats[0].contains("did not go along"));
    let named = page().with(|request| {
        request.headers.push(Header { name: "cookie".into(), value: "c_user=1; xs=2".into() });
    });
    assert!(only("vppa-video", [named]).caveats[0].contains("went along"));
    let without =
        before("/videos/knee").titled("Knee").sends(&meta("PageView", "/videos/knee", ""));
    assert_eq!(of("vppa-video", [without]), []);
}

#[test]
fn no_finding_says_more_than_was_seen() {
    let all = findings([cancer().sends(&meta("Lead", CANCER, ""))]);
    let text = serde_json::to_string(&all).unwrap().to_lowercase();
    assert!(!text.contains("violat") && !text.contains("illegal"));
}
