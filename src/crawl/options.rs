//! What to crawl, and how patiently.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::journey::Journey;
use super::pages::Pages;
use crate::browser::{Device, LaunchOptions};
use crate::consent::Autoconsent;
use crate::model::{ConsentState, Pass, Secret, Vantage};
use crate::net::{ClientOptions, Guard, Names, Reach};

/// What to crawl, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Addresses of one site that are visited in any case, at least one. The choice is
    /// made on the first.
    pub start: Vec<Url>,
    /// The consent states to bring about, with their signals, each in a fresh profile.
    pub states: Vec<Pass>,
    /// Most pages of the site, in each state; what [`Options::start`] lists is not cut.
    pub max_pages: usize,
    /// Which pages of it.
    pub pages: Pages,
    /// Visits side by side.
    pub jobs: usize,
    /// How often a page is tried again that did not load.
    pub retries: usize,
    /// Longest wait for a page's `load` event.
    pub timeout: Duration,
    /// When a loaded page counts as finished.
    pub settle: Settle,
    /// Type the canary into forms, without sending them, and visit result pages of
    /// searches for it.
    pub fill_forms: bool,
    /// The user's own rules for banners.
    pub consent_rules: Option<Arc<Autoconsent>>,
    /// What is done beyond visiting pages, in each state after the pages.
    pub journeys: Vec<Journey>,
    /// What journeys type and nothing may keep: it is taken out of all that is captured.
    pub secrets: Vec<Secret>,
    /// Names of JavaScript globals that signatures ask about.
    pub globals: Vec<String>,
    /// Selectors of elements that signatures ask about.
    pub selectors: Vec<String>,
    /// A label for from where the site was visited.
    pub vantage: Option<String>,
    /// Who is asked, after the visits, what the hosts that were seen are aliases of.
    pub names: Names,
    /// Refuse every address that is not public, to the browser and to the tool itself.
    pub deny_private: bool,
    /// How to start the browser.
    pub launch: LaunchOptions,
}

impl Options {
    /// The defaults for the site of these addresses.
    #[must_use]
    pub fn new(start: Vec<Url>) -> Self {
        Self {
            start,
            states: vec![
                ConsentState::BeforeChoice.into(),
                ConsentState::AfterReject.into(),
                ConsentState::AfterAccept.into(),
                Pass::gpc(),
            ],
            max_pages: 20,
            pages: Pages::default(),
            jobs: jobs_for_this_machine(),
            retries: 1,
            timeout: Duration::from_secs(30),
            settle: Settle::default(),
            fill_forms: false,
            consent_rules: None,
            journeys: Vec::new(),
            secrets: Vec::new(),
            globals: Vec::new(),
            selectors: Vec::new(),
            vantage: None,
            names: Names::default(),
            deny_private: false,
            launch: LaunchOptions::default(),
        }
    }
}

impl Options {
    /// How the browser of this crawl is started: what opens the site is for its site, and
    /// all goes through the guard, if there is one.
    pub(super) fn launch(&self, guard: Option<&Guard>) -> LaunchOptions {
        let mut launch = self.launch.clone();
        launch.guard = guard.map(Guard::address);
        launch.access.site = self.start.first().map(super::site_of).unwrap_or_default();
        launch.access.secure = self.start.first().is_some_and(|url| url.scheme() == "https");
        launch
    }

    /// How the tool itself asks the site for something: as the browser does.
    #[must_use]
    pub fn client(&self) -> ClientOptions {
        let launch = self.launch(None);
        ClientOptions {
            resolve: launch.resolve,
            insecure: launch.insecure,
            trusted_keys: launch.trusted_keys,
            proxy: launch.proxy,
            access: launch.access,
            language: launch.language,
            reach: if self.deny_private { Reach::Public } else { Reach::Any },
            // Without a guard the browser asks the system, and so does the tool.
            names: if self.deny_private { self.names } else { Names::Off },
            ..ClientOptions::default()
        }
    }

    /// Who is asked for aliases: behind a proxy only a name server that was named, since
    /// the proxy is what looks names up, and the system may see others or none.
    pub(super) fn names(&self) -> Names {
        match (self.names, &self.launch.proxy) {
            (Names::System, Some(_)) => Names::Off,
            (names, _) => names,
        }
    }

    /// From where, and as whom, the site is visited.
    pub(super) fn seen_from(&self) -> Vantage {
        let launch = &self.launch;
        let names = |secrets: &[Secret]| secrets.iter().map(|s| s.name().to_owned()).collect();
        Vantage {
            label: self.vantage.clone(),
            language: launch.language.clone(),
            timezone: launch.timezone.clone(),
            proxy: launch.proxy.as_ref().map(ToString::to_string),
            window: Some(launch.window()),
            mobile: launch.device == Device::Mobile,
            user_agent: launch.user_agent.clone(),
            third_party_cookies: Some(launch.third_party_cookies),
            headers: names(&launch.access.headers),
            cookies: names(&launch.access.cookies),
            login: launch.access.login.as_ref().map(|login| login.user.clone()),
        }
    }
}

/// Four tabs a core: of its five seconds or so a visit computes for less than one.
fn jobs_for_this_machine() -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    (cores * 4).clamp(4, 16)
}

/// When a loaded page counts as finished.
#[derive(Debug, Clone, Copy)]
pub struct Settle {
    /// How long the network must have been quiet.
    pub quiet: Duration,
    /// How long a page is left to itself before its banner is clicked or its record read.
    pub dwell: Duration,
    /// How long a visitor stays after that, by the page's own clock, which runs ahead:
    /// tags that wait fire in it.
    pub page_time: Duration,
    /// Longest wait for quiet; then the visit goes on as it is.
    pub at_most: Duration,
    /// How long a banner may take to appear on the first page.
    pub banner: Duration,
}

impl Default for Settle {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(800),
            dwell: Duration::from_millis(2000),
            page_time: Duration::from_secs(15),
            at_most: Duration::from_secs(12),
            banner: Duration::from_secs(5),
        }
    }
}
