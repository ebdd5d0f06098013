//! A page's own clock: it runs ahead, so that timers which wait long cost little.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::TabId;
use super::cdp::SessionId;
use super::error::BrowserError;
use super::hub::{Hub, Wait, within};
use super::tab::Tab;

/// The command that takes a page's clock over.
const VIRTUAL_TIME: &str = "Emulation.setVirtualTimePolicy";
/// The step of a page's clock that was taken over.
const BEAT: Duration = Duration::from_millis(20);
/// How far a page's clock may run before its workers look at it.
const STEP: Duration = Duration::from_secs(1);

impl Tab {
    /// Lets the page's own clock run ahead by `page_time`: timers of the page, its frames
    /// and workers fire in their order as fast as the machine can, and time stands still
    /// while an answer is awaited. Returns whether all of it passed within `at_most`.
    /// Afterwards the clock, which cannot be given back, goes on at its ordinary pace.
    ///
    /// # Errors
    /// When the browser is gone or cannot do it.
    pub async fn fast_forward(
        &self,
        page_time: Duration,
        at_most: Duration,
    ) -> Result<bool, BrowserError> {
        let deadline = within(at_most);
        // An answer that never comes (a long poll) must not hold time up for good.
        let patient = within(at_most / 2);
        let mut left = page_time;
        let mut passed = true;
        while passed && !left.is_zero() {
            let step = if self.wake_workers().await { left.min(STEP) } else { left };
            passed = self.run_ahead("pauseIfNetworkFetchesPending", step, patient).await?
                || self.run_ahead("advance", step, deadline).await?;
            left -= step;
        }
        self.wake_workers().await;
        tokio::spawn(metronome(Arc::clone(&self.hub), self.id(), self.session.clone()));
        Ok(passed)
    }

    async fn run_ahead(
        &self,
        policy: &str,
        page_time: Duration,
        deadline: Instant,
    ) -> Result<bool, BrowserError> {
        self.with(|tab| tab.clock_stands = false).ok_or_else(|| self.gone())?;
        self.command(&self.session, VIRTUAL_TIME, virtual_time(policy, page_time)).await?;
        let passed = self.hub.wait_until(deadline, |state| match state.tabs.get(&self.id()) {
            _ if state.closed => Wait::Done(Err(self.gone())),
            Some(tab) if !tab.clock_stands && tab.broken.borrow().is_none() => Wait::ForEvent,
            tab => Wait::Done(Ok(tab.is_some_and(|tab| tab.clock_stands))),
        });
        passed.await.unwrap_or(Ok(false))
    }
}

fn virtual_time(policy: &str, budget: Duration) -> Value {
    json!({
        "policy": policy,
        "budget": budget.as_millis(),
        // A page that never rests between two timers cannot hold time up.
        "maxVirtualTimeTaskStarvationCount": 10_000,
    })
}

/// Gives a page whose clock stands still a little time again and again, until it is left.
async fn metronome(hub: Arc<Hub>, id: TabId, session: SessionId) {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let is_over = {
            let state = hub.state();
            state.closed || !state.tabs.contains_key(&id)
        };
        if is_over
            || hub.cdp.call(&session, VIRTUAL_TIME, virtual_time("advance", BEAT)).await.is_err()
        {
            return;
        }
    }
}
