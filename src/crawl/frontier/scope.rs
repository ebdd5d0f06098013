//! What belongs to the site: by registrable domain, host or path, narrowed by the
//! user's patterns.

use std::collections::BTreeSet;

use url::Url;

use super::super::site_of;
use super::address::authority;
use crate::crawl::pages::{Pages, Pattern, Scope};

/// Endings of what is no page.
const FILES: &[&str] = &[
    "7z", "apk", "atom", "avi", "bmp", "css", "csv", "dmg", "doc", "docx", "eps", "epub", "exe",
    "gif", "gz", "ico", "ics", "jpeg", "jpg", "js", "json", "m4a", "m4v", "mjs", "mov", "mp3",
    "mp4", "mpeg", "msi", "odp", "ods", "odt", "ogg", "pdf", "pkg", "png", "ppt", "pptx", "rar",
    "rss", "rtf", "svg", "tar", "tgz", "tif", "tiff", "ttf", "txt", "vcf", "wav", "webm", "webp",
    "wmv", "woff", "woff2", "xls", "xlsx", "xml", "zip",
];

/// What a crawl may visit of all that it finds.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    scope: Scope,
    site: String,
    /// Hosts that were named, or led to.
    authorities: BTreeSet<String>,
    /// Folders that were named, each with its host.
    folders: BTreeSet<(String, String)>,
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
}

/// Whether an address may be visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belongs {
    Yes,
    /// Another site, or no page at all: nothing that a reader would miss.
    No,
    /// The same site, and beyond what was asked for.
    OutOfScope,
    /// The user's patterns leave it out.
    Excluded,
}

impl Bounds {
    pub(super) fn new(start: &[Url], pages: &Pages) -> Self {
        let mut bounds = Self {
            scope: pages.scope,
            site: start.first().map(site_of).unwrap_or_default(),
            authorities: BTreeSet::new(),
            folders: BTreeSet::new(),
            include: pages.include.clone(),
            exclude: pages.exclude.clone(),
        };
        start.iter().for_each(|url| bounds.admit(url));
        bounds
    }

    /// The site that the first page led to is the one to visit.
    pub(super) fn settle_on(&mut self, home: &Url) {
        self.site = site_of(home);
        self.admit(home);
    }

    fn admit(&mut self, url: &Url) {
        self.authorities.insert(authority(url));
        self.folders.insert((authority(url), folder(url.path()).to_owned()));
    }

    pub(super) fn of(&self, url: &Url) -> Belongs {
        let is_page = matches!(url.scheme(), "http" | "https") && !is_file(url.path());
        if !is_page || site_of(url) != self.site {
            return Belongs::No;
        }
        let inside = match self.scope {
            Scope::Domain => true,
            Scope::Host => self.authorities.contains(&authority(url)),
            Scope::Path => {
                let host = authority(url);
                self.folders.iter().any(|(of, folder)| *of == host && is_below(url.path(), folder))
            }
        };
        let matches = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(url));
        match inside {
            false => Belongs::OutOfScope,
            true if matches(&self.exclude) => Belongs::Excluded,
            true if !self.include.is_empty() && !matches(&self.include) => Belongs::Excluded,
            true => Belongs::Yes,
        }
    }
}

/// The folder that a start address stands for: itself, or that of its file.
fn folder(path: &str) -> &str {
    let (before, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name.contains('.') { before } else { path.trim_end_matches('/') }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_file(path: &str) -> bool {
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
    ending.is_some_and(|(_, ending)| FILES.contains(&ending.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scope: Scope, start: &str, address: &str) -> Belongs {
        let pages = Pages { scope, ..Pages::default() };
        let start = Url::parse(start).unwrap();
        Bounds::new(&[start], &pages).of(&Url::parse(address).unwrap())
    }

    #[test]
    fn a_scope_is_a_domain_a_host_or_a_path() {
        use Belongs::{No, OutOfScope, Yes};
        let start = "https://www.clinic.example/en/home.html";
        let cases = [
            ("https://clinic.example/en/a", [Yes, Yes, Yes]),
            ("https://clinic.example/en", [Yes, Yes, Yes]),
            ("https://clinic.example/english", [Yes, Yes, OutOfScope]),
            ("https://portal.clinic.example/en/a", [Yes, OutOfScope, OutOfScope]),
            ("https://clinic.example:8443/en/", [Yes, OutOfScope, OutOfScope]),
            ("https://other.example/en/", [No, No, No]),
            ("https://clinic.example/en/a.PDF", [No, No, No]),
            ("mailto:a@clinic.example", [No, No, No]),
        ];
        for (address, expected) in cases {
            let found = [Scope::Domain, Scope::Host, Scope::Path].map(|s| of(s, start, address));
            assert_eq!(found, expected, "{address}");
        }
        assert_eq!(of(Scope::Path, "https://clinic.example/", "https://clinic.example/a"), Yes);
    }

    #[test]
    fn patterns_narrow_and_exclusion_is_stronger() {
        let pattern = |text: &str| text.parse::<Pattern>().unwrap();
        let pages = Pages {
            include: vec![pattern("/en/*"), pattern("portal.*")],
            exclude: vec![pattern("*/internal/*")],
            ..Pages::default()
        };
        let bounds = Bounds::new(&[Url::parse("https://clinic.example/").unwrap()], &pages);
        let of = |address: &str| bounds.of(&Url::parse(address).unwrap());
        assert_eq!(of("https://clinic.example/en/a"), Belongs::Yes);
        assert_eq!(of("https://portal.clinic.example/x"), Belongs::Yes);
        assert_eq!(of("https://clinic.example/de/a"), Belongs::Excluded);
        assert_eq!(of("https://clinic.example/en/internal/a"), Belongs::Excluded);
    }
}
