//! Finds the changes: sets of what either run has, and what stands beside each.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, ChangeKind, Diff, Direction, Side};
use crate::report::json::v1::{Detection, Document, Visit};

/// What changed from `old` to `new`.
#[must_use]
pub fn diff(old: &Document, new: &Document) -> Diff {
    let (before, after) = (Seen::of(old), Seen::of(new));
    let mut changes = findings(old, new);
    changes.extend(each(ChangeKind::Vendor, &before.vendors, &after.vendors));
    changes.extend(each(ChangeKind::Event, &before.events, &after.events));
    changes.extend(each(ChangeKind::Data, &before.data, &after.data));
    changes.extend(states(&before, &after));
    changes.extend(choices(&before.choices, &after.choices));
    changes.sort();
    Diff {
        format: "diff-v1",
        old: before.side(old),
        new: after.side(new),
        changes,
        notes: notes(old, new, &before, &after),
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
    pages: BTreeSet<String>,
}

/// A visit's state, with its signals.
fn state(visit: &Visit) -> String {
    format!("{}{}", visit.state, if visit.gpc { "+gpc" } else { "" })
}

impl Seen {
    fn of(document: &Document) -> Self {
        let mut seen = Self::default();
        let mut visits: BTreeMap<&str, String> = BTreeMap::new();
        for visit in &document.visits {
            let state = state(visit);
            if visit.outcome == "loaded" {
                seen.pages.insert(visit.page.clone());
                seen.states.insert(state.clone());
                seen.choice(visit, &state);
            }
            visits.insert(&visit.id, state);
        }
        for detection in &document.detections {
            let Some(state) = visits.get(detection.visit.as_str()) else { continue };
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

    fn side(&self, document: &Document) -> Side {
        Side {
            sites: document.sites.clone(),
            started: document.run.started.clone(),
            complete: document.run.complete,
            pages: self.pages.len(),
            findings: document.findings.len(),
        }
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

/// Findings by their stable names.
fn findings(old: &Document, new: &Document) -> Vec<Change> {
    let by_name = |document: &Document| -> BTreeMap<String, (String, String)> {
        let row = |f: &crate::report::json::v1::Finding| {
            let said = format!("{} ({})", f.message, f.severity);
            (f.fingerprint.clone(), (f.audit.clone(), said))
        };
        document.findings.iter().map(row).collect()
    };
    let (old, new) = (by_name(old), by_name(new));
    let gone = old.iter().filter(|(name, _)| !new.contains_key(*name));
    let came = new.iter().filter(|(name, _)| !old.contains_key(*name));
    let change = |direction, audit: &String, old, new| Change {
        direction,
        kind: ChangeKind::Finding,
        subject: audit.clone(),
        old,
        new,
    };
    gone.map(|(_, (audit, said))| change(Direction::Better, audit, Some(said.clone()), None))
        .chain(
            came.map(|(_, (audit, said))| {
                change(Direction::Worse, audit, None, Some(said.clone()))
            }),
        )
        .collect()
}

/// What limits the comparison.
fn notes(old: &Document, new: &Document, before: &Seen, after: &Seen) -> Vec<String> {
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
    let only = |a: &Seen, b: &Seen| a.pages.difference(&b.pages).count();
    let (left, came) = (only(before, after), only(after, before));
    if left + came > 0 {
        notes.push(format!(
            "Different pages were visited: {left} only in the older run, {came} only in the newer."
        ));
    }
    let states: Vec<String> = before.states.symmetric_difference(&after.states).cloned().collect();
    if !states.is_empty() {
        notes.push(format!("Only one of the runs visited {}.", states.join(", ")));
    }
    notes
}
