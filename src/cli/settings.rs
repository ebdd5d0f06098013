//! Flags over file over defaults: the options that a crawl runs with.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::{BrowserArgs, CrawlArgs};
use super::errors::Hinted;
use super::{journeys, sites, vantage};
use crate::browser::LaunchOptions;
use crate::bundle::Bundle;
use crate::config::{Config, value};
use crate::crawl::Options;
use crate::model::{ConsentState, Pass};
use crate::signature::{Database, List};
use url::Url;

/// The database with the user's own signatures on top and lists below, if there are some.
pub(super) fn database(folder: Option<&Path>, lists: &[PathBuf]) -> anyhow::Result<Database> {
    let database = match folder {
        Some(folder) => Database::with_overlay(folder)?,
        None => Database::builtin()?,
    };
    Ok(database.with_lists(lists.iter().map(|list| self::list(list)).collect::<Result<_, _>>()?))
}

fn list(place: &Path) -> anyhow::Result<List> {
    List::read(place).map_err(|error| {
        let hint = "`pixelwarden signatures import --format … FILE` makes one of your copy";
        Hinted::new(format!("{}: {error}", place.display()), hint).into()
    })
}

/// The options of each crawl: one for each site.
pub(super) fn crawls(
    args: &CrawlArgs,
    config: &Config,
    database: &Database,
) -> anyhow::Result<Vec<Options>> {
    let targets = targets(args, config)?;
    if targets.is_empty() {
        return Err(Hinted::new(
            "there is no site to scan",
            "name one, as in `pixelwarden scan example.com`, or list it in pixelwarden.toml",
        )
        .into());
    }
    let mut options = Options::new(Vec::new());
    options.globals = database.globals().into_iter().map(str::to_owned).collect();
    options.selectors = database.selectors().into_iter().map(str::to_owned).collect();
    options.states = passes(args, config, options.states);
    options.max_pages = args.max_pages.or(config.max_pages).unwrap_or(options.max_pages);
    options.pages = args.pages.pages(&config.pages);
    options.retries = args.recovery.retries.unwrap_or(options.retries);
    options.jobs = args.jobs.or(config.jobs).unwrap_or(options.jobs);
    let timeout = args.timeout.map(Duration::from_secs).or(config.timeout);
    options.timeout = timeout.unwrap_or(options.timeout);
    let stay = args.stay.map(Duration::from_secs).or(config.stay);
    options.settle.page_time = stay.unwrap_or(options.settle.page_time);
    options.names = args.network.names(config);
    options.consent_rules = args.consent.rules(config)?;
    options.fill_forms = args.forms.fills(config);
    options.deny_private = args.network.deny_private || config.deny_private;
    options.launch = launch(&args.browser, config);
    vantage::apply(&args.vantage, config, &mut options.launch)?;
    options.vantage = args.vantage.vantage.as_ref().or(config.vantage.as_ref()).cloned();
    let of_site = |start| Options { start, ..options.clone() };
    let mut crawls: Vec<Options> = sites::by_site(&targets).into_iter().map(of_site).collect();
    journeys::assign(&config.journeys, &mut crawls)?;
    Ok(crawls)
}

/// The addresses that were asked for, or those of the capture that is gone on with.
fn targets(args: &CrawlArgs, config: &Config) -> anyhow::Result<Vec<Url>> {
    let listed = args.pages.start_list(config)?;
    let asked = !args.targets.is_empty() || args.pages.start_list.is_some();
    let mut targets = match &args.recovery.resume {
        _ if asked => args.targets.clone(),
        Some(dir) => {
            let plan = Bundle::plan(dir)?;
            // A capture may be anybody's: it names web pages, or nothing.
            let targets = plan.targets.iter().map(|url| value::target(url));
            return targets.collect::<Result<_, _>>().map_err(anyhow::Error::msg);
        }
        None => config.targets.clone(),
    };
    targets.extend(listed);
    Ok(targets)
}

/// The states that were asked for, each once; with GPC in all of them where that was asked
/// for, and then no state of its own is needed for it.
fn passes(args: &CrawlArgs, config: &Config, default: Vec<Pass>) -> Vec<Pass> {
    let asked = args.states.as_ref().or(config.states.as_ref());
    let mut passes = asked.cloned().unwrap_or(default);
    if args.gpc || config.gpc {
        if asked.is_none() {
            passes.retain(|pass| pass.state != ConsentState::NoInteraction);
        }
        passes.iter_mut().for_each(|pass| pass.signals.gpc = true);
    }
    let mut seen = std::collections::BTreeSet::new();
    passes.retain(|pass| seen.insert(pass.clone()));
    passes
}

/// How the browser is started.
pub(super) fn launch(args: &BrowserArgs, config: &Config) -> LaunchOptions {
    let mut launch = LaunchOptions::default();
    let cookies = args.third_party_cookies.or(config.third_party_cookies);
    launch.third_party_cookies = cookies.unwrap_or(launch.third_party_cookies);
    launch.kind = args.browser.or(config.browser).unwrap_or_default();
    launch.program.clone_from(&args.chromium);
    launch.driver = args.chromedriver.as_deref().map(driver_program);
    launch.webdriver.clone_from(&args.webdriver);
    launch.arguments.clone_from(&args.browser_arg);
    // The first rule for a host counts, so flags come before the file.
    launch.resolve = args.resolve.iter().chain(&config.resolve).cloned().collect();
    launch.insecure = args.insecure || config.insecure;
    launch.identify = args.identify || config.identify;
    launch
}

/// `CHROMEWEBDRIVER` names a folder on CI images.
fn driver_program(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("chromedriver") } else { path.to_owned() }
}
