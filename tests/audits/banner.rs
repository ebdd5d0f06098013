//! How a banner shows its choices, how many steps they take, and whether they are kept.

use crate::captures::{Page, accepted, banner, before, meta, of, only, page, rejected, verified};
use pixelwarden::audit::Severity;
use pixelwarden::model::{
    Area, ButtonForm, ButtonPurpose, Choice, ChoiceOutcome, ChoicePath, Cmp, ConsentReading,
    ConsentState, Decision, ReadingSource, ShownBanner, ShownButton, ShownSwitch,
};

fn button(label: &str, purpose: ButtonPurpose, x: f64) -> ShownButton {
    ShownButton {
        label: label.to_owned(),
        purpose,
        form: ButtonForm::Button,
        area: Area { x, y: 800.0, width: 120.0, height: 40.0 },
        font_px: 16.0,
        font_weight: 400,
        text_contrast: Some(8.0),
        fill_contrast: Some(6.0),
        bordered: false,
    }
}

/// A banner whose two buttons are equal, then changed.
fn shows(change: impl FnOnce(&mut ShownBanner)) -> Page {
    let mut shown = ShownBanner {
        area: Area { x: 0.0, y: 780.0, width: 1200.0, height: 100.0 },
        buttons: vec![
            button("Accept all", ButtonPurpose::Accept, 900.0),
            button("Reject all", ButtonPurpose::Reject, 1040.0),
        ],
        switches: vec![switch("Strictly necessary", |s| {
            (s.on, s.locked, s.necessary) = (true, true, true);
        })],
    };
    change(&mut shown);
    before("/").cmp(Cmp { shown: Some(shown), ..banner(true) })
}

fn switch(label: &str, change: impl FnOnce(&mut ShownSwitch)) -> ShownSwitch {
    let mut switch = ShownSwitch { label: label.to_owned(), ..ShownSwitch::default() };
    change(&mut switch);
    switch
}

/// The only pattern that a banner shows, in words.
fn pattern(change: impl FnOnce(&mut ShownBanner)) -> String {
    only("ep-dark-pattern", [shows(change)]).message.as_str().to_owned()
}

#[test]
fn equal_buttons_and_switches_that_are_off_steer_nobody() {
    let off = |shown: &mut ShownBanner| shown.switches.push(switch("Marketing", |_| {}));
    assert_eq!(of("ep-dark-pattern", [shows(off)]), []);
    // A banner that is not shown, and one that nobody measured.
    let mut silent = shows(|shown| shown.buttons[1].form = ButtonForm::Text);
    silent.0.cmp.as_mut().unwrap().banner_visible = false;
    assert_eq!(of("ep-dark-pattern", [silent, before("/news").cmp(banner(true))]), []);
}

#[test]
fn each_way_of_steering_is_named_with_its_measure() {
    let text = pattern(|shown| shown.buttons[1].form = ButtonForm::Text);
    assert_eq!(
        text,
        "The OneTrust banner shows a button that accepts and a bare text that refuses on 1 page (drawn as: accept a button, refuse a bare text)."
    );
    let pale = pattern(|shown| shown.buttons[1].text_contrast = Some(2.3));
    assert!(pale.contains("contrast of the text: accept 8.0:1, refuse 2.3:1"), "{pale}");
    let dull = pattern(|shown| shown.buttons[1].fill_contrast = Some(1.0));
    assert!(dull.contains("accept 6.0:1, refuse 1.0:1"), "{dull}");
    let small = pattern(|shown| shown.buttons[1].area.width = 50.0);
    assert!(small.contains("accept 120 × 40 px, refuse 50 × 40 px"), "{small}");
    let fine = pattern(|shown| shown.buttons[1].font_px = 11.0);
    assert!(fine.contains("letters: accept 16 px, refuse 11 px"), "{fine}");
    let away = pattern(|shown| shown.buttons[1].area.y = 1400.0);
    assert!(away.contains("place: accept at 900, 800, refuse at 1040, 1400"), "{away}");
    let ticked = pattern(|shown| shown.switches.push(switch("Marketing", |s| s.on = true)));
    assert!(ticked.contains("on before anybody touched them: Marketing"), "{ticked}");
    let interest = pattern(|shown| {
        shown.switches.push(switch("Ads (legitimate interest)", |s| {
            (s.on, s.legitimate_interest) = (true, true);
        }));
    });
    assert!(interest.contains("has legitimate interest switched on"), "{interest}");
    let locked = pattern(|shown| {
        shown.switches.push(switch("Analytics", |s| {
            (s.on, s.locked) = (true, true);
            s.category = "analytics".to_owned();
        }));
    });
    assert!(locked.contains("does not let analytics or marketing be switched off"), "{locked}");
}

#[test]
fn what_a_person_may_see_otherwise_is_low() {
    let low = shows(|shown| shown.buttons[1].fill_contrast = Some(1.0));
    assert_eq!(only("ep-dark-pattern", [low]).severity, Severity::Low);
    let medium = shows(|shown| shown.buttons[1].form = ButtonForm::Text);
    assert_eq!(only("ep-dark-pattern", [medium]).severity, Severity::Medium);
}

