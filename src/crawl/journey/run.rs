//! Makes a journey: its steps in one window, in a profile whose choice is made. Each page
//! on the way becomes a visit of its own, so that what it sent is judged by its address
//! and its text. A journey is made once: a step that books something is never repeated.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use url::Url;

use super::act::Hand;
use super::{Action, Journey, Step};
use crate::browser::{BrowserError, PageRecording, Place};
use crate::consent;
use crate::crawl::progress::Event;
use crate::crawl::seen::{Errand, Seen};
use crate::crawl::visit::Visitor;
use crate::crawl::window::{Space, Window};
use crate::crawl::{blocked, collect};
use crate::model::{
    Collected, Header, JourneyPart, Outcome, Pass, Phase, Request, ResourceKind, Screenshot,
    Secret, StepFailure, StepTaken, Visit, VisitId,
};

/// How long a journey may take in one state.
const MOST_TIME: Duration = Duration::from_secs(600);
/// How long a banner that may be in the way may take to show itself.
const BANNER: Duration = Duration::from_millis(300);

/// Makes one journey in one state.
pub(in crate::crawl) struct Traveller<'t, 'a> {
    pub(in crate::crawl) visitor: &'t Visitor<'a>,
    pub(in crate::crawl) journey: &'t Journey,
    pub(in crate::crawl) secrets: &'t BTreeMap<String, Secret>,
    /// The id of its first page; further ones are numbered below it.
    pub(in crate::crawl) id: VisitId,
    pub(in crate::crawl) pass: Pass,
    pub(in crate::crawl) phase: Phase,
    pub(in crate::crawl) base: Url,
}

/// What was seen of the pages so far, by their place in the window's history.
#[derive(Debug, Default)]
struct Album(BTreeMap<usize, Leaf>);

/// One page as it was seen last.
#[derive(Debug, Default)]
struct Leaf {
    steps: Vec<StepTaken>,
    pictures: Vec<Screenshot>,
    collected: Collected,
}

impl Traveller<'_, '_> {
    /// Makes the journey and returns its pages; `None` when the run is being stopped.
    pub(in crate::crawl) async fn travel<S: Space>(&self, space: &S) -> Option<Vec<Seen>> {
        let _permit = self.visitor.permit().await?;
        if self.visitor.stop.is_pressed() {
            return None;
        }
        let page = self.base.as_str();
        self.visitor.progress.tell(Event::Began { page, pass: &self.pass });
        let began = Timestamp::now();
        let pages = match self.window(space).await {
            Ok((recordings, album)) => self.visits(recordings, album, began),
            Err(error) => vec![self.nowhere(&error, began)],
        };
        for page in &pages {
            if let Some(tab) = page.tab {
                self.visitor.store().made_in(tab, &page.visit.id);
            }
        }
        if let Some(last) = pages.last() {
            self.visitor.progress.tell(Event::Ended(&last.visit));
        }
        Some(pages)
    }

    async fn window<S: Space>(
        &self,
        space: &S,
    ) -> Result<(Vec<PageRecording>, Album), BrowserError> {
        let window = space.open().await?;
        window.set_phase(self.phase).await?;
        let mut album = Album::default();
        self.steps(&window, &mut album).await;
        Ok((window.leave_by_page().await?, album))
    }

    async fn steps<W: Window>(&self, window: &W, album: &mut Album) {
        let options = self.visitor.options;
        let hand = Hand {
            window,
            base: &self.base,
            secrets: self.secrets,
            page_timeout: options.timeout,
            quiet: options.settle.quiet,
            notes: Mutex::default(),
        };
        let deadline = Instant::now() + MOST_TIME;
        for (at, step) in self.journey.steps.iter().enumerate() {
            let before = window.place();
            if step.may_leave() && before.pages > 0 {
                self.look(window, album, &before).await;
            }
            let taken = tokio::select! {
                taken = hand.take(step) => taken,
                () = self.visitor.stop.pressed() => Err("the run was stopped".to_owned()),
                () = tokio::time::sleep_until(deadline) => {
                    Err(format!("the journey took more than {} s", MOST_TIME.as_secs()))
                }
            };
            if taken.is_ok() && step.may_leave() {
                self.arrive(window, step, &before).await;
            }
            let now = window.place();
            let page = if matches!(step.action, Action::Goto(_)) { &now } else { &before };
            let mut row = StepTaken {
                number: at + 1,
                step: step.action.to_string(),
                notes: hand.take_notes(),
                failure: None,
            };
            if let Action::Screenshot(name) = &step.action {
                let picture = self.picture(window, page, &format!("step-{:02}", at + 1)).await;
                album.leaf(page).pictures.extend(picture.map(|file| Screenshot {
                    file,
                    shows: format!("{}: {name}", self.journey.name),
                }));
            }
            row.notes.extend(notes(&before, &now, &window.requests_so_far()));
            let failed = taken.is_err();
            if let Err(message) = taken {
                row.failure = Some(self.failure(window, &now, at, message).await);
            }
            album.leaf(page).steps.push(row);
            if failed {
                break;
            }
        }
        let last = window.place();
        self.look(window, album, &last).await;
    }

