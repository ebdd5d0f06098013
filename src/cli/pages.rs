//! Flags on which pages of a site are visited.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use url::Url;

use super::errors::Hinted;
use crate::config::{Config, PagesConfig, value};
use crate::crawl::{Pages, Pattern, Rate, RobotsRule, Scope};

/// The largest list of addresses, in bytes.
const LIST_BYTES: u64 = 4 << 20;
/// Most addresses of a list.
const LIST_ADDRESSES: usize = 10_000;

/// Which pages of a site are visited.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pages")]
pub(super) struct PagesArgs {
    /// What counts as the site: its domain with all hosts, the hosts of the addresses
    /// given, or what lies below these addresses: domain, host or path [default: domain]
    #[arg(long, value_name = "SCOPE")]
    pub(super) scope: Option<Scope>,
    /// Visit only found pages that fit; `*` stands for anything, as in `/en/*` (path and
    /// query) or `portal.example.com/*` (the whole address without https://); repeatable
    #[arg(long, value_name = "PATTERN")]
    pub(super) include: Vec<Pattern>,
    /// Do not visit found pages that fit; outranks --include; repeatable
    #[arg(long, value_name = "PATTERN")]
    pub(super) exclude: Vec<Pattern>,
    /// Addresses to visit in any case, one a line, `#` for comments; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(super) start_list: Option<PathBuf>,
    /// Most clicks from an address given [default: any number]
    #[arg(long, value_name = "N")]
    pub(super) max_depth: Option<usize>,
    /// Begin no page of a site after this time: 90, 90s, 10m or 2h [default: no limit]
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    pub(super) max_time: Option<Duration>,
    /// Most pages of one template, as `/doctors/123` or `/product?id=7` [default: 3]
    #[arg(long, value_name = "N", value_parser = super::args::count)]
    pub(super) per_template: Option<usize>,
    /// Chooses among pages that are equally telling; the same seed, the same pages
    /// [default: 0]
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Pages of one host per second, in all states together; `polite` is 4, or less where
    /// robots.txt has a Crawl-delay, and no limit on this machine; or `unlimited`
    /// [default: polite]
    #[arg(long, value_name = "RATE")]
    pub(super) rate: Option<Rate>,
    /// Visit found pages that robots.txt disallows, and heed no Crawl-delay; for owners
    #[arg(long)]
    pub(super) ignore_robots: bool,
    /// Read no sitemaps
    #[arg(long)]
    pub(super) no_sitemaps: bool,
}

impl PagesArgs {
    /// Flags over file over defaults.
    pub(super) fn pages(&self, config: &PagesConfig) -> Pages {
        let fallback = Pages::default();
        let either = |flags: &Vec<Pattern>, file: &Vec<Pattern>| {
            if flags.is_empty() { file.clone() } else { flags.clone() }
        };
        let ignore = self.ignore_robots || config.ignore_robots;
        Pages {
            scope: self.scope.or(config.scope).unwrap_or(fallback.scope),
            include: either(&self.include, &config.include),
            exclude: either(&self.exclude, &config.exclude),
            max_depth: self.max_depth.or(config.max_depth),
            max_time: self.max_time.or(config.max_time),
            per_template: self
                .per_template
                .or(config.per_template)
                .unwrap_or(fallback.per_template),
            seed: self.seed.or(config.seed).unwrap_or(fallback.seed),
            robots: if ignore { RobotsRule::Ignore } else { RobotsRule::Obey },
            sitemaps: !self.no_sitemaps && config.sitemaps.unwrap_or(true),
            rate: self.rate.or(config.rate).unwrap_or(fallback.rate),
        }
    }

    /// The addresses of the list, in order.
    ///
    /// # Errors
    /// When it cannot be read, is too long, or a line of it is no address.
    pub(super) fn start_list(&self, config: &Config) -> Result<Vec<Url>> {
        match self.start_list.as_deref().or(config.pages.start_list.as_deref()) {
            Some(file) => read_list(file),
            None => Ok(Vec::new()),
        }
    }
}

fn read_list(file: &Path) -> Result<Vec<Url>> {
    let (name, text) = if file == Path::new("-") {
        ("standard input".to_owned(), read_text(std::io::stdin().lock()))
    } else {
        (file.display().to_string(), File::open(file).and_then(read_text))
    };
    let text = text.with_context(|| format!("cannot read the start list {name}"))?;
    let mut addresses = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = || format!("{name}:{}", number + 1);
        // A fragment is part of an address, a remark after it is not.
        let address = line.split_once(" #").map_or(line, |(address, _)| address);
        let address = value::target(address).map_err(|error| {
            let hint = "one address a line, as in https://www.example.com/contact";
            Hinted::new(format!("{}: {error}", place()), hint)
        })?;
        if addresses.len() == LIST_ADDRESSES {
            let message = format!("{}: more than {LIST_ADDRESSES} addresses", place());
            return Err(Hinted::new(message, "split the list over several runs").into());
        }
        addresses.push(address);
    }
    Ok(addresses)
}

fn read_text(from: impl Read) -> std::io::Result<String> {
    let mut text = String::new();
    from.take(LIST_BYTES + 1).read_to_string(&mut text)?;
    match text.len() as u64 > LIST_BYTES {
        true => Err(std::io::Error::other(format!("more than {} MiB", LIST_BYTES >> 20))),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn list(text: &str) -> Result<Vec<String>> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Ok(read_list(file.path())?.into_iter().map(String::from).collect())
    }

    #[test]
    fn a_list_has_one_address_a_line() {
        let text =
            "\u{feff}# our pages\r\nwww.a.example/x\r\n\n  https://a.example/#/r  # a route\n";
        assert_eq!(list(text).unwrap(), ["https://www.a.example/x", "https://a.example/#/r"]);
        let error = list("a.example\n\n/contact\n").unwrap_err().to_string();
        assert!(error.contains(":3: `/contact` is no address"), "{error}");
        let error = list(&"a.example\n".repeat(LIST_ADDRESSES + 1)).unwrap_err().to_string();
        assert!(error.contains(":10001: more than 10000 addresses"), "{error}");
        assert!(read_list(Path::new("/nowhere/list")).is_err());
    }
}
