//! Which pages of a site are visited: what the user may say of it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use url::Url;

/// Which pages of a site are visited.
#[derive(Debug, Clone, PartialEq)]
pub struct Pages {
    /// What counts as the site.
    pub scope: Scope,
    /// Found pages are visited only if one of these fits; any if there are none.
    pub include: Vec<Pattern>,
    /// Found pages are not visited if one of these fits.
    pub exclude: Vec<Pattern>,
    /// Most clicks from a start page; none means any number.
    pub max_depth: Option<usize>,
    /// No page is begun after this time from the start of the crawl.
    pub max_time: Option<Duration>,
    /// Most pages that are visited of one template.
    pub per_template: usize,
    /// Chooses among pages that are equally telling: the same seed, the same pages.
    pub seed: u64,
    /// Whether robots.txt is obeyed.
    pub robots: RobotsRule,
    /// Whether sitemaps are read.
    pub sitemaps: bool,
    /// How often pages of one host are loaded.
    pub rate: Rate,
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            scope: Scope::default(),
            include: Vec::new(),
            exclude: Vec::new(),
            max_depth: None,
            max_time: None,
            per_template: 3,
            seed: 0,
            robots: RobotsRule::default(),
            sitemaps: true,
            rate: Rate::default(),
        }
    }
}

impl Pages {
    /// The settings by name, as a capture states them.
    pub(super) fn stated(&self) -> Vec<(&'static str, String)> {
        let listed = |patterns: &[Pattern]| {
            patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        let mut stated = vec![
            ("scope", self.scope.to_string()),
            ("per-template", self.per_template.to_string()),
            ("seed", self.seed.to_string()),
            ("robots", if self.robots == RobotsRule::Obey { "obeyed" } else { "ignored" }.into()),
            ("sitemaps", self.sitemaps.to_string()),
            ("rate", self.rate.to_string()),
        ];
        let lists = [("include", &self.include), ("exclude", &self.exclude)];
        let lists = lists.into_iter().filter(|(_, patterns)| !patterns.is_empty());
        stated.extend(lists.map(|(name, patterns)| (name, listed(patterns))));
        stated.extend(self.max_depth.map(|depth| ("max-depth", depth.to_string())));
        stated.extend(self.max_time.map(|time| ("max-time-s", time.as_secs().to_string())));
        stated
    }
}

/// What counts as the site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// The registrable domain with all its hosts.
    #[default]
    Domain,
    /// The hosts of the start addresses.
    Host,
    /// What lies below the start addresses.
    Path,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Domain => "domain",
            Self::Host => "host",
            Self::Path => "path",
        })
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Domain, Self::Host, Self::Path]
            .into_iter()
            .find(|scope| scope.to_string() == text)
            .ok_or_else(|| format!("`{text}` is not a scope: domain, host or path"))
    }
}

/// Whether robots.txt is obeyed. Addresses that the user named are visited in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RobotsRule {
    /// Found pages that it disallows are not visited.
    #[default]
    Obey,
    /// It is not asked; for the site's owner.
    Ignore,
}

/// How often pages of one host are loaded, in all states together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Rate {
    /// Four a second, or as slowly as the site's Crawl-delay asks, up to five seconds
    /// between two; no limit on this machine's own addresses.
    #[default]
    Polite,
    /// So many a second.
    PerSecond(f64),
    /// As fast as they come.
    Unlimited,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Polite => f.write_str("polite"),
            Self::PerSecond(rate) => write!(f, "{rate}"),
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.parse::<f64>()) {
            ("polite", _) => Ok(Self::Polite),
            ("unlimited", _) => Ok(Self::Unlimited),
            (_, Ok(rate)) if rate.is_finite() && rate >= 0.001 => Ok(Self::PerSecond(rate)),
            _ => Err(format!(
                "`{text}` is not a rate: a number of pages per second, polite or unlimited"
            )),
        }
    }
}

/// A pattern of addresses: `*` stands for any characters, everything else for itself.
/// One that begins with `/` is compared with path and query, any other one with the
/// address without its scheme; both as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

/// The longest pattern, in bytes.
const LONGEST_PATTERN: usize = 1_000;

impl Pattern {
    /// Whether an address fits.
    #[must_use]
    pub fn matches(&self, url: &Url) -> bool {
        let path = &url[url::Position::BeforePath..];
        if self.0.starts_with('/') {
            return fits(&self.0, path);
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        fits(&self.0, &format!("{}{port}{path}", url.host_str().unwrap_or_default()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let bare = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        match bare.unwrap_or(text) {
            "" => Err("an empty pattern fits nothing".to_owned()),
            long if long.len() > LONGEST_PATTERN => {
                Err(format!("a pattern has at most {LONGEST_PATTERN} characters"))
            }
            pattern => Ok(Self(pattern.to_owned())),
        }
    }
}

/// Each part takes the first place where it fits, so the work is the length of the
/// text times the number of parts at most.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |part| rest.ends_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_compared_as_a_whole() {
        let url = Url::parse("https://www.clinic.example:8443/blog/2024/a?page=2").unwrap();
        let matches = |pattern: &str| pattern.parse::<Pattern>().unwrap().matches(&url);
        for fits in ["/blog/*", "*", "*page=2", "/*/2024/*", "https://www.*", "*.example:8443/*"] {
            assert!(matches(fits), "{fits}");
        }
        for other in ["/blog", "/blog/", "blog/*", "/*/2023/*", "clinic.example/*", "/*.html"] {
            assert!(!matches(other), "{other}");
        }
        assert!("".parse::<Pattern>().is_err());
        assert!("x".repeat(2_000).parse::<Pattern>().is_err());
    }

    #[test]
    fn a_rate_is_a_number_or_a_word() {
        assert_eq!("0.5".parse(), Ok(Rate::PerSecond(0.5)));
        assert_eq!("unlimited".parse(), Ok(Rate::Unlimited));
        for bad in ["0", "-1", "inf", "NaN", "fast", ""] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
