//! One window on one page: a visit from before its first request to after its last.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::watch;

use super::answer::Broken;
use super::cdp::SessionId;
use super::error::BrowserError;
use super::hub::{Hub, Wait, within};
use super::pages::is_on_web;
use super::state::{State, TabState};
use super::{Arrival, PageRecording, Place, Recording, TabId, input, navigate};
use crate::dom::{Dom, World};
use crate::model::{Outcome, Phase, Request};

/// An answer that has begun and brought nothing for so long is not waited for.
const STALLED: Duration = Duration::from_millis(1500);
/// How long a hidden page is given for what it asks for because of that.
const HIDDEN_QUIET: Duration = Duration::from_millis(150);
/// How long the last beacons of a page that is being left may take.
const UNLOAD_QUIET: Duration = Duration::from_millis(200);
const UNLOAD_AT_MOST: Duration = Duration::from_secs(4);
/// How long leaving waits for a page that no longer answers.
const LEAVE_PATIENCE: Duration = Duration::from_secs(5);

/// How often a page that opens windows while it is closed is closed again.
const CLOSING_ROUNDS: usize = 3;

/// Settles when the page has become hidden, or does not within a second.
const HIDDEN: &str = "new Promise(done => {
    if (document.visibilityState === 'hidden') return done();
    document.addEventListener('visibilitychange', done, { once: true });
    setTimeout(done, 1000);
})";

/// One window on one page. Implements [`crate::dom::Dom`].
///
/// End it with [`Tab::leave`]; one that is dropped is closed, and what its page would
/// have sent on the way out is lost.
#[derive(Debug)]
pub struct Tab {
    pub(super) hub: Arc<Hub>,
    id: TabId,
    /// Its page's target, which is also its top frame's id.
    pub(super) target: String,
    pub(super) session: SessionId,
    /// Why the page answers no more, once it does not.
    pub(super) broken: watch::Receiver<Option<Broken>>,
    ended: bool,
}

impl Tab {
    /// Waits until the page's target is listened to.
    pub(super) async fn ready(
        hub: Arc<Hub>,
        id: TabId,
        target: String,
    ) -> Result<Self, BrowserError> {
        let found = hub.wait_until(within(Duration::from_secs(30)), |state| {
            let tab = state.tabs.get_mut(&id);
            match tab.and_then(|tab| tab.session.clone()) {
                Some(session) => Wait::Done(session),
                None => {
                    let late = state.sessions.iter().find(|(_, known)| {
                        known.target.target_id == target && known.target.kind == "page"
                    });
                    late.map_or(Wait::ForEvent, |(session, _)| Wait::Done(session.clone()))
                }
            }
        });
        let session = found.await.ok_or_else(|| {
            BrowserError::new("cannot open a window", "its page did not come up in time")
        })?;
        let broken = hub.state().tabs.get(&id).map(|tab| tab.broken.subscribe());
        let broken = broken
            .ok_or_else(|| BrowserError::new("cannot open a window", "it was closed at once"))?;
        let tab = Self { hub, id, target, session, broken, ended: false };
        // Commands are worked off in order: when this is answered the page is prepared.
        let nothing = json!({ "expression": "1" });
        tab.hub.cdp.call(&tab.session, "Runtime.evaluate", nothing).await?;
        Ok(tab)
    }

    /// Its name within the browser.
    #[must_use]
    pub fn id(&self) -> TabId {
        self.id
    }

    /// Goes to an address and waits for its `load` event, at most `at_most`.
    /// Alert boxes are answered, downloads refused; both are told.
    ///
    /// # Errors
    /// When the browser is gone; a page that fails is an [`crate::model::Outcome`].
    pub async fn navigate(&self, url: &str, at_most: Duration) -> Result<Arrival, BrowserError> {
        navigate::go(self, url, at_most).await
    }

