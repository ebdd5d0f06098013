//! Visits the pages of a site in each consent state, in a browser, and keeps what
//! they did. Never judges.
//!
//! Each (site, consent state) has a fresh profile. All states see the same pages:
//! the frontier grows level by level, from what was found on the level before.

mod blocked;
mod collect;
mod done;
mod errand;
mod fill;
mod fleet;
mod frontier;
mod guarded;
pub mod journey;
mod memory;
mod options;
mod pace;
mod pages;
mod progress;
mod scout;
mod secrets;
mod seen;
mod site;
mod state;
mod stop;
mod store;
mod telling;
mod visit;
mod window;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use thiserror::Error;
use url::Url;

use crate::browser::BrowserError;
use crate::consent::Rules;
use crate::health::Lexicon;
use crate::model::{
    ConsentState, Manifest, NameLookups, Pass, Sink, SinkError, registrable_domain,
};
use crate::net::{self, Client, GuardError, NetError};

pub use done::Done;
pub use journey::Journey;
pub use memory::to_memory;
pub use options::{Options, Settle};
pub use pages::{Pages, Pattern, Rate, RobotsRule, Scope};
pub use progress::{Event, Progress, Quiet};
pub use secrets::SHORTEST_SECRET;
pub use stop::Stop;

use fleet::Fleet;
use scout::Scout;
use secrets::Scrubber;
use store::Store;
use visit::Visitor;

/// The run cannot go on. Pages that fail are data in the capture instead.
#[derive(Debug, Error)]
pub enum CrawlError {
    /// No browser, or none that starts.
    #[error(transparent)]
    Browser(#[from] BrowserError),
    /// What was captured cannot be stored.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The proxy is of no use, or TLS cannot be had.
    #[error(transparent)]
    Net(#[from] NetError),
    /// A consent state that this build cannot bring about.
    #[error("the consent state `{0}` cannot be scanned")]
    State(Pass),
    /// The site is none that may be visited, or the guard cannot run.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// Rules or options that make no sense.
    #[error("{0}")]
    Setup(String),
}

/// Crawls one site in every state and writes each visit to `sink` as it ends. What is
/// `done` is not done again.
///
/// # Errors
/// When no browser can be had or the capture cannot be written.
pub async fn run(
    options: &Options,
    sink: &mut dyn Sink,
    progress: &dyn Progress,
    stop: &Stop,
    mut done: Done,
) -> Result<Manifest, CrawlError> {
    check(options)?;
    let rules = Rules::builtin().map_err(|error| CrawlError::Setup(error.to_string()))?;
    let rules = rules.with_own(options.consent_rules.clone());
    let lexicon = Lexicon::builtin().map_err(|error| CrawlError::Setup(error.to_string()))?;
    let clock = Instant::now();
    let started = Timestamp::now();
    let guard = guarded::guard(options).await?;
    progress.tell(Event::Launching);
    check_proxy(options).await?;
    let mut sink = Scrubber::new(sink, options.launch.secrets().chain(&options.secrets));
    let mut planned = done.go_on(manifest(options, started)).map_err(CrawlError::Setup)?;
    let (fleet, info) = Fleet::start(options.launch(guard.as_ref()), &options.states).await?;
    let agent = info.user_agent.clone();
    planned.browser = Some(info);
    let store = Store::new(&mut sink, planned, done.take_hosts(), guard.as_ref());
    let visitor = Visitor::new(options, &rules, progress, stop, store, done);
    let crawled = match Scout::new(options, &agent, stop) {
        Ok(scout) => site::crawl(&fleet, &visitor, &scout, &lexicon).await,
        Err(error) => Err(error),
    };
    progress.tell(Event::Closing);
    let store = visitor.into_store();
    let close = async { (fleet.close().await, millis(clock.elapsed())) };
    let ((ledger, browser_ms), names) = tokio::join!(close, names(options, &store, stop));
    crawled?;
    let finished = store.finish(ledger, |manifest| {
        manifest.names = names;
        manifest.ended = Some(Timestamp::now());
        let run = &mut manifest.run;
        run.interrupted = stop.is_pressed();
        run.total_ms += millis(clock.elapsed());
        run.browser_ms += browser_ms;
    });
    Ok(finished?)
}

/// What the hosts that were seen are aliases of. A run that is being stopped asks no more.
async fn names(options: &Options, store: &Store<'_>, stop: &Stop) -> Option<NameLookups> {
    if stop.is_pressed() {
        return None;
    }
    let site = options.start.first().map(site_of).unwrap_or_default();
    net::look_up(options.names(), store.hosts(&site), &options.launch.resolve).await
}

/// A run through a proxy that is of no use is none at all.
async fn check_proxy(options: &Options) -> Result<(), CrawlError> {
    let robots = options.start.first().and_then(|url| url.join("/robots.txt").ok());
    if let Some(robots) = robots.filter(|_| options.launch.proxy.is_some()) {
        Client::new(options.client())?.check_proxy(&robots).await?;
    }
    Ok(())
}

/// The site that an address belongs to.
fn site_of(url: &Url) -> String {
    registrable_domain(url.host_str().unwrap_or_default())
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn check(options: &Options) -> Result<(), CrawlError> {
    let can = |pass: &&Pass| match pass.state {
        ConsentState::BeforeChoice
        | ConsentState::AfterReject
        | ConsentState::AfterAccept
        | ConsentState::AfterAcceptOnly(_)
        | ConsentState::AfterWithdraw
        | ConsentState::NoInteraction => true,
        ConsentState::Unknown => false,
    };
    if let Some(pass) = options.states.iter().find(|pass| !can(pass)) {
        return Err(CrawlError::State(pass.clone()));
    }
    let sites: BTreeSet<String> = options.start.iter().map(site_of).collect();
    if sites.len() != 1 {
        let message = format!("a crawl is of one site, not of {}", sites.len());
        return Err(CrawlError::Setup(message));
    }
    Ok(())
}

/// What can be said of the run before it has ended.
fn manifest(options: &Options, started: Timestamp) -> Manifest {
    let settings = [
        ("max-pages", options.max_pages.to_string()),
        ("timeout-s", options.timeout.as_secs().to_string()),
        ("dwell-ms", options.settle.dwell.as_millis().to_string()),
        ("page-time-ms", options.settle.page_time.as_millis().to_string()),
        ("insecure", options.launch.insecure.to_string()),
        ("dns", options.names().label()),
        ("deny-private", options.deny_private.to_string()),
        ("fill-forms", options.fill_forms.to_string()),
    ];
    let settings = settings.into_iter().chain(options.pages.stated());
    let settings = settings.map(|(name, value)| (name.to_owned(), value)).collect();
    Manifest {
        tool: format!("pixelwarden {}", env!("CARGO_PKG_VERSION")),
        started: Some(started),
        vantage: options.seen_from(),
        states: options.states.clone(),
        journeys: journey::plans(options),
        targets: options.start.iter().map(ToString::to_string).collect(),
        options: settings,
        contains_personal_values: true,
        ..Manifest::default()
    }
}
