//! Whether a run saw all that it set out to see.

/// Whether silence proves anything, and if not why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Everything that was asked for was seen.
    pub complete: bool,
    /// What was not seen, in words.
    pub reasons: Vec<String>,
}
