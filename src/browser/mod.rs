//! The only code that knows WebDriver and CDP: launches, listens, and turns events
//! into `model`.

mod options;

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use crate::model::{BrowserInfo, Coverage, Outcome, Phase, Request, Signals};

pub use options::{BrowserKind, LaunchOptions};

/// A running browser with its driver, tap and ledger.
#[derive(Debug)]
pub struct Browser {}

/// A fresh cookie jar and storage: one per (site, consent state), never shared.
#[derive(Debug)]
pub struct Profile {}

/// One window on one page: a visit from before its first request to after its last.
/// Implements [`crate::dom::Dom`].
#[derive(Debug)]
pub struct Tab {}

/// Names a tab within its browser; the ledger's verdict comes per tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TabId(pub u64);

/// How a navigation went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Loaded, timed out, blocked or failed.
    pub outcome: Outcome,
    /// The address after redirects.
    pub final_url: String,
    /// HTTP status of the document, if one came.
    pub status: Option<u16>,
}

/// All that a tab saw.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recording {
    /// Every request, in the order sent, ids and phases set.
    pub requests: Vec<Request>,
    /// What the document-start scripts reported, in order.
    pub messages: Vec<ScriptMessage>,
    /// Things that limit what the recording shows, in words.
    pub gaps: Vec<String>,
}

/// One call of the reporting function that document-start scripts are given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScriptMessage {
    /// The address of the frame or worker that sent it. Hostile, as is the payload.
    pub frame: String,
    /// Milliseconds from the start of the visit.
    pub time_ms: f64,
    /// The text that the script passed.
    pub payload: String,
}

/// The ledger's verdict on a whole browser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerReport {
    /// Per tab: counts, and what the tap missed.
    pub coverage: BTreeMap<TabId, Coverage>,
    /// Gaps of the ledger itself (a full buffer, a crash), in words.
    pub gaps: Vec<String>,
}

/// The browser could not do something. Pages that fail are [`Outcome`]s, not errors.
#[derive(Debug, Error)]
#[error("{what}: {cause}")]
pub struct BrowserError {
    /// What was tried.
    pub what: String,
    /// What came of it.
    pub cause: String,
    /// What the user can do, if there is something.
    pub hint: Option<String>,
}

impl Browser {
    /// Finds or starts driver and browser, connects the tap and starts the ledger.
    ///
    /// # Errors
    /// When no browser or driver is found, they do not fit, or do not start in time.
    pub async fn launch(_options: LaunchOptions) -> Result<Self, BrowserError> {
        Ok(Self {})
    }

    /// What was launched.
    #[must_use]
    pub fn info(&self) -> BrowserInfo {
        BrowserInfo::default()
    }

    /// A fresh profile with these signals on in every frame and worker.
    /// `document_scripts` run before any script of the page, in every frame; each is
    /// the body of a function that gets `report`, a function taking one string.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn profile(
        &self,
        _signals: Signals,
        _document_scripts: &[String],
    ) -> Result<Profile, BrowserError> {
        Ok(Profile {})
    }

    /// Ends the ledger, the session, the driver and the browser, and says what the
    /// tap missed. Dropping a browser without this kills its processes all the same.
    ///
    /// # Errors
    /// When the ledger could not be read.
    pub async fn close(self) -> Result<LedgerReport, BrowserError> {
        Ok(LedgerReport::default())
    }
}

impl Profile {
    /// A new window of its own on this profile.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn open(&self) -> Result<Tab, BrowserError> {
        Ok(Tab {})
    }

    /// Throws the profile away with its cookies and storage.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn close(self) -> Result<(), BrowserError> {
        Ok(())
    }
}

impl Tab {
    /// Its name within the browser.
    #[must_use]
    pub fn id(&self) -> TabId {
        TabId(0)
    }

    /// Goes to an address and waits for its `load` event, at most `at_most`.
    /// Alert boxes are answered, downloads refused; both are told.
    ///
    /// # Errors
    /// When the browser is gone; a page that fails is an [`Outcome`].
    pub async fn navigate(&self, _url: &str, _at_most: Duration) -> Result<Arrival, BrowserError> {
        Ok(Arrival::default())
    }

    /// Waits until nothing has been on the network for `quiet`, at most `at_most`.
    /// Returns whether it went quiet.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn settle(&self, _quiet: Duration, _at_most: Duration) -> Result<bool, BrowserError> {
        Ok(true)
    }

    /// Requests sent from now on carry this phase. A new tab starts with `Before`.
    pub fn set_phase(&self, _phase: Phase) {}

    /// The requests so far, for wire signals while the tab is still open.
    #[must_use]
    pub fn requests_so_far(&self) -> Vec<Request> {
        Vec::new()
    }

    /// Milliseconds since the start of the visit, on the clock that stamps requests.
    #[must_use]
    pub fn elapsed_ms(&self) -> f64 {
        0.0
    }

    /// Leaves the page so that unload beacons fire (hide, then navigate away, then
    /// close), waits for them, and returns everything.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn leave(self) -> Result<Recording, BrowserError> {
        Ok(Recording::default())
    }
}
