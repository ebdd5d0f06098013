//! What is known of the browser while it runs: sessions, profiles, and per tab its
//! frames, script worlds and recording.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::watch;

use super::answer::Broken;
use super::apart::PageStart;
use super::cdp::{SessionId, lock};
use super::ledger::{Ledger, TabAccount};
use super::protocol::{FrameData, TargetInfo};
use super::recorder::Recorder;
use super::{ScriptMessage, TabId};
use crate::dom::World;
use crate::model::Signals;

/// Everything that events change.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) sessions: HashMap<SessionId, Session>,
    /// The session whose events count for a target; a service worker has one per page.
    pub(super) owners: HashMap<String, SessionId>,
    pub(super) tabs: BTreeMap<TabId, TabState>,
    pub(super) profiles: HashMap<String, ProfileSetup>,
    pub(super) ledger: Arc<Mutex<Ledger>>,
    /// Set when the trace has ended: whether its buffer overflowed.
    pub(super) trace_ended: Option<bool>,
    pub(super) closed: bool,
    pub(super) next_tab: u64,
}

/// One attached target.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) target: TargetInfo,
    pub(super) parent: SessionId,
    pub(super) tab: Option<TabId>,
}

/// What every target of a profile is given before it runs.
#[derive(Debug, Clone, Default)]
pub(super) struct ProfileSetup {
    pub(super) signals: Signals,
    /// The document-start script, empty if there is none.
    pub(super) script: String,
    /// A tab is being opened, and its target is not claimed yet.
    pub(super) opening: bool,
}

/// One tab.
#[derive(Debug)]
pub(super) struct TabState {
    pub(super) context: String,
    /// How far the ledger went when it was opened.
    pub(super) since_s: f64,
    /// Its page's target, which is also its top frame's id.
    pub(super) target: String,
    pub(super) session: Option<SessionId>,
    pub(super) recorder: Recorder,
    pub(super) messages: Vec<ScriptMessage>,
    pub(super) message_bytes: usize,
    pub(super) frames: BTreeMap<String, FrameState>,
    pub(super) worlds: HashMap<(String, World), (SessionId, i64)>,
    /// The closed shadow roots of a frame, and when they were looked up.
    pub(super) closed_roots: HashMap<String, (Instant, Vec<i64>)>,
    /// The pages that it has shown, in order.
    pub(super) pages: Vec<PageStart>,
    /// The address that the current document has given itself by script.
    pub(super) route: Option<String>,
    /// How often the top frame went to another document.
    pub(super) commits: u64,
    /// The current document's `load` event has fired.
    pub(super) loaded: bool,
    pub(super) popups: BTreeSet<String>,
    /// How many there have been, closed ones included.
    pub(super) popups_ever: usize,
    pub(super) dialogs: u32,
    /// The page's clock ran ahead as far as it was told, and stands still.
    pub(super) clock_stands: bool,
    /// Why the page answers no more, once it does not.
    pub(super) broken: watch::Sender<Option<Broken>>,
    /// The page is slow, and somebody is finding out whether it answers at all.
    pub(super) looked_after: bool,
    /// The page has been at an address of the web.
    pub(super) on_web: bool,
    /// Windows that the page opened and that were closed at once.
    pub(super) closed_windows: usize,
    pub(super) dropped_messages: usize,
}

/// One frame of a tab.
#[derive(Debug, Clone)]
pub(super) struct FrameState {
    pub(super) data: FrameData,
    pub(super) session: SessionId,
}

impl TabState {
    pub(super) fn new(context: &str, target: &str, since_s: f64) -> Self {
        Self {
            context: context.to_owned(),
            since_s,
            target: target.to_owned(),
            session: None,
            recorder: Recorder::new(),
            messages: Vec::new(),
            message_bytes: 0,
            frames: BTreeMap::new(),
            worlds: HashMap::new(),
            closed_roots: HashMap::new(),
            pages: Vec::new(),
            route: None,
            commits: 0,
            loaded: false,
            popups: BTreeSet::new(),
            popups_ever: 0,
            dialogs: 0,
            clock_stands: false,
            broken: watch::Sender::new(None),
            looked_after: false,
            on_web: false,
            closed_windows: 0,
            dropped_messages: 0,
        }
    }

