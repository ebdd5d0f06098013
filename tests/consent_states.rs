//! Consent states beside accept and reject, in a real browser: consent to one category,
//! consent taken back, and a banner that is left alone; by what the pixels did.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;

use pixelwarden::bundle;
use pixelwarden::lab::{Lab, LabOptions, hosts};
use pixelwarden::model::{
    ButtonForm, ButtonPurpose, Capture, ChoiceOutcome, ConsentState, Decision, Phase, Via, Visit,
};
use tempfile::TempDir;

const ANALYTICS: &str = "www.google-analytics.com";
const MARKETING: &str = "www.facebook.com";

/// A scan of one of the lab's sites in these states: what was seen, and the report.
fn scan(lab: &Lab, host: &str, states: &str) -> (Capture, String) {
    let dir = TempDir::new().unwrap();
    let out = dir.path().join("out");
    let resolve = lab.resolve();
    let resolve = resolve.iter().map(|(host, to)| format!("--resolve={host}:{to}"));
    let output = Command::new(env!("CARGO_BIN_EXE_pixelwarden"))
        .current_dir(dir.path())
        .arg("scan")
        .args(resolve)
        .args(["--insecure", "--max-pages", "2", "--stay", "1", "--states", states, "-o", "out"])
        .arg(lab.url(host, "/"))
        .output();
    let output = tokio::task::block_in_place(|| output.unwrap());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}\n{said}", output.status);
    (bundle::open(&out).unwrap(), report(&out))
}

/// The report's words, without markup.
fn report(out: &Path) -> String {
    let html = std::fs::read_to_string(out.join("report.html")).unwrap();
    let text = scraper::Html::parse_document(&html);
    let text: Vec<&str> = text.root_element().text().collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn visits<'c>(capture: &'c Capture, state: &str) -> Vec<&'c Visit> {
    let state: ConsentState = state.parse().unwrap();
    capture.visits.iter().filter(|visit| visit.state == state).collect()
}

/// How many requests went to a vendor in visits of a state, in one phase.
fn sent(capture: &Capture, state: &str, phase: Phase, host: &str) -> usize {
    let visits = visits(capture, state).into_iter();
    let requests = visits.flat_map(|visit| &visit.requests).filter(|r| r.phase == phase);
    requests.filter(|request| request.url.contains(host)).count()
}

/// What the banner shows, as a visitor sees it.
fn assert_measured(visit: &Visit) {
    let shown = visit.cmp.as_ref().unwrap().shown.as_ref().unwrap();
    let by = |purpose| shown.buttons.iter().find(|b| b.purpose == purpose).unwrap();
    let (accept, settings) = (by(ButtonPurpose::Accept), by(ButtonPurpose::Settings));
    assert_eq!((accept.form, settings.form), (ButtonForm::Button, ButtonForm::Text));
    // White on #153, and #888 on white, which is known to be 3.54.
    assert!(accept.text_contrast.unwrap() > 8.0, "{accept:?}");
    assert_eq!(settings.text_contrast, Some(3.54));
    assert!(accept.fill_contrast.unwrap() > 8.0 && settings.fill_contrast == Some(1.0));
    assert!(accept.area.y >= shown.area.y && accept.area.height > 10.0, "{shown:?}");
    assert!(shown.area.height < 400.0 && shown.area.width > 800.0, "{shown:?}");
    let pictures = visit.collected.screenshots.iter().map(|shot| shot.shows.as_str());
    assert_eq!(pictures.collect::<Vec<_>>(), ["banner", "after the choice"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_given_to_one_category_and_taken_back() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let states = "after-withdraw,accept:analytics,accept:social";
    let (capture, report) = scan(&lab, hosts::cmp::WITHDRAWS, states);
    lab.stop().await;

    let only = visits(&capture, "accept:analytics");
    let choice = only[0].choice.as_ref().unwrap();
    assert_eq!(choice.decision, Decision::AcceptOnly("analytics".to_owned()));
    // Settings and save: statistics were on already.
    assert_eq!((choice.outcome, choice.clicks), (ChoiceOutcome::Verified, 2), "{choice:#?}");
    assert!(sent(&capture, "accept:analytics", Phase::After, ANALYTICS) > 0);
    assert_eq!(sent(&capture, "accept:analytics", Phase::After, MARKETING), 0);
    let before: Vec<(&str, bool, bool, bool)> = choice
        .switches
        .iter()
        .map(|s| (s.label.as_str(), s.on, s.locked, s.legitimate_interest))
        .collect();
    assert_eq!(
        before,
        [
            ("Marketing (legitimate interest)", false, false, true),
            ("Statistics", true, false, false),
            ("Strictly necessary", true, true, false),
        ]
    );

    assert_measured(only[0]);
    assert_eq!(choice.ways_back.as_ref().unwrap(), &["Change your cookie settings"]);

    let none = visits(&capture, "accept:social")[0].choice.as_ref().unwrap();
    assert_eq!(none.outcome, ChoiceOutcome::CategoryNotOffered, "{none:#?}");
    assert!(none.note.contains("Statistics"), "{}", none.note);

    let withdrawn = visits(&capture, "after-withdraw");
    let choice = withdrawn[0].choice.as_ref().unwrap();
    assert_eq!(choice.decision, Decision::Withdraw);
    // The way back, two switches, save.
    let how = (choice.outcome, choice.via, choice.clicks);
    assert_eq!(how, (ChoiceOutcome::Verified, Some(Via::Click), 4), "{choice:#?}");
    assert_eq!(choice.path[0].label, "Change your cookie settings");
    for vendor in [ANALYTICS, MARKETING] {
        assert_eq!(sent(&capture, "after-withdraw", Phase::Before, vendor), 0);
        assert!(sent(&capture, "after-withdraw", Phase::During, vendor) > 0, "it was given");
        assert_eq!(sent(&capture, "after-withdraw", Phase::After, vendor), 0, "and taken back");
    }
    assert!(withdrawn.len() >= 4, "three on the first page, one on the second");
    for words in ["Withdraw a consent that was given", "after withdrawing", "Accept only analytics"]
    {
        assert!(report.contains(words), "no `{words}` in the report");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banner_that_is_left_alone_tells_what_the_site_takes_for_consent() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let (asks, _) = scan(&lab, hosts::cmp::WITHDRAWS, "no-interaction");
    let (assumes, report) = scan(&lab, hosts::cmp::IMPLIED, "no-interaction");
    let (no_way, _) = scan(&lab, hosts::cmp::PLAIN, "after-withdraw");
    lab.stop().await;

    let choice = visits(&asks, "no-interaction")[0].choice.as_ref().unwrap();
    assert_eq!(choice.outcome, ChoiceOutcome::NothingTaken, "{choice:#?}");
    let steps: Vec<&str> = choice.path.iter().map(|step| step.action.as_str()).collect();
    assert_eq!(steps, ["scroll", "click"]);
    assert_eq!(sent(&asks, "no-interaction", Phase::Before, MARKETING), 0);

    let choice = visits(&assumes, "no-interaction")[0].choice.as_ref().unwrap();
    assert_eq!(choice.outcome, ChoiceOutcome::ImpliedConsent, "{choice:#?}");
    assert!(sent(&assumes, "no-interaction", Phase::Before, MARKETING) > 0);
    assert!(report.contains("scrolling or a click elsewhere was taken for consent"));

    let choice = visits(&no_way, "after-withdraw")[0].choice.as_ref().unwrap();
    assert_eq!(choice.outcome, ChoiceOutcome::NoWayBack, "{choice:#?}");
}
