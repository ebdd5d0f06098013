//! Global Privacy Control, opting out of sale, and the link that offers it.

use crate::captures::{Page, before, ga4, gpc, meta, of, only, rejected};
use pixelwarden::audit::{Confidence, Severity};
use pixelwarden::model::{Link, PageText};

fn hit(page: Page) -> Page {
    page.sends(&meta("PageView", "/", ""))
}

/// A page in a language, with a link in its foot.
fn linked(mut page: Page, language: &str, text: &str) -> Page {
    let link = Link {
        url: "https://www.northfield-clinic.example/choices".to_owned(),
        text: text.to_owned(),
        ..Link::default()
    };
    page.0.collected.links = Some(vec![link]);
    let text = page.0.collected.text.get_or_insert_with(PageText::default);
    text.language = language.to_owned();
    page
}

#[test]
fn an_advertiser_that_hears_the_signal_and_goes_on_is_a_finding() {
    let finding = only("gpc-ignored", [hit(before("/")), hit(gpc("/"))]);
    assert_eq!((finding.severity, finding.confidence), (Severity::High, Confidence::High));
    assert_eq!(
        finding.message.as_str(),
        "Meta Pixel sent PageView to www.facebook.com on 1 page while Global Privacy Control was on."
    );
    // Without a run to compare with it is less sure.
    assert_eq!(only("gpc-ignored", [hit(gpc("/"))]).confidence, Confidence::Medium);
}

#[test]
fn a_vendor_that_is_told_of_the_opt_out_weighs_less() {
    let told = gpc("/").sends(&meta("PageView", "/", "&dpo=LDU&dpoco=0&dpost=0"));
    let finding = only("gpc-ignored", [hit(before("/")), told]);
    assert_eq!(finding.severity, Severity::Medium);
    assert!(finding.caveats.iter().any(|caveat| caveat.contains("opted out")));
}

#[test]
fn without_the_signal_or_without_a_sale_nothing_is_ignored() {
    let analytics = gpc("/").sends(&ga4("page_view", "/", ""));
    assert_eq!(of("gpc-ignored", [hit(before("/")), gpc("/"), analytics]), []);
}

#[test]
fn an_opt_out_that_changes_nothing_is_a_finding_where_one_is_offered() {
    let offered = linked(before("/"), "en-US", "Your Privacy Choices");
    let finding = only("ccpa-optout-broken", [offered.clone(), hit(rejected("/"))]);
    assert_eq!(finding.severity, Severity::High);
    assert!(finding.message.as_str().ends_with("after the visitor had opted out."));
    let plain = linked(before("/"), "en-US", "Contact");
    assert_eq!(of("ccpa-optout-broken", [plain, hit(rejected("/"))]), []);
    assert_eq!(of("ccpa-optout-broken", [offered, rejected("/")]), []);
}

#[test]
fn a_site_that_sells_and_offers_no_opt_out_is_a_finding() {
    let finding = only("ccpa-link-missing", [hit(linked(before("/"), "en", "Contact"))]);
    assert_eq!(
        finding.message.as_str(),
        "1 page of northfield-clinic.example was read and had no link to opt out of sale, while Meta Pixel received data."
    );
    let offered = hit(linked(before("/"), "en", "Do Not Sell or Share My Personal Information"));
    assert_eq!(of("ccpa-link-missing", [offered]), []);
    assert_eq!(of("ccpa-link-missing", [linked(before("/"), "en", "Contact")]), []);
    // Nobody can say what a link in another language offers.
    assert_eq!(of("ccpa-link-missing", [hit(linked(before("/"), "de", "Kontakt"))]), []);
}
