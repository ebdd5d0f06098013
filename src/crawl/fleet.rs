//! The browser of a crawl: started when it is needed, and once more when it is gone. What
//! its ledger says is kept, and what it still owed is a gap that is named.

use tokio::sync::Mutex;

use super::window::Engine;
use crate::browser::{Browser, BrowserError, LaunchOptions, LedgerReport, Profile};
use crate::model::{BrowserInfo, Signals};

/// A browser that is lost more often than this in one run is not started again.
const MOST_STARTS: u64 = 25;

const STARTED_AGAIN: &str = "the browser ended before its time and was started again";

/// One browser at a time.
pub(super) struct Fleet {
    options: LaunchOptions,
    running: Mutex<Running>,
}

struct Running {
    browser: Option<Browser>,
    starts: u64,
    /// The ledger's verdict on what came before the browser that runs.
    earlier: LedgerReport,
}

impl Fleet {
    /// Starts the first browser.
    pub(super) async fn start(options: LaunchOptions) -> Result<(Self, BrowserInfo), BrowserError> {
        let browser = Browser::launch(options.clone()).await?;
        let info = browser.info();
        let running =
            Running { browser: Some(browser), starts: 1, earlier: LedgerReport::default() };
        Ok((Self { options, running: Mutex::new(running) }, info))
    }

    /// Ends the browser; what remained of its ledger and of those of earlier ones.
    pub(super) async fn close(self) -> LedgerReport {
        let mut running = self.running.into_inner();
        if let Some(browser) = running.browser.take() {
            running.end(browser).await;
        }
        running.earlier
    }
}

impl Running {
    /// The browser that lives, or a new one.
    async fn browser(&mut self, options: &LaunchOptions) -> Result<&Browser, BrowserError> {
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
            let browser = Browser::launch(options.clone()).await?;
            browser.number_tabs_after(self.starts << 32);
            self.starts += 1;
            self.browser = Some(browser);
        }
        self.browser.as_ref().ok_or_else(|| BrowserError::new("there is no browser", "it is gone"))
    }

    async fn end(&mut self, browser: Browser) {
        let report = browser.close().await.unwrap_or_else(|error| without_ledger(&error));
        self.earlier.add(report);
    }
}

impl Engine for Fleet {
    type Space = Profile;

    async fn profile(&self, signals: Signals, scripts: &[String]) -> Result<Profile, BrowserError> {
        let mut running = self.running.lock().await;
        running.browser(&self.options).await?.profile(signals, scripts).await
    }

    async fn pauses_to_settle(&self) -> bool {
        let running = self.running.lock().await;
        running.browser.as_ref().is_some_and(Browser::pauses_to_settle)
    }

    async fn settle_accounts(&self) -> LedgerReport {
        let mut running = self.running.lock().await;
        let report = match &running.browser {
            // One that is gone is found out, and told of, when it is next needed.
            Some(browser) if browser.is_alive().await => browser.settle_accounts().await,
            _ => return LedgerReport::default(),
        };
        running.earlier.add(report.unwrap_or_else(|error| without_ledger(&error)));
        std::mem::take(&mut running.earlier)
    }
}

fn without_ledger(error: &BrowserError) -> LedgerReport {
    let gap = format!("the browser's own account of its requests is missing: {error}");
    LedgerReport { gaps: vec![gap], ..LedgerReport::default() }
}
