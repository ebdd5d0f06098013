//! Where a run looked: pages, each in a consent state.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::json::v1::{Document, Finding};

/// A page in a consent state. Queries are left out: they hold what changes from run to run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) page: String,
    /// The state, with its signals.
    pub(super) state: String,
}

/// The pages that a run loaded, by visit.
pub(super) struct Visited(BTreeMap<String, Spot>);

impl Visited {
    pub(super) fn of(document: &Document) -> Self {
        let loaded = document.visits.iter().filter(|visit| visit.outcome == "loaded");
        let spot = |visit: &crate::report::json::v1::Visit| Spot {
            page: visit.page.split(['?', '#']).next().unwrap_or_default().to_owned(),
            state: format!("{}{}", visit.state, if visit.gpc { "+gpc" } else { "" }),
        };
        Self(loaded.map(|visit| (visit.id.clone(), spot(visit))).collect())
    }

    /// Where a visit looked; `None` when it saw nothing.
    pub(super) fn spot(&self, visit: &str) -> Option<&Spot> {
        self.0.get(visit)
    }

    /// Where both looked.
    pub(super) fn common(&self, other: &Self) -> BTreeSet<Spot> {
        let others: BTreeSet<&Spot> = other.0.values().collect();
        self.0.values().filter(|spot| others.contains(spot)).cloned().collect()
    }

    /// How many pages it loaded, in whichever state.
    pub(super) fn pages(&self) -> usize {
        self.0.values().map(|spot| &spot.page).collect::<BTreeSet<_>>().len()
    }

    /// At how many spots it looked beyond these.
    pub(super) fn beyond(&self, both: &BTreeSet<Spot>) -> usize {
        self.0.values().filter(|spot| !both.contains(spot)).collect::<BTreeSet<_>>().len()
    }

    /// Whether any of a finding's evidence lies at these spots; so does a finding without.
    pub(super) fn shows(&self, finding: &Finding, both: &BTreeSet<Spot>) -> bool {
        let mut spots = finding.evidence.iter().map(|evidence| self.spot(&evidence.visit));
        finding.evidence.is_empty() || spots.any(|spot| spot.is_some_and(|s| both.contains(s)))
    }
}
