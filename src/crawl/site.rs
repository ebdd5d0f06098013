//! One site: its states side by side, level by level over the same pages.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use tokio::time::Instant;
use url::Url;

use super::collect::policy_link;
use super::frontier::{End, Frontier, Next, Source, authority};
use super::pages::RobotsRule;
use super::progress::Event;
use super::scout::Scout;
use super::seen::PlannedPage;
use super::state::StateRun;
use super::telling::telling;
use super::visit::Visitor;
use super::window::Engine;
use super::{CrawlError, site_of};
use crate::health::Lexicon;
use crate::model::{ConsentReading, ConsentState, Link, Pass, VisitId};
use crate::net::Robots;

/// Crawls one site in every state.
///
/// # Errors
/// When the browser gives no profiles.
pub(super) async fn crawl<E: Engine>(
    engine: &E,
    visitor: &Visitor<'_>,
    scout: &Scout<'_>,
    lexicon: &Lexicon,
) -> Result<(), CrawlError> {
    let options = visitor.options;
    let Some(first_page) = options.start.first() else { return Ok(()) };
    let deadline = options.pages.max_time.map(|time| Instant::now() + time);
    let mut runs = Vec::new();
    for pass in &options.states {
        runs.push(StateRun::begin(pass.clone(), engine, visitor, first_page).await?);
    }
    let first = options.states.iter().map(StateRun::<E>::first_visits).sum();
    visitor.progress.tell(Event::Planned(first));
    first_level(&mut runs, visitor).await;

    let home = runs.iter().find_map(StateRun::home).unwrap_or_else(|| first_page.clone());
    let site = site_of(&home);
    runs.iter_mut().for_each(|run| run.settle_on(&site));
    let mut frontier = Frontier::new(&options.start, &options.pages, options.max_pages);
    frontier.settle_on(&home);
    let (depths, policy) = (BTreeMap::new(), None);
    let mut walk = Walk { visitor, scout, lexicon, frontier, depths, policy, deadline };
    if runs.iter().any(StateRun::goes_on) {
        let hosts = walk.ask_hosts(&home).await;
        walk.offer_found(&mut runs).await;
        walk.offer_listed(&hosts).await;
    }
    let end = walk.levels(&mut runs).await;
    journeys(&mut runs, visitor).await;
    visitor.store().left_out = walk.frontier.into_left_out(end);

    let readings = readings(&runs);
    for run in runs {
        let other = opposite(&run.pass).and_then(|pass| readings.get(&pass));
        run.end(other.map(Vec::as_slice)).await;
    }
    Ok(())
}

/// The journeys of every state that was reached, one after the other in each.
async fn journeys<E: Engine>(runs: &mut [StateRun<'_, '_, E>], visitor: &Visitor<'_>) {
    let readings = readings(runs);
    let active: Vec<_> = runs.iter_mut().filter(|run| run.goes_on()).collect();
    let made = active.into_iter().map(|run| {
        let ids = visitor.take(run.journeys());
        let other = opposite(&run.pass).and_then(|pass| readings.get(&pass));
        async move { run.travel(&ids, other.map(Vec::as_slice)).await }
    });
    join_all(made).await;
}

/// The way through a site, once its first page is known.
struct Walk<'w, 'a> {
    visitor: &'w Visitor<'a>,
    scout: &'w Scout<'w>,
    lexicon: &'w Lexicon,
    frontier: Frontier<'w>,
    /// Clicks from a start page to the page of a visit; the first page is not in it.
    depths: BTreeMap<VisitId, usize>,
    /// The site's privacy policy.
    policy: Option<String>,
    deadline: Option<Instant>,
}

impl Walk<'_, '_> {
    /// Asks the hosts that are known so far for their robots.txt.
    async fn ask_hosts(&mut self, home: &Url) -> Vec<(Url, Robots)> {
        let mut hosts = vec![home.clone()];
        for url in &self.visitor.options.start {
            if hosts.iter().all(|host| authority(host) != authority(url)) {
                hosts.push(url.clone());
            }
        }
        let robots = self.scout.robots(hosts.clone()).await;
        self.learn(&robots);
        match robots.is_empty() {
            true => hosts.into_iter().map(|host| (host, Robots::unavailable())).collect(),
            false => robots,
        }
    }

    /// Offers what the sitemaps of these hosts list.
    async fn offer_listed(&mut self, hosts: &[(Url, Robots)]) {
        let (listed, problems) = self.scout.sitemaps(hosts).await;
        self.visitor.store().notes.extend(problems);
        self.offer(&listed, Source::Sitemap).await;
    }

