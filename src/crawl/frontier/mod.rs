//! Which pages are visited: a site's own, each once, the telling ones first, a few of
//! each template, and never a link that changes something.

mod address;
mod choice;
mod deed;
mod deed_words;
mod left_out;
mod scope;
mod skipped;
mod template;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::pages::{Pages, RobotsRule};
use crate::health::PageKind;
use crate::model::Link;
use crate::net::{Robots, RobotsState};
use choice::{Card, Order, Samples, State};
use scope::{Belongs, Bounds};
use skipped::{Reason, Skipped};
use template::{Shape, Templates};

pub(super) use address::{authority, key};
pub(super) use left_out::{End, LeftOut};

/// Pages that are kept in mind at most.
const KNOWN_LIMIT: usize = 50_000;
/// Hosts of one site whose robots.txt is asked for at most.
const HOSTS_LIMIT: usize = 100;

/// The pages of one site, as they become known.
pub(super) struct Frontier<'o> {
    pages: &'o Pages,
    bounds: Bounds,
    /// Keys of all addresses that were offered, with their place in `found` if they may
    /// be visited.
    known: BTreeMap<String, Option<usize>>,
    /// Pages that may be visited, and those that were.
    found: Vec<Found>,
    /// What each host's robots.txt says.
    robots: BTreeMap<String, Robots>,
    /// Addresses that the user named and that are still to be visited.
    given: Vec<Url>,
    skipped: Skipped,
    left: usize,
}

/// A page to visit next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) url: Url,
    /// The user named it, rather than the site.
    pub(super) given: bool,
    /// Clicks from a start page.
    pub(super) depth: usize,
}

/// How telling a page is, judged by its link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Telling {
    /// 0 the most.
    pub(super) rank: u8,
    pub(super) kind: PageKind,
    /// It names a topic that harms more than others when it gets out.
    pub(super) delicate: bool,
}

/// Where a link was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The user named it.
    User,
    /// On a page so many clicks from the start.
    Page(usize),
    /// In a sitemap.
    Sitemap,
}

struct Found {
    url: Box<str>,
    shape: Shape,
    card: Card,
}

impl<'o> Frontier<'o> {
    /// A frontier for the site of `start` with `budget` pages. The first address counts
    /// as taken; the others are visited before all that is found, whatever the budget.
    pub(super) fn new(start: &[Url], pages: &'o Pages, budget: usize) -> Self {
        let mut frontier = Self {
            pages,
            bounds: Bounds::new(start, pages),
            known: BTreeMap::new(),
            found: Vec::new(),
            robots: BTreeMap::new(),
            given: Vec::new(),
            skipped: Skipped::default(),
            left: 0,
        };
        for url in start {
            if !frontier.known.contains_key(&key(url)) {
                frontier.given.push(url.clone());
                let card = frontier.card(url, Telling::default(), Source::User, State::Taken);
                frontier.file(key(url), url, card);
            }
        }
        frontier.left = budget.saturating_sub(frontier.given.len());
        frontier.given.drain(..start.len().min(1));
        frontier
    }

    /// The site that the first page led to is the one to visit.
    pub(super) fn settle_on(&mut self, home: &Url) {
        self.bounds.settle_on(home);
        self.known.entry(key(home)).or_insert(None);
    }

    /// One address of each host among these links whose robots.txt is not known yet.
    pub(super) fn unasked(&self, links: &[Link]) -> Vec<Url> {
        if self.pages.robots == RobotsRule::Ignore {
            return Vec::new();
        }
        let mut hosts = BTreeMap::new();
        let urls = links.iter().filter_map(|link| Url::parse(&link.url).ok());
        for url in urls.filter(|url| self.bounds.of(url) == Belongs::Yes) {
            if self.robots.len() + hosts.len() < HOSTS_LIMIT
                && !self.robots.contains_key(&authority(&url))
            {
                hosts.entry(authority(&url)).or_insert(url);
            }
        }
        hosts.into_values().collect()
    }

    /// Notes what a host's robots.txt says.
    pub(super) fn learn(&mut self, host: &Url, robots: Robots) {
        self.robots.insert(authority(host), robots);
    }

    /// Offers the links of a page or a sitemap. `telling` judges a link.
    pub(super) fn offer(
        &mut self,
        links: &[Link],
        source: Source,
        telling: impl Fn(&Url, &str) -> Telling,
    ) {
        for link in links {
            let Ok(url) = Url::parse(&link.url) else { continue };
            let belongs = self.bounds.of(&url);
            if belongs == Belongs::No {
                continue;
            }
            let key = key(&url);
            if let Some(place) = self.known.get(&key).copied() {
                if let Some(place) = place {
                    self.again(place, &url, link, source, &telling);
                }
                continue;
            }
            if self.known.len() >= KNOWN_LIMIT {
                self.skipped.count_only(Reason::Beyond);
                continue;
            }
            let url = address::canonical(&url);
            if let Some(objection) = self.objection(&url, link, belongs, source) {
                self.known.insert(key, None);
                self.skipped.add(url.as_str(), objection.reason());
                continue;
            }
            let card = self.card(&url, telling(&url, &link.text), source, State::Waiting);
            self.file(key, &url, card);
        }
    }