    /// Waits for what a step has set off: a page that it leads to is watched for as long
    /// as any.
    async fn arrive<W: Window>(&self, window: &W, step: &Step, before: &Place) {
        let settle = self.visitor.options.settle;
        drop(window.settle(settle.quiet, settle.at_most / 2).await);
        if window.place().pages != before.pages {
            window.loaded(step.timeout).await;
            // Steps are taken by the real clock.
            self.visitor.settle(window, &Errand::Check(None)).await;
        }
    }

    /// Collects from a page as it stands, in place of what was collected before.
    async fn look<W: Window>(&self, window: &W, album: &mut Album, place: &Place) {
        let collected = collect::collect(window, self.visitor.wanted(), false).await;
        let picture = self.picture(window, place, "page").await;
        let leaf = album.leaf(place);
        leaf.collected = collected;
        leaf.collected.screenshots =
            picture.map(|file| Screenshot { file, shows: "page".to_owned() }).into_iter().collect();
    }

    async fn failure<W: Window>(
        &self,
        window: &W,
        now: &Place,
        at: usize,
        mut message: String,
    ) -> StepFailure {
        let found = consent::find(window, self.visitor.rules(), BANNER).await.ok().flatten();
        if found.is_some_and(|banner| banner.cmp.banner_visible) {
            message.push_str("; the consent banner is open");
        }
        let title = match collect::top(window).await {
            Ok(top) => window.evaluate(&top, crate::dom::World::Isolated, "document.title").await,
            Err(error) => Err(error),
        };
        let title = title.ok().and_then(|title| title.as_str().map(str::to_owned));
        StepFailure {
            message,
            url: now.url.clone(),
            title: title.unwrap_or_default().chars().take(300).collect(),
            screenshot: self.picture(window, now, &format!("step-{:02}", at + 1)).await,
        }
    }

    async fn picture<W: Window>(&self, window: &W, place: &Place, name: &str) -> Option<String> {
        let file = format!("{}-{name}.png", self.page_id(place.pages.saturating_sub(1)));
        self.visitor.keep_picture(window, None, &file).await.ok()
    }

    fn page_id(&self, page: usize) -> VisitId {
        match page {
            0 => self.id.clone(),
            page => VisitId(format!("{}-{:02}", self.id, page + 1)),
        }
    }

    fn visits(
        &self,
        recordings: Vec<PageRecording>,
        mut album: Album,
        began: Timestamp,
    ) -> Vec<Seen> {
        let last = recordings.len().saturating_sub(1);
        let ends: Vec<f64> = recordings.iter().map(|page| page.began_ms).collect();
        let page = |(at, page): (usize, PageRecording)| {
            let mut leaf = album.0.remove(&at).unwrap_or_default();
            if at == last {
                // Steps of pages that the window did not tell of; their order stays.
                leaf.steps.extend(std::mem::take(&mut album.0).into_values().flat_map(|l| l.steps));
            }
            let mut seen = self.seen(at, page, leaf, began);
            let next = ends.get(at + 1).copied();
            seen.visit.duration_ms = next.map_or_else(
                || since(began).saturating_sub(whole(ends[at])),
                |next| whole(next - ends[at]),
            );
            seen
        };
        recordings.into_iter().enumerate().map(page).collect()
    }

