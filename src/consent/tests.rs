//! The engine on scripted pages: what it clicks, what it never clicks, and what it
//! believes.

use std::time::Duration;

use super::fake::{Does, FakeBanner, FakeButton, FakePage, button};
use super::{Confirmation, ReloadCheck, Rules, choose, confirm, find, read_back, ways_back};
use crate::model::{Choice, ChoiceOutcome, Cmp, Decision};

const SITE: &str = "https://clinic.example/";
const REFUSED: Does = Does::Stores("cookie_choice", "rejected");
const ACCEPTED: Does = Does::Stores("cookie_choice", "accepted");

/// One choice and its confirmation, with the page as it is then for the page loaded again.
async fn decide(page: &FakePage, decision: Decision) -> Choice {
    let rules = Rules::builtin().unwrap();
    let banner = find(page, &rules, Duration::ZERO).await.unwrap().unwrap();
    let choice = choose(page, &rules, &banner, decision).await;
    let again = find(page, &rules, Duration::ZERO).await.unwrap();
    let reload = ReloadCheck {
        banner_visible: again.is_some_and(|banner| banner.cmp.banner_visible),
        readings: read_back(page, &rules, &banner.cmp, true).await,
        ways_back: None,
    };
    confirm(choice, Confirmation { reload, ..Confirmation::default() })
}

/// An unknown banner that accepts, and refuses as scripted.
fn page_of(reject: FakeButton) -> FakePage {
    page(&[FakeBanner::new(&[button("Accept", ACCEPTED), reject])])
}

fn page(banners: &[FakeBanner]) -> FakePage {
    FakePage::new(&[SITE], banners)
}

#[tokio::test]
async fn what_costs_or_leads_away_is_never_clicked() {
    let tempting = [
        button("Subscribe to reject", REFUSED),
        button("Reject and subscribe for 2.99", REFUSED),
        button("Accept and sign up for the newsletter", ACCEPTED),
        button("Log in to reject", REFUSED),
        button("Pay and reject", REFUSED),
        button("Delete account", REFUSED),
    ];
    for (decision, label) in [(Decision::Accept, "Accept all"), (Decision::Reject, "Reject all")] {
        let mut buttons = tempting.to_vec();
        buttons.extend([button("Accept all", ACCEPTED), button("Reject all", REFUSED)]);
        let page = page(&[FakeBanner::new(&buttons)]);
        let choice = decide(&page, decision).await;
        assert_eq!(page.clicked(), [label]);
        assert_eq!(choice.outcome, ChoiceOutcome::Verified, "{choice:#?}");
    }
    // Not even where a platform's rule names the button.
    let offer = button("Subscribe without ads", REFUSED).at("#onetrust-reject-all-handler");
    let page = page(&[FakeBanner::new(&[offer]).popup("#onetrust-banner-sdk")]);
    let choice = decide(&page, Decision::Reject).await;
    assert_eq!((page.clicked(), choice.verified), (Vec::new(), false));
}