    /// Notes that the page answers no more. The first reason stays.
    pub(super) fn break_down(&self, why: Broken) {
        self.broken.send_if_modified(|broken| {
            let first = broken.is_none();
            if first {
                *broken = Some(why);
            }
            first
        });
    }

    /// The top document's address, with its fragment.
    pub(super) fn url(&self) -> String {
        let data = self.frames.get(&self.target).map(|frame| &frame.data);
        data.map(|data| format!("{}{}", data.url, data.url_fragment.as_deref().unwrap_or_default()))
            .unwrap_or_default()
    }

    /// The address of a frame's document, empty if it is not known.
    pub(super) fn frame_url(&self, frame: &str) -> String {
        self.frames.get(frame).map(|frame| frame.data.url.clone()).unwrap_or_default()
    }

    /// A frame and all below it are gone.
    pub(super) fn forget_frame(&mut self, id: &str) {
        let mut gone = vec![id.to_owned()];
        while let Some(id) = gone.pop() {
            self.frames.remove(&id);
            self.worlds.retain(|(frame, _), _| *frame != id);
            let below = self.frames.values().filter(|f| f.data.parent_id.as_deref() == Some(&id));
            gone.extend(below.map(|frame| frame.data.id.clone()));
        }
    }
}

impl State {
    /// The tab of a session.
    pub(super) fn tab_of(&mut self, session: &SessionId) -> Option<(TabId, &mut TabState)> {
        let id = self.sessions.get(session)?.tab?;
        self.tabs.get_mut(&id).map(|tab| (id, tab))
    }

    /// Whether this session's events count: it is the first of its target.
    pub(super) fn owns_target(&self, session: &SessionId) -> bool {
        self.sessions
            .get(session)
            .is_some_and(|known| self.owners.get(&known.target.target_id) == Some(session))
    }

    /// The tab that a new target belongs to: its parent's, its opener's, or the one of
    /// its profile that fits best.
    pub(super) fn home_of(&self, target: &TargetInfo, parent: &SessionId) -> Option<TabId> {
        let by_parent = self.sessions.get(parent).and_then(|session| session.tab);
        let by_target = || {
            let mut tabs = self.tabs.iter();
            tabs.find(|(_, tab)| tab.target == target.target_id).map(|(id, _)| *id)
        };
        let by_opener = || {
            let opener = target.opener_id.as_ref()?;
            let mut tabs = self.tabs.iter();
            tabs.find(|(_, tab)| tab.target == *opener || tab.popups.contains(opener))
                .map(|(id, _)| *id)
        };
        by_parent.or_else(by_target).or_else(by_opener).or_else(|| self.by_profile(target, None))
    }

    /// The tab of the target's profile that fits it best, other than `not`.
    pub(super) fn by_profile(&self, target: &TargetInfo, not: Option<TabId>) -> Option<TabId> {
        let profile = self.profiles.get(&target.browser_context_id)?;
        if target.kind == "tab" || (target.kind == "page" && profile.opening) {
            return None; // claimed when it is known which tab it is
        }
        let site = crate::model::registrable_domain(&crate::model::host_of(&target.url));
        let mut fitting: Vec<(bool, TabId)> = self
            .tabs
            .iter()
            .filter(|(id, tab)| tab.context == target.browser_context_id && Some(**id) != not)
            .map(|(id, tab)| {
                let tab_site = crate::model::host_of(&tab.url());
                (crate::model::registrable_domain(&tab_site) == site, *id)
            })
            .collect();
        fitting.sort_unstable();
        fitting.last().map(|(_, id)| *id)
    }

    /// Ends a tab and takes its account for the ledger.
    pub(super) fn end_tab(&mut self, id: TabId) -> Option<TabState> {
        let tab = self.tabs.remove(&id)?;
        let account = TabAccount::new(
            id,
            tab.since_s,
            tab.recorder.origin_s(),
            tab.recorder.elapsed_ms() / 1000.0,
            tab.recorder.requests(),
        );
        lock(&self.ledger).ended(account);
        Some(tab)
    }

    /// When the earliest quiet moment of a tab began, if it is quiet now.
    pub(super) fn quiet_since(
        &self,
        id: TabId,
        stalled_after: std::time::Duration,
    ) -> Option<Instant> {
        self.tabs.get(&id)?.recorder.quiet_since(stalled_after)
    }
}