    fn seen(&self, at: usize, page: PageRecording, leaf: Leaf, began: Timestamp) -> Seen {
        let url = if page.url.is_empty() { self.base.to_string() } else { page.url.clone() };
        let mut collected = leaf.collected;
        collected.screenshots.extend(leaf.pictures);
        collect::add_messages(&mut collected, &page.recording.messages);
        let (requests, broken) = (page.recording.requests, page.recording.outcome);
        let failure = leaf.steps.iter().find_map(|step| step.failure.as_ref());
        let outcome = match failure {
            // Nothing was there for the step to fail on.
            Some(failure) if page.url.is_empty() => {
                Outcome::Failed { message: failure.message.clone() }
            }
            _ => broken.unwrap_or_else(|| outcome(&url, &collected, &requests)),
        };
        let offset = SignedDuration::from_millis(whole(page.began_ms).try_into().unwrap_or(0));
        let title = collected.text.as_ref().map(|text| text.title.clone());
        let visit = Visit {
            id: self.page_id(at),
            page: url.clone(),
            final_url: url,
            title: title.unwrap_or_default(),
            state: self.pass.state.clone(),
            signals: self.pass.signals,
            started: began.checked_add(offset).ok(),
            outcome,
            requests,
            collected,
            journey: Some(JourneyPart { name: self.journey.name.clone(), steps: leaf.steps }),
            ..Visit::default()
        };
        Seen::of(visit, Some(page.tab), page.recording.gaps)
    }

    /// The window could not be had, or was lost on the way.
    fn nowhere(&self, error: &BrowserError, began: Timestamp) -> Seen {
        let message = error.to_string();
        let step = self.journey.steps.first();
        let failure = StepFailure { message: message.clone(), ..StepFailure::default() };
        let steps = vec![StepTaken {
            number: 1,
            step: step.map(|step| step.action.to_string()).unwrap_or_default(),
            notes: Vec::new(),
            failure: Some(failure),
        }];
        let visit = Visit {
            id: self.id.clone(),
            page: self.base.to_string(),
            final_url: self.base.to_string(),
            state: self.pass.state.clone(),
            signals: self.pass.signals,
            started: Some(began),
            duration_ms: since(began),
            outcome: Outcome::Failed { message: message.clone() },
            journey: Some(JourneyPart { name: self.journey.name.clone(), steps }),
            ..Visit::default()
        };
        Seen::of(visit, None, vec![message])
    }
}

impl Album {
    fn leaf(&mut self, place: &Place) -> &mut Leaf {
        self.0.entry(place.pages.saturating_sub(1)).or_default()
    }
}

impl Step {
    /// Whether another page may come of it.
    fn may_leave(&self) -> bool {
        matches!(
            self.action,
            Action::Goto(_)
                | Action::Click(_)
                | Action::Press(_)
                | Action::Select(..)
                | Action::Check(_)
                | Action::Uncheck(_)
        )
    }
}

/// What came of a step beside what it was for.
fn notes(before: &Place, now: &Place, requests: &[Request]) -> Vec<String> {
    let mut notes = Vec::new();
    if now.dialogs > before.dialogs {
        notes.push(format!("dialogs answered: {}", now.dialogs - before.dialogs));
    }
    if now.popups > before.popups {
        notes.push(
            "a window was opened: its requests are recorded with this page, and the journey goes \
             on here"
                .to_owned(),
        );
    }
    let is_download = |header: &Header| {
        header.name == "content-disposition"
            && header.value.trim_start().to_lowercase().starts_with("attachment")
    };
    let last = requests.iter().rfind(|r| r.kind == ResourceKind::Document && r.frame.top);
    let answer = last.and_then(|request| request.response.as_ref());
    let refused = last.is_some_and(|request| request.blocked.is_some());
    if refused && answer.is_some_and(|answer| answer.headers.iter().any(is_download)) {
        notes.push("a download was refused".to_owned());
    }
    notes
}

/// Whether a page came as a visitor sees it.
fn outcome(url: &str, collected: &Collected, requests: &[Request]) -> Outcome {
    let mut documents = requests.iter();
    let document = documents.rfind(|r| {
        r.kind == ResourceKind::Document && r.frame.top && url.starts_with(r.url.as_str())
    });
    let status = document.and_then(|r| r.response.as_ref()).map(|r| r.status);
    if let Some(message) = blocked::wall(status, collected, requests) {
        return Outcome::Blocked { message };
    }
    match status {
        Some(status) if status >= 400 => {
            Outcome::Failed { message: format!("{url} answered with HTTP {status}") }
        }
        _ => Outcome::Loaded,
    }
}

fn since(began: Timestamp) -> u64 {
    let lasted = Timestamp::now().duration_since(began).as_millis();
    u64::try_from(lasted).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds")]
fn whole(ms: f64) -> u64 {
    ms.max(0.0) as u64
}
