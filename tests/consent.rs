//! The consent engine in a real browser: every banner of the lab is accepted and refused,
//! read back, and seen again after a reload and on a second page.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use pixelwarden::browser::{Browser, LaunchOptions, Profile};
use pixelwarden::consent::{
    Autoconsent, Banner, Confirmation, ReloadCheck, Rules, choose, confirm, find, read_back,
    wire_signals,
};
use pixelwarden::lab::{Lab, LabOptions, hosts};
use pixelwarden::model::{
    Choice, ChoiceOutcome, Cmp, ConsentReading, Decision, Phase, ReadingSource, Request, Signals,
    Via,
};

const LOAD: Duration = Duration::from_secs(20);
/// Time for a late banner; a page without one takes as long.
const LATE: Duration = Duration::from_secs(4);

struct Visitor {
    browser: Browser,
    rules: Rules,
    lab: Lab,
}

impl Visitor {
    async fn new() -> Self {
        let lab = Lab::start(LabOptions::default()).await.unwrap();
        let options = LaunchOptions {
            resolve: lab.resolve(),
            trusted_keys: lab.trusted_keys(),
            ..LaunchOptions::default()
        };
        let browser = Browser::launch(options).await.unwrap();
        Self { browser, rules: Rules::builtin().unwrap(), lab }
    }

    /// One choice in a profile of its own, seen again after a reload and on `second`;
    /// `None` where no banner came.
    async fn choose(
        &self,
        (host, second): (&str, &str),
        decision: Decision,
        other: Option<&[ConsentReading]>,
    ) -> Option<(Banner, Choice)> {
        let profile = self.browser.profile(Signals::default(), &[]).await.unwrap();
        let tab = profile.open().await.unwrap();
        tab.navigate(&self.lab.url(host, "/"), LOAD).await.unwrap();
        let banner = find(&tab, &self.rules, LATE).await.unwrap();
        let Some(banner) = banner else {
            profile.close().await.unwrap();
            return None;
        };
        tab.set_phase(Phase::During).await.unwrap();
        let choice = choose(&tab, &self.rules, &banner, decision).await;
        let mut requests = tab.leave().await.unwrap().requests;
        let mut again = Vec::new();
        for path in ["/", second] {
            let (check, sent) = self.look_again(&profile, host, path, &banner.cmp).await;
            again.push(check);
            requests.extend(sent);
        }
        profile.close().await.unwrap();
        let signals = wire_signals(&requests);
        let (second_page, reload) = (again.pop(), again.pop().unwrap());
        let seen = Confirmation { reload, second_page, signals, other };
        Some((banner, confirm(choice, seen)))
    }

    /// A page of the site after the choice: its banner, its readings, its requests.
    async fn look_again(
        &self,
        profile: &Profile,
        host: &str,
        path: &str,
        cmp: &Cmp,
    ) -> (ReloadCheck, Vec<Request>) {
        let tab = profile.open().await.unwrap();
        tab.set_phase(Phase::After).await.unwrap();
        tab.navigate(&self.lab.url(host, path), LOAD).await.unwrap();
        let again = find(&tab, &self.rules, Duration::from_secs(1)).await.unwrap();
        let readings = read_back(&tab, &self.rules, cmp, true).await;
        tab.settle(Duration::from_millis(500), LOAD).await.unwrap();
        let requests = tab.leave().await.unwrap().requests;
        let banner_visible = again.is_some_and(|banner| banner.cmp.banner_visible);
        (ReloadCheck { banner_visible, readings, ways_back: None }, requests)
    }

    /// The pixels that the lab received from pages of a host.
    fn pixels(&self, host: &str) -> Vec<String> {
        let hosts = ["www.google-analytics.com", "www.facebook.com"];
        let rows = self.lab.log().into_iter().filter(|row| hosts.contains(&row.host.as_str()));
        let rows = rows.filter(|row| row.path_and_query.contains(host));
        rows.map(|row| row.host).collect()
    }
}

