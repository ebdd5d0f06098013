//! Finds the changes: sets of what either run has, and what stands beside each. Only what
//! both runs looked at is compared: a page that was not visited is no better than before.

use std::collections::{BTreeMap, BTreeSet};

use super::visited::{Spot, Visited};
use super::{Change, ChangeKind, Diff, Direction, Side};
use crate::report::json::v1::{Detection, Document, Finding, Visit};
use crate::report::words::count;

/// Said of what the newer run saw where the older one did not look.
const ELSEWHERE: &str = "seen where the older run did not look";

/// What changed from `old` to `new`.
#[must_use]
pub fn diff(old: &Document, new: &Document) -> Diff {
    let (was, is) = (Visited::of(old), Visited::of(new));
    let both = was.common(&is);
    let before = Seen::of(old, &was, |spot| both.contains(spot));
    let after = Seen::of(new, &is, |spot| both.contains(spot));
    let mut changes = findings(&was, &is, &both, (old, new));
    changes.extend(each(ChangeKind::Vendor, &before.vendors, &after.vendors));
    changes.extend(each(ChangeKind::Event, &before.events, &after.events));
    changes.extend(each(ChangeKind::Data, &before.data, &after.data));
    changes.extend(elsewhere(old, new, &after));
    changes.extend(states(&before, &after));
    changes.extend(choices(&before.choices, &after.choices));
    changes.sort();
    Diff {
        format: "diff-v1",
        old: side(old, &was),
        new: side(new, &is),
        changes,
        notes: notes((old, &was), (new, &is), &both),
    }
}

/// What a run shows, as far as runs are compared.
#[derive(Default)]
struct Seen {
    /// Products with the states in which they were seen.
    vendors: BTreeMap<String, BTreeSet<String>>,
    events: BTreeMap<String, BTreeSet<String>>,
    data: BTreeMap<String, BTreeSet<String>>,
    /// The states that were visited.
    states: BTreeSet<String>,
    /// What came of a choice, and what the banner offers, by site and state.
    choices: BTreeMap<String, String>,
}

impl Seen {
    /// What was seen on the visits that count.
    fn of(document: &Document, visited: &Visited, counts: impl Fn(&Spot) -> bool) -> Self {
        let mut seen = Self::default();
        for visit in &document.visits {
            if let Some(spot) = visited.spot(&visit.id).filter(|spot| counts(spot)) {
                seen.states.insert(spot.state.clone());
                seen.choice(visit, &spot.state);
            }
        }
        for detection in &document.detections {
            let spot = visited.spot(&detection.visit).filter(|spot| counts(spot));
            let Some(Spot { state, .. }) = spot else { continue };
            // What came before a choice in a profile that went on to choose is not that state's.
            let chosen = state.starts_with("after-") && detection.phase != "after";
            if !chosen {
                seen.detection(detection, state);
            }
        }
        seen
    }

    fn choice(&mut self, visit: &Visit, state: &str) {
        if let Some(choice) = &visit.choice {
            let subject = format!("choice {state} on {}", visit.site);
            self.choices.entry(subject).or_insert_with(|| choice.outcome.clone());
        }
        if let Some(reject) = visit.banner.as_ref().and_then(|b| b.reject_on_first_layer) {
            let offers = if reject { "offers refusal" } else { "offers no refusal" };
            let subject = format!("first layer of the banner on {}", visit.site);
            self.choices.entry(subject).or_insert_with(|| offers.to_owned());
        }
    }

    fn detection(&mut self, detection: &Detection, state: &str) {
        let product = detection.product.clone();
        let add = |map: &mut BTreeMap<String, BTreeSet<String>>, subject: String| {
            map.entry(subject).or_default().insert(state.to_owned());
        };
        if let Some(event) = &detection.event {
            add(&mut self.events, format!("{product}: {event}"));
        }
        for flag in &detection.flags {
            let category = flag.category.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
            add(&mut self.data, format!("{product}: {}{category}", flag.kind));
        }
        add(&mut self.vendors, product);
    }
}

fn side(document: &Document, visited: &Visited) -> Side {
    Side {
        sites: document.sites.clone(),
        started: document.run.started.clone(),
        complete: document.run.complete,
        pages: visited.pages(),
        findings: document.findings.len(),
    }
}

fn listed(states: &BTreeSet<String>) -> String {
    states.iter().cloned().collect::<Vec<_>>().join(", ")
}

