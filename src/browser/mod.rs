//! The only code that knows WebDriver and CDP: launches, listens, and turns events
//! into `model`.
//!
//! fantoccini starts and ends the session; the tap (`hub`) listens on the DevTools
//! socket and fills each tab's `recorder`; the `ledger` proves that nothing was missed.

mod accessibility;
mod answer;
mod apart;
mod arguments;
mod cdp;
mod clock;
mod convert;
mod discover;
mod driver;
mod error;
mod events;
mod gate;
mod guard;
mod hub;
mod identity;
mod input;
mod ledger;
mod mend;
mod navigate;
mod options;
mod page;
mod pages;
mod picture;
mod print;
mod protocol;
mod query;
mod recorder;
mod setup;
mod state;
mod tab;
mod workers;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Mutex as AsyncMutex;

use crate::model::{Access, BrowserInfo, Coverage, Outcome, Request, Signals};
use cdp::{Cdp, SessionId, lock};
use driver::Driver;
use gate::Gate;
use hub::{Hub, Wait, within};
use ledger::Ledger;
use setup::Setup;
use state::ProfileSetup;

pub use error::BrowserError;
pub use options::{BrowserKind, Device, LaunchOptions};
pub use tab::Tab;

/// How long the ledger may take to arrive: some 2 MB per 60 requests.
const LEDGER_PATIENCE: Duration = Duration::from_secs(120);

/// Gaps of the ledger.
const OVERFLOWED: &str = "the browser's own account of its requests overflowed and is not whole";
const NOT_HANDED_OVER: &str =
    "the browser ended before it handed over its own account of its requests";

/// How long a browser that lives may take to say so.
const ALIVE: Duration = Duration::from_secs(10);

/// A running browser with its driver, tap and ledger.
#[derive(Debug)]
pub struct Browser {
    driver: Driver,
    hub: Arc<Hub>,
    info: BrowserInfo,
    window: (u32, u32),
    /// What every fresh profile starts with.
    access: Access,
    /// One tab is opened at a time, so that its target is not taken for a popup.
    opening: Arc<AsyncMutex<()>>,
}

/// A fresh cookie jar and storage: one per (site, consent state), never shared.
#[derive(Debug)]
pub struct Profile {
    hub: Arc<Hub>,
    context: String,
    window: (u32, u32),
    opening: Arc<AsyncMutex<()>>,
}

/// Names a tab within its browser; the ledger's verdict comes per tab.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TabId(pub u64);

/// How a navigation went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Loaded, timed out or failed.
    pub outcome: Outcome,
    /// The address after redirects.
    pub final_url: String,
    /// HTTP status of the document, if one came.
    pub status: Option<u16>,
    /// The address is a file to download, not a page.
    pub download: bool,
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
    /// What the page came to after it had loaded, if it did not last: it crashed, a script
    /// held it, or it went where no web is.
    pub outcome: Option<Outcome>,
}

/// What one page of a tab saw, for tabs that go over several.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageRecording {
    /// Names the page in the ledger's verdict, as a tab of its own.
    pub tab: TabId,
    /// Its address; empty when the tab never got anywhere.
    pub url: String,
    /// Milliseconds from the tab's first request to the page's.
    pub began_ms: f64,
    /// Its requests, times and ids counted anew.
    pub recording: Recording,
}

/// Where a tab is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// How many pages it has shown.
    pub pages: usize,
    /// The current page's address, also one that its script has set.
    pub url: String,
    /// How many further windows its pages have opened.
    pub popups: usize,
    /// How many alert boxes were answered.
    pub dialogs: u32,
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

impl LedgerReport {
    /// Adds a later verdict: a request may turn out to be missing when the visit that made
    /// it has long been judged.
    pub fn add(&mut self, later: Self) {
        for (tab, coverage) in later.coverage {
            self.coverage.entry(tab).or_default().add(coverage);
        }
        self.gaps.extend(later.gaps);
    }
}