/// Banner, platform, whether the platform's own record is among the sources, and how many
/// clicks a refusal takes; accepting takes one.
const BANNERS: &[(&str, &str, bool, u32)] = &[
    (hosts::cmp::ONETRUST, "onetrust", true, 1),
    (hosts::cmp::COOKIEBOT, "cookiebot", true, 1),
    (hosts::cmp::USERCENTRICS, "usercentrics", true, 1),
    (hosts::cmp::DIDOMI, "didomi", true, 1),
    (hosts::cmp::SOURCEPOINT, "sourcepoint", false, 1),
    (hosts::cmp::QUANTCAST, "inmobi-choice", false, 1),
    (hosts::cmp::TRUSTARC, "trustarc", true, 2),
    (hosts::cmp::CONSENTMANAGER, "consentmanager", false, 1),
    (hosts::cmp::FUNDING_CHOICES, "funding-choices", false, 1),
    (hosts::cmp::COOKIEYES, "cookieyes", true, 1),
    (hosts::cmp::VANILLA, "vanilla-cookieconsent", true, 1),
    (hosts::cmp::KLARO, "klaro", true, 1),
    (hosts::cmp::PLAIN, "generic", false, 1),
    (hosts::cmp::LATE, "generic", false, 1),
];
/// Banners side by side.
const SIDE_BY_SIDE: usize = 3;

/// Refuses and accepts one banner, each in a profile of its own.
async fn judge(visitor: &Visitor, (host, platform, record, refuse): &(&str, &str, bool, u32)) {
    let mut other: Option<Vec<ConsentReading>> = None;
    for decision in [Decision::Reject, Decision::Accept] {
        let what = format!("{host} {decision:?}");
        let found = visitor.choose((host, "/page2"), decision.clone(), other.as_deref()).await;
        let (banner, choice) = found.unwrap_or_else(|| panic!("{what}: no banner"));
        assert_eq!(banner.cmp.id, *platform, "{what}");
        assert_eq!(choice.outcome, ChoiceOutcome::Verified, "{what}: {choice:#?}");
        let clicks = if decision == Decision::Reject { *refuse } else { 1 };
        assert_eq!((choice.via, choice.clicks), (Some(Via::Click), clicks), "{what}");
        assert!(choice.sources.contains(&ReadingSource::Persistence), "{what}");
        assert_eq!(choice.sources.contains(&ReadingSource::StoredRecord), *record, "{what}");
        assert_eq!(choice.disagreements, Vec::<String>::new(), "{what}");
        let differential = choice.sources.contains(&ReadingSource::Differential);
        assert_eq!(differential, other.is_some(), "{what}: {choice:#?}");
        // What the site's trackers did, as their own servers saw it.
        let mut pixels = visitor.pixels(host);
        pixels.sort();
        pixels.dedup();
        let wanted: &[&str] = match choice.decision {
            Decision::Accept => &["www.facebook.com", "www.google-analytics.com"],
            _ => &[],
        };
        assert_eq!(pixels, wanted, "{what}");
        other = Some(choice.readings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_banner_is_accepted_and_refused_by_clicks_and_verified() {
    let visitor = Visitor::new().await;
    let judged = stream::iter(BANNERS).map(|banner| judge(&visitor, banner));
    judged.buffer_unordered(SIDE_BY_SIDE).collect::<Vec<()>>().await;
    visitor.browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_ignores_the_choice_is_told_and_does_not_undo_its_proof() {
    let visitor = Visitor::new().await;
    let mut other: Option<Vec<ConsentReading>> = None;
    for decision in [Decision::Reject, Decision::Accept] {
        let rejects = decision == Decision::Reject;
        let found = visitor.choose((hosts::CLINIC, "/about"), decision, other.as_deref()).await;
        let (banner, choice) = found.unwrap();
        assert_eq!(banner.cmp.id, "onetrust");
        let how = (choice.outcome, choice.verified, choice.via, choice.clicks);
        assert_eq!(how, (ChoiceOutcome::Verified, true, Some(Via::Click), 1), "{choice:#?}");
        for source in [ReadingSource::StoredRecord, ReadingSource::PlatformApi] {
            assert!(choice.sources.contains(&source), "{choice:#?}");
        }
        let against = choice.disagreements.iter().any(|doubt| doubt.starts_with("gcs"));
        assert_eq!(against, rejects, "{choice:#?}");
        let own = choice.readings.iter().filter(|r| r.source == ReadingSource::StoredRecord);
        let named: Vec<_> = own.flat_map(|r| &r.purposes).map(|(name, _)| name).collect();
        assert!(!named.is_empty() && named.iter().all(|n| !n.contains("C0001")), "{named:?}");
        other = Some(choice.readings);
    }
    visitor.browser.close().await.unwrap();
}

/// Banners that do not let a visitor refuse, and how refusing them ends.
const STUBBORN: &[(&str, ChoiceOutcome)] = &[
    (hosts::cmp::NOTICE, ChoiceOutcome::NoticeOnly),
    (hosts::cmp::ONLY_HIDES, ChoiceOutcome::BannerOnlyHidden),
    (hosts::cmp::RELOADS, ChoiceOutcome::ReloadLoop),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_refused_is_named_and_never_passed_off_as_a_refusal() {
    let visitor = Visitor::new().await;
    for (host, outcome) in STUBBORN {
        let (_, choice) = visitor.choose((host, "/page2"), Decision::Reject, None).await.unwrap();
        assert_eq!((choice.outcome, choice.verified), (*outcome, false), "{host}: {choice:#?}");
        assert!(!choice.note.is_empty(), "{host}");
    }
    let (_, choice) =
        visitor.choose((hosts::cmp::NOTICE, "/page2"), Decision::Accept, None).await.unwrap();
    assert_eq!((choice.outcome, choice.clicks), (ChoiceOutcome::NoticeOnly, 0), "{choice:#?}");
    // Behind the settings: three clicks against one.
    let (banner, choice) =
        visitor.choose((hosts::cmp::NO_REJECT, "/page2"), Decision::Reject, None).await.unwrap();
    assert_eq!(banner.cmp.reject_on_first_layer, Some(false));
    assert_eq!((choice.outcome, choice.clicks), (ChoiceOutcome::Verified, 3), "{choice:#?}");
    assert!(visitor.choose((hosts::cmp::NONE, "/page2"), Decision::Reject, None).await.is_none());
    visitor.browser.close().await.unwrap();
}

/// Both forms that a user's own rules come in; one accepts by a path, one refuses in a
/// shadow root.
const OWN_RULES: [&str; 2] = [
    r##"{ "autoconsent": [{
        "name": "taberna", "runContext": { "urlPattern": "^https?://wordless\\." },
        "detectCmp": [{ "exists": "#crusta" }], "detectPopup": [{ "visible": "#crusta" }],
        "optIn": [{ "waitForThenClick": "xpath///button[contains(., 'Fiat')]" }],
        "optOut": [{ "if": { "exists": ["#crusta-minor", ".minime"] },
                     "then": [{ "click": ["#crusta-minor", ".minime"] }],
                     "else": [{ "hide": "#crusta" }] }]
    }] }"##,
    r##"{ "v": 1, "s": ["#crusta", "xpath///button[contains(., 'Fiat')]"], "r": [
        [1, "taberna", 2, "", 22, [], [{ "e": 0 }], [{ "v": 0 }],
         [{ "click": ["#crusta-minor", ".minime"] }], [], {}]
    ] }"##,
];

