//! Cookies that live long.

use crate::captures::{before, of, only};
use pixelwarden::audit::Severity;

const HIT: &str = "https://www.facebook.com/tr/?id=1234567890123456&ev=PageView";
const DAY: i64 = 86_400;

/// A page on which `_fbp`, which Meta says lives for 90 days, lives for so many seconds.
fn with_fbp(lifetime: Option<i64>) -> crate::captures::Page {
    let mut page = before("/").sends(HIT).jar("_fbp");
    page.0.collected.cookies.as_mut().unwrap()[0].lifetime_s = lifetime;
    page
}

#[test]
fn over_thirteen_months_and_over_what_is_stated_are_findings() {
    let finding = only("cookie-lifetime", [with_fbp(Some(400 * DAY))]);
    assert_eq!(finding.severity, Severity::Medium);
    let said = finding.message.as_str();
    assert!(said.contains("_fbp") && said.contains("more than 13 months: 400 days"), "{said}");
    let finding = only("cookie-lifetime", [with_fbp(Some(180 * DAY))]);
    assert_eq!(finding.severity, Severity::Low);
    let said = finding.message.as_str();
    assert!(said.contains("longer than stated: 180 days; its vendor states 90 d"), "{said}");
}

#[test]
fn what_is_stated_and_what_ends_with_the_session_is_none() {
    for lifetime in [Some(90 * DAY), Some(95 * DAY), None] {
        assert_eq!(of("cookie-lifetime", [with_fbp(lifetime)]), []);
    }
}

#[test]
fn a_date_in_an_answer_is_read_from_the_visits_begin() {
    let mut page = before("/").sends(HIT).setting(
        "_fbp=fb.1.1; Domain=northfield-clinic.example; Expires=Thu, 24-Nov-2027 06:00:00 GMT",
    );
    page.last().url = "https://www.northfield-clinic.example/pixel".to_owned();
    page.0.started = Some("2026-11-24T06:00:00Z".parse().unwrap());
    let finding = only("cookie-lifetime", [page]);
    assert!(finding.message.as_str().contains("365 days"), "{}", finding.message);
}
