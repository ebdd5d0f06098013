//! The way of a crawl on a terminal; nothing where nobody watches.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::crawl::{Event, Progress};

/// Shows how far a crawl is.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A bar on stderr if that is a terminal, else one that shows nothing.
    pub(super) fn new(quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{spinner} {pos} of {len} visits · {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn tell(&self, event: Event<'_>) {
        match event {
            Event::Launching => self.0.set_message("starting the browser"),
            Event::Planned(visits) => self.0.inc_length(visits as u64),
            Event::Began { page, pass } => self.0.set_message(format!("{pass}: {}", shown(page))),
            Event::Ended(visit) => {
                self.0.inc(1);
                tracing::info!(
                    id = %visit.id, state = %visit.pass(), outcome = visit.outcome.name(),
                    requests = visit.requests.len(), ms = visit.duration_ms, "visited"
                );
            }
            Event::Closing => self.0.set_message("reading the browser's own account"),
        }
    }
}

/// An address on a terminal: its query may be personal, and control characters harm.
fn shown(page: &str) -> String {
    page.split(['?', '#']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect()
}