    /// One more link to a page that waits: it may be more telling than the first one, and
    /// if one of them says that it changes something, it does.
    fn again(
        &mut self,
        place: usize,
        url: &Url,
        link: &Link,
        source: Source,
        telling: impl Fn(&Url, &str) -> Telling,
    ) {
        if self.found[place].card.state != State::Waiting || source == Source::Sitemap {
            return;
        }
        if let Some(words) = deed::of(url, &link.text, &link.method) {
            self.found[place].card.state = State::Barred;
            self.skipped.add(url.as_str(), Reason::Deed(&words));
            return;
        }
        let card = self.card(url, telling(url, &link.text), source, State::Waiting);
        let found = &mut self.found[place].card;
        if card.order < found.order {
            *found = card;
        }
    }

    /// Why a page may not be visited at all, if so.
    fn objection(
        &self,
        url: &Url,
        link: &Link,
        belongs: Belongs,
        source: Source,
    ) -> Option<Objection> {
        let fixed = |reason| Some(Objection::Plain(reason));
        match belongs {
            Belongs::OutOfScope => return fixed(Reason::OutOfScope),
            Belongs::Excluded => return fixed(Reason::Excluded),
            Belongs::Yes | Belongs::No => {}
        }
        if let Some(words) = deed::of(url, &link.text, &link.method) {
            return Some(Objection::Deed(words));
        }
        let deepest = self.pages.max_depth.unwrap_or(usize::MAX);
        if source.depth() > deepest {
            return fixed(Reason::Depth);
        }
        if self.pages.robots == RobotsRule::Ignore {
            return None;
        }
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        match self.robots.get(&authority(url)) {
            Some(robots) if robots.allows(path) => None,
            Some(robots) if matches!(robots.state, RobotsState::Unreachable { .. }) => {
                fixed(Reason::RobotsUnread)
            }
            Some(_) => fixed(Reason::Robots),
            None => fixed(Reason::RobotsUnread),
        }
    }

    fn card(&self, url: &Url, telling: Telling, source: Source, state: State) -> Card {
        let order = Order {
            rank: telling.rank,
            plain: !telling.delicate,
            listed_only: source == Source::Sitemap,
            depth: source.depth(),
            chance: Order::chance(self.pages.seed, &key(url)),
        };
        Card { order, kind: telling.kind, state }
    }

    fn file(&mut self, key: String, url: &Url, card: Card) {
        self.known.insert(key, Some(self.found.len()));
        self.found.push(Found { url: url.as_str().into(), shape: Shape::of(url), card });
    }

    /// The next pages to visit in every state; empty when done. About half of what is
    /// left of the budget, so that a telling page found deeper still has its chance.
    pub(super) fn next_level(&mut self) -> Vec<Next> {
        if !self.given.is_empty() {
            let given = std::mem::take(&mut self.given).into_iter();
            return given.map(|url| Next { url, given: true, depth: 0 }).collect();
        }
        let take = if self.left <= 4 { self.left } else { self.left.div_ceil(2) };
        if take == 0 {
            return Vec::new();
        }
        let templates = self.templates();
        let cards: Vec<Card> = self.found.iter().map(|found| found.card).collect();
        let mut samples = Samples::new(&templates, &cards, self.pages.per_template);
        let chosen = choice::choose(&cards, &mut samples, take);
        self.left -= chosen.len();
        let next = |page: usize| {
            let found = &mut self.found[page];
            found.card.state = State::Taken;
            let url = Url::parse(&found.url).ok()?;
            Some(Next { url, given: false, depth: found.card.order.depth })
        };
        chosen.into_iter().filter_map(next).collect()
    }

    fn templates(&self) -> Templates {
        Templates::of(self.found.iter().map(|found| &found.shape))
    }

    /// Pages that were to be visited and for which no time was left.
    pub(super) fn give_back(&mut self, pages: &[Next]) {
        let keys: BTreeSet<&str> = pages.iter().map(|page| page.url.as_str()).collect();
        for found in self.found.iter_mut().filter(|found| keys.contains(&*found.url)) {
            found.card.state = State::Waiting;
        }
    }
}

/// An objection that owns its words.
enum Objection {
    Plain(Reason<'static>),
    Deed(String),
}

impl Objection {
    fn reason(&self) -> Reason<'_> {
        match self {
            Self::Plain(reason) => *reason,
            Self::Deed(words) => Reason::Deed(words),
        }
    }
}

impl Source {
    /// Clicks from a start page to what was found here.
    fn depth(self) -> usize {
        match self {
            Self::User => 0,
            Self::Page(depth) => depth + 1,
            Self::Sitemap => 1,
        }
    }
}