#[tokio::test]
async fn a_covered_button_gets_a_second_chance_and_no_third() {
    let covered =
        |times| page_of(button("Reject", Does::IsCovered(times, "cookie_choice", "rejected")));
    let once = covered(1);
    let choice = decide(&once, Decision::Reject).await;
    assert_eq!((choice.outcome, choice.clicks), (ChoiceOutcome::Verified, 1), "{choice:#?}");

    let always = covered(u32::MAX);
    let choice = decide(&always, Decision::Reject).await;
    assert_eq!((choice.outcome, choice.clicks), (ChoiceOutcome::Inconclusive, 0));
    assert!(choice.note.contains("covered by a chat window"), "{}", choice.note);
    assert_eq!(always.clicked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_banner_that_is_drawn_anew_is_answered_again() {
    let page = page_of(button("Reject", Does::Redraws("cookie_choice", "rejected")));
    let choice = decide(&page, Decision::Reject).await;
    assert_eq!(page.clicked(), ["Reject", "Reject"]);
    assert_eq!((choice.outcome, choice.clicks), (ChoiceOutcome::Verified, 2), "{choice:#?}");
}

#[tokio::test]
async fn a_banner_that_has_stored_an_answer_gets_no_second_one() {
    let settings = button("Change your cookie settings", Does::Nothing);
    for does in [
        Does::StoresAndStays("cookie_choice", "rejected"),
        Does::Thanks("cookie_choice", "rejected"),
    ] {
        let buttons = [button("Accept", ACCEPTED), button("Reject", does), settings.clone()];
        let page = page(&[FakeBanner::new(&buttons)]);
        let choice = decide(&page, Decision::Reject).await;
        assert_eq!(page.clicked(), ["Reject"], "{choice:#?}");
    }
}

#[tokio::test]
async fn radio_buttons_refuse_each_purpose_before_they_are_saved() {
    let buttons = [
        button("Allow analytics", Does::IsChosen),
        button("Disallow analytics", Does::IsChosen),
        button("Disallow advertising", Does::IsChosen),
        button("Save", REFUSED),
    ];
    let page = page(&[FakeBanner::new(&buttons)]);
    let choice = decide(&page, Decision::Reject).await;
    assert_eq!(page.clicked(), ["Disallow analytics", "Disallow advertising", "Save"]);
    assert_eq!(choice.outcome, ChoiceOutcome::Verified, "{choice:#?}");
}

#[tokio::test]
async fn a_platforms_own_way_back_is_known_without_words() {
    let rules = Rules::builtin().unwrap();
    let buttons = [button("⚙", Does::Nothing).at(".ot-sdk-show-settings")];
    let page = page(&[FakeBanner::new(&buttons)]);
    for (id, back) in [("onetrust", vec!["⚙"]), ("didomi", vec![])] {
        let cmp = Cmp { id: id.to_owned(), ..Cmp::default() };
        assert_eq!(ways_back(&page, &rules, Some(&cmp)).await, back, "{id}");
    }
}

#[tokio::test]
async fn a_button_that_is_gone_is_no_click() {
    let page = page_of(button("Reject", Does::IsGone));
    let choice = decide(&page, Decision::Reject).await;
    assert_eq!((choice.outcome, choice.clicks), (ChoiceOutcome::Inconclusive, 0));
    assert!(choice.note.contains("gone"), "{}", choice.note);
}

#[tokio::test]
async fn a_click_that_stores_nothing_readable_is_inconclusive() {
    for (does, note) in [
        (Does::Hides, "no source tells"),
        (Does::Stores("OptanonAlertBoxClosed", "2026-11-24"), "no source tells"),
        (Does::Stores("OptanonConsent", "groups=C0002:1"), "no source tells"),
    ] {
        let reject = button("Reject All", does).at("#onetrust-reject-all-handler");
        let page = page(&[FakeBanner::new(&[reject]).popup("#onetrust-banner-sdk")]);
        let choice = decide(&page, Decision::Reject).await;
        let end = (choice.outcome, choice.verified, choice.clicks);
        assert_eq!(end, (ChoiceOutcome::Inconclusive, false, 1), "{does:?} {choice:#?}");
        assert!(choice.note.contains(note), "{does:?}: {}", choice.note);
    }
    // The banner does not care.
    let page = page_of(button("Reject", Does::Nothing));
    let choice = decide(&page, Decision::Reject).await;
    assert_eq!((choice.outcome, choice.clicks), (ChoiceOutcome::Inconclusive, 1), "{choice:#?}");
    assert_eq!(choice.note, "the banner stayed after the click");
    // It stored the opposite.
    let page = page_of(button("Reject", ACCEPTED));
    let choice = decide(&page, Decision::Reject).await;
    assert_eq!((choice.outcome, choice.disagreements.len()), (ChoiceOutcome::Inconclusive, 1));
}

#[tokio::test]
async fn pay_or_accept_is_named_and_nothing_is_clicked() {
    let offer = button("Subscribe without ads for 2.99 a month", REFUSED);
    let page = page(&[FakeBanner::new(&[button("Accept all", ACCEPTED), offer])]);
    let choice = decide(&page, Decision::Reject).await;
    assert_eq!((choice.outcome, page.clicked()), (ChoiceOutcome::PayOrAccept, Vec::new()));
}

#[tokio::test]
async fn a_banner_in_a_cross_site_frame_is_answered_there() {
    let banner = FakeBanner::new(&[button("Accept all", ACCEPTED), button("Reject all", REFUSED)]);
    let frames = [SITE, "https://ads.example/", "https://choices.example/banner"];
    let page = FakePage::new(&frames, &[banner.in_frame(2)]);
    let choice = decide(&page, Decision::Reject).await;
    assert_eq!(
        (choice.outcome, page.clicked()),
        (ChoiceOutcome::Verified, vec!["Reject all".to_owned()])
    );
}

#[tokio::test]
async fn two_platforms_on_a_page_are_both_answered_and_both_read() {
    const REFUSED: &str = "{stamp:'abc',necessary:true,statistics:false,marketing:false}";
    const GRANTED: &str = "{stamp:'abc',necessary:true,statistics:true,marketing:true}";
    for (record, outcome) in
        [(REFUSED, ChoiceOutcome::Verified), (GRANTED, ChoiceOutcome::Inconclusive)]
    {
        let closes = Does::Stores("OptanonConsent", "groups=C0001%3A1%2CC0002%3A0");
        let closes = button("Reject All", closes).at("#onetrust-reject-all-handler");
        let first = FakeBanner::new(&[closes]).popup("#onetrust-banner-sdk");
        let denies = button("Deny", Does::Stores("CookieConsent", record));
        let second = FakeBanner::new(&[denies.at("#CybotCookiebotDialogBodyButtonDecline")]);
        let page = page(&[first, second.popup("#CybotCookiebotDialog")]);
        page.store("OptanonAlertBoxClosed", "2026-11-24");
        let choice = decide(&page, Decision::Reject).await;
        assert_eq!(page.clicked(), ["Reject All", "Deny"]);
        assert_eq!(choice.outcome, outcome, "{choice:#?}");
    }
}
