//! The crawl over a faked browser: which pages are visited, and what becomes of those
//! that fail.

mod rounds;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex as StdMutex;
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::store::Store;
use super::window::{Engine, Space, Window};
use super::*;
use crate::browser::{Arrival, LedgerReport, PageRecording, Place, Recording, TabId};
use crate::dom::{Accessible, BoxModel, Dom, DomError, Element, FrameId, FrameInfo, World};
use crate::model::{
    ChoiceOutcome, Cookie, Outcome, Phase, Request, Signals, Visit, registrable_domain,
};

/// What a faked address answers.
#[derive(Clone)]
enum Page {
    Html(&'static str),
    Status(u16),
    Fails,
    /// Kills the browser, so many times.
    Kills(usize),
    Leads(&'static str),
    Hangs,
}

#[derive(Clone)]
struct FakeSite {
    pages: Arc<BTreeMap<&'static str, Page>>,
    loads: Arc<StdMutex<Vec<String>>>,
    /// Of each profile that was asked for.
    signals: Arc<StdMutex<Vec<Signals>>>,
    /// Whether the browser of this profile lives.
    alive: Arc<std::sync::atomic::AtomicBool>,
}

struct FakeTab {
    site: FakeSite,
    at: StdMutex<String>,
}

impl Engine for FakeSite {
    type Space = Self;

    async fn pauses_to_settle(&self) -> bool {
        false
    }

    async fn settle_accounts(&self) -> LedgerReport {
        LedgerReport::default()
    }

    async fn profile(&self, signals: Signals, _: &[String]) -> Result<Self, BrowserError> {
        self.signals.lock().unwrap().push(signals);
        let alive = Arc::new(true.into());
        Ok(Self { alive, ..self.clone() })
    }
}

impl Space for FakeSite {
    type Window = FakeTab;

    fn is_alive(&self) -> bool {
        self.alive.load(std::sync::atomic::Ordering::SeqCst)
    }

    async fn open(&self) -> Result<FakeTab, BrowserError> {
        Ok(FakeTab { site: self.clone(), at: StdMutex::default() })
    }

    async fn close(self) -> Result<(), BrowserError> {
        Ok(())
    }
}

impl FakeTab {
    fn page(&self) -> Page {
        let at = self.at.lock().unwrap().clone();
        self.site.pages.get(at.as_str()).cloned().unwrap_or(Page::Status(404))
    }
}

impl Window for FakeTab {
    fn id(&self) -> TabId {
        TabId(u64::try_from(self.site.loads.lock().unwrap().len()).unwrap())
    }

    async fn navigate(&self, url: &str, _: Duration) -> Result<Arrival, BrowserError> {
        self.site.loads.lock().unwrap().push(url.to_owned());
        url.clone_into(&mut self.at.lock().unwrap());
        let mut arrival = Arrival { final_url: url.to_owned(), ..Arrival::default() };
        match self.page() {
            Page::Html(_) => arrival.status = Some(200),
            Page::Status(status) => arrival.status = Some(status),
            Page::Fails => {
                let message = "host refused the connection".to_owned();
                arrival.outcome = Outcome::Failed { message };
            }
            Page::Kills(times) => {
                let loads = self.site.loads.lock().unwrap().iter().filter(|at| *at == url).count();
                if loads <= times {
                    self.site.alive.store(false, std::sync::atomic::Ordering::SeqCst);
                    return Err(BrowserError::new("cannot go on", "the browser is gone"));
                }
                arrival.status = Some(200);
            }
            Page::Leads(to) => to.clone_into(&mut arrival.final_url),
            Page::Hangs => std::future::pending().await,
        }
        arrival.final_url.clone_into(&mut self.at.lock().unwrap());
        Ok(arrival)
    }

    async fn settle(&self, _: Duration, _: Duration) -> Result<bool, BrowserError> {
        Ok(true)
    }

    async fn fast_forward(&self, _: Duration, _: Duration) -> Result<bool, BrowserError> {
        Ok(true)
    }

    async fn stir(&self) -> Result<(), BrowserError> {
        Ok(())
    }

    async fn set_phase(&self, _: Phase) -> Result<(), BrowserError> {
        Ok(())
    }

    async fn lost(&self) -> &'static str {
        std::future::pending().await
    }

    fn requests_so_far(&self) -> Vec<Request> {
        Vec::new()
    }

    fn elapsed_ms(&self) -> f64 {
        0.0
    }

    async fn leave(self) -> Result<Recording, BrowserError> {
        Ok(Recording::default())
    }

    fn place(&self) -> Place {
        Place { pages: 1, url: self.at.lock().unwrap().clone(), ..Place::default() }
    }

    async fn loaded(&self, _: Duration) -> bool {
        true
    }

    async fn leave_by_page(self) -> Result<Vec<PageRecording>, BrowserError> {
        let url = self.at.lock().unwrap().clone();
        Ok(vec![PageRecording { url, ..PageRecording::default() }])
    }
}

impl Dom for FakeTab {
    async fn frames(&self) -> Result<Vec<FrameInfo>, DomError> {
        let url = self.at.lock().unwrap().clone();
        Ok(vec![FrameInfo { id: FrameId("top".into()), parent: None, url }])
    }