    /// Waits until nothing has been on the network for `quiet`, at most `at_most`.
    /// Returns whether it went quiet.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn settle(&self, quiet: Duration, at_most: Duration) -> Result<bool, BrowserError> {
        let began = Instant::now();
        let settled = self.hub.wait_until(within(at_most), |state| {
            if state.closed {
                return Wait::Done(Err(self.gone()));
            }
            if self.broken().is_some() {
                return Wait::Done(Ok(false));
            }
            match state.quiet_since(self.id, STALLED) {
                Some(since) => {
                    let due = since.max(began) + quiet;
                    if Instant::now() >= due { Wait::Done(Ok(true)) } else { Wait::Until(due) }
                }
                // A stalled answer stops counting without an event.
                None => Wait::Until(within(STALLED / 3)),
            }
        });
        settled.await.unwrap_or(Ok(false))
    }

    /// What a visitor does without meaning to: the mouse moves along the edge, the wheel
    /// turns a little. Tags that wait for the first sign of a person begin to work.
    /// Nothing is clicked, pressed or touched.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn stir(&self) -> Result<(), BrowserError> {
        input::stir(self).await.map_err(|error| BrowserError::new("cannot move the mouse", error))
    }

    /// Waits until the page can answer no more, and says why: it crashed, or the browser
    /// is gone.
    pub async fn lost(&self) -> &'static str {
        loop {
            let lost = self.hub.wait_until(within(Duration::from_secs(3600)), |state| {
                match (state.closed, state.tabs.get(&self.id)) {
                    (true, _) | (_, None) => Wait::Done("the browser is gone"),
                    (_, Some(tab)) if *tab.broken.borrow() == Some(Broken::Crashed) => {
                        Wait::Done("the page crashed")
                    }
                    _ => Wait::ForEvent,
                }
            });
            if let Some(why) = lost.await {
                return why;
            }
        }
    }

    /// Requests sent from now on carry this phase. A new tab starts with `Before`.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn set_phase(&self, phase: Phase) -> Result<(), BrowserError> {
        // All that the page sent before is told before this is answered.
        let nothing = json!({ "expression": "1" });
        drop(self.command(&self.session, "Runtime.evaluate", nothing).await);
        self.with(|tab| tab.recorder.set_phase(phase)).ok_or_else(|| self.gone())
    }

    /// The requests so far, for wire signals while the tab is still open.
    #[must_use]
    pub fn requests_so_far(&self) -> Vec<Request> {
        self.with(|tab| tab.recorder.requests().to_vec()).unwrap_or_default()
    }

    /// Milliseconds since the visit began, as its requests count them.
    #[must_use]
    pub fn elapsed_ms(&self) -> f64 {
        self.with(|tab| tab.recorder.elapsed_ms()).unwrap_or_default()
    }

    /// Leaves the page so that unload beacons fire (hide, then navigate away, then
    /// close), waits for them, and returns everything.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn leave(mut self) -> Result<Recording, BrowserError> {
        let strayed = self.with(|tab| strayed(tab)).flatten();
        self.depart().await?;
        let tab = self.hub.state().end_tab(self.id).ok_or_else(|| self.gone())?;
        let broken = self.broken().map(|why| why.outcome(&tab.url()));
        Ok(Recording { outcome: broken.or(strayed), ..recording(tab) })
    }

    /// [`Tab::leave`], with a recording for each page that the tab has shown.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn leave_by_page(mut self) -> Result<Vec<PageRecording>, BrowserError> {
        let strayed = self.with(|tab| strayed(tab)).flatten();
        self.depart().await?;
        let pages = self.hub.state().end_by_page(self.id);
        let mut pages = pages.ok_or_else(|| self.gone())?;
        if let Some(last) = pages.last_mut() {
            last.recording.outcome = self.broken().map(|why| why.outcome(&last.url)).or(strayed);
        }
        Ok(pages)
    }

    /// Where it is now.
    #[must_use]
    pub fn place(&self) -> Place {
        let place = self.with(|tab| Place {
            pages: tab.pages.len(),
            url: tab.route.clone().unwrap_or_else(|| tab.url()),
            popups: tab.popups_ever,
            dialogs: tab.dialogs,
        });
        place.unwrap_or_default()
    }

    /// Waits for the `load` event of the page that is there, at most `at_most`.
    pub async fn loaded(&self, at_most: Duration) -> bool {
        let loaded = self.hub.wait_until(within(at_most), |state| {
            let closed = state.closed;
            match state.tab_of(&self.session) {
                Some((_, tab)) if !closed && tab.broken.borrow().is_none() => match tab.loaded {
                    true => Wait::Done(true),
                    false => Wait::ForEvent,
                },
                _ => Wait::Done(false),
            }
        });
        loaded.await.unwrap_or(false)
    }

    /// All of leaving but the account.
    async fn depart(&mut self) -> Result<(), BrowserError> {
        if self.broken().is_none() {
            self.walk_out().await?;
        }
        self.close().await;
        self.release_workers().await;
        self.ended = true;
        Ok(())
    }

    /// Hides the page, then goes elsewhere, with all windows that it opened.
    async fn walk_out(&self) -> Result<(), BrowserError> {
        self.hide().await;
        // Pictures asked for on hiding would be broken off by what comes next.
        self.settle(HIDDEN_QUIET, UNLOAD_AT_MOST).await?;
        self.hold_workers().await;
        for popup in self.with(|tab| tab.popups.clone()).unwrap_or_default() {
            let session = self.hub.state().owners.get(&popup).cloned();
            if let Some(session) = session {
                let blank = json!({ "url": "about:blank" });
                self.hub.cdp.send(&session, "Page.navigate", blank);
            }
        }
        // A page that hangs is closed all the same.
        drop(self.go_to("about:blank", LEAVE_PATIENCE).await);
        self.settle(UNLOAD_QUIET, UNLOAD_AT_MOST).await.map(drop)
    }

    /// Closes the window and all that it opened, also while it still opens others.
    async fn close(&self) {
        let mut targets = vec![self.target.clone()];
        for _ in 0..CLOSING_ROUNDS {
            targets.extend(self.with(|tab| tab.popups.clone()).unwrap_or_default());
            let closing = targets.drain(..).map(|target| async move {
                let (browser, which) = (SessionId::default(), json!({ "targetId": target }));
                let cdp = &self.hub.cdp;
                cdp.call_within(&browser, "Target.closeTarget", which, LEAVE_PATIENCE).await
            });
            join_all(closing).await;
            let gone = self.hub.wait_until(within(LEAVE_PATIENCE), |state| {
                let stays = state.owners.contains_key(&self.target)
                    || state.tabs.get(&self.id).is_some_and(|tab| !tab.popups.is_empty());
                if stays && !state.closed { Wait::ForEvent } else { Wait::Done(()) }
            });
            if gone.await.is_some() {
                return;
            }
        }
    }

    /// Minimises the window: the page becomes hidden, as when a visitor turns away.
    async fn hide(&self) {
        let browser = SessionId::default();
        let which = json!({ "targetId": self.target });
        let window = self.hub.cdp.call(&browser, "Browser.getWindowForTarget", which).await;
        let Ok(window) = window else { return };
        let bounds =
            json!({ "windowId": window["windowId"], "bounds": { "windowState": "minimized" } });
        if let Err(error) = self.hub.cdp.call(&browser, "Browser.setWindowBounds", bounds).await {
            tracing::debug!("the window cannot be minimised: {error}");
            return;
        }
        // The page learns of it later, and must before it is left.
        drop(self.evaluate(&self.top(), World::Isolated, HIDDEN).await);
    }

    /// Looks at the tab's state.
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut TabState) -> T) -> Option<T> {
        let mut state = self.hub.state();
        let State { tabs, .. } = &mut *state;
        tabs.get_mut(&self.id).map(look)
    }

    pub(super) fn gone(&self) -> BrowserError {
        BrowserError::new("cannot go on with the page", "the browser is gone")
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        if !self.ended {
            let params = json!({ "targetId": self.target });
            // Nothing to wait for in a destructor; the ledger still gets the account.
            if tokio::runtime::Handle::try_current().is_ok() {
                self.hub.cdp.send(&SessionId::default(), "Target.closeTarget", params);
            }
            self.hub.state().end_tab(self.id);
        }
    }
}

/// A page that was on the web and has left it: what is there now is not the page.
fn strayed(tab: &TabState) -> Option<Outcome> {
    let url = tab.url();
    let is_error = url.starts_with("chrome-error:");
    let strayed = tab.on_web && !is_error && !is_on_web(&url);
    let kind = url.split(':').next().unwrap_or_default();
    let message = format!("the page went to an address that is not of the web ({kind}:)");
    strayed.then_some(Outcome::Failed { message })
}

fn recording(tab: TabState) -> Recording {
    let gaps = gaps_of(&tab);
    let requests = tab.recorder.into_requests();
    Recording { requests, messages: tab.messages, gaps, outcome: None }
}

/// What limits a recording, in words.
pub(super) fn gaps_of(tab: &TabState) -> Vec<String> {
    let mut gaps = tab.recorder.gaps();
    if tab.closed_windows > 0 {
        gaps.push(format!("{} further windows were closed unseen", tab.closed_windows));
    }
    if tab.dropped_messages > 0 {
        gaps.push(format!("{} reports of page scripts were not kept", tab.dropped_messages));
    }
    gaps
}
