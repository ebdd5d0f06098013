//! Whether a run saw all that it set out to see. If it did not, silence proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::masked;
use super::journey::Journey;
use super::words::count;
use crate::model::{Capture, Pass, Visit};

/// Whether silence proves anything, and if not why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Everything that was asked for was seen.
    pub complete: bool,
    /// What was not seen, in words, personal values masked; empty when complete.
    pub reasons: Vec<String>,
}

/// What a capture could not see of what it was asked to.
///
/// No banner, no refusal offered, pay or accept, and pages that were skipped are
/// observations, and leave a run complete.
#[must_use]
pub fn completeness(capture: &Capture) -> Completeness {
    let mut reasons = run_reasons(capture);
    reasons.extend(pages_not_seen(capture));
    reasons.extend(parts_not_read(capture));
    reasons.extend(states_not_seen(capture));
    reasons.extend(choices_not_verified(capture));
    reasons.extend(journeys_not_made(capture));
    reasons.extend(coverage_gaps(capture));
    Completeness { complete: reasons.is_empty(), reasons }
}

fn run_reasons(capture: &Capture) -> Vec<String> {
    let run = &capture.manifest.run;
    let mut reasons = Vec::new();
    if capture.visits.is_empty() {
        reasons.push("No page was visited.".to_owned());
    }
    if run.interrupted {
        reasons.push("The run was interrupted before it was done.".to_owned());
    } else if is_live(capture) && capture.manifest.ended.is_none() {
        reasons.push("The run never came to its end.".to_owned());
    }
    reasons.extend(run.gaps.iter().map(|gap| masked(gap).to_string()));
    reasons
}

/// Our own browser loaded the pages: such a run owes a ledger and an end.
fn is_live(capture: &Capture) -> bool {
    capture.manifest.browser.is_some()
}

/// A page in a state, whatever number of attempts it took; on a journey it is another one.
type Attempt<'a> = (&'a str, Pass, Option<&'a str>);

fn attempt(visit: &Visit) -> Attempt<'_> {
    let journey = visit.journey.as_ref().map(|part| part.name.as_str());
    (&visit.page, visit.pass(), journey)
}

fn pages_not_seen(capture: &Capture) -> Vec<String> {
    let seen: BTreeSet<Attempt<'_>> =
        capture.visits.iter().filter(|v| v.outcome.is_loaded()).map(attempt).collect();
    let failed = capture.visits.iter().filter(|visit| !seen.contains(&attempt(visit)));
    let last: BTreeMap<Attempt<'_>, &Visit> = failed.map(|visit| (attempt(visit), visit)).collect();
    let sentence = |visit: &&Visit| {
        let (page, message) = (masked(&visit.page), masked(visit.outcome.message()));
        let outcome = visit.outcome.name().replace('-', " ");
        format!("{page} ({}) {outcome}: {message}", visit.pass())
    };
    last.values().map(sentence).collect()
}

/// What a loaded page keeps is part of what it does: cookies, storage, links. Pictures
/// only show it.
fn parts_not_read(capture: &Capture) -> Vec<String> {
    let mut reasons = Vec::new();
    for visit in capture.visits.iter().filter(|visit| visit.outcome.is_loaded()) {
        let failures = visit.collected.failures.iter();
        for failure in failures.filter(|failure| failure.collector != "screenshots") {
            let (page, message) = (masked(&visit.page), masked(&failure.message));
            let (state, part) = (visit.pass(), masked(&failure.collector));
            reasons.push(format!("{page} ({state}): the {part} could not be read: {message}"));
        }
    }
    reasons
}

fn states_not_seen(capture: &Capture) -> Vec<String> {
    let visited = |pass: &&Pass| !capture.visits.iter().any(|v| v.pass() == **pass);
    let missing = capture.manifest.states.iter().filter(visited);
    let sentence = |pass: &Pass| format!("No page was visited in the state {pass}.");
    if capture.visits.is_empty() { Vec::new() } else { missing.map(sentence).collect() }
}

fn choices_not_verified(capture: &Capture) -> Vec<String> {
    let mut reasons: BTreeSet<String> = BTreeSet::new();
    for visit in capture.visits.iter().filter(|v| v.state.needs_choice() && v.outcome.is_loaded()) {
        let why = match &visit.choice {
            Some(choice) if choice.verified || choice.outcome.is_observation() => continue,
            Some(choice) if choice.note.is_empty() => super::words::name(&choice.outcome),
            Some(choice) => masked(&choice.note).to_string(),
            None => "no choice was recorded".to_owned(),
        };
        let (site, state) = (masked(&visit.site), visit.pass());
        reasons.insert(format!("The choice for {state} on {site} is not verified: {why}"));
    }
    reasons.into_iter().collect()
}

fn journeys_not_made(capture: &Capture) -> Vec<String> {
    let mut reasons = Vec::new();
    for plan in &capture.manifest.journeys {
        for state in &plan.states {
            let made = Journey::of(capture, plan, state);
            let (name, total) = (masked(&plan.name), plan.steps.len());
            let at = match (&made.failed, made.is_possible) {
                (Some(step), _) => {
                    let failure = step.failure.as_ref();
                    let why = masked(failure.map_or("", |failure| &failure.message));
                    let (number, step) = (step.number, masked(&step.step));
                    format!("failed at step {number} of {total} ({step}): {why}")
                }
                (None, true) if made.steps < total => {
                    format!("came to step {} of {total} only.", made.steps)
                }
                _ => continue,
            };
            reasons.push(format!("The journey `{name}` ({state}) {at}"));
        }
    }
    reasons
}

fn coverage_gaps(capture: &Capture) -> Vec<String> {
    let mut reasons = Vec::new();
    for visit in &capture.visits {
        let missing = visit.coverage.missing.len();
        if missing > 0 {
            let requests = count(missing, "request", "requests");
            let (page, state) = (masked(&visit.page), visit.pass());
            reasons.push(format!("{requests} of {page} ({state}) left the browser unrecorded."));
        }
    }
    let without = capture.visits.iter().filter(|v| v.coverage.ledger.is_none()).count();
    if is_live(capture) && without > 0 {
        let visits = count(without, "visit", "visits");
        reasons.push(format!("No ledger was kept for {visits}: missed requests would not show."));
    }
    reasons
}
