//! `pixelwarden.toml`, found upward from where the tool is run. Flags come before the
//! file, the file before the defaults.

mod given;
mod journey;
mod pages;
mod policy;
mod raw;
mod reader;
mod report;
mod review;
mod site;
pub mod value;

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use url::Url;

use crate::audit::{FailOn, HealthPolicy};
use crate::browser::{BrowserKind, Device};
use crate::crawl::Journey;
use crate::model::{Pass, Proxy};
use crate::net::Names;
use raw::Fault;

pub use given::Given;
pub use pages::PagesConfig;
pub use policy::PolicyConfig;
pub(crate) use raw::nearest;
pub use report::ReportConfig;
pub use review::REVIEW_FILE;

/// The file's name.
pub const FILE: &str = "pixelwarden.toml";
/// A commented file to begin with, as `init` writes it.
pub const TEMPLATE: &str = include_str!("template.toml");

/// How long a page may be waited for, in seconds.
pub const TIMEOUT: RangeInclusive<u64> = 1..=3600;
/// How long a visitor may stay on a page, in seconds.
pub const STAY: RangeInclusive<u64> = 0..=600;

/// What the file says; what it leaves out is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// Sites to scan.
    pub targets: Vec<Url>,
    /// Consent states, with their signals.
    pub states: Option<Vec<Pass>>,
    /// Most pages of a site in each state.
    pub max_pages: Option<usize>,
    /// Which pages of a site.
    pub pages: PagesConfig,
    /// What makes a run fail.
    pub fail_on: Option<FailOn>,
    /// What was decided about findings beforehand.
    pub policy: PolicyConfig,
    /// The folder of capture and reports.
    pub output: Option<PathBuf>,
    /// Pages side by side.
    pub jobs: Option<usize>,
    /// Longest wait for a page.
    pub timeout: Option<Duration>,
    /// How long a visitor stays on each page, by the page's own clock.
    pub stay: Option<Duration>,
    /// Whether third-party cookies are allowed.
    pub third_party_cookies: Option<bool>,
    /// Whether Global Privacy Control is sent.
    pub gpc: bool,
    /// Whether the user agent names the tool.
    pub identify: bool,
    /// Host to address.
    pub resolve: Vec<(String, String)>,
    /// Whether certificates need not verify.
    pub insecure: bool,
    /// Who is asked what hosts are aliases of.
    pub names: Option<Names>,
    /// Whether private addresses are refused.
    pub deny_private: bool,
    /// Which build of the browser.
    pub browser: Option<BrowserKind>,
    /// A label for where the scan is run from.
    pub vantage: Option<String>,
    /// The proxy for everything.
    pub proxy: Option<Proxy>,
    /// What kind of machine to be.
    pub device: Option<Device>,
    /// Window width and height in CSS pixels.
    pub window: Option<(u32, u32)>,
    /// The visitor's language.
    pub lang: Option<String>,
    /// The visitor's time zone.
    pub timezone: Option<String>,
    /// A user agent of the user's own.
    pub user_agent: Option<String>,
    /// Request headers for the site.
    pub headers: Vec<Given>,
    /// Cookies for the site.
    pub cookies: Vec<Given>,
    /// Who to be when the site asks.
    pub auth: Option<String>,
    /// The user's own rules for banners.
    pub consent_rules: Option<PathBuf>,
    /// Whether the canary is typed into forms.
    pub fill_forms: bool,
    /// A folder of the user's own signatures.
    pub signatures: Option<PathBuf>,
    /// Lists of trackers that `signatures import` made.
    pub lists: Vec<PathBuf>,
    /// What is done beyond visiting pages.
    pub journeys: Vec<Journey>,
    /// What the site is in law, agreements with vendors, and reviewers' decisions.
    pub health: HealthPolicy,
    /// Whose reports they are.
    pub report: ReportConfig,
}

