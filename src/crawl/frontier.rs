//! Which pages are visited: a site's own, each once, the telling ones first, and
//! never a link that changes something.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::site_of;
use crate::model::{Link, SkippedPage};

/// Parameters that name a campaign or a session, never a page.
const NOISE: &[&str] = &[
    "gclid",
    "gbraid",
    "wbraid",
    "dclid",
    "fbclid",
    "msclkid",
    "li_fat_id",
    "ttclid",
    "twclid",
    "_ga",
    "_gl",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "yclid",
    "igshid",
    "sid",
    "phpsessid",
    "jsessionid",
];

/// Endings of what is no page.
const FILES: &[&str] = &[
    "pdf", "zip", "gz", "dmg", "exe", "msi", "apk", "jpg", "jpeg", "png", "gif", "webp", "svg",
    "ico", "mp3", "mp4", "webm", "mov", "avi", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "csv",
    "xml", "json", "rss", "atom", "ics", "vcf", "css", "js", "txt", "epub",
];

/// Words of links that change something, each as its words in order.
const CHANGING: &[&[&str]] = &[
    &["logout"],
    &["log", "out"],
    &["logoff"],
    &["log", "off"],
    &["signout"],
    &["sign", "out"],
    &["delete"],
    &["remove"],
    &["destroy"],
    &["unsubscribe"],
    &["cancel"],
    &["deactivate"],
    &["add", "to", "cart"],
    &["addtocart"],
    &["cart", "add"],
    &["add", "to", "basket"],
    &["checkout"],
    &["abmelden"],
    &["loeschen"],
    &["löschen"],
    &["kuendigen"],
    &["kündigen"],
    &["stornieren"],
    &["deconnexion"],
    &["déconnexion"],
    &["supprimer"],
    &["annuler"],
    &["cerrar", "sesion"],
    &["cerrar", "sesión"],
    &["eliminar"],
    &["darse", "de", "baja"],
];

/// Variants of one path by query that are visited at most.
const VARIANTS: usize = 2;
/// Pages that are kept in mind at most.
const KNOWN_LIMIT: usize = 20_000;
/// Pages that are listed as skipped at most.
const SKIPPED_LIMIT: usize = 200;

/// The pages of one site, as they become known.
pub(super) struct Frontier {
    site: String,
    known: BTreeSet<String>,
    /// How many pages of each folder were taken.
    folders: BTreeMap<String, usize>,
    variants: BTreeMap<String, usize>,
    waiting: Vec<Candidate>,
    skipped: BTreeSet<SkippedPage>,
    /// Addresses that the user named and that are still to be visited.
    given: Vec<Url>,
    left: usize,
}

/// A page to visit next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) url: Url,
    /// The user named it, rather than the site.
    pub(super) given: bool,
}

struct Candidate {
    url: Url,
    rank: u8,
    folder: String,
}

impl Frontier {
    /// A frontier for the site of `start` with `budget` pages. The first address counts
    /// as taken; the others are visited before all that is found, whatever the budget.
    pub(super) fn new(start: &[Url], budget: usize) -> Self {
        let mut frontier = Self {
            site: start.first().map(site_of).unwrap_or_default(),
            known: BTreeSet::new(),
            folders: BTreeMap::new(),
            variants: BTreeMap::new(),
            waiting: Vec::new(),
            skipped: BTreeSet::new(),
            given: Vec::new(),
            left: budget,
        };
        for url in start {
            if frontier.mark(url) {
                frontier.given.push(url.clone());
            }
        }
        frontier.left = budget.saturating_sub(frontier.given.len());
        frontier.given.drain(..start.len().min(1));
        frontier
    }

    /// The site that the first page led to is the one to visit.
    pub(super) fn settle_on(&mut self, home: &Url) {
        self.site = site_of(home);
        self.mark(home);
    }

    /// Notes an address as known; `false` if it was before.
    fn mark(&mut self, url: &Url) -> bool {
        self.known.insert(key(&canonical(url)))
    }

    /// Offers the links of a page. `rank` says how telling a link is, 0 the most.
    pub(super) fn offer(&mut self, links: &[Link], rank: impl Fn(&Url, &str) -> u8) {
        for link in links {
            if self.known.len() >= KNOWN_LIMIT {
                return;
            }
            let Ok(url) = Url::parse(&link.url) else { continue };
            if !self.is_page(&url) {
                continue;
            }
            let url = canonical(&url);
            if !self.known.insert(key(&url)) {
                continue;
            }
            if let Some(word) = changing_word(&url, &link.text) {
                self.skip(&url, &format!("changes something ({word})"));
                continue;
            }
            let variants = self.variants.entry(url.path().to_owned()).or_default();
            *variants += 1;
            if *variants > VARIANTS {
                self.skip(&url, "another variant of the same page");
                continue;
            }
            let rank = rank(&url, &link.text);
            self.waiting.push(Candidate { rank, folder: folder(&url), url });
        }
    }

