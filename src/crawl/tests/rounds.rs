//! The states of a run, what becomes of them when a browser is lost, and what a resumed
//! run leaves out.

use super::*;

#[tokio::test]
async fn gpc_is_a_round_of_its_own_over_the_same_pages() {
    let site = site(&[
        (HOME, Page::Html(r#"<a href="/about">About</a>"#)),
        ("https://clinic.example/about", Page::Html("")),
    ]);
    let (visits, _) = crawled(&site, &options(20)).await;
    let pages = |pass: &Pass| {
        let mine = visits.iter().filter(|visit| visit.pass() == *pass);
        mine.map(|visit| visit.page.clone()).collect::<Vec<_>>()
    };
    let before = ConsentState::BeforeChoice.into();
    assert_eq!(pages(&before).len(), 2);
    assert_eq!(pages(&Pass::gpc()), pages(&before));
    assert!(visits.iter().all(|v| v.signals.gpc == (v.state == ConsentState::NoInteraction)));
    let mut signals = site.signals.lock().unwrap().clone();
    signals.sort();
    assert_eq!(signals.iter().map(|s| s.gpc).collect::<Vec<_>>(), [false, false, false, true]);
}

#[test]
fn a_state_that_cannot_be_brought_about_is_refused_by_name() {
    for (state, fine) in [
        ("gpc", true),
        ("after-reject+gpc", true),
        ("after-accept:statistics", true),
        ("accept:statistics", true),
        ("no-interaction", true),
        ("after-withdraw", true),
        ("unknown", false),
    ] {
        let mut options = options(1);
        options.states = vec![state.parse().unwrap()];
        match check(&options) {
            Ok(()) => assert!(fine, "{state}"),
            Err(error) => assert!(!fine && error.to_string().contains(state), "{state}: {error}"),
        }
    }
}

#[tokio::test]
async fn a_page_that_kills_its_browser_is_visited_again_in_a_new_one() {
    let site = site(&[
        (HOME, Page::Html(r#"<a href="/a">a</a><a href="/kills">k</a><a href="/dies">d</a>"#)),
        ("https://clinic.example/a", Page::Html("")),
        ("https://clinic.example/kills", Page::Kills(2)),
        ("https://clinic.example/dies", Page::Kills(99)),
    ]);
    let mut options = options(20);
    options.states = vec![ConsentState::BeforeChoice.into()];
    options.jobs = 1;
    let (visits, manifest) = crawled(&site, &options).await;
    let mut seen: Vec<_> = visits.iter().map(|v| (&*v.page, v.outcome.name())).collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            (HOME, "loaded"),
            ("https://clinic.example/a", "loaded"),
            ("https://clinic.example/dies", "failed"),
            ("https://clinic.example/kills", "loaded"),
        ]
    );
    let loads = site.loads.lock().unwrap().clone();
    let times = |page: &str| loads.iter().filter(|at| at.ends_with(page)).count();
    assert_eq!((times("/a"), times("/kills"), times("/dies")), (1, 3, 3));
    assert!(manifest.run.gaps.iter().all(|gap| gap.contains("browser is gone")), "{manifest:?}");
}

#[tokio::test]
async fn what_an_earlier_part_of_the_run_visited_is_not_visited_again() {
    let site = site(&[
        (HOME, Page::Html(r#"<a href="/a">a</a><a href="/b">b</a>"#)),
        ("https://clinic.example/a", Page::Html(r#"<a href="/c">c</a>"#)),
        ("https://clinic.example/b", Page::Html("")),
        ("https://clinic.example/c", Page::Html("")),
    ]);
    let mut options = options(20);
    options.states = vec![ConsentState::BeforeChoice.into()];
    let (whole, _) = crawled(&site, &options).await;
    site.loads.lock().unwrap().clear();
    let mut done = Done::default();
    whole.iter().take(2).cloned().for_each(|visit| done.add(visit));
    let mut sink = FakeSink::default();
    crawl_on(&site, &options, &Stop::new(), &mut sink, done).await.unwrap();
    let mut all: Vec<_> =
        whole[..2].iter().chain(&sink.visits).map(|visit| visit.page.clone()).collect();
    all.sort();
    let mut expected: Vec<_> = whole.iter().map(|visit| visit.page.clone()).collect();
    expected.sort();
    assert_eq!(all, expected);
    assert!(sink.visits.iter().all(|visit| whole[..2].iter().all(|done| done.id != visit.id)));
}

#[tokio::test]
async fn stopping_keeps_what_was_seen() {
    let site = site(&[
        (HOME, Page::Html(r#"<a href="/a">a</a><a href="/b">b</a>"#)),
        ("https://clinic.example/a", Page::Hangs),
        ("https://clinic.example/b", Page::Hangs),
    ]);
    let stop = Stop::new();
    let mut options = options(20);
    options.states = vec![ConsentState::BeforeChoice.into()];
    let mut sink = FakeSink::default();
    let watching = async {
        while site.loads.lock().unwrap().len() < 3 {
            tokio::task::yield_now().await;
        }
        stop.press();
    };
    let (manifest, ()) = tokio::join!(crawl(&site, &options, &stop, &mut sink), watching);
    manifest.unwrap();
    let outcomes: Vec<&str> = sink.visits.iter().map(|visit| visit.outcome.message()).collect();
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes[0].is_empty());
    assert!(outcomes[1].contains("stopped"), "{outcomes:?}");
}

#[tokio::test]
async fn a_full_disk_ends_the_run() {
    let site = site(&[(HOME, Page::Html(r#"<a href="/a">a</a><a href="/b">b</a>"#))]);
    let mut sink = FakeSink { full: true, ..FakeSink::default() };
    let error = crawl(&site, &options(20), &Stop::new(), &mut sink).await.unwrap_err();
    assert!(error.to_string().contains("no space left"), "{error}");
    assert!(site.loads.lock().unwrap().len() <= 4, "no further pages");
}

#[tokio::test]
async fn a_site_that_is_down_is_no_choice_and_no_pages() {
    let site = site(&[(HOME, Page::Fails)]);
    let (visits, _) = crawled(&site, &options(20)).await;
    assert_eq!(visits.len(), 4);
    assert!(visits.iter().all(|visit| visit.outcome.name() == "failed"));
    let choices: Vec<_> = visits.iter().filter_map(|visit| visit.choice.as_ref()).collect();
    assert_eq!(choices.len(), 2);
    assert!(choices.iter().all(|choice| choice.outcome == ChoiceOutcome::Inconclusive));
}

#[tokio::test]
async fn a_page_that_fails_is_tried_twice_and_stays_as_data() {
    let site = site(&[
        (HOME, Page::Html(r#"<a href="/down">Down</a><a href="/error">Error</a>"#)),
        ("https://clinic.example/down", Page::Fails),
        ("https://clinic.example/error", Page::Status(500)),
    ]);
    let mut options = options(20);
    options.states = vec![ConsentState::BeforeChoice.into()];
    let (visits, _) = crawled(&site, &options).await;
    let outcomes: Vec<&str> = visits.iter().map(|visit| visit.outcome.name()).collect();
    assert_eq!(outcomes, ["loaded", "failed", "failed"]);
    assert_eq!(site.loads.lock().unwrap().len(), 5);
}