    async fn evaluate(&self, _: &FrameId, _: World, script: &str) -> Result<Value, DomError> {
        if !script.contains("document.baseURI") {
            return Err(DomError::Script { message: "not faked".into() });
        }
        let html = if let Page::Html(html) = self.page() { html } else { "" };
        let base = self.at.lock().unwrap().clone();
        Ok(json!({ "base": base, "title": "", "html": html, "text": "" }))
    }

    async fn query(&self, _: &FrameId, _: &str) -> Result<Vec<Element>, DomError> {
        Ok(Vec::new())
    }

    async fn accessible(&self, _: &FrameId) -> Result<Vec<Accessible>, DomError> {
        Ok(Vec::new())
    }

    async fn call(&self, _: &Element, _: &str) -> Result<Value, DomError> {
        Ok(Value::Null)
    }

    async fn visible_box(&self, _: &Element) -> Result<Option<BoxModel>, DomError> {
        Ok(None)
    }

    async fn click(&self, _: &Element) -> Result<(), DomError> {
        Ok(())
    }

    async fn type_text(&self, _: &Element, _: &str) -> Result<(), DomError> {
        Ok(())
    }

    async fn press(&self, _: &str) -> Result<(), DomError> {
        Ok(())
    }

    async fn scroll_through(&self) -> Result<(), DomError> {
        Ok(())
    }

    async fn cookies(&self) -> Result<Vec<Cookie>, DomError> {
        Ok(Vec::new())
    }

    async fn screenshot(&self, _: Option<BoxModel>) -> Result<Vec<u8>, DomError> {
        Ok(b"png".to_vec())
    }

    async fn wait_for(&self, _: &str, _: Duration) -> Result<bool, DomError> {
        Ok(false)
    }
}

/// Keeps visits; `full` is a disk that is.
#[derive(Default)]
struct FakeSink {
    visits: Vec<Visit>,
    full: bool,
}

impl Sink for FakeSink {
    fn visit(&mut self, visit: &Visit) -> Result<(), SinkError> {
        if self.full {
            let (place, cause) = ("visits".to_owned(), "no space left".to_owned());
            return Err(SinkError { place, cause });
        }
        self.visits.push(visit.clone());
        Ok(())
    }

    fn screenshot(&mut self, name: &str, _: &[u8]) -> Result<String, SinkError> {
        Ok(name.to_owned())
    }

    fn note(&mut self, _: &Manifest) -> Result<(), SinkError> {
        Ok(())
    }

