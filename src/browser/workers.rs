//! Workers that outlive the page that started them: what they send belongs to whoever of
//! their profile is still open, and with nobody left they are ended.

use std::time::Duration;

use serde_json::json;

use super::TabId;
use super::cdp::SessionId;
use super::hub::{Wait, within};
use super::state::State;
use super::tab::Tab;

/// How long a worker may take to end.
const PATIENCE: Duration = Duration::from_secs(2);

impl Tab {
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
    /// Gives a tab's workers to other tabs of their profile. Returns the targets of those
    /// that nobody can take.
    fn hand_on_workers(&mut self, from: TabId) -> Vec<String> {
        let is_worker = |kind: &str| matches!(kind, "service_worker" | "shared_worker");
        let mine: Vec<SessionId> = self
            .sessions
            .iter()
            .filter(|(_, known)| known.tab == Some(from) && is_worker(&known.target.kind))
            .map(|(id, _)| id.clone())
            .collect();
        let mut orphans = Vec::new();
        for id in mine {
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
