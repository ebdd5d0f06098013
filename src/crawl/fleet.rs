//! The browsers of a crawl: started when they are needed, and once more when they are gone.
//! What their ledgers say is kept, and what they still owed is a gap that is named.

use tokio::sync::Mutex;

use super::window::Engine;
use crate::browser::{Browser, BrowserError, LaunchOptions, LedgerReport, Profile};
use crate::model::{BrowserInfo, Pass, Signals};

/// A browser that is lost more often than this in one run is not started again.
const MOST_STARTS: u64 = 25;

const STARTED_AGAIN: &str = "the browser ended before its time and was started again";

/// Two browsers at most, each started when it is first needed: one that sends Global
/// Privacy Control, in all that it does, and one that does not. A profile alone cannot:
/// scripts of service workers and windows without an opener know only the browser's own.
pub(super) struct Fleet {
    ordinary: Mutex<Running>,
    controlled: Mutex<Running>,
}

struct Running {
    options: LaunchOptions,
    browser: Option<Browser>,
    /// How many were started, and from which number on, so that no two have tabs of the
    /// same names.
    starts: u64,
    first: u64,
    /// The ledger's verdict on what came before the browser that runs.
    earlier: LedgerReport,
}

impl Fleet {
    /// Starts the browser that the first of these passes needs.
    pub(super) async fn start(
        options: LaunchOptions,
        passes: &[Pass],
    ) -> Result<(Self, BrowserInfo), BrowserError> {
        let controlled = LaunchOptions { privacy_control: true, ..options.clone() };
        let fleet = Self {
            ordinary: Mutex::new(Running::new(options, 0)),
            controlled: Mutex::new(Running::new(controlled, MOST_STARTS)),
        };
        let signals = passes.first().map(|pass| pass.signals).unwrap_or_default();
        let info = fleet.running(signals).lock().await.browser().await?.info();
        Ok((fleet, info))
    }

    fn running(&self, signals: Signals) -> &Mutex<Running> {
        if signals.gpc { &self.controlled } else { &self.ordinary }
    }

    /// Ends the browsers; what remained of their ledgers and of those of earlier ones.
    pub(super) async fn close(self) -> LedgerReport {
        let mut report = LedgerReport::default();
        for running in [self.ordinary, self.controlled] {
            let mut running = running.into_inner();
            if let Some(browser) = running.browser.take() {
                running.end(browser).await;
            }
            report.add(running.earlier);
        }
        report
    }
}

impl Running {
    fn new(options: LaunchOptions, first: u64) -> Self {
        Self { options, browser: None, starts: 0, first, earlier: LedgerReport::default() }
    }

    /// The browser that lives, or a new one.
    async fn browser(&mut self) -> Result<&Browser, BrowserError> {
        let alive = match &self.browser {
            Some(browser) => browser.is_alive().await,
            None => false,
        };
        if !alive {
            if let Some(gone) = self.browser.take() {
                self.earlier.gaps.push(STARTED_AGAIN.to_owned());
                self.end(gone).await;
            }
            if self.starts >= MOST_STARTS {
                let cause = format!("it ended {MOST_STARTS} times in this run");
                return Err(BrowserError::new("the browser is not started again", cause));
            }
            let browser = Browser::launch(self.options.clone()).await?;
            browser.number_tabs_after((self.first + self.starts) << 32);
            self.starts += 1;
            self.browser = Some(browser);
        }
        self.browser.as_ref().ok_or_else(|| BrowserError::new("there is no browser", "it is gone"))
    }

    async fn end(&mut self, browser: Browser) {
        let report = browser.close().await.unwrap_or_else(|error| without_ledger(&error));
        self.earlier.add(report);
    }

    /// See [`Engine::settle_accounts`].
    async fn settle(&mut self) -> LedgerReport {
        let report = match &self.browser {
            // One that is gone is found out, and told of, when it is next needed.
            Some(browser) if browser.is_alive().await => browser.settle_accounts().await,
            _ => return LedgerReport::default(),
        };
        self.earlier.add(report.unwrap_or_else(|error| without_ledger(&error)));
        std::mem::take(&mut self.earlier)
    }
}

impl Engine for Fleet {
    type Space = Profile;

    async fn profile(&self, signals: Signals, scripts: &[String]) -> Result<Profile, BrowserError> {
        let mut running = self.running(signals).lock().await;
        running.browser().await?.profile(signals, scripts).await
    }

    async fn pauses_to_settle(&self) -> bool {
        let pauses = async |running: &Mutex<Running>| {
            running.lock().await.browser.as_ref().is_some_and(Browser::pauses_to_settle)
        };
        pauses(&self.ordinary).await || pauses(&self.controlled).await
    }

    async fn settle_accounts(&self) -> LedgerReport {
        let mut report = self.ordinary.lock().await.settle().await;
        report.add(self.controlled.lock().await.settle().await);
        report
    }
}

fn without_ledger(error: &BrowserError) -> LedgerReport {
    let gap = format!("the browser's own account of its requests is missing: {error}");
    LedgerReport { gaps: vec![gap], ..LedgerReport::default() }
}
