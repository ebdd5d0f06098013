//! Health labels: how many of the cases that were flagged are so, and how many of those
//! that are so were flagged.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{LabelledPage, Measure, decimals, ratio};
use crate::health::HealthLabel;
use crate::model::host_of;

/// What the classifier answered to one case.
#[derive(Debug, Clone, Deserialize)]
pub struct Labelled {
    label: HealthLabel,
    #[serde(default)]
    carriers: Vec<String>,
}

/// Flagged, so, and both.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    flagged: usize,
    labelled: usize,
    both: usize,
}

impl Counts {
    fn add(&mut self, flagged: bool, labelled: bool) {
        self.flagged += usize::from(flagged);
        self.labelled += usize::from(labelled);
        self.both += usize::from(flagged && labelled);
    }

    fn precision(&self) -> Option<f64> {
        ratio(self.both, self.flagged)
    }

    fn recall(&self) -> Option<f64> {
        ratio(self.both, self.labelled)
    }

    fn lines(&self, what: &str) -> [Measure; 2] {
        [
            Measure::share(format!("{what}, precision"), self.both, self.flagged),
            Measure::share(format!("{what}, recall"), self.both, self.labelled),
        ]
    }
}

/// Compares cases with the answers to them, in the same order.
#[must_use]
pub fn health(what: &str, cases: &[LabelledPage], answers: &[Labelled]) -> Vec<Measure> {
    let (mut all, mut carriers) = (Counts::default(), Counts::default());
    let mut hosts: BTreeMap<String, Counts> = BTreeMap::new();
    for (case, answer) in cases.iter().zip(answers) {
        let flagged = answer.label == HealthLabel::Phi;
        let labelled = case.label == HealthLabel::Phi;
        all.add(flagged, labelled);
        let page = case.page_url.as_ref().unwrap_or(&case.url);
        hosts.entry(host_of(page)).or_default().add(flagged, labelled);
        if flagged && labelled {
            cited(&mut carriers, case, answer);
        }
    }
    let mut lines = all.lines(&format!("{what}, all cases")).to_vec();
    // A large site counts as much as a small one.
    let each = || hosts.values();
    lines.extend([
        mean(format!("{what}, mean over hosts, precision"), each().filter_map(Counts::precision)),
        mean(format!("{what}, mean over hosts, recall"), each().filter_map(Counts::recall)),
    ]);
    if carriers.labelled > 0 {
        lines.extend(carriers.lines(&format!("{what}, parameters cited where both say so")));
    }
    lines
}

fn cited(carriers: &mut Counts, case: &LabelledPage, answer: &Labelled) {
    let names = case.carriers.iter().chain(&answer.carriers).collect::<BTreeSet<_>>();
    for name in names {
        carriers.add(answer.carriers.contains(name), case.carriers.contains(name));
    }
}

fn mean(what: String, shares: impl Iterator<Item = f64>) -> Measure {
    let shares: Vec<f64> = shares.collect();
    let sum: f64 = shares.iter().sum();
    let mean = ratio(1, shares.len()).map(|one| sum * one);
    Measure::new(what, decimals(mean), format!("hosts: {}", shares.len()))
}