impl Browser {
    /// Finds or starts driver and browser, connects the tap and starts the ledger.
    ///
    /// # Errors
    /// When no browser or driver is found, they do not fit, or do not start in time.
    pub async fn launch(options: LaunchOptions) -> Result<Self, BrowserError> {
        let ledger = Arc::<Mutex<Ledger>>::default();
        let driver = Driver::start(&options, &ledger).await?;
        let (cdp, events) = Cdp::connect(&driver.socket, options.timeout).await?;
        let browser = SessionId::default();
        let agent = identity::user_agent(&driver.browser_version, &options);
        let setup = Setup::new(&driver.browser_version, &options);
        let gate = Gate::new(&options.access, options.proxy.as_ref());
        let hold = gate.enable();
        let hub = Hub::start(cdp, setup, gate, ledger, events);
        if let Some(hold) = hold {
            hub.cdp.call(&browser, "Fetch.enable", hold).await?;
        }
        if !driver.has_netlog() {
            start_trace(&hub).await?;
        }
        hub.cdp.call(&browser, "Target.setAutoAttach", setup::auto_attach_tabs()).await?;
        let info = BrowserInfo {
            name: driver.browser_name.clone(),
            version: driver.browser_version.clone(),
            driver: driver.driver_version.clone(),
            user_agent: agent,
            arguments: driver.arguments.clone(),
        };
        let opening = Arc::default();
        let window = options.window();
        Ok(Self { driver, hub, info, window, access: options.access, opening })
    }

    /// What was launched.
    #[must_use]
    pub fn info(&self) -> BrowserInfo {
        self.info.clone()
    }

    /// A fresh profile with these signals on in every frame and worker.
    /// `document_scripts` run before any script of the page, in every frame; each is
    /// the body of a function that gets `report`, a function taking one string.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn profile(
        &self,
        signals: Signals,
        document_scripts: &[String],
    ) -> Result<Profile, BrowserError> {
        let browser = SessionId::default();
        let call = |method: &'static str, params| self.hub.cdp.call(&browser, method, params);
        let made = call("Target.createBrowserContext", json!({ "disposeOnDetach": true })).await?;
        let context = made["browserContextId"].as_str().unwrap_or_default().to_owned();
        let downloads =
            json!({ "behavior": "deny", "browserContextId": context, "eventsEnabled": true });
        call("Browser.setDownloadBehavior", downloads).await?;
        let cookies = setup::cookies(&self.access);
        if !cookies.is_empty() {
            let jar = json!({ "cookies": cookies, "browserContextId": context });
            call("Storage.setCookies", jar).await?;
        }
        let bodies = document_scripts.iter();
        let script: String =
            bodies.map(|body| format!("(function(report) {{ {body}\n}})(report);\n")).collect();
        let setup = ProfileSetup { signals, script, opening: false };
        self.hub.state().profiles.insert(context.clone(), setup);
        let (hub, opening) = (Arc::clone(&self.hub), Arc::clone(&self.opening));
        Ok(Profile { hub, context, window: self.window, opening })
    }

    /// Numbers the tabs from here on, so that those of several browsers can be told apart.
    pub fn number_tabs_after(&self, last: u64) {
        self.hub.state().next_tab = last;
    }

    /// Whether it still answers.
    pub async fn is_alive(&self) -> bool {
        let browser = SessionId::default();
        let asking = self.hub.cdp.call_within(&browser, "Browser.getVersion", json!({}), ALIVE);
        !self.hub.state().closed && asking.await.is_ok()
    }

    /// Whether the ledger can only be settled while no tab is open.
    #[must_use]
    pub fn pauses_to_settle(&self) -> bool {
        !self.driver.has_netlog()
    }

    /// The ledger's verdict on tabs that have ended, as far as it goes. Nothing of them is
    /// kept afterwards. See [`Browser::pauses_to_settle`].
    ///
    /// # Errors
    /// When the ledger could not be read, or does not start again.
    pub async fn settle_accounts(&self) -> Result<LedgerReport, BrowserError> {
        if self.driver.has_netlog() {
            let state = self.hub.state();
            let open_since = state.tabs.values().map(|tab| tab.since_s).min_by(f64::total_cmp);
            let report = lock(&state.ledger).settle(open_since);
            return Ok(report);
        }
        let report = self.end_trace().await?;
        start_trace(&self.hub).await?;
        Ok(report)
    }

    /// Ends the session, the driver and the browser, and says what the tap missed.
    /// Dropping a browser without this kills its processes all the same.
    ///
    /// # Errors
    /// When the ledger could not be read; the processes are gone all the same.
    pub async fn close(mut self) -> Result<LedgerReport, BrowserError> {
        let Some(netlog) = self.driver.take_netlog() else {
            let report = self.end_trace().await;
            self.driver.stop().await;
            return report;
        };
        // The browser itself is asked, since its driver may be gone; only one that ends by
        // itself tells its netlog to the end.
        let browser = SessionId::default();
        drop(self.hub.cdp.call_within(&browser, "Browser.close", json!({}), ALIVE).await);
        let mut told = tokio::spawn(netlog.ended());
        let by_itself = tokio::time::timeout(ALIVE, &mut told).await;
        self.driver.stop().await;
        let is_whole = match by_itself {
            Ok(told) => told.unwrap_or(false),
            Err(_) => told.await.unwrap_or(false),
        };
        let mut report = lock(&self.hub.state().ledger).close();
        if !is_whole {
            report.gaps.push(NOT_HANDED_OVER.to_owned());
        }
        Ok(report)
    }

    async fn end_trace(&self) -> Result<LedgerReport, BrowserError> {
        let browser = SessionId::default();
        self.hub.cdp.call(&browser, "Tracing.end", json!({})).await?;
        let ended = self.hub.wait_until(within(LEDGER_PATIENCE), |state| {
            match (state.trace_ended.take(), state.closed) {
                (Some(lost), _) => Wait::Done(Some(lost)),
                (None, true) => Wait::Done(None),
                _ => Wait::ForEvent,
            }
        });
        let lost = ended.await.flatten();
        let mut report = lock(&self.hub.state().ledger).close();
        match lost {
            Some(false) => {}
            Some(true) => report.gaps.push(OVERFLOWED.to_owned()),
            None => report.gaps.push(NOT_HANDED_OVER.to_owned()),
        }
        Ok(report)
    }
}

