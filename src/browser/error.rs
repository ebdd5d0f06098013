//! What goes wrong with a browser, and what the user can do about it.

use thiserror::Error;

/// The browser could not do something. Pages that fail are
/// [`crate::model::Outcome`]s, not errors.
#[derive(Debug, Clone, Error)]
#[error("{what}: {cause}")]
pub struct BrowserError {
    /// What was tried.
    pub what: String,
    /// What came of it.
    pub cause: String,
    /// What the user can do, if there is something.
    pub hint: Option<String>,
}

impl BrowserError {
    pub(crate) fn new(what: impl Into<String>, cause: impl ToString) -> Self {
        Self { what: what.into(), cause: cause.to_string(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
