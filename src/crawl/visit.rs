//! One visit: open, load, settle, do the errand, collect, leave. Whatever goes wrong
//! on the way is the visit's outcome.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::collect;
use super::done::{Done, DoneVisit};
use super::fill::{self, Filled};
use super::pace::Pace;
use super::progress::{Event, Progress};
use super::seen::{Errand, Late, Plan, Seen};
use super::store::Store;
use super::window::{Engine, Space, Window};
use super::{Options, Stop};
use crate::browser::{Arrival, BrowserError};
use crate::consent::{self, Rules};
use crate::model::{Collected, Outcome, Pass, VisitId};

/// How long a loaded page is worked on at most, errand and collectors together.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long all else of a visit may take: opening its window and leaving it.
const REST: Duration = Duration::from_secs(120);
/// The ledger is settled after so many visits: till then both accounts are in memory.
const ACCOUNT_EVERY: usize = 24;

/// Makes visits.
pub(super) struct Visitor<'a> {
    pub(super) options: &'a Options,
    rules: &'a Rules,
    pub(super) progress: &'a dyn Progress,
    pub(super) stop: &'a Stop,
    store: Mutex<Store<'a>>,
    permits: Semaphore,
    pub(super) pace: Pace<'a>,
    jobs: u32,
    /// Visits that were numbered, and that have ended since the ledger was last settled.
    numbered: AtomicUsize,
    ended: AtomicUsize,
    done: Mutex<Done>,
}

impl<'a> Visitor<'a> {
    pub(super) fn new(
        options: &'a Options,
        rules: &'a Rules,
        progress: &'a dyn Progress,
        stop: &'a Stop,
        store: Store<'a>,
        done: Done,
    ) -> Self {
        let jobs = u32::try_from(options.jobs.clamp(1, 1000)).unwrap_or(1);
        let (permits, store) = (Semaphore::new(jobs as usize), Mutex::new(store));
        let (numbered, ended) = (AtomicUsize::new(done.last_number()), AtomicUsize::new(0));
        let done = Mutex::new(done);
        let pace = Pace::new(options.pages.rate, &options.launch.resolve);
        Self { options, rules, progress, stop, store, permits, pace, jobs, numbered, ended, done }
    }

    /// The numbers of the next visits, in the order that a reader expects.
    pub(super) fn take(&self, count: usize) -> Vec<VisitId> {
        let first = self.numbered.fetch_add(count, Ordering::Relaxed) + 1;
        (first..first + count).map(VisitId::numbered).collect()
    }