    fn finish(&mut self, _: &Manifest) -> Result<(), SinkError> {
        Ok(())
    }
}

const HOME: &str = "https://clinic.example/";

fn site(pages: &[(&'static str, Page)]) -> FakeSite {
    let pages = Arc::new(pages.iter().cloned().collect());
    FakeSite { pages, loads: Arc::default(), signals: Arc::default(), alive: Arc::new(true.into()) }
}

fn options(max_pages: usize) -> Options {
    let mut options = Options::new(vec![Url::parse(HOME).unwrap()]);
    options.max_pages = max_pages;
    options.jobs = 3;
    options.settle.dwell = Duration::ZERO;
    options.settle.banner = Duration::ZERO;
    options.pages.robots = RobotsRule::Ignore;
    options.pages.sitemaps = false;
    options.pages.rate = Rate::Unlimited;
    options
}

async fn crawl(
    site: &FakeSite,
    options: &Options,
    stop: &Stop,
    sink: &mut FakeSink,
) -> Result<Manifest, CrawlError> {
    crawl_on(site, options, stop, sink, Done::default()).await
}

async fn crawl_on(
    site: &FakeSite,
    options: &Options,
    stop: &Stop,
    sink: &mut FakeSink,
    done: Done,
) -> Result<Manifest, CrawlError> {
    let rules = Rules::builtin().unwrap();
    let lexicon = Lexicon::builtin().unwrap();
    let store = Store::new(sink, Manifest::default(), BTreeSet::new(), None);
    let visitor = Visitor::new(options, &rules, &Quiet, stop, store, done);
    let scout = Scout::new(options, "", stop)?;
    site::crawl(site, &visitor, &scout, &lexicon).await?;
    Ok(visitor.into_store().finish(LedgerReport::default(), |_| {})?)
}

async fn crawled(site: &FakeSite, options: &Options) -> (Vec<Visit>, Manifest) {
    let mut sink = FakeSink::default();
    let manifest = crawl(site, options, &Stop::new(), &mut sink).await.unwrap();
    sink.visits.sort_by(|a, b| a.id.cmp(&b.id));
    (sink.visits, manifest)
}

fn pages_in(visits: &[Visit], state: &ConsentState) -> Vec<String> {
    visits.iter().filter(|v| v.state == *state).map(|v| v.page.clone()).collect()
}

#[tokio::test]
async fn a_site_is_walked_once_and_a_state_that_it_does_not_have_is_left() {
    let site = site(&[
        (HOME, Page::Html(r#"<a href="/about">About</a><a href="/book-appointment">Book</a>"#)),
        (
            "https://clinic.example/about",
            Page::Html(r#"<a href="/">Home</a><a href="/dead">x</a>"#),
        ),
        ("https://clinic.example/book-appointment", Page::Html("")),
    ]);
    let (visits, _) = crawled(&site, &options(20)).await;
    let mut pages = pages_in(&visits, &ConsentState::BeforeChoice);
    assert_eq!(pages[..2], [HOME, "https://clinic.example/book-appointment"]);
    pages.sort();
    assert_eq!(
        pages,
        [
            HOME,
            "https://clinic.example/about",
            "https://clinic.example/book-appointment",
            "https://clinic.example/dead"
        ]
    );
    for state in [ConsentState::AfterReject, ConsentState::AfterAccept] {
        assert_eq!(pages_in(&visits, &state), [HOME]);
        let visit = visits.iter().find(|visit| visit.state == state).unwrap();
        let choice = visit.choice.as_ref().unwrap();
        assert_eq!(choice.outcome, ChoiceOutcome::NoBanner, "{}", choice.note);
    }
    assert!(visits.iter().all(|visit| visit.site == "clinic.example"));
    assert!(visits.iter().all(|visit| visit.outcome.is_loaded()));
}

#[tokio::test]
async fn the_budget_holds_and_what_is_left_out_is_listed() {
    let site = site(&[(
        HOME,
        Page::Html(
            r#"<a href="/a">a</a><a href="/b">b</a><a href="/c">c</a><a href="/logout">Bye</a>"#,
        ),
    )]);
    let (visits, manifest) = crawled(&site, &options(3)).await;
    assert_eq!(pages_in(&visits, &ConsentState::BeforeChoice).len(), 3);
    let skipped: Vec<&str> = manifest.run.skipped.iter().map(|page| &*page.reason).collect();
    assert_eq!(skipped, ["page budget", "changes something (logout)"]);
}

#[tokio::test]
async fn when_the_time_is_up_no_page_is_begun_and_the_run_is_whole() {
    let site = site(&[(HOME, Page::Html(r#"<a href="/a">a</a><a href="/b">b</a>"#))]);
    let mut options = options(20);
    options.pages.max_time = Some(Duration::ZERO);
    let (visits, manifest) = crawled(&site, &options).await;
    assert_eq!(pages_in(&visits, &ConsentState::BeforeChoice), [HOME]);
    assert_eq!(manifest.run.skipped_totals["time budget"], 2);
    assert!(manifest.run.gaps.is_empty(), "{:?}", manifest.run.gaps);
}

#[tokio::test]
async fn other_sites_are_not_the_site() {
    let site = site(&[
        (HOME, Page::Leads("https://www.new-name.example/start")),
        (
            "https://www.new-name.example/start",
            Page::Html(
                r#"<a href="/portal">Portal</a><a href="https://clinic.example/old">Old</a>"#,
            ),
        ),
        ("https://www.new-name.example/portal", Page::Leads("https://mychart.example/")),
        ("https://mychart.example/", Page::Html(r#"<a href="/more">More</a>"#)),
    ]);
    let (visits, manifest) = crawled(&site, &options(20)).await;
    assert!(visits.iter().all(|visit| visit.site == registrable_domain("new-name.example")));
    assert_eq!(pages_in(&visits, &ConsentState::BeforeChoice), [HOME]);
    assert_eq!(manifest.run.skipped[0].reason, "leads to another site (mychart.example)");
}