/// The file could not be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// It could not be read.
    #[error("cannot read {}", place.display())]
    Read {
        /// The file.
        place: PathBuf,
        /// The system's words.
        #[source]
        source: std::io::Error,
    },
    /// A line of it is wrong.
    #[error("{}:{line}: {message}", place.display())]
    Wrong {
        /// The file.
        place: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        message: String,
        /// What was perhaps meant.
        hint: Option<String>,
    },
}

impl Config {
    /// The file in this folder or the nearest one above it; the defaults if there is none.
    ///
    /// # Errors
    /// When there is one that cannot be used.
    pub fn find(from: &Path) -> Result<Self, ConfigError> {
        let places = from.ancestors().map(|folder| folder.join(FILE));
        match places.into_iter().find(|place| place.is_file()) {
            Some(place) => Self::read(&place),
            None => {
                let mut config = Self::default();
                config.health.decisions = review::read(from)?;
                Ok(config)
            }
        }
    }

    /// The file at this place. Paths in it count from its folder.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn read(place: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(place)
            .map_err(|source| ConfigError::Read { place: place.to_owned(), source })?;
        let mut config = Self::parse(&text).map_err(|fault| ConfigError::Wrong {
            place: place.to_owned(),
            line: fault.line,
            message: fault.message,
            hint: fault.hint,
        })?;
        let folder = place.parent().unwrap_or(Path::new(""));
        config.policy.written.file = Some(in_repository(place));
        config.health.decisions = review::read(folder)?;
        let list = &mut config.pages.start_list;
        let (output, signatures) = (&mut config.output, &mut config.signatures);
        let (logo, rules) = (&mut config.report.logo, &mut config.consent_rules);
        for path in [output, signatures, list, logo, rules].into_iter().flatten() {
            *path = folder.join(&*path);
        }
        for path in &mut config.lists {
            *path = folder.join(&*path);
        }
        Ok(config)
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let raw = raw::parse(text)?;
        let at = |key: &'static str| {
            move |message: String| Fault { line: raw::line_of_key(text, key), message, hint: None }
        };
        let positive = |key: &'static str, number: Option<usize>| match number {
            Some(0) => Err(at(key)(format!("`{key}` must be 1 or more"))),
            number => Ok(number),
        };
        let seconds =
            |key: &'static str, number: Option<u64>, range: RangeInclusive<u64>| match number {
                Some(number) if !range.contains(&number) => {
                    let (least, most) = range.into_inner();
                    Err(at(key)(format!("`{key}` must be {least} to {most} seconds")))
                }
                number => Ok(number.map(Duration::from_secs)),
            };
        let pages = PagesConfig::read(&raw, |key, message| at(key)(message))?;
        let (targets, resolve) = (raw.targets.unwrap_or_default(), raw.resolve.unwrap_or_default());
        Ok(Self {
            targets: each(&targets, value::target).map_err(at("targets"))?,
            states: raw
                .states
                .map(|states| each(&states, value::state))
                .transpose()
                .map_err(at("states"))?,
            max_pages: positive("max-pages", raw.max_pages)?,
            pages,
            fail_on: one(raw.fail_on, value::fail_on).map_err(at("fail-on"))?,
            output: raw.output.map(PathBuf::from),
            jobs: positive("jobs", raw.jobs)?,
            timeout: seconds("timeout", raw.timeout, TIMEOUT)?,
            stay: seconds("stay", raw.stay, STAY)?,
            third_party_cookies: one(raw.third_party_cookies, value::third_party_cookies)
                .map_err(at("third-party-cookies"))?,
            gpc: raw.gpc.unwrap_or(false),
            identify: raw.identify.unwrap_or(false),
            resolve: each(&resolve, value::resolve).map_err(at("resolve"))?,
            insecure: raw.insecure.unwrap_or(false),
            names: one(raw.dns, value::names).map_err(at("dns"))?,
            deny_private: raw.deny_private.unwrap_or(false),
            browser: one(raw.browser, value::browser).map_err(at("browser"))?,
            vantage: raw.vantage,
            proxy: one(raw.proxy, value::proxy).map_err(at("proxy"))?,
            device: one(raw.device, value::device).map_err(at("device"))?,
            window: one(raw.window, value::window).map_err(at("window"))?,
            lang: one(raw.lang, value::language).map_err(at("lang"))?,
            timezone: one(raw.timezone, value::timezone).map_err(at("timezone"))?,
            user_agent: one(raw.user_agent, value::user_agent).map_err(at("user-agent"))?,
            headers: each(&raw.headers.unwrap_or_default(), value::header)
                .map_err(at("headers"))?,
            cookies: each(&raw.cookies.unwrap_or_default(), value::cookie)
                .map_err(at("cookies"))?,
            auth: raw.auth,
            fill_forms: raw.fill_forms.unwrap_or(false),
            consent_rules: raw.consent_rules.map(PathBuf::from),
            signatures: raw.signatures.map(PathBuf::from),
            lists: raw.lists.unwrap_or_default().into_iter().map(PathBuf::from).collect(),
            policy: PolicyConfig::read(text)?,
            journeys: journey::read(text)?,
            health: site::read(text)?,
            report: report::read(text)?,
        })
    }
}

