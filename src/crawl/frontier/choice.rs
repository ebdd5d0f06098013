//! Which of the pages that wait are visited next: the most telling ones, a few of each
//! template, and of every folder some before any has many.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::template::{Template, Templates};
use crate::health::PageKind;

/// A folder's pages lose a rank with every so many that were visited: three pages of a
/// kind say more than ten, then the next kind has its turn.
const TURN: usize = 3;

/// How early a page is visited, the least first: how telling it is, whether it was only
/// listed in a sitemap, how many clicks away it is, and chance, which the seed decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    pub(super) rank: u8,
    /// Among pages of one kind the more delicate topic comes first.
    pub(super) plain: bool,
    pub(super) listed_only: bool,
    pub(super) depth: usize,
    pub(super) chance: u64,
}

impl Order {
    /// Chance that is the same for the same seed and page (FNV-1a, with a final mix).
    pub(super) fn chance(seed: u64, key: &str) -> u64 {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        let bytes = seed.to_le_bytes().into_iter().chain(key.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325, step);
        let mixed = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        mixed ^ (mixed >> 32)
    }
}

/// A page as the choice sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Card {
    pub(super) order: Order,
    pub(super) kind: PageKind,
    pub(super) state: State,
}

/// Where a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It may be visited.
    Waiting,
    /// It was visited, or is to be in any case.
    Taken,
    /// A later link told that it must not be visited.
    Barred,
}

/// Pages that are sampled together: those of a template, and where names vary, of one
/// kind, since `/patients/billing` and `/patients/parking` have less in common than
/// `/doctors/1` and `/doctors/2`.
type Sample = (usize, Option<PageKind>);

fn sample(template: usize, of: &Template, kind: PageKind) -> Sample {
    (template, of.by_name.then_some(kind))
}

/// How many pages of each sample were visited.
#[derive(Debug)]
pub(super) struct Samples<'t> {
    templates: &'t Templates,
    visited: BTreeMap<Sample, usize>,
    most: usize,
}

impl<'t> Samples<'t> {
    /// With what was visited so far; `most` pages of each sample may be.
    pub(super) fn new(templates: &'t Templates, cards: &[Card], most: usize) -> Self {
        let mut samples = Self { templates, visited: BTreeMap::new(), most };
        for (page, card) in cards.iter().enumerate().filter(|(_, card)| card.state == State::Taken)
        {
            samples.take(page, card.kind);
        }
        samples
    }

    fn of(&self, page: usize, kind: PageKind) -> (&'t Template, Sample) {
        let template = self.templates.of[page];
        let found = &self.templates.patterns[template];
        (found, sample(template, found, kind))
    }

    fn take(&mut self, page: usize, kind: PageKind) {
        let (_, sample) = self.of(page, kind);
        *self.visited.entry(sample).or_default() += 1;
    }

    /// Whether enough pages like this one were visited.
    pub(super) fn is_full(&self, page: usize, kind: PageKind) -> bool {
        let (template, sample) = self.of(page, kind);
        template.varies() && self.visited.get(&sample).is_some_and(|taken| *taken >= self.most)
    }
}

/// The pages to visit next, at most `most`, by their numbers.
pub(super) fn choose(cards: &[Card], samples: &mut Samples<'_>, most: usize) -> Vec<usize> {
    let templates = samples.templates;
    let folder = |page: usize| templates.patterns[templates.of[page]].folder;
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut waiting: BTreeMap<usize, Vec<Reverse<(Order, usize)>>> = BTreeMap::new();
    for (page, card) in cards.iter().enumerate() {
        match card.state {
            State::Taken => *seen.entry(folder(page)).or_default() += 1,
            State::Waiting => {
                waiting.entry(folder(page)).or_default().push(Reverse((card.order, page)));
            }
            State::Barred => {}
        }
    }
    let mut queues: BTreeMap<usize, BinaryHeap<Reverse<(Order, usize)>>> =
        waiting.into_iter().map(|(folder, pages)| (folder, BinaryHeap::from(pages))).collect();
    let turn = |folder: usize, first: Order, seen: usize| {
        Reverse((usize::from(first.rank) + seen / TURN, seen, first, folder))
    };
    let mut turns = BinaryHeap::new();
    for (folder, queue) in &queues {
        let Some(Reverse((first, _))) = queue.peek() else { continue };
        turns.push(turn(*folder, *first, seen.get(folder).copied().unwrap_or_default()));
    }
    let mut chosen = Vec::new();
    while chosen.len() < most {
        let Some(Reverse((_, _, _, folder))) = turns.pop() else { break };
        let Some(queue) = queues.get_mut(&folder) else { continue };
        let seen = seen.entry(folder).or_default();
        if let Some(Reverse((_, page))) = queue.pop()
            && !samples.is_full(page, cards[page].kind)
        {
            samples.take(page, cards[page].kind);
            chosen.push(page);
            *seen += 1;
        }
        if let Some(Reverse((first, _))) = queue.peek() {
            turns.push(turn(folder, *first, *seen));
        }
    }
    chosen
}