    fn learn(&mut self, robots: &[(Url, Robots)]) {
        for (host, robots) in robots {
            let obeyed = self.visitor.options.pages.robots == RobotsRule::Obey;
            if let Some(seconds) = robots.crawl_delay.filter(|_| obeyed) {
                self.visitor.pace.slow_down(host, seconds);
            }
            self.frontier.learn(host, robots.clone());
        }
    }

    async fn offer(&mut self, links: &[Link], source: Source) {
        let robots = self.scout.robots(self.frontier.unasked(links)).await;
        self.learn(&robots);
        let (lexicon, policy) = (self.lexicon, self.policy.as_deref());
        self.frontier.offer(links, source, |url, text| telling(lexicon, policy, url, text));
    }

    /// Offers the links of the visits since this was last done.
    async fn offer_found<E: Engine>(&mut self, runs: &mut [StateRun<'_, '_, E>]) {
        for (id, links) in take_links(runs) {
            let policy = || policy_link(&links).map(|link| link.url.clone());
            self.policy = self.policy.take().or_else(policy);
            let depth = self.depths.get(&id).copied().unwrap_or_default();
            self.offer(&links, Source::Page(depth)).await;
        }
    }

    /// Visits level after level until there is nothing left to visit.
    async fn levels<E: Engine>(&mut self, runs: &mut [StateRun<'_, '_, E>]) -> End {
        loop {
            self.offer_found(runs).await;
            let active = runs.iter().filter(|run| run.goes_on()).count();
            if self.visitor.stop.is_pressed() || !self.visitor.store().is_sound() {
                return End::Stopped;
            }
            if active == 0 {
                return End::NoState;
            }
            let pages = self.frontier.next_level();
            if pages.is_empty() {
                return End::Done;
            }
            self.visitor.progress.tell(Event::Planned(pages.len() * active));
            // All states see the same pages, so time is looked at between pages only.
            let at_once = match self.deadline {
                Some(_) => self.visitor.options.jobs.div_ceil(active).max(1),
                None => pages.len(),
            };
            for (done, some) in pages.chunks(at_once).enumerate() {
                if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                    self.frontier.give_back(&pages[done * at_once..]);
                    return End::Time;
                }
                self.level(runs, some).await;
            }
        }
    }

    /// The same pages in every state that goes on.
    async fn level<E: Engine>(&mut self, runs: &mut [StateRun<'_, '_, E>], pages: &[Next]) {
        let readings = readings(runs);
        let active: Vec<_> = runs.iter_mut().filter(|run| run.goes_on()).collect();
        let mut planned: Vec<Vec<PlannedPage>> = vec![Vec::new(); active.len()];
        for Next { url, given, depth } in pages {
            let is_policy = self.policy.as_deref().is_some_and(|policy| same_page(policy, url));
            for (of_state, id) in planned.iter_mut().zip(self.visitor.take(active.len())) {
                self.depths.insert(id.clone(), *depth);
                of_state.push(PlannedPage { id, page: url.clone(), given: *given, is_policy });
            }
        }
        let visits = active.into_iter().zip(&planned).map(|(run, pages)| {
            let other = opposite(&run.pass).and_then(|pass| readings.get(&pass));
            run.level(pages, other.map(Vec::as_slice))
        });
        join_all(visits).await;
    }
}

/// The first page in every state.
async fn first_level<E: Engine>(runs: &mut [StateRun<'_, '_, E>], visitor: &Visitor<'_>) {
    let visits = runs.iter_mut().map(|run| {
        let ids = visitor.take(StateRun::<E>::first_visits(&run.pass));
        async move { run.first_page(&ids).await }
    });
    join_all(visits).await;
}

pub(super) fn same_page(address: &str, page: &Url) -> bool {
    Url::parse(address).is_ok_and(|url| super::frontier::key(&url) == super::frontier::key(page))
}

/// What each state's profile says was chosen, by state.
fn readings<E: Engine>(runs: &[StateRun<'_, '_, E>]) -> BTreeMap<Pass, Vec<ConsentReading>> {
    runs.iter()
        .map(|run| (run.pass.clone(), run.readings()))
        .filter(|(_, readings)| !readings.is_empty())
        .collect()
}

fn opposite(pass: &Pass) -> Option<Pass> {
    let state = match pass.state {
        ConsentState::AfterReject => ConsentState::AfterAccept,
        ConsentState::AfterAccept => ConsentState::AfterReject,
        _ => return None,
    };
    Some(Pass { state, signals: pass.signals })
}

/// The links found on the last level, in the order of the visits.
fn take_links<E: Engine>(runs: &mut [StateRun<'_, '_, E>]) -> Vec<(VisitId, Vec<Link>)> {
    let mut found: Vec<_> = runs.iter_mut().flat_map(StateRun::take_links).collect();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found
}
