//! One fault, what may come of it, and whether that is what came.

use std::fmt::Write as _;

use pixelwarden::audit;
use pixelwarden::lab::{Lab, bad};
use pixelwarden::model::{Capture, Manifest, Outcome, Visit};

/// The longest that any visit may take, whatever its page does.
const LONGEST_MS: u64 = 150_000;

/// A page that misbehaves.
pub(crate) struct Fault {
    /// Its path; after `raw:` on the port of raw answers; a bare name is a host for TLS.
    pub(crate) page: &'static str,
    /// What is wrong with it.
    pub(crate) what: &'static str,
    pub(crate) came: Came,
    /// Parts of addresses that must be in the capture.
    pub(crate) keeps: &'static [&'static str],
}

/// What came of a visit, and words of the reason.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Came {
    /// Seen, with all its requests.
    Loaded,
    /// Seen, with something missing that is named.
    With(&'static str),
    TimedOut(&'static str),
    Failed(&'static str),
    Blocked(&'static str),
    /// Seen; as it never stands still, perhaps not all of it could be read, and then that
    /// is told.
    Moving,
}

impl Came {
    fn exit(self) -> u8 {
        if matches!(self, Self::Loaded | Self::Moving) { 0 } else { 3 }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Loaded => ("loaded", ""),
            Self::With(words) => ("loaded", words),
            Self::TimedOut(words) => ("timed-out", words),
            Self::Failed(words) => ("failed", words),
            Self::Blocked(words) => ("blocked", words),
            Self::Moving => ("loaded", ""),
        }
    }

    fn described(self) -> String {
        match (self, self.words()) {
            (Self::Loaded, _) => "loaded, every request kept".to_owned(),
            (Self::Moving, _) => "loaded; what could not be read is told, then 3".to_owned(),
            (Self::With(_), (_, words)) => format!("loaded; told: \"{words}\""),
            (_, (name, words)) => format!("{}: \"{words}\"", name.replace('-', " ")),
        }
    }
}

impl Fault {
    /// Where the page is.
    pub(crate) fn address(&self, lab: &Lab, host: &str) -> String {
        match self.page.strip_prefix("raw:") {
            Some(path) => lab.raw(path),
            None if self.page.starts_with('/') => lab.url(host, self.page),
            None => format!("https://{0}.bad-manners.example/{0}", self.page),
        }
    }

    /// What is not as it should be, a line each.
    pub(crate) fn differences(
        &self,
        address: &str,
        manifest: &Manifest,
        visits: &[Visit],
    ) -> String {
        let mut wrong = String::new();
        let (name, words) = self.came.words();
        let Some(visit) = visits.iter().find(|visit| visit.page == address) else {
            return format!("{}: not visited\n", self.page);
        };
        let mut say = |what: String| {
            let _ = writeln!(wrong, "{}: {what}", self.page);
        };
        let (mut exit, reasons) = judged(manifest, visit);
        if matches!(self.came, Came::Moving) && reasons.contains("could not be read") {
            exit = 0;
        }
        let expected = (name, self.came.exit());
        if (visit.outcome.name(), exit) != expected || !reasons.contains(words) {
            let came = (&visit.outcome, exit);
            say(format!("{came:?}, not {expected:?} with `{words}`; {reasons}"));
        }
        let coverage = &manifest.coverage[&visit.id];
        if !coverage.is_complete() {
            let missing: Vec<_> = coverage.missing.iter().take(3).collect();
            say(format!(
                "{} of {:?} missing: {missing:?}",
                coverage.missing.len(),
                coverage.ledger
            ));
        }
        for part in self.keeps {
            if !visit.requests.iter().any(|request| request.url.contains(part)) {
                say(format!("{part} is not among {} requests", visit.requests.len()));
            }
        }
        if visit.duration_ms > LONGEST_MS {
            say(format!("took {} ms", visit.duration_ms));
        }
        wrong
    }
}

/// The exit code of a run that made only this visit, and what the report would say.
pub(crate) fn judged(manifest: &Manifest, visit: &Visit) -> (u8, String) {
    let mut manifest = manifest.clone();
    let name = format!("visit {}:", visit.id);
    manifest.run.gaps.retain(|gap| gap.starts_with(&name) || !gap.starts_with("visit "));
    let capture = Capture::new(manifest, vec![visit.clone()]);
    let completeness = audit::completeness(&capture);
    let exit = if completeness.complete { 0 } else { 3 };
    (exit, completeness.reasons.join("; "))
}

/// What bot walls are, by what a report says of them.
pub(crate) fn is_blocked(visit: &Visit) -> bool {
    matches!(visit.outcome, Outcome::Blocked { .. })
}

/// `docs/faults.md`
pub(crate) fn document(tables: &[(&str, &[Fault])]) -> String {
    let mut text = "# Faults\n\n\
        What the tool does with pages that misbehave, written from the table that\n\
        `cargo test --test faults` checks with a real browser: the outcome of the visit, the words\n\
        that tell why, and the exit code of a run with nothing else in it. For every row the\n\
        browser's own account of its requests agrees with what was recorded.\n"
        .to_owned();
    for (title, faults) in tables {
        let _ = write!(text, "\n## {title}\n\n| page | outcome | exit code |\n|---|---|---|\n");
        for fault in faults.iter().filter(|fault| !fault.page.starts_with("/good/")) {
            let (came, exit) = (fault.came.described(), fault.came.exit());
            let _ = writeln!(text, "| {} | {came} | {exit} |", fault.what);
        }
    }
    let names = |walls: &[bad::Wall]| -> String {
        walls
            .iter()
            .map(|wall| format!("{} ({})", wall.name, wall.status))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let _ = write!(
        text,
        "\n## Bot walls\n\nBlocked, exit code 3, with the HTTP status: {}.\n\n\
         Seen as the pages that they are, exit code 0: {}.\n",
        names(bad::WALLS),
        names(bad::NEAR_WALLS)
    );
    text
}
