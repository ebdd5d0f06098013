//! When silence proves something, and when it does not.

use crate::captures::{Page, accepted, before, capture, rejected, verified};
use pixelwarden::audit::completeness;
use pixelwarden::model::{
    Capture, Choice, ChoiceOutcome, ConsentState, Decision, MissingRequest, Outcome, SkippedPage,
    VisitId,
};

fn reasons(pages: impl IntoIterator<Item = Page>) -> Vec<String> {
    completeness(&capture(pages)).reasons
}

fn ended(mut page: Page, outcome: Outcome) -> Page {
    page.0.outcome = outcome;
    page
}

fn message() -> String {
    "after 30 s, for jane.roe@mail.example".to_owned()
}

#[test]
fn a_run_that_saw_everything_is_complete() {
    let whole = completeness(&capture([before("/"), rejected("/"), accepted("/")]));
    assert!(whole.complete && whole.reasons.is_empty(), "{:?}", whole.reasons);
}

#[test]
fn nothing_visited_is_incomplete() {
    assert_eq!(reasons([]), ["No page was visited."]);
}

#[test]
fn a_page_that_did_not_load_is_a_reason_with_its_cause_masked() {
    for outcome in [Outcome::Blocked { message: message() }, Outcome::Failed { message: message() }]
    {
        let found = reasons([before("/"), ended(before("/news"), outcome)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("/news (before-choice)"), "{found:?}");
        assert!(!found[0].contains("jane.roe"), "{found:?}");
    }
}

#[test]
fn a_page_that_never_finished_is_a_reason_and_a_retry_that_worked_is_none() {
    // Tags wait for `load`: what came of such a page is evidence, what did not proves nothing.
    let slow = ended(before("/"), Outcome::TimedOut { message: message() });
    assert_eq!(reasons([slow.clone()]).len(), 1);
    assert_eq!(reasons([slow, before("/")]), [""; 0]);
    let failed = ended(before("/"), Outcome::Failed { message: message() });
    assert_eq!(reasons([failed, before("/")]), [""; 0]);
}

#[test]
fn a_choice_that_was_not_verified_is_a_reason_and_an_observation_is_none() {
    let ending = |outcome| Choice { outcome, ..Choice::new(Decision::Reject) };
    let count = |choice| reasons([rejected("/").chose(choice), rejected("/news")]).len();
    use ChoiceOutcome as O;
    for outcome in [O::Inconclusive, O::BannerOnlyHidden, O::ReloadLoop] {
        assert_eq!(count(ending(outcome)), 1, "{outcome:?}");
    }
    for outcome in [O::NoBanner, O::NoticeOnly, O::NoRefusalOffered, O::PayOrAccept] {
        assert_eq!(count(ending(outcome)), 0, "{outcome:?}");
    }
    assert_eq!(count(verified(Decision::Reject)), 0);
    let mut never = rejected("/");
    never.0.choice = None;
    assert_eq!(reasons([never]).len(), 1);
}

#[test]
fn a_state_that_was_asked_for_and_not_visited_is_a_reason() {
    let mut asked = capture([before("/")]);
    asked.manifest.states.push(ConsentState::AfterReject.into());
    assert_eq!(completeness(&asked).reasons, ["No page was visited in the state after-reject."]);
}

#[test]
fn requests_that_the_tap_missed_and_a_missing_ledger_are_reasons() {
    let mut missed = capture([before("/")]);
    missed.visits[0].coverage.missing =
        vec![MissingRequest { method: "GET".to_owned(), url: "https://x.example/".to_owned() }];
    assert!(completeness(&missed).reasons[0].starts_with("1 request of"));
    let mut without = capture([before("/")]);
    without.manifest.coverage.remove(&VisitId::numbered(1));
    let without = Capture::new(without.manifest, without.visits);
    assert!(completeness(&without).reasons[0].starts_with("No ledger was kept for 1 visit"));
    // Recorded traffic has none by nature.
    let mut har = without;
    har.manifest.browser = None;
    assert!(completeness(&har).complete);
}

#[test]
fn an_interrupted_crashed_or_gappy_run_is_incomplete_and_skipped_pages_are_not() {
    let with = |change: fn(&mut Capture)| {
        let mut capture = capture([before("/")]);
        change(&mut capture);
        completeness(&capture).reasons
    };
    assert_eq!(with(|c| c.manifest.run.interrupted = true).len(), 1);
    assert_eq!(with(|c| c.manifest.ended = None).len(), 1);
    assert_eq!(
        with(|c| c.manifest.run.gaps.push("The trace lost data.".to_owned())),
        ["The trace lost data."]
    );
    let skipped =
        SkippedPage { url: "https://x.example/".to_owned(), reason: "robots.txt".to_owned() };
    let mut capture = capture([before("/")]);
    capture.manifest.run.skipped.push(skipped);
    assert!(completeness(&capture).complete);
}