    /// The next pages to visit in every state; empty when done. About half of what is
    /// left of the budget, so that a telling page found deeper still has its chance.
    pub(super) fn next_level(&mut self) -> Vec<Next> {
        if !self.given.is_empty() {
            let given = std::mem::take(&mut self.given).into_iter();
            return given.map(|url| Next { url, given: true }).collect();
        }
        let take = if self.left <= 4 { self.left } else { self.left.div_ceil(2) };
        let mut level = Vec::new();
        while level.len() < take {
            let Some(best) = self.best() else { break };
            let candidate = self.waiting.remove(best);
            *self.folders.entry(candidate.folder).or_default() += 1;
            level.push(Next { url: candidate.url, given: false });
        }
        self.left -= level.len();
        level
    }

    /// The most telling page that waits; among equals one of a folder seen less often,
    /// then the one found first.
    fn best(&self) -> Option<usize> {
        let seen = |folder: &String| self.folders.get(folder).copied().unwrap_or_default();
        let order = |(at, candidate): &(usize, &Candidate)| {
            // Three pages of a kind say more than ten: then the next kind has its turn.
            let seen = seen(&candidate.folder);
            (usize::from(candidate.rank) + seen / 3, seen, *at)
        };
        self.waiting.iter().enumerate().min_by_key(order).map(|(at, _)| at)
    }

    /// What was known and not visited, sorted.
    pub(super) fn into_skipped(mut self) -> Vec<SkippedPage> {
        for candidate in std::mem::take(&mut self.waiting) {
            self.skip(&candidate.url, "page budget");
        }
        self.skipped.into_iter().collect()
    }

    fn skip(&mut self, url: &Url, reason: &str) {
        if self.skipped.len() < SKIPPED_LIMIT {
            let page = SkippedPage { url: url.to_string(), reason: reason.to_owned() };
            self.skipped.insert(page);
        }
    }

    fn is_page(&self, url: &Url) -> bool {
        let same_site = site_of(url) == self.site;
        let file = url.path().rsplit('/').next().and_then(|name| name.rsplit_once('.'));
        let is_file =
            file.is_some_and(|(_, ending)| FILES.contains(&ending.to_ascii_lowercase().as_str()));
        matches!(url.scheme(), "http" | "https") && same_site && !is_file
    }
}

/// The address without what does not change the page.
fn canonical(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    if url.query().is_some() {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !is_noise(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        if kept.is_empty() {
            url.set_query(None);
        } else if kept.len() < url.query_pairs().count() {
            url.query_pairs_mut().clear().extend_pairs(kept);
        }
    }
    url
}

fn is_noise(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_") || NOISE.contains(&name.as_str())
}

/// Two addresses with the same key are the same page.
pub(super) fn key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/index.html").unwrap_or(path);
    let mut query: Vec<&str> = url.query().unwrap_or_default().split('&').collect();
    query.sort_unstable();
    format!("{host}{port}{path}?{}", query.join("&"))
}

fn folder(url: &Url) -> String {
    let path = url.path().trim_end_matches('/');
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    format!("{}{parent}", url.host_str().unwrap_or_default())
}

/// The word that gives a link away as one that changes something.
fn changing_word(url: &Url, text: &str) -> Option<String> {
    let decoded =
        |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().to_lowercase();
    // Only the last segment names the deed; `/cancel-culture/history` does not.
    let segment = url.path().trim_end_matches('/').rsplit('/').next().map(decoded);
    let short_text = (text.split_whitespace().count() <= 4).then(|| text.to_lowercase());
    let query = url.query().map(decoded);
    let places = [segment.filter(|s| word_list(s).len() <= 4), query, short_text];
    places.into_iter().flatten().find_map(|place| {
        let words = word_list(&place);
        CHANGING
            .iter()
            .find(|phrase| words.windows(phrase.len()).any(|window| window == **phrase))
            .map(|phrase| phrase.join(" "))
    })
}

