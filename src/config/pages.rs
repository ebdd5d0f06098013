//! The keys on which pages of a site are visited.

use std::path::PathBuf;
use std::time::Duration;

use super::raw::{Fault, RawAmount, RawConfig};
use super::{each, one, value};
use crate::crawl::{Pattern, Rate, Scope};

/// Which pages of a site are visited; what the file leaves out is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PagesConfig {
    /// What counts as the site.
    pub scope: Option<Scope>,
    /// Only found pages that fit are visited.
    pub include: Vec<Pattern>,
    /// Found pages that fit are not visited.
    pub exclude: Vec<Pattern>,
    /// A file of addresses to visit in any case.
    pub start_list: Option<PathBuf>,
    /// Most clicks from a start page.
    pub max_depth: Option<usize>,
    /// No page of a site is begun after this time.
    pub max_time: Option<Duration>,
    /// Most pages of one template.
    pub per_template: Option<usize>,
    /// Chooses among pages that are equally telling.
    pub seed: Option<u64>,
    /// Pages of one host per second.
    pub rate: Option<Rate>,
    /// Whether robots.txt is ignored.
    pub ignore_robots: bool,
    /// Whether sitemaps are read.
    pub sitemaps: Option<bool>,
}

impl PagesConfig {
    /// Reads the keys; `at` makes a fault of a key's message.
    pub(super) fn read(
        raw: &RawConfig,
        at: impl Fn(&'static str, String) -> Fault,
    ) -> Result<Self, Fault> {
        let patterns = |key, texts: &Option<Vec<String>>| {
            let texts = texts.as_deref().unwrap_or_default();
            each(texts, str::parse::<Pattern>).map_err(|message| at(key, message))
        };
        let amount = |amount: &Option<RawAmount>| amount.as_ref().map(RawAmount::text);
        let scope = one(raw.scope.clone(), str::parse).map_err(|m| at("scope", m))?;
        let rate = one(amount(&raw.rate), str::parse).map_err(|m| at("rate", m))?;
        let max_time =
            one(amount(&raw.max_time), value::duration).map_err(|m| at("max-time", m))?;
        if raw.per_template == Some(0) {
            return Err(at("per-template", "`per-template` must be 1 or more".to_owned()));
        }
        Ok(Self {
            scope,
            include: patterns("include", &raw.include)?,
            exclude: patterns("exclude", &raw.exclude)?,
            start_list: raw.start_list.as_ref().map(PathBuf::from),
            max_depth: raw.max_depth,
            max_time,
            per_template: raw.per_template,
            seed: raw.seed,
            rate,
            ignore_robots: raw.ignore_robots.unwrap_or(false),
            sitemaps: raw.sitemaps,
        })
    }
}
