//! Where a crawl puts what it saw, without knowing what is behind it.

use thiserror::Error;

use super::{Manifest, Visit};

/// What a crawl writes to: a bundle on disk, or a stand-in in a test.
pub trait Sink: Send {
    /// Keeps one visit with its bodies. Called once per visit, in any order.
    ///
    /// # Errors
    /// When the visit cannot be stored; the run cannot go on then.
    fn visit(&mut self, visit: &Visit) -> Result<(), SinkError>;

    /// Keeps one PNG and returns the name under which the visit refers to it.
    ///
    /// # Errors
    /// When the picture cannot be stored.
    fn screenshot(&mut self, name: &str, png: &[u8]) -> Result<String, SinkError>;

    /// Keeps what is known of the run so far beside its visits, in place of what was kept
    /// before: a run that is killed can be gone on with from it.
    ///
    /// # Errors
    /// When it cannot be stored.
    fn note(&mut self, so_far: &Manifest) -> Result<(), SinkError>;

    /// Ends the capture. Written last, so that a bundle without it is a crash.
    ///
    /// # Errors
    /// When the manifest cannot be stored.
    fn finish(&mut self, manifest: &Manifest) -> Result<(), SinkError>;
}

/// A capture could not be stored.
#[derive(Debug, Error)]
#[error("cannot write {place}: {cause}")]
pub struct SinkError {
    /// The file or folder.
    pub place: String,
    /// The system's words.
    pub cause: String,
}