/// Lets the network stack keep its account from now on.
async fn start_trace(hub: &Hub) -> Result<(), BrowserError> {
    let trace = json!({
        "traceConfig": { "includedCategories": ["netlog"], "recordMode": "recordUntilFull" },
        "transferMode": "ReportEvents",
    });
    hub.cdp.call(&SessionId::default(), "Tracing.start", trace).await?;
    Ok(())
}

impl Profile {
    /// A new window of its own on this profile: tabs of one window hide each other, and
    /// a hidden page holds its lazy pixels back.
    ///
    /// # Errors
    /// When the browser is gone or the page does not come up in time.
    pub async fn open(&self) -> Result<Tab, BrowserError> {
        let one_at_a_time = self.opening.lock().await;
        let id = {
            let mut state = self.hub.state();
            state.next_tab += 1;
            if let Some(profile) = state.profiles.get_mut(&self.context) {
                profile.opening = true;
            }
            TabId(state.next_tab)
        };
        let (width, height) = self.window;
        let params = json!({
            "url": "about:blank",
            "browserContextId": self.context,
            "newWindow": true,
            "width": width,
            "height": height,
        });
        let made = self.hub.cdp.call(&SessionId::default(), "Target.createTarget", params).await?;
        let target = made["targetId"].as_str().unwrap_or_default();
        self.hub.claim(id, &self.context, target);
        drop(one_at_a_time);
        Tab::ready(Arc::clone(&self.hub), id, target.to_owned()).await
    }

    /// Whether its browser is there.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.hub.state().closed
    }

    /// Throws the profile away with its cookies and storage.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn close(self) -> Result<(), BrowserError> {
        let params = json!({ "browserContextId": self.context });
        let browser = SessionId::default();
        self.hub.cdp.call(&browser, "Target.disposeBrowserContext", params).await?;
        self.hub.state().profiles.remove(&self.context);
        Ok(())
    }
}
