//! Whether a run saw all that it set out to see. If it did not, silence proves nothing.

use crate::model::Capture;

/// Whether silence proves anything, and if not why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Everything that was asked for was seen.
    pub complete: bool,
    /// What was not seen, in words, personal values masked; empty when complete.
    pub reasons: Vec<String>,
}

/// What a capture could not see of what it was asked to.
#[must_use]
pub fn completeness(capture: &Capture) -> Completeness {
    let mut reasons = Vec::new();
    if capture.visits.is_empty() {
        reasons.push("No page was visited.".to_owned());
    }
    Completeness { complete: reasons.is_empty(), reasons }
}
