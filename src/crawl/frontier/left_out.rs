//! What a crawl knew of and left out, and why: the list of pages, the templates that
//! were sampled, and what makes the run incomplete.

use std::collections::BTreeMap;

use super::choice::{Card, Samples, State};
use super::skipped::Reason;
use super::template::Templates;
use super::{Found, Frontier, HOSTS_LIMIT};
use crate::model::{SkippedPage, TemplateSample};
use crate::net::RobotsState;

/// Templates that are told at most.
const TEMPLATES_TOLD: usize = 100;

/// What was left out, and why.
#[derive(Debug, Default)]
pub(in crate::crawl) struct LeftOut {
    /// The first pages of each reason, sorted.
    pub(in crate::crawl) skipped: Vec<SkippedPage>,
    /// How many there are for each reason.
    pub(in crate::crawl) totals: BTreeMap<String, usize>,
    /// Templates of which not all pages were visited, the largest first.
    pub(in crate::crawl) templates: Vec<TemplateSample>,
    /// How many such templates there are.
    pub(in crate::crawl) templates_count: usize,
    /// What makes the run incomplete.
    pub(in crate::crawl) gaps: Vec<String>,
}

/// Why a crawl went no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crawl) enum End {
    /// It visited what there was, or as many pages as it was to.
    Done,
    /// The time was up.
    Time,
    /// It was stopped.
    Stopped,
    /// No state was left to visit a page in: the first page did not load, or there is
    /// nothing to choose.
    NoState,
}

impl Frontier<'_> {
    /// What was left out, and why.
    pub(in crate::crawl) fn into_left_out(mut self, end: End) -> LeftOut {
        let templates = self.templates();
        let cards: Vec<Card> = self.found.iter().map(|found| found.card).collect();
        let samples = Samples::new(&templates, &cards, self.pages.per_template);
        let waits = |(_, found): &(usize, &Found)| found.card.state == State::Waiting;
        for (page, found) in self.found.iter().enumerate().filter(waits) {
            let reason = match end {
                End::Time => Reason::Time,
                End::Stopped => Reason::Stopped,
                End::NoState => Reason::NoState,
                End::Done if samples.is_full(page, found.card.kind) => {
                    Reason::Sampled(&templates.patterns[templates.of[page]].text)
                }
                End::Done => Reason::Pages,
            };
            self.skipped.add(&found.url, reason);
        }
        let gaps = self.gaps();
        let (templates, templates_count) = told(&templates, &cards);
        let (skipped, totals) = self.skipped.into_parts();
        LeftOut { skipped, totals, templates, templates_count, gaps }
    }

    /// A site whose robots.txt cannot be read hides pages: silence proves nothing of them.
    fn gaps(&self) -> Vec<String> {
        let unread = self.skipped.count(Reason::RobotsUnread);
        // A budget that was spent would have left these pages out, too.
        if unread == 0 || self.left == 0 {
            return Vec::new();
        }
        let causes = self.robots.iter().filter_map(|(host, robots)| match &robots.state {
            RobotsState::Unreachable { message } => Some(format!("{host}: {message}")),
            _ => None,
        });
        let causes: Vec<String> = causes.take(5).collect();
        let why = match causes.is_empty() {
            true => format!("more than {HOSTS_LIMIT} hosts"),
            false => causes.join("; "),
        };
        vec![format!(
            "robots.txt could not be read, so {unread} found {} not visited ({why}); \
             --ignore-robots visits them",
            if unread == 1 { "page was" } else { "pages were" }
        )]
    }
}

/// The templates of which not all pages were visited, the largest first, and how many
/// there are in all.
fn told(templates: &Templates, cards: &[Card]) -> (Vec<TemplateSample>, usize) {
    let mut visited = vec![0; templates.patterns.len()];
    for (page, _) in cards.iter().enumerate().filter(|(_, card)| card.state == State::Taken) {
        visited[templates.of[page]] += 1;
    }
    let sampled = templates.patterns.iter().zip(visited);
    let mut sampled: Vec<TemplateSample> = sampled
        .filter(|(template, visited)| template.varies() && template.known > *visited)
        .map(|(template, visited)| TemplateSample {
            pattern: template.text.chars().take(300).collect(),
            known: template.known,
            visited,
        })
        .collect();
    let count = sampled.len();
    sampled.sort_by(|a, b| b.known.cmp(&a.known).then_with(|| a.pattern.cmp(&b.pattern)));
    sampled.truncate(TEMPLATES_TOLD);
    (sampled, count)
}
