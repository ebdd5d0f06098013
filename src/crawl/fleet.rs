//! The browser of a crawl: started when it is needed, and once more when it is gone. What
//! it owed of its ledger is then a gap that is named.

use tokio::sync::Mutex;

use super::window::Engine;
use crate::browser::{Browser, BrowserError, LaunchOptions, LedgerReport, Profile};
use crate::model::{BrowserInfo, Signals};

/// A browser that is lost more often than this in one run is not started again.
const MOST_STARTS: u64 = 25;

/// One browser at a time.
pub(super) struct Fleet {
    options: LaunchOptions,
    running: Mutex<Running>,
}

struct Running {
    browser: Option<Browser>,
    starts: u64,
    gaps: Vec<String>,
}

impl Fleet {
    /// Starts the first browser.
    pub(super) async fn start(options: LaunchOptions) -> Result<(Self, BrowserInfo), BrowserError> {
        let browser = Browser::launch(options.clone()).await?;
        let info = browser.info();
        let running = Running { browser: Some(browser), starts: 1, gaps: Vec::new() };
        Ok((Self { options, running: Mutex::new(running) }, info))
    }

    /// Ends the browser; what remained of its ledger, and what was lost of earlier ones'.
    pub(super) async fn close(self) -> LedgerReport {
        let mut running = self.running.into_inner();
        let report = match running.browser.take() {
            Some(browser) => browser.close().await.unwrap_or_else(|error| without_ledger(&error)),
            None => LedgerReport::default(),
        };
        with_gaps(report, running.gaps)
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
            if self.browser.take().is_some() {
                self.gaps.push(
                    "the browser ended before its time and was started again; its own account of \
                     the last visits is lost"
                        .to_owned(),
                );
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
}

impl Engine for Fleet {
    type Space = Profile;

    async fn profile(&self, signals: Signals, scripts: &[String]) -> Result<Profile, BrowserError> {
        let mut running = self.running.lock().await;
        running.browser(&self.options).await?.profile(signals, scripts).await
    }

    async fn settle_accounts(&self) -> LedgerReport {
        let mut running = self.running.lock().await;
        let report = match &running.browser {
            // One that is gone is found out, and told of, when it is next needed.
            Some(browser) if browser.is_alive().await => browser.settle_accounts().await,
            _ => return LedgerReport::default(),
        };
        let report = report.unwrap_or_else(|error| without_ledger(&error));
        with_gaps(report, std::mem::take(&mut running.gaps))
    }
}

fn without_ledger(error: &BrowserError) -> LedgerReport {
    let gap = format!("the browser's own account of its requests is missing: {error}");
    LedgerReport { gaps: vec![gap], ..LedgerReport::default() }
}

fn with_gaps(mut report: LedgerReport, mut gaps: Vec<String>) -> LedgerReport {
    report.gaps.append(&mut gaps);
    report
}
