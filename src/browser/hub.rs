//! The tap: attaches to every target before it runs, and routes its events.
//!
//! Tabs are attached at the browser; their pages, and below those frames, workers,
//! popups and prerendered pages, at whatever they belong to. Each waits until it is
//! listened to, so that its first request is heard.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::answer::Broken;
use super::cdp::{Cdp, Event, SessionId, lock};
use super::convert;
use super::events::{parse, record};
use super::gate::Gate;
use super::ledger::Ledger;
use super::protocol::{AttachedToTarget, ContextData, FrameData, TargetInfo};
use super::recorder::{Sender, WantsBody};
use super::setup::{self, Setup};
use super::state::{FrameState, Session, State, TabState};
use super::{ScriptMessage, TabId};
use crate::dom::World;
use crate::model::TargetKind;

/// More windows than this that a page has open at a time are closed at once, offline.
const MOST_WINDOWS: usize = 10;
/// A page that opened so many more is left.
const MOST_CLOSED_WINDOWS: usize = 20;
/// More reports of document scripts than this are counted and not kept.
const MOST_MESSAGES: usize = 20_000;
/// A report is cut at this many characters.
const LONGEST_MESSAGE: usize = 64 << 10;
/// All reports of a visit take no more than this, in bytes.
const MOST_MESSAGE_BYTES: usize = 16 << 20;

/// The socket and all that is known through it.
#[derive(Debug)]
pub(super) struct Hub {
    pub(super) cdp: Cdp,
    pub(super) setup: Setup,
    gate: Mutex<Gate>,
    state: Mutex<State>,
    /// Counts events, so that waiters look again.
    changed: watch::Sender<u64>,
}

