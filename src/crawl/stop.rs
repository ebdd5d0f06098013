//! Asks a crawl to finish early, and keep what it has.

use tokio::sync::watch;

/// A stop button with many hands on it: pressed once, it stays so.
#[derive(Debug, Clone)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// A button that nobody has pressed.
    #[must_use]
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Asks the crawl to finish.
    pub fn press(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was pressed.
    #[must_use]
    pub fn is_pressed(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is pressed.
    pub async fn pressed(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        drop(self.0.subscribe().wait_for(|pressed| *pressed).await);
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}