    /// The visit of this page in an earlier part of the run, if it was made.
    pub(super) fn done(&self, pass: &Pass, page: &Url) -> Option<DoneVisit> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).take(pass, page)
    }

    /// What the run has so far.
    pub(super) fn store(&self) -> MutexGuard<'_, Store<'a>> {
        // A visit that panicked while writing left at worst one visit unwritten.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave to make one more visit, when it is its turn; `None` when there is none.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire().await.ok()
    }

    /// The consent rules of the run.
    pub(super) fn rules(&self) -> &Rules {
        self.rules
    }

    /// Ends visiting.
    pub(super) fn into_store(self) -> Store<'a> {
        self.store.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visitor<'_> {
    /// Makes a visit, and again if the page fails, as often as the options say; `None` when
    /// the run is being stopped. Of earlier attempts nothing is kept but what they came to.
    pub(super) async fn visit<S: Space>(&self, space: &S, plan: &Plan) -> Option<Seen> {
        let permits = if plan.alone { self.jobs } else { 1 };
        let _permit = self.permits.acquire_many(permits).await.ok()?;
        if self.stop.is_pressed() || !self.store().is_sound() {
            return None;
        }
        if !space.is_alive() {
            let lost = BrowserError::new("the page was not visited", "its browser is gone");
            return Some(Seen::lost(plan, &lost));
        }
        self.progress.tell(Event::Began { page: plan.page.as_str(), pass: &plan.pass });
        let mut seen = self.attempt(space, plan).await;
        let mut earlier = Vec::new();
        while seen.may_yet_load() && earlier.len() < self.options.retries && !self.stop.is_pressed()
        {
            earlier.push(seen.visit.outcome.message().to_owned());
            seen = self.attempt(space, plan).await;
        }
        seen.visit.earlier_attempts = earlier;
        if let Some(tab) = seen.tab {
            self.store().made_in(tab, &plan.id);
        }
        self.ended.fetch_add(1, Ordering::Relaxed);
        self.progress.tell(Event::Ended(&seen.visit));
        Some(seen)
    }

    /// Settles the ledger when that is due; if it has to pause for that, between visits, since
    /// nothing may be sent meanwhile.
    pub(super) async fn settle_accounts<E: Engine>(&self, engine: &E) {
        let due = |ended: usize| ended.checked_sub(ACCOUNT_EVERY);
        let is_due = self.ended.fetch_update(Ordering::Relaxed, Ordering::Relaxed, due).is_ok();
        if !is_due || self.stop.is_pressed() {
            return;
        }
        let alone = if engine.pauses_to_settle().await { self.jobs } else { 0 };
        let Ok(_all) = self.permits.acquire_many(alone).await else { return };
        let report = engine.settle_accounts().await;
        self.store().account(report);
    }

    async fn attempt<S: Space>(&self, space: &S, plan: &Plan) -> Seen {
        tokio::select! {
            () = self.pace.turn(&plan.page) => {}
            () = self.stop.pressed() => {}
        }
        let mut seen = Seen::begin(plan);
        let clock = Instant::now();
        // Each step is bounded by itself; this holds whatever the browser does.
        let at_most = self.options.timeout + PATIENCE + REST;
        let loaded = timeout(at_most, self.load(space, plan, &mut seen)).await;
        let failed = match loaded {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            Err(_) => Some(BrowserError::new("the visit was given up", "the browser hangs")),
        };
        if let Some(error) = failed {
            seen = Seen { tab: seen.tab, ..Seen::lost(plan, &error) };
        }
        let duration = clock.elapsed().as_millis();
        seen.visit.duration_ms = u64::try_from(duration).unwrap_or(u64::MAX);
        seen
    }

    async fn load<S: Space>(
        &self,
        space: &S,
        plan: &Plan,
        seen: &mut Seen,
    ) -> Result<(), BrowserError> {
        let window = space.open().await?;
        seen.tab = Some(window.id());
        window.set_phase(plan.phase).await?;
        let arrival = tokio::select! {
            arrival = window.navigate(plan.page.as_str(), self.options.timeout) => arrival?,
            () = self.stop.pressed() => stopped(),
        };
        seen.arrived(plan, &arrival);
        seen.answered = arrival.status.is_some();
        if seen.is_there() {
            tokio::select! {
                worked = timeout(PATIENCE, self.work(&window, plan, seen)) => {
                    if worked.is_err() {
                        let message = "the page did not answer in time".to_owned();
                        seen.visit.outcome = Outcome::TimedOut { message };
                    }
                }
                why = window.lost() => {
                    let message = format!("{}: {why}", plan.page);
                    seen.visit.outcome = Outcome::Failed { message };
                }
                () = self.stop.pressed() => seen.visit.outcome = stopped().outcome,
            }
            seen.judge(plan, arrival.status, &window);
        }
        let recording = window.leave().await?;
        collect::add_messages(&mut seen.visit.collected, &recording.messages);
        seen.signals = consent::wire_signals(&recording.requests);
        seen.visit.requests = recording.requests;
        if let Some(outcome) = recording.outcome.filter(|_| seen.visit.outcome.is_loaded()) {
            seen.visit.outcome = outcome;
        }
        seen.gaps.extend(recording.gaps);
        Ok(())
    }

    /// What a visitor does on a page that is there.
    async fn work<W: Window>(&self, window: &W, plan: &Plan, seen: &mut Seen) {
        self.settle(window, &plan.errand).await;
        match &plan.errand {
            Errand::Look(_) => self.look(window, seen).await,
            Errand::Check(known) => self.check(window, known.as_ref(), seen).await,
            Errand::Choose(decision) => self.choose(window, decision, seen).await,
            Errand::Withdraw(known) => self.withdraw(window, known.as_ref(), seen).await,
            Errand::LeaveAlone(patience) => self.leave_alone(window, *patience, seen).await,
        }
        let mut filled = None;
        if !matches!(plan.errand, Errand::Choose(_) | Errand::Withdraw(_)) {
            self.picture(window, None, "page", "page", seen).await;
            // Who leaves a banner alone is not to touch the page.
            let touches = !matches!(plan.errand, Errand::LeaveAlone(_));
            if self.options.fill_forms && touches {
                filled = Some(fill::fill(window).await);
            }
            self.stay(window).await;
            if matches!(plan.errand, Errand::Look(Late::Awaited)) {
                self.look_again(window, seen).await;
            }
        }
        let pictures = std::mem::take(&mut seen.visit.collected.screenshots);
        let mut failures = std::mem::take(&mut seen.visit.collected.failures);
        let mut collected = collect::collect(window, self.wanted(), plan.is_policy).await;
        failures.append(&mut collected.failures);
        let typed = filled.map(|Filled { typed, searches }| {
            collected.links.get_or_insert_default().extend(searches);
            typed
        });
        seen.visit.collected = Collected { screenshots: pictures, failures, typed, ..collected };
    }

    /// What signatures ask a page for.
    pub(super) fn wanted(&self) -> collect::Wanted<'_> {
        let Options { globals, selectors, .. } = self.options;
        collect::Wanted { globals, selectors }
    }

    /// Waits for the network to go quiet, shows a first sign of a person, and scrolls
    /// through for what loads lazily. A page that never goes quiet has been watched for as
    /// long as any: it counts as loaded.
    pub(super) async fn settle<W: Window>(&self, window: &W, errand: &Errand) {
        let settle = self.options.settle;
        let seen_through = async {
            drop(window.settle(settle.quiet, settle.at_most / 2).await);
            drop(window.stir().await);
            drop(window.scroll_through().await);
        };
        if let Errand::Look(_) = errand {
            // Answers to what scrolling brought are waited for in `stay`.
            return seen_through.await;
        }
        // Banners that are clicked, and records that are read, need the real clock.
        let settled = async {
            seen_through.await;
            drop(window.settle(settle.quiet, settle.at_most / 2).await);
        };
        tokio::join!(sleep(settle.dwell), settled);
    }

    /// Stays on the page, by the page's own clock, so that tags fire that wait.
    async fn stay<W: Window>(&self, window: &W) {
        let settle = self.options.settle;
        match window.fast_forward(settle.page_time, settle.at_most).await {
            Ok(_) => drop(window.settle(settle.quiet / 2, settle.at_most / 2).await),
            Err(error) => {
                tracing::debug!("the page's clock cannot run ahead: {error}");
                sleep(settle.dwell).await;
            }
        }
    }
}

fn stopped() -> Arrival {
    let message = "the run was stopped in the middle of this visit".to_owned();
    Arrival { outcome: Outcome::Failed { message }, ..Arrival::default() }
}
