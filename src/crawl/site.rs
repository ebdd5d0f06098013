//! One site: its states side by side, level by level over the same pages.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use url::Url;

use super::collect::policy_link;
use super::frontier::{Frontier, Next};
use super::progress::Event;
use super::state::{PlannedPage, StateRun};
use super::visit::Visitor;
use super::window::{Engine, Space};
use super::{CrawlError, site_of};
use crate::health::{Lexicon, PageInput, PageKind};
use crate::model::{ConsentReading, ConsentState, Link, VisitId};

/// Numbers the visits of a run, in the order that a reader expects.
#[derive(Debug, Default)]
pub(super) struct Numbers(usize);

impl Numbers {
    fn take(&mut self, count: usize) -> Vec<VisitId> {
        let first = self.0 + 1;
        self.0 += count;
        (first..first + count).map(VisitId::numbered).collect()
    }
}

/// Crawls one site in every state.
///
/// # Errors
/// When the browser gives no profiles.
pub(super) async fn crawl<E: Engine>(
    engine: &E,
    visitor: &Visitor<'_>,
    lexicon: &Lexicon,
) -> Result<(), CrawlError> {
    let options = visitor.options;
    let Some(first_page) = options.start.first() else { return Ok(()) };
    let mut numbers = Numbers::default();
    let mut runs = Vec::new();
    for state in &options.states {
        let scripts = super::collect::document_scripts();
        let space = engine.profile(options.signals, &scripts).await?;
        runs.push(StateRun::new(state.clone(), space, visitor));
    }
    let first = options.states.iter().map(StateRun::<E::Space>::first_visits).sum();
    visitor.progress.tell(Event::Planned(first));
    first_level(&mut runs, first_page, &mut numbers).await;

    let home = runs.iter().find_map(StateRun::home).unwrap_or_else(|| first_page.clone());
    let site = site_of(&home);
    runs.iter_mut().for_each(|run| run.settle_on(&site));
    let mut frontier = Frontier::new(&options.start, options.max_pages);
    frontier.settle_on(&home);
    let mut policy = None;
    loop {
        let links = take_links(&mut runs);
        policy = policy.or_else(|| policy_link(&links).map(|link| link.url.clone()));
        frontier.offer(&links, |url, text| rank(lexicon, policy.as_deref(), url, text));
        let active = runs.iter().filter(|run| run.goes_on()).count();
        let goes_on = active > 0 && !visitor.stop.is_pressed() && visitor.store().is_sound();
        let pages = if goes_on { frontier.next_level() } else { Vec::new() };
        if pages.is_empty() {
            break;
        }
        visitor.progress.tell(Event::Planned(pages.len() * active));
        level(&mut runs, &pages, policy.as_deref(), &mut numbers).await;
    }
    let readings = readings(&runs);
    for run in runs {
        let other = opposite(&run.state).and_then(|state| readings.get(&state));
        run.end(other.map(Vec::as_slice)).await;
    }
    if !visitor.stop.is_pressed() {
        visitor.store().skipped.extend(frontier.into_skipped());
    }
    Ok(())
}

/// The first page in every state.
async fn first_level<S: Space>(
    runs: &mut [StateRun<'_, '_, S>],
    target: &Url,
    numbers: &mut Numbers,
) {
    let visits = runs.iter_mut().map(|run| {
        let ids = numbers.take(StateRun::<S>::first_visits(&run.state));
        async move { run.first_page(target, &ids).await }
    });
    join_all(visits).await;
}

/// The same pages in every state that goes on.
async fn level<S: Space>(
    runs: &mut [StateRun<'_, '_, S>],
    pages: &[Next],
    policy: Option<&str>,
    numbers: &mut Numbers,
) {
    let readings = readings(runs);
    let active: Vec<_> = runs.iter_mut().filter(|run| run.goes_on()).collect();
    let mut planned: Vec<Vec<PlannedPage>> = vec![Vec::new(); active.len()];
    for page in pages {
        let is_policy = policy.is_some_and(|policy| same_page(policy, &page.url));
        for (of_state, id) in planned.iter_mut().zip(numbers.take(active.len())) {
            let (page, given) = (page.url.clone(), page.given);
            of_state.push(PlannedPage { id, page, given, is_policy });
        }
    }
    let visits = active.into_iter().zip(&planned).map(|(run, pages)| {
        let other = opposite(&run.state).and_then(|state| readings.get(&state));
        run.level(pages, other.map(Vec::as_slice))
    });
    join_all(visits).await;
}

fn same_page(address: &str, page: &Url) -> bool {
    Url::parse(address).is_ok_and(|url| super::frontier::key(&url) == super::frontier::key(page))
}

/// What each state's profile says was chosen, by state.
fn readings<S: Space>(runs: &[StateRun<'_, '_, S>]) -> BTreeMap<ConsentState, Vec<ConsentReading>> {
    runs.iter()
        .map(|run| (run.state.clone(), run.readings()))
        .filter(|(_, readings)| !readings.is_empty())
        .collect()
}

fn opposite(state: &ConsentState) -> Option<ConsentState> {
    match state {
        ConsentState::AfterReject => Some(ConsentState::AfterAccept),
        ConsentState::AfterAccept => Some(ConsentState::AfterReject),
        _ => None,
    }
}

/// The links found on the last level, in the order of the visits.
fn take_links<S: Space>(runs: &mut [StateRun<'_, '_, S>]) -> Vec<Link> {
    let mut found: Vec<_> = runs.iter_mut().flat_map(StateRun::take_links).collect();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.into_iter().flat_map(|(_, links)| links).collect()
}

/// How telling a page is, judged by its link: 0 the most. What a visitor does about
/// their health comes before what they read, and that before the rest.
fn rank(lexicon: &Lexicon, policy: Option<&str>, url: &Url, text: &str) -> u8 {
    if policy.is_some_and(|policy| same_page(policy, url)) {
        return 0;
    }
    let input = PageInput { url: url.as_str(), title: text, ..PageInput::default() };
    match lexicon.page(&input).page_kind {
        PageKind::Appointment
        | PageKind::Portal
        | PageKind::SymptomChecker
        | PageKind::Refill
        | PageKind::Results
        | PageKind::Billing => 0,
        PageKind::Login | PageKind::Search | PageKind::Provider | PageKind::Condition => 1,
        PageKind::Other => 2,
        PageKind::Article => 3,
        PageKind::Careers => 4,
    }
}
