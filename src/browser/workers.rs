//! A page's workers: woken when its clock has run ahead, held when it is left. What those
//! send that outlive it belongs to whoever of their profile is still open; with nobody left
//! they are ended.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::TabId;
use super::cdp::SessionId;
use super::hub::{Wait, within};
use super::state::State;
use super::tab::Tab;

/// How long a worker may take to end.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a worker may take to look at the clock.
const WAKING: Duration = Duration::from_millis(500);

impl Tab {
    /// Lets workers see that the page's clock has moved: one that sleeps until a timer is
    /// due sleeps by the machine's clock. Whether there are any, and all of them listen.
    pub(super) async fn wake_workers(&self) -> bool {
        let workers = self.hub.state().workers_of(self.id(), |_| true);
        let woken = workers.iter().map(|worker| {
            let nothing = json!({ "expression": "0" });
            self.hub.cdp.call_within(worker, "Runtime.evaluate", nothing, WAKING)
        });
        let woken = join_all(woken).await;
        !woken.is_empty() && woken.iter().all(Result::is_ok)
    }

    /// Lets the page's own workers begin nothing any more: they end with it, and what they
    /// send in that moment may be told to nobody.
    pub(super) async fn hold_workers(&self) {
        let workers = self.hub.state().workers_of(self.id(), |kind| kind == "worker");
        let held = workers.iter().map(async |worker| {
            let skip = json!({ "skip": false });
            self.hub.cdp.send(worker, "Debugger.setSkipAllPauses", skip);
            drop(self.hub.cdp.call_within(worker, "Debugger.pause", json!({}), PATIENCE).await);
        });
        join_all(held).await;
    }

    /// Hands the page's service and shared workers on, or ends them and waits for that.
    pub(super) async fn release_workers(&self) {
        let orphans = self.hub.state().hand_on_workers(self.id());
        for target in &orphans {
            let which = json!({ "targetId": target });
            self.hub.cdp.send(&SessionId::default(), "Target.closeTarget", which);
        }
        let ended = self.hub.wait_until(within(PATIENCE), |state| {
            let lives = |target| state.owners.contains_key(target) && !state.closed;
            if orphans.iter().any(lives) { Wait::ForEvent } else { Wait::Done(()) }
        });
        if ended.await.is_none() {
            tracing::debug!("a worker of a page that was left did not end in time");
        }
    }
}

impl State {
    /// The sessions of a tab's workers of some kinds.
    fn workers_of(&self, tab: TabId, is_meant: impl Fn(&str) -> bool) -> Vec<SessionId> {
        let is_worker = |kind: &str| matches!(kind, "worker" | "service_worker" | "shared_worker");
        let of_tab = self.sessions.iter().filter(|(_, known)| {
            known.tab == Some(tab) && is_worker(&known.target.kind) && is_meant(&known.target.kind)
        });
        of_tab.map(|(id, _)| id.clone()).collect()
    }

    /// Gives a tab's workers to other tabs of their profile. Returns the targets of those
    /// that nobody can take.
    fn hand_on_workers(&mut self, from: TabId) -> Vec<String> {
        let outlives = |kind: &str| matches!(kind, "service_worker" | "shared_worker");
        let mut orphans = Vec::new();
        for id in self.workers_of(from, outlives) {
            let Some(target) = self.sessions.get(&id).map(|known| known.target.clone()) else {
                continue;
            };
            let heir = self.by_profile(&target, Some(from));
            match (heir, self.sessions.get_mut(&id)) {
                (Some(heir), Some(known)) => known.tab = Some(heir),
                _ => orphans.push(target.target_id),
            }
        }
        orphans.sort_unstable();
        orphans.dedup();
        orphans
    }
}
