//! Pages that were known and not visited: the first of each reason, and how many there
//! were of each.

use std::collections::BTreeMap;

use crate::model::SkippedPage;

/// Pages that are listed for one reason.
const LISTED: usize = 50;

/// Why a known page was not visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason<'w> {
    /// robots.txt disallows it.
    Robots,
    /// robots.txt could not be read, which disallows everything.
    RobotsUnread,
    /// It would change something; these words say so.
    Deed(&'w str),
    /// The user's patterns leave it out.
    Excluded,
    /// Beyond the scope that the user chose.
    OutOfScope,
    /// More clicks away than the user wants to go.
    Depth,
    /// Enough others like it were visited; this is what they have in common.
    Sampled(&'w str),
    /// The budget of pages was spent.
    Pages,
    /// The time was up.
    Time,
    /// The run was stopped.
    Stopped,
    /// No state was left to visit it in.
    NoState,
    /// More pages were found than are kept in mind.
    Beyond,
}

impl Reason<'_> {
    /// What it is counted under.
    fn name(&self) -> &'static str {
        match self {
            Self::Robots => "robots.txt",
            Self::RobotsUnread => "robots.txt could not be read",
            Self::Deed(_) => "changes something",
            Self::Excluded => "excluded",
            Self::OutOfScope => "out of scope",
            Self::Depth => "depth limit",
            Self::Sampled(_) => "like others that were visited",
            Self::Pages => "page budget",
            Self::Time => "time budget",
            Self::Stopped => "the run was stopped",
            Self::NoState => "no state was left to visit it in",
            Self::Beyond => "too many pages",
        }
    }

    /// What a reader is told.
    fn words(&self) -> String {
        match self {
            Self::Deed(words) | Self::Sampled(words) => format!("{} ({words})", self.name()),
            _ => self.name().to_owned(),
        }
    }
}

/// The pages so far.
#[derive(Debug, Default)]
pub(super) struct Skipped {
    pages: Vec<SkippedPage>,
    totals: BTreeMap<String, usize>,
}

impl Skipped {
    pub(super) fn add(&mut self, url: &str, reason: Reason<'_>) {
        if self.count_only(reason) <= LISTED {
            self.pages.push(SkippedPage { url: url.to_owned(), reason: reason.words() });
        }
    }

    /// Counts a page that nobody lists, and says how many there are now for its reason.
    pub(super) fn count_only(&mut self, reason: Reason<'_>) -> usize {
        let total = self.totals.entry(reason.name().to_owned()).or_default();
        *total += 1;
        *total
    }

    /// How many there are for a reason.
    pub(super) fn count(&self, reason: Reason<'_>) -> usize {
        self.totals.get(reason.name()).copied().unwrap_or_default()
    }

    /// The list, sorted, and the number of pages by reason.
    pub(super) fn into_parts(mut self) -> (Vec<SkippedPage>, BTreeMap<String, usize>) {
        self.pages.sort();
        (self.pages, self.totals)
    }
}