fn word_list(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(urls: &[&str]) -> Vec<Link> {
        let link = |url: &&str| Link { url: (*url).to_owned(), ..Link::default() };
        urls.iter().map(link).collect()
    }

    fn start() -> [Url; 1] {
        [Url::parse("https://www.clinic.example/").unwrap()]
    }

    fn all(frontier: &mut Frontier) -> Vec<String> {
        let mut pages = Vec::new();
        loop {
            let level = frontier.next_level();
            if level.is_empty() {
                return pages;
            }
            pages.extend(level.iter().map(|next| next.url.to_string()));
        }
    }

    #[test]
    fn one_page_has_one_address() {
        let mut frontier = Frontier::new(&start(), 20);
        let found = links(&[
            "https://clinic.example",
            "https://www.clinic.example/#top",
            "http://www.clinic.example/a/?utm_source=x&gclid=1",
            "https://clinic.example/a",
            "https://clinic.example/a/index.html",
            "https://clinic.example/b?y=2&x=1",
            "https://clinic.example/b?x=1&y=2",
        ]);
        frontier.offer(&found, |_, _| 5);
        assert_eq!(
            all(&mut frontier),
            ["http://www.clinic.example/a/", "https://clinic.example/b?y=2&x=1"]
        );
    }

    #[test]
    fn other_sites_files_and_deeds_are_not_visited() {
        let mut frontier = Frontier::new(&start(), 20);
        let mut found = links(&[
            "https://other.example/",
            "mailto:a@clinic.example",
            "javascript:void(0)",
            "https://clinic.example/brochure.PDF",
            "https://clinic.example/account/log-out",
            "https://clinic.example/shop?action=add-to-cart&id=3",
            "https://clinic.example/newsletter/unsubscribe/",
            "https://portal.clinic.example/login",
        ]);
        found.push(Link {
            url: "https://clinic.example/x".into(),
            text: "Cancel my visit".into(),
            ..Link::default()
        });
        frontier.offer(&found, |_, _| 5);
        assert_eq!(all(&mut frontier), ["https://portal.clinic.example/login"]);
        let skipped = frontier.into_skipped();
        assert_eq!(skipped.len(), 4);
        assert!(skipped[0].reason.contains("changes something (log out)"), "{skipped:?}");
    }

    #[test]
    fn telling_pages_come_first_and_no_folder_takes_all() {
        let mut frontier = Frontier::new(&start(), 7);
        let found: Vec<String> = (0..30)
            .map(|n| format!("https://clinic.example/blog/{n}"))
            .chain(["https://clinic.example/about".into(), "https://clinic.example/book".into()])
            .collect();
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        frontier.offer(&links(&found), |url, _| if url.path() == "/book" { 0 } else { 1 });
        let pages = all(&mut frontier);
        assert_eq!(pages.len(), 6);
        assert_eq!(pages[0], "https://clinic.example/book");
        assert!(pages.contains(&"https://clinic.example/about".to_owned()), "{pages:?}");
        let budget = frontier.into_skipped();
        assert_eq!(budget.len(), 26);
        assert_eq!(budget[0].reason, "page budget");
    }

    #[test]
    fn a_calendar_is_no_trap() {
        let mut frontier = Frontier::new(&start(), 50);
        let days: Vec<String> =
            (0..99).map(|n| format!("https://clinic.example/calendar?day={n}")).collect();
        let days: Vec<&str> = days.iter().map(String::as_str).collect();
        frontier.offer(&links(&days), |_, _| 5);
        assert_eq!(all(&mut frontier).len(), VARIANTS);
    }

    #[test]
    fn what_the_user_named_is_visited_whatever_the_budget() {
        let named = [
            "https://clinic.example/",
            "https://clinic.example/b",
            "https://clinic.example/b#x",
            "https://portal.clinic.example/logout",
        ];
        let start: Vec<Url> = named.iter().map(|url| Url::parse(url).unwrap()).collect();
        let mut frontier = Frontier::new(&start, 2);
        frontier.offer(&links(&["https://clinic.example/b", "https://clinic.example/c"]), |_, _| 0);
        assert_eq!(all(&mut frontier), [named[1], named[3]]);
    }

    #[test]
    fn pages_found_deeper_still_have_their_chance() {
        let mut frontier = Frontier::new(&start(), 11);
        let pages: Vec<String> = (0..40).map(|n| format!("https://clinic.example/p{n}")).collect();
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        frontier.offer(&links(&pages), |_, _| 5);
        assert_eq!(frontier.next_level().len(), 5);
        frontier.offer(&links(&["https://clinic.example/deep/book"]), |_, _| 0);
        assert_eq!(frontier.next_level()[0].url.path(), "/deep/book");
    }
}
