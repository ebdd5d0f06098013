//! The time of a visit.

use std::time::Instant;

/// The browser's monotonic clock against ours.
#[derive(Debug)]
pub(super) struct Clock {
    /// The browser's seconds at the visit's first request, once there is one.
    pub(super) origin: Option<f64>,
    pub(super) began: Instant,
}

impl Clock {
    /// Milliseconds of the visit at a browser time in seconds.
    pub(super) fn ms(&self, timestamp: f64) -> f64 {
        match self.origin {
            // Microseconds are all that the browser's clock is good for.
            Some(origin) => ((timestamp - origin).max(0.0) * 1e6).round() / 1e3,
            None => 0.0,
        }
    }
}