#[test]
fn consent_that_cannot_be_taken_back_is_told() {
    let gave = |ways: Option<&[&str]>| {
        let ways_back = ways.map(|ways| ways.iter().map(|&way| way.to_owned()).collect());
        accepted("/").chose(Choice { ways_back, ..verified(Decision::Accept) })
    };
    let finding = only("ep-dark-pattern", [gave(Some(&[]))]);
    assert!(finding.message.as_str().contains("leaves no way to take consent back"));
    assert_eq!(of("ep-dark-pattern", [gave(Some(&["Cookie settings"]))]), []);
    assert_eq!(of("ep-dark-pattern", [gave(None)]), [], "nobody looked");
    let tried = Choice { outcome: ChoiceOutcome::NoWayBack, ..Choice::new(Decision::Withdraw) };
    let tried = page(ConsentState::AfterWithdraw, "/").chose(tried);
    assert!(only("ep-dark-pattern", [tried]).evidence[0].what.as_str().contains("no control"));
}

#[test]
fn scrolling_that_is_taken_for_consent_is_told() {
    let alone = |outcome| {
        let note = "the site took it as consent to all".to_owned();
        let choice = Choice { outcome, note, ..Choice::new(Decision::LeaveAlone) };
        page(ConsentState::NoInteraction, "/").cmp(banner(true)).chose(choice)
    };
    let finding = only("ep-dark-pattern", [alone(ChoiceOutcome::ImpliedConsent)]);
    assert!(finding.message.as_str().contains("takes scrolling or a click elsewhere for consent"));
    assert_eq!(of("ep-dark-pattern", [alone(ChoiceOutcome::NothingTaken)]), []);
}

#[test]
fn more_clicks_to_refuse_than_to_accept_are_counted() {
    let clicks = |decision: Decision, clicks| {
        let step =
            |n| ChoicePath { action: "click".into(), label: format!("b{n}"), by: "x".into() };
        let path = (0..clicks).map(step).collect();
        Choice { clicks, path, ..verified(decision) }
    };
    let site = |refuse| {
        [
            accepted("/").chose(clicks(Decision::Accept, 1)),
            rejected("/").chose(clicks(Decision::Reject, refuse)),
        ]
    };
    let finding = only("ccpa-asymmetry", site(3));
    assert_eq!(
        finding.message.as_str(),
        "Refusing took 3 clicks on northfield-clinic.example, accepting 1 click."
    );
    assert!(finding.evidence[0].what.as_str().contains("click “b0”, click “b1” and click “b2”"));
    assert_eq!(of("ccpa-asymmetry", site(1)), []);
    // What is not proved proves nothing.
    let unsure = Choice { clicks: 3, ..Choice::new(Decision::Reject) };
    let pages = [accepted("/").chose(clicks(Decision::Accept, 1)), rejected("/").chose(unsure)];
    assert_eq!(of("ccpa-asymmetry", pages), []);
}

#[test]
fn a_refusal_that_is_not_kept_is_told() {
    let refused = |outcome| {
        rejected("/").chose(Choice { outcome, clicks: 1, ..Choice::new(Decision::Reject) })
    };
    let again = only("ep-refusal-not-kept", [refused(ChoiceOutcome::ReloadLoop)]);
    assert!(again.message.as_str().contains("loaded anew by the refusal and asked again"));
    let hidden = only("ep-refusal-not-kept", [refused(ChoiceOutcome::BannerOnlyHidden)]);
    assert_ne!(again.fingerprint, hidden.fingerprint);
    assert_eq!(
        of("ep-refusal-not-kept", [refused(ChoiceOutcome::Inconclusive), rejected("/")]),
        []
    );
}

/// After the choice, with what `__tcfapi` gave then.
fn with_string(page: Page, decision: Decision, string: &str) -> Page {
    let reading = ConsentReading {
        source: ReadingSource::Tcf,
        name: "__tcfapi".to_owned(),
        after: true,
        value: string.to_owned(),
        purposes: Vec::new(),
    };
    page.chose(Choice { readings: vec![reading], ..verified(decision) })
}

const ALL_PURPOSES_NO_VENDOR: &str = "CQdjfYAQdjfYAAfABBENABEgAP_gAAAAAAAAAAAAAAAA";
const NO_PURPOSES: &str = "CQdjfYAQdjfYAAfABBENABEgAAAAAAAAAAAAAAAAAAAA";

#[test]
fn a_vendor_without_consent_in_the_tc_string_does_not_fit() {
    let told = || rejected("/").sends(&meta("PageView", "/", ""));
    // The vendor has no number on the list: judged by the purpose.
    let finding = only("tcf-signal-mismatch", [with_string(told(), Decision::Reject, NO_PURPOSES)]);
    assert!(finding.message.as_str().contains("no consent to storage"), "{}", finding.message);
    let agreed = accepted("/").sends(&meta("PageView", "/", ""));
    let agreed = with_string(agreed, Decision::Accept, ALL_PURPOSES_NO_VENDOR);
    assert_eq!(of("tcf-signal-mismatch", [agreed]), []);
    // Its number is on the list, and the string names no vendor.
    let listed = accepted("/").sends("https://px.listed.example/hit?id=1");
    let listed = with_string(listed, Decision::Accept, ALL_PURPOSES_NO_VENDOR);
    let finding = only("tcf-signal-mismatch", [listed]);
    assert!(finding.message.as_str().contains("no consent for the vendor"), "{}", finding.message);
    // A string that was cut short says nothing.
    assert_eq!(of("tcf-signal-mismatch", [with_string(told(), Decision::Reject, "CQdj")]), []);
}
