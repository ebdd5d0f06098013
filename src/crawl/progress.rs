//! What a crawl tells of its way, for whoever watches.

use crate::model::{Pass, Visit};

/// Watches a crawl.
pub trait Progress: Sync {
    /// Something happened.
    fn tell(&self, event: Event<'_>);
}

/// What can happen.
#[derive(Debug)]
pub enum Event<'a> {
    /// The browser is being started.
    Launching,
    /// So many more visits are now known to lie ahead, at most.
    Planned(usize),
    /// A visit began.
    Began {
        /// The page.
        page: &'a str,
        /// The consent state, with its signals.
        pass: &'a Pass,
    },
    /// A visit ended.
    Ended(&'a Visit),
    /// The browser is being ended and the ledger read.
    Closing,
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn tell(&self, _: Event<'_>) {}
}
