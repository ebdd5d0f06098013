//! Unencrypted traffic, and third parties that nobody knows.

use crate::captures::{SITE, before, of, only};
use pixelwarden::audit::Severity;
use pixelwarden::model::{Form, Header, ResourceKind};

const PLAIN: &str = "http://www.facebook.com/tr/?id=1234567890123456&ev=PageView";

#[test]
fn a_tracker_over_http_is_a_finding() {
    let finding = only("insecure-transport", [before("/").sends(PLAIN)]);
    assert_eq!(finding.severity, Severity::Medium);
    assert_eq!(
        finding.message.as_str(),
        "Meta Pixel sent to www.facebook.com without encryption on 1 page."
    );
}

#[test]
fn https_loopback_and_upgrades_are_encrypted_enough() {
    let upgraded = before("/").sends(PLAIN).with(|request| {
        let response = request.response.as_mut().unwrap();
        response.status = 307;
        let name = "non-authoritative-reason".to_owned();
        response.headers.push(Header { name, value: "HSTS".to_owned() });
    });
    let pages = [upgraded, before("/news").sends(&PLAIN.replace("http:", "https:"))];
    assert_eq!(of("insecure-transport", pages), []);
}

#[test]
fn a_form_that_sends_over_http_is_a_finding_about_the_site() {
    let sending = |action: &str| {
        let mut page = before("/contact").asking(&["email", "message"]);
        let form = Form {
            action: action.to_owned(),
            ..page.0.collected.forms.as_ref().unwrap()[0].clone()
        };
        page.0.collected.forms = Some(vec![form]);
        page
    };
    let finding =
        only("insecure-transport", [sending("http://forms.northfield-clinic.example/send")]);
    assert!(finding.message.as_str().starts_with("A form on 1 page of"), "{}", finding.message);
    assert!(
        finding.evidence[0].details.iter().any(|(_, fields)| fields.as_str().contains("email"))
    );
    assert_eq!(of("insecure-transport", [sending("http://localhost:8080/send")]), []);
    assert_eq!(of("insecure-transport", [sending(SITE)]), []);
}

#[test]
fn an_unknown_pixel_is_information_with_its_reasons() {
    let url =
        format!("https://px.unheard-of-metrics.example/p.gif?u=0f8fad5bd9cb469fa165&p={SITE}/");
    let page = before("/").sends(&url).with(|request| {
        let response = request.response.as_mut().unwrap();
        response.headers.push(Header { name: "content-length".to_owned(), value: "43".to_owned() });
    });
    let finding = only("unrecognised-pixel", [page.clone()]);
    assert_eq!(finding.severity, Severity::Info);
    assert_eq!(finding.vendor, "unheard-of-metrics.example");
    assert!(finding.message.as_str().contains("1×1 image"), "{}", finding.message);
}

#[test]
fn content_from_elsewhere_is_no_pixel() {
    let pictures = before("/")
        .sends("https://images.elsewhere.example/team/photo-of-the-clinic.jpg?width=1200")
        .with(|request| request.response.as_mut().unwrap().length = Some(180_000))
        .loads("https://cdn.elsewhere.example/app.js?v=0f8fad5bd9cb469fa165", ResourceKind::Script)
        .loads("https://api.elsewhere.example/opening-hours.json", ResourceKind::Fetch)
        .sends("https://static.northfield-clinic.example/spacer.gif?u=0f8fad5bd9cb469fa165")
        .with(|request| request.response.as_mut().unwrap().length = Some(43));
    assert_eq!(of("unrecognised-pixel", [pictures]), []);
}
