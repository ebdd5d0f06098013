//! The way of a crawl: a bar on a terminal, a plain line now and then elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::crawl::{Event, Progress};
use crate::report::visible;

/// A line comes after so many visits, or after so long, whichever is first.
const VISITS_A_LINE: usize = 10;
const SILENCE_AT_MOST: Duration = Duration::from_secs(30);

/// Shows how far a crawl is.
pub(super) enum Watcher {
    /// Somebody watches a terminal.
    Bar(ProgressBar),
    /// A log is kept, as on CI.
    Lines(Mutex<Lines>),
    /// It is to be quiet.
    Nothing,
}

/// What was said so far.
pub(super) struct Lines {
    out: Box<dyn Write + Send>,
    planned: usize,
    done: usize,
    said: Instant,
}

impl Watcher {
    /// What fits stderr.
    pub(super) fn new(quiet: bool) -> Self {
        if quiet {
            return Self::Nothing;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines(Mutex::new(Lines::new(Box::new(std::io::stderr()))));
        }
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{spinner} {pos} of {len} visits · {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self::Bar(bar)
    }

    /// Takes a bar away; lines stay.
    pub(super) fn clear(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Watcher {
    fn tell(&self, event: Event<'_>) {
        if let Event::Ended(visit) = &event {
            tracing::info!(
                id = %visit.id, state = %visit.pass(), outcome = visit.outcome.name(),
                requests = visit.requests.len(), ms = visit.duration_ms, "visited"
            );
        }
        match self {
            Self::Bar(bar) => move_bar(bar, event),
            Self::Lines(lines) => {
                lines.lock().unwrap_or_else(PoisonError::into_inner).tell(event);
            }
            Self::Nothing => {}
        }
    }
}

fn move_bar(bar: &ProgressBar, event: Event<'_>) {
    match event {
        Event::Launching => bar.set_message("starting the browser"),
        Event::Planned(visits) => bar.inc_length(visits as u64),
        Event::Began { page, pass } => bar.set_message(format!("{pass}: {}", shown(page))),
        Event::Ended(_) => bar.inc(1),
        Event::Closing => bar.set_message("reading the browser's own account"),
    }
}

impl Lines {
    fn new(out: Box<dyn Write + Send>) -> Self {
        Self { out, planned: 0, done: 0, said: Instant::now() }
    }

    fn tell(&mut self, event: Event<'_>) {
        match event {
            Event::Launching => self.say("starting the browser"),
            Event::Planned(visits) => self.planned += visits,
            Event::Began { .. } => self.break_silence(),
            Event::Ended(_) => {
                self.done += 1;
                if self.done.is_multiple_of(VISITS_A_LINE) {
                    self.say(&self.so_far());
                }
                self.break_silence();
            }
            Event::Closing => {
                self.say(&format!("{}; reading the browser's own account", self.so_far()));
            }
        }
    }

    fn break_silence(&mut self) {
        if self.said.elapsed() >= SILENCE_AT_MOST {
            self.say(&self.so_far());
        }
    }

    fn so_far(&self) -> String {
        format!("{} of {} visits", self.done, self.planned.max(self.done))
    }

    fn say(&mut self, line: &str) {
        // Nobody reads it any more: that is no reason to stop.
        drop(writeln!(self.out, "{line}"));
        self.said = Instant::now();
    }
}

/// An address on a terminal: its query may be personal.
fn shown(page: &str) -> String {
    visible(page.split(['?', '#']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Visit;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_log_gets_a_line_at_the_start_each_ten_visits_and_the_end() {
        let page = Page::default();
        let watcher = Watcher::Lines(Mutex::new(Lines::new(Box::new(page.clone()))));
        watcher.tell(Event::Launching);
        watcher.tell(Event::Planned(12));
        let visit = Visit::default();
        let pass = visit.pass();
        for _ in 0..12 {
            watcher.tell(Event::Began { page: "https://a.example/", pass: &pass });
            watcher.tell(Event::Ended(&visit));
        }
        watcher.tell(Event::Closing);
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        let end = "12 of 12 visits; reading the browser's own account";
        assert_eq!(text, format!("starting the browser\n10 of 12 visits\n{end}\n"));
    }
}
