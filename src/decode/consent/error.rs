//! Why a text is not the consent string that it should be, and where.

use thiserror::Error;

/// A consent string that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("character {at}: {what}")]
pub struct ConsentError {
    /// The character at fault, counted from 1.
    pub at: usize,
    /// What is wrong with it.
    pub what: String,
}

impl ConsentError {
    /// An error at a character, counted from 1.
    pub(super) fn new(at: usize, what: impl Into<String>) -> Self {
        Self { at, what: what.into() }
    }
}