/// A file's path from the top of its repository, as code hosts name it; its name alone
/// outside of one.
fn in_repository(place: &Path) -> String {
    let tops = place.ancestors().skip(1);
    let top = tops.into_iter().find(|folder| folder.join(".git").exists());
    let inside = top.and_then(|top| place.strip_prefix(top).ok());
    let parts = inside.unwrap_or(Path::new(FILE)).iter();
    parts.map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn each<T>(texts: &[String], read: fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    texts.iter().map(|text| read(text)).collect()
}

fn one<T>(text: Option<String>, read: fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    text.map(|text| read(&text)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_loads_also_with_every_key_in_use() {
        let config = Config::parse(TEMPLATE).unwrap();
        assert_eq!(config.targets[0].as_str(), "https://www.example.com/");
        let is_toml = |line: &str| line.contains(" = ") || line.starts_with(['[', ']']);
        let uncommented: Vec<&str> = TEMPLATE
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|l| is_toml(l)).unwrap_or(line))
            .collect();
        let config = Config::parse(&uncommented.join("\n")).unwrap();
        assert_eq!(config.jobs, Some(8));
        assert_eq!(config.resolve[0].1, "127.0.0.1:8443");
        assert_eq!(config.journeys[0].steps.len(), 5);
    }

    #[test]
    fn a_fault_has_its_line_and_a_guess() {
        let fault = Config::parse("states = [\"before-choice\"]\n\nmax_pages = 3\n").unwrap_err();
        assert_eq!((fault.line, &*fault.message), (3, "unknown key `max_pages`"));
        assert_eq!(fault.hint.as_deref(), Some("did you mean `max-pages`?"));
        let line = |text: &str| Config::parse(text).unwrap_err().line;
        assert_eq!(line("jobs = 2\nfail-on = \"grave\"\n"), 2);
        assert_eq!(line("jobs = 2\n\ntimeout = \"long\"\n"), 3);
        assert_eq!(line("jobs = 0\n"), 1);
        assert_eq!(line("jobs = 2\ntimeout = 0\n"), 2);
        assert_eq!(line("jobs = 2\nstay = 9223372036854775807\n"), 2);
        assert_eq!(line("jobs = 2\nscope = \"galaxy\"\n"), 2);
        assert_eq!(line("max-time = 60\nexclude = [\"\"]\n"), 2);
        assert_eq!(line("jobs = 2\ntargets = [\n"), 2);
    }

    #[test]
    fn the_nearest_file_upward_counts_and_its_paths_count_from_it() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::write(folder.path().join(FILE), "output = \"out\"\n").unwrap();
        let config = Config::find(&below).unwrap();
        assert_eq!(config.output, Some(folder.path().join("out")));
        fs::write(below.join(FILE), "nonsense = 1\n").unwrap();
        let error = Config::find(&below).unwrap_err().to_string();
        assert!(error.contains("a/b/pixelwarden.toml:1: unknown key"), "{error}");
    }
}