impl Hub {
    /// Starts to route events.
    pub(super) fn start(
        cdp: Cdp,
        setup: Setup,
        gate: Gate,
        ledger: Arc<Mutex<Ledger>>,
        mut events: mpsc::Receiver<Event>,
    ) -> Arc<Self> {
        let (changed, _) = watch::channel(0);
        let state = Mutex::new(State { ledger, ..State::default() });
        let hub = Arc::new(Self { cdp, setup, gate: Mutex::new(gate), state, changed });
        let routing = Arc::clone(&hub);
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                routing.route(event);
                routing.changed.send_modify(|count| *count = count.wrapping_add(1));
            }
        });
        hub
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Waits until `ready` gives something, at most until `deadline`. It is asked again
    /// after every event, and at the time that it names.
    pub(super) async fn wait_until<T>(
        &self,
        deadline: Instant,
        mut ready: impl FnMut(&mut State) -> Wait<T>,
    ) -> Option<T> {
        let mut changed = self.changed.subscribe();
        loop {
            let look_again = match ready(&mut self.state()) {
                Wait::Done(value) => return Some(value),
                Wait::ForEvent => deadline,
                Wait::Until(at) => at.min(deadline),
            };
            if Instant::now() >= deadline {
                return None;
            }
            // Either an event or the time: both are reasons to look again.
            drop(tokio::time::timeout_at(look_again.into(), changed.changed()).await);
        }
    }

    fn route(self: &Arc<Self>, event: Event) {
        match event {
            Event::Said { session, method, params } => self.said(&session, &method, params),
            Event::Trace(message) => {
                let ledger = Arc::clone(&self.state().ledger);
                lock(&ledger).read_trace(&message);
            }
            Event::Closed => self.state().closed = true,
        }
    }

    fn said(self: &Arc<Self>, session: &SessionId, method: &str, params: Value) {
        match method.split_once('.') {
            Some(("Network", event)) => self.network(session, event, params),
            Some(("Fetch", "requestPaused")) => {
                let go_on = lock(&self.gate).paused(&params);
                self.cdp.send(session, "Fetch.continueRequest", go_on);
            }
            Some(("Fetch", "authRequired")) => {
                let answer = lock(&self.gate).challenged(&params);
                self.cdp.send(session, "Fetch.continueWithAuth", answer);
            }
            Some(("Target", event)) => self.target(session, event, params),
            Some(("Page", event)) => self.page(session, event, params),
            Some(("Runtime", event)) => self.runtime(session, event, params),
            Some(("Tracing", "tracingComplete")) => {
                let lost = params["dataLossOccurred"].as_bool().unwrap_or(false);
                self.state().trace_ended = Some(lost);
            }
            Some(("Browser", "downloadWillBegin")) => self.download(&params),
            Some(("Emulation", "virtualTimeBudgetExpired")) => {
                if let Some((_, tab)) = self.state().tab_of(session) {
                    tab.clock_stands = true;
                }
            }
            Some(("Inspector", "targetCrashed")) => self.broke(session, Broken::Crashed),
            // Before a page runs out of memory V8 stops it for the debugger.
            Some(("Debugger", "paused")) if params["reason"].as_str() == Some("OOM") => {
                self.broke(session, Broken::Memory);
            }
            Some(("Debugger", "paused")) => self.cdp.send(session, "Debugger.resume", json!({})),
            _ => {}
        }
    }

    /// The page of a session answers no more; that a worker does not is no matter.
    fn broke(&self, session: &SessionId, why: Broken) {
        let mut state = self.state();
        let tab = state.tab_of(session).map(|(_, tab)| tab);
        if let Some(tab) = tab.filter(|tab| tab.session.as_ref() == Some(session)) {
            tab.break_down(why);
        }
    }

    fn network(self: &Arc<Self>, session: &SessionId, event: &str, params: Value) {
        let mut state = self.state();
        if !state.owns_target(session) {
            return;
        }
        let kind = target_kind(&state, session);
        let Some((id, tab)) = state.tab_of(session) else { return };
        let top = tab.target.clone();
        let from = Sender { target: kind, top_frame: &top };
        let wants = record(&mut tab.recorder, from, event, params);
        drop(state);
        if let Some(wants) = wants {
            self.fetch_body(session.clone(), id, wants);
        }
    }

    /// A body that the event did not carry (a Blob, a form with a file) is asked for at once.
    fn fetch_body(self: &Arc<Self>, session: SessionId, tab: TabId, wants: WantsBody) {
        let hub = Arc::clone(self);
        tokio::spawn(async move {
            let params = json!({ "requestId": wants.request_id });
            let answer = hub.cdp.call(&session, "Network.getRequestPostData", params).await;
            let Some(bytes) = answer.ok().as_ref().and_then(convert::post_data) else { return };
            if let Some(tab) = hub.state().tabs.get_mut(&tab) {
                tab.recorder.set_body(wants.row, bytes);
            }
        });
    }

    fn target(self: &Arc<Self>, session: &SessionId, event: &str, params: Value) {
        match event {
            "attachedToTarget" => {
                if let Some(attached) = parse(params) {
                    self.attached(session, attached);
                }
            }
            "detachedFromTarget" => {
                let gone = params["sessionId"].as_str().unwrap_or_default();
                self.detached(&SessionId(gone.to_owned()));
            }
            _ => {}
        }
    }

    fn attached(&self, parent: &SessionId, attached: AttachedToTarget) {
        let session = SessionId(attached.session_id);
        let target = attached.target_info;
        let mut state = self.state();
        let home = state.home_of(&target, parent);
        state.owners.entry(target.target_id.clone()).or_insert_with(|| session.clone());
        let mut surplus = false;
        if let Some(tab) = home.and_then(|id| state.tabs.get_mut(&id)) {
            surplus = is_surplus(tab, &target);
            if surplus {
                tab.closed_windows += 1;
                if tab.closed_windows == MOST_CLOSED_WINDOWS {
                    tab.break_down(Broken::Windows);
                }
            } else {
                adopt(tab, &target.target_id, &target.kind, &session);
            }
        }
        let profile = state.profiles.get(&target.browser_context_id).cloned();
        let known = Session { target: target.clone(), parent: parent.clone(), tab: home };
        state.sessions.insert(session.clone(), known);
        if target.kind == "page" && home.is_some() {
            // A prerendered page attaches below the same tab target later.
            if let Some(holder) = state.sessions.get_mut(parent) {
                holder.tab = home;
            }
        }
        drop(state);
        if surplus {
            setup::take_offline(&self.cdp, &session);
        }
        self.setup.prepare(&self.cdp, &session, &target.kind, profile.as_ref());
        if surplus {
            // It must have run, or its opener would wait for it for ever.
            let which = json!({ "targetId": target.target_id });
            self.cdp.send(&SessionId::default(), "Target.closeTarget", which);
        }
    }

    fn detached(&self, session: &SessionId) {
        let mut state = self.state();
        let Some(gone) = state.sessions.remove(session) else { return };
        if state.owners.get(&gone.target.target_id) == Some(session) {
            let heir = state
                .sessions
                .iter()
                .find(|(_, other)| other.target.target_id == gone.target.target_id)
                .map(|(id, _)| id.clone());
            match heir {
                Some(heir) => drop(state.owners.insert(gone.target.target_id.clone(), heir)),
                None => drop(state.owners.remove(&gone.target.target_id)),
            }
        }
        if let Some(tab) = gone.tab.and_then(|id| state.tabs.get_mut(&id)) {
            tab.popups.remove(&gone.target.target_id);
            tab.worlds.retain(|_, (owner, _)| owner != session);
        }
    }

    /// Gives a page that attached before its tab was known to that tab.
    pub(super) fn claim(&self, id: TabId, context: &str, target: &str) {
        let mut state = self.state();
        let since_s = lock(&state.ledger).reaches_s();
        let mut tab = TabState::new(context, target, since_s);
        let found = state
            .sessions
            .iter_mut()
            .find(|(_, known)| known.target.target_id == target && known.target.kind == "page");
        if let Some((session, known)) = found {
            known.tab = Some(id);
            tab.session = Some(session.clone());
            adopt(&mut tab, target, "page", session);
            let parent = known.parent.clone();
            if let Some(holder) = state.sessions.get_mut(&parent) {
                holder.tab = Some(id);
            }
        }
        state.tabs.insert(id, tab);
        if let Some(profile) = state.profiles.get_mut(context) {
            profile.opening = false;
        }
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn runtime(&self, session: &SessionId, event: &str, params: Value) {
        let mut state = self.state();
        let frame_of_context = |tab: &TabState, context: i64| {
            let mut worlds = tab.worlds.iter();
            worlds
                .find(|(_, (owner, id))| owner == session && *id == context)
                .map(|((frame, _), _)| tab.frame_url(frame))
        };
        let target_url = state.sessions.get(session).map(|known| known.target.url.clone());
        let Some((_, tab)) = state.tab_of(session) else { return };
        match event {
            "executionContextCreated" => {
                let Some(context) = parse::<ContextData>(params["context"].clone()) else { return };
                if context.aux_data.is_default {
                    let key = (context.aux_data.frame_id, World::Main);
                    tab.worlds.insert(key, (session.clone(), context.id));
                }
            }
            "executionContextDestroyed" => {
                let gone = params["executionContextId"].as_i64().unwrap_or_default();
                tab.worlds.retain(|_, (owner, id)| owner != session || *id != gone);
            }
            "executionContextsCleared" => tab.worlds.retain(|_, (owner, _)| owner != session),
            "bindingCalled" => {
                if tab.messages.len() >= MOST_MESSAGES || tab.message_bytes > MOST_MESSAGE_BYTES {
                    tab.dropped_messages += 1;
                    return;
                }
                let context = params["executionContextId"].as_i64().unwrap_or_default();
                let frame = frame_of_context(tab, context).or(target_url).unwrap_or_default();
                let payload = params["payload"].as_str().unwrap_or_default();
                let payload = kept(payload);
                let time_ms = tab.recorder.elapsed_ms();
                tab.message_bytes += frame.len() + payload.len();
                tab.messages.push(ScriptMessage { frame, time_ms, payload });
            }
            _ => {}
        }
    }
}

