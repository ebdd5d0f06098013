//! The configuration as written: checked for unknown keys, with the line of each.

use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::de::DeTable;

/// The file as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct RawConfig {
    pub(super) targets: Option<Vec<String>>,
    pub(super) states: Option<Vec<String>>,
    pub(super) max_pages: Option<usize>,
    pub(super) scope: Option<String>,
    pub(super) include: Option<Vec<String>>,
    pub(super) exclude: Option<Vec<String>>,
    pub(super) start_list: Option<String>,
    pub(super) max_depth: Option<usize>,
    pub(super) max_time: Option<RawAmount>,
    pub(super) per_template: Option<usize>,
    pub(super) seed: Option<u64>,
    pub(super) rate: Option<RawAmount>,
    pub(super) ignore_robots: Option<bool>,
    pub(super) sitemaps: Option<bool>,
    pub(super) fail_on: Option<String>,
    pub(super) output: Option<String>,
    pub(super) jobs: Option<usize>,
    pub(super) timeout: Option<u64>,
    pub(super) stay: Option<u64>,
    pub(super) third_party_cookies: Option<String>,
    pub(super) gpc: Option<bool>,
    pub(super) identify: Option<bool>,
    pub(super) resolve: Option<Vec<String>>,
    pub(super) insecure: Option<bool>,
    pub(super) dns: Option<String>,
    pub(super) deny_private: Option<bool>,
    pub(super) browser: Option<String>,
    pub(super) vantage: Option<String>,
    pub(super) proxy: Option<String>,
    pub(super) device: Option<String>,
    pub(super) window: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) timezone: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) headers: Option<Vec<String>>,
    pub(super) cookies: Option<Vec<String>>,
    pub(super) auth: Option<String>,
    pub(super) consent_rules: Option<String>,
    pub(super) fill_forms: Option<bool>,
    pub(super) signatures: Option<String>,
    pub(super) lists: Option<Vec<String>>,
    /// Read by `policy` and `journey`, with the line of each key.
    preset: Option<IgnoredAny>,
    regulations: Option<IgnoredAny>,
    severity: Option<IgnoredAny>,
    allowed: Option<IgnoredAny>,
    vendor: Option<IgnoredAny>,
    waiver: Option<IgnoredAny>,
    /// Read by `site`, with the line of each key.
    site: Option<IgnoredAny>,
    baa: Option<IgnoredAny>,
    /// Read by `journey`, with the line of each key.
    journey: Option<IgnoredAny>,
    /// Read by `report`, with the line of each key.
    report: Option<IgnoredAny>,
}

/// A number, or a text that stands for one: `2`, `0.5`, `"10m"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum RawAmount {
    Number(f64),
    Text(String),
}

impl RawAmount {
    /// As a flag would write it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Every key, for "did you mean".
const KEYS: &[&str] = &[
    "targets",
    "states",
    "max-pages",
    "scope",
    "include",
    "exclude",
    "start-list",
    "max-depth",
    "max-time",
    "per-template",
    "seed",
    "rate",
    "ignore-robots",
    "sitemaps",
    "fail-on",
    "output",
    "jobs",
    "timeout",
    "stay",
    "third-party-cookies",
    "gpc",
    "identify",
    "resolve",
    "insecure",
    "dns",
    "deny-private",
    "browser",
    "vantage",
    "proxy",
    "device",
    "window",
    "lang",
    "timezone",
    "user-agent",
    "headers",
    "cookies",
    "auth",
    "consent-rules",
    "fill-forms",
    "signatures",
    "lists",
    "preset",
    "regulations",
    "severity",
    "allowed",
    "vendor",
    "waiver",
    "site",
    "baa",
    "journey",
    "report",
];

/// What is wrong with a text, at a line counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// Parses the text.
pub(super) fn parse(text: &str) -> Result<RawConfig, Fault> {
    let fault = |error: toml::de::Error| Fault {
        line: line_of(text, error.span()),
        message: error.message().to_owned(),
        hint: None,
    };
    let table = DeTable::parse(text).map_err(fault)?;
    for key in table.get_ref().keys() {
        let name: &str = key.get_ref();
        if !KEYS.contains(&name) {
            return Err(Fault {
                line: line_of(text, Some(key.span())),
                message: format!("unknown key `{name}`"),
                hint: nearest(name, KEYS).map(|known| format!("did you mean `{known}`?")),
            });
        }
    }
    toml::from_str(text).map_err(fault)
}

/// The line of a key, for values that turn out wrong later.
pub(super) fn line_of_key(text: &str, name: &str) -> usize {
    let table = DeTable::parse(text).ok();
    let keys = table.as_ref().map(|table| table.get_ref().keys());
    let key = keys.and_then(|mut keys| keys.find(|key| &**key.get_ref() == name));
    line_of(text, key.map(|key| key.span()))
}

pub(super) fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let at = span.map_or(0, |span| span.start.min(text.len()));
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The known name that an unknown one is closest to, if it is close.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let close = known.iter().map(|k| (strsim::jaro_winkler(name, k), *k));
    let close = close.filter(|(likeness, _)| *likeness > 0.75);
    close.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, known)| known)
}