/// What only one of the runs has.
fn each(
    kind: ChangeKind,
    old: &BTreeMap<String, BTreeSet<String>>,
    new: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Change> {
    let gone = old.iter().filter(|(subject, _)| !new.contains_key(*subject));
    let came = new.iter().filter(|(subject, _)| !old.contains_key(*subject));
    let gone = gone.map(|(subject, states)| Change {
        direction: Direction::Better,
        kind,
        subject: subject.clone(),
        old: Some(listed(states)),
        new: None,
    });
    let came = came.map(|(subject, states)| Change {
        direction: Direction::Worse,
        kind,
        subject: subject.clone(),
        old: None,
        new: Some(listed(states)),
    });
    gone.chain(came).collect()
}

/// Products that both runs have, in other states: of the states that both visited.
fn states(old: &Seen, new: &Seen) -> Vec<Change> {
    let both: BTreeSet<&String> = old.states.intersection(&new.states).collect();
    let mut changes = Vec::new();
    for (product, before) in &old.vendors {
        let Some(after) = new.vendors.get(product) else { continue };
        for state in &both {
            let direction = match (before.contains(*state), after.contains(*state)) {
                (false, true) => Direction::Worse,
                (true, false) => Direction::Better,
                _ => continue,
            };
            let said = |there: bool| Some(if there { "seen" } else { "not seen" }.to_owned());
            changes.push(Change {
                direction,
                kind: ChangeKind::Consent,
                subject: format!("{product}, {state}"),
                old: said(direction == Direction::Better),
                new: said(direction == Direction::Worse),
            });
        }
    }
    changes
}

fn choices(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<Change> {
    const GOOD: &[&str] = &["verified", "offers refusal"];
    let mut changes = Vec::new();
    for (subject, before) in old {
        let Some(after) = new.get(subject).filter(|after| *after != before) else { continue };
        let good = |value: &String| GOOD.contains(&value.as_str());
        let direction = match (good(before), good(after)) {
            (true, false) => Direction::Worse,
            (false, true) => Direction::Better,
            _ => Direction::Neutral,
        };
        changes.push(Change {
            direction,
            kind: ChangeKind::Consent,
            subject: subject.clone(),
            old: Some(before.clone()),
            new: Some(after.clone()),
        });
    }
    changes
}

/// Products that are new to the newer run altogether, and only where the older one did not
/// look: worth knowing, and no proof that anything changed.
fn elsewhere(old: &Document, new: &Document, compared: &Seen) -> Vec<Change> {
    let known: BTreeSet<&str> = old.detections.iter().map(|d| d.product.as_str()).collect();
    let there: BTreeSet<&str> = new.detections.iter().map(|d| d.product.as_str()).collect();
    let strange =
        there.difference(&known).filter(|product| !compared.vendors.contains_key(**product));
    let change = |product: &&str| Change {
        direction: Direction::Neutral,
        kind: ChangeKind::Vendor,
        subject: (*product).to_owned(),
        old: None,
        new: Some(ELSEWHERE.to_owned()),
    };
    strange.map(change).collect()
}

/// Findings by their stable names. One whose evidence is only where the other run did not
/// look is not gone, and not new.
fn findings(
    was: &Visited,
    is: &Visited,
    both: &BTreeSet<Spot>,
    (old, new): (&Document, &Document),
) -> Vec<Change> {
    let said = |finding: &Finding| Some(format!("{} ({})", finding.message, finding.severity));
    let names = |document: &Document| -> BTreeSet<String> {
        document.findings.iter().map(|finding| finding.fingerprint.clone()).collect()
    };
    let (in_old, in_new) = (names(old), names(new));
    let gone = old.findings.iter().filter(|f| !in_new.contains(&f.fingerprint));
    let gone = gone.filter(|f| was.shows(f, both)).map(|finding| Change {
        direction: Direction::Better,
        kind: ChangeKind::Finding,
        subject: finding.audit.clone(),
        old: said(finding),
        new: None,
    });
    let came = new.findings.iter().filter(|f| !in_old.contains(&f.fingerprint));
    let came = came.map(|finding| {
        let comparable = is.shows(finding, both);
        let note = if comparable { String::new() } else { format!(", {ELSEWHERE}") };
        Change {
            direction: if comparable { Direction::Worse } else { Direction::Neutral },
            kind: ChangeKind::Finding,
            subject: finding.audit.clone(),
            old: None,
            new: said(finding).map(|said| said + &note),
        }
    });
    gone.chain(came).collect()
}

/// What limits the comparison.
fn notes(
    (old, was): (&Document, &Visited),
    (new, is): (&Document, &Visited),
    both: &BTreeSet<Spot>,
) -> Vec<String> {
    let mut notes = Vec::new();
    if old.sites != new.sites {
        notes.push("The runs are of different sites.".to_owned());
    }
    for (document, which) in [(old, "older"), (new, "newer")] {
        if !document.run.complete {
            notes
                .push(format!("The {which} run is incomplete: what it lacks may have been there."));
        }
    }
    if old.signatures.hash != new.signatures.hash {
        notes.push(
            "The runs were judged by different signatures: a vendor may be new to them only."
                .to_owned(),
        );
    }
    if both.is_empty() {
        notes.push(
            "No page was visited in the same state by both runs: nothing can be compared."
                .to_owned(),
        );
    }
    for (visited, which) in [(was, "older"), (is, "newer")] {
        let left = visited.beyond(both);
        if left > 0 {
            let left = count(left, "page in a consent state", "pages in a consent state");
            notes.push(format!("Not compared: {left} that only the {which} run visited."));
        }
    }
    let kept: BTreeSet<&str> = new.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    let gone = old.findings.iter().filter(|f| !kept.contains(f.fingerprint.as_str()));
    let gone = gone.filter(|finding| !was.shows(finding, both)).count();
    if gone > 0 {
        let gone = count(gone, "finding", "findings");
        notes.push(format!("{gone} of the older run are where the newer one did not look."));
    }
    notes
}