/// As much of a report as is kept.
fn kept(payload: &str) -> String {
    payload.chars().take(LONGEST_MESSAGE).collect()
}

/// What a waiter is told.
pub(super) enum Wait<T> {
    /// It is there.
    Done(T),
    /// Look again after the next event.
    ForEvent,
    /// Look again after the next event, or at this time.
    Until(Instant),
}

/// Waits a while: a deadline from now.
pub(super) fn within(duration: Duration) -> Instant {
    Instant::now() + duration
}

/// Whether a target is a window too many.
fn is_surplus(tab: &TabState, target: &TargetInfo) -> bool {
    target.kind == "page"
        && target.target_id != tab.target
        && target.subtype.is_none()
        && tab.popups.len() >= MOST_WINDOWS
}

fn adopt(tab: &mut TabState, target: &str, kind: &str, session: &SessionId) {
    if kind != "page" {
        return;
    }
    if target == tab.target {
        tab.session = Some(session.clone());
        let data = FrameData { id: target.to_owned(), ..FrameData::default() };
        tab.frames
            .entry(target.to_owned())
            .or_insert_with(|| FrameState { data, session: session.clone() });
    } else {
        tab.popups_ever += usize::from(tab.popups.insert(target.to_owned()));
    }
}

fn target_kind(state: &State, session: &SessionId) -> TargetKind {
    let Some(known) = state.sessions.get(session) else { return TargetKind::Other };
    let kind = convert::target(&known.target.kind);
    let tab = known.tab.and_then(|id| state.tabs.get(&id));
    match tab {
        Some(_) if known.target.subtype.as_deref() == Some("prerender") => TargetKind::Prerender,
        Some(tab) if kind == TargetKind::Page && tab.target != known.target.target_id => {
            TargetKind::Popup
        }
        _ => kind,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_report_is_cut_also_inside_a_wide_character() {
        let payload = format!("x{}", "é".repeat(1 << 20));
        assert_eq!(super::kept(&payload).chars().count(), super::LONGEST_MESSAGE);
    }
}