#[tokio::test(flavor = "multi_thread")]
async fn rules_of_the_users_own_answer_a_banner_that_no_word_tells() {
    let mut visitor = Visitor::new().await;
    let page = (hosts::cmp::WORDLESS, "/page2");
    assert!(visitor.choose(page, Decision::Reject, None).await.is_none(), "no word knows it");
    for (file, decision) in [
        (OWN_RULES[0], Decision::Accept),
        (OWN_RULES[0], Decision::Reject),
        (OWN_RULES[1], Decision::Reject),
    ] {
        let own = Autoconsent::parse(file).unwrap();
        visitor.rules = Rules::builtin().unwrap().with_own(Some(own.into()));
        let (banner, choice) = visitor.choose(page, decision.clone(), None).await.unwrap();
        let how = (choice.outcome, choice.via, choice.clicks);
        assert_eq!(how, (ChoiceOutcome::Verified, Some(Via::Click), 1), "{choice:#?}");
        assert_eq!(banner.cmp.id, "autoconsent:taberna");
        let label = if decision == Decision::Accept { "Fiat" } else { "Minime" };
        let step = (choice.path[0].label.as_str(), choice.path[0].by.as_str());
        assert_eq!(step, (label, "autoconsent:taberna"));
    }
    visitor.browser.close().await.unwrap();
}
