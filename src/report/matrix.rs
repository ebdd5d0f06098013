//! Vendor × consent state: who received something, and under which choice.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use super::words;
use crate::detect::{DataFlag, DataKind, Detection, Party, Source};
use crate::model::{ConsentState, Pass, Phase, Visit, VisitId};
use crate::signature::Role;

/// The whole table, rows with the most traffic after a refusal first.
#[derive(Debug, Default)]
pub(crate) struct Matrix {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
}

/// One consent state, with its signals.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) pass: Pass,
    pub(crate) status: Status,
    /// Pages that loaded in this state, each once however often it was visited.
    pub(crate) pages: usize,
}

/// Whether a state's column can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Its pages were seen and the choice, if it needs one, is verified.
    Seen,
    /// It was not asked for.
    NotRun,
    /// Nothing loaded in it.
    NothingLoaded,
    /// A choice was attempted and not verified: its numbers prove nothing.
    NotVerified,
    /// The site does not offer this choice, in words.
    NotOffered(&'static str),
}

/// One product of one vendor.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) vendor: String,
    pub(crate) product: String,
    pub(crate) purpose: String,
    /// Some of it went to the site's own host, which passes it on out of sight.
    pub(crate) own_host: bool,
    pub(crate) cells: Vec<Cell>,
}

/// What one product did in one state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Events that told the vendor something.
    pub(crate) sent: usize,
    /// Those of them with health content in them.
    pub(crate) flagged: usize,
    /// Requests for the vendor's code or settings.
    pub(crate) loaded: usize,
    /// The vendor's cookies and storage keys, each once however many pages it was on.
    pub(crate) stored: usize,
    /// Elements of the vendor's in the page.
    pub(crate) embedded: usize,
}

impl Matrix {
    pub(crate) fn of(report: &Report<'_>) -> Self {
        let columns = columns(report);
        let states: BTreeMap<&VisitId, usize> = report
            .capture
            .visits
            .iter()
            .filter_map(|v| Some((&v.id, columns.iter().position(|c| c.pass == v.pass())?)))
            .collect();
        let mut rows: BTreeMap<(&str, &str), Row> = BTreeMap::new();
        let mut stored = BTreeSet::new();
        for detection in &report.detected.detections {
            let Some(&column) = states.get(&detection.visit) else { continue };
            if !counts_in(detection.phase, &columns[column].pass.state) {
                continue;
            }
            let row = rows
                .entry((&detection.vendor, &detection.product))
                .or_insert_with(|| Row::new(detection, columns.len()));
            let kept = detection.stored.as_ref().map(|s| (s.name.as_str(), s.place.as_str()));
            if kept.is_none() || stored.insert((column, &detection.product, kept)) {
                row.cells[column].add(detection);
            }
            row.own_host |= detection.own_host || detection.party == Party::Cloaked;
        }
        let mut rows: Vec<Row> = rows.into_values().collect();
        rows.sort_by_cached_key(|row| std::cmp::Reverse(row.weight(&columns)));
        Self { columns, rows }
    }
}

impl Column {
    /// What a row's cell in this column says.
    pub(crate) fn words(&self, cell: &Cell) -> String {
        match self.status {
            Status::Seen => cell.words(),
            Status::NotVerified if cell.sent > 0 => format!("{} sent, not verified", cell.sent),
            Status::NotVerified => "not verified".to_owned(),
            Status::NotRun => "not run".to_owned(),
            Status::NothingLoaded => "no page loaded".to_owned(),
            Status::NotOffered(why) => why.to_owned(),
        }
    }
}

impl Row {
    fn new(detection: &Detection, columns: usize) -> Self {
        Self {
            vendor: detection.vendor.clone(),
            product: detection.product.clone(),
            purpose: detection.categories.first().cloned().unwrap_or_default(),
            own_host: false,
            cells: vec![Cell::default(); columns],
        }
    }

    /// Traffic after a refusal weighs most, then that before a choice, then the rest.
    fn weight(&self, columns: &[Column]) -> [usize; 3] {
        let sent = |wanted: &dyn Fn(&ConsentState) -> bool| {
            let cells = columns.iter().zip(&self.cells);
            cells.filter(|(c, _)| wanted(&c.pass.state)).map(|(_, cell)| cell.sent).sum()
        };
        [
            sent(&|s| matches!(s, ConsentState::AfterReject | ConsentState::AfterWithdraw)),
            sent(&|s| matches!(s, ConsentState::BeforeChoice | ConsentState::NoInteraction)),
            sent(&|_| true),
        ]
    }
}

impl Cell {
    fn add(&mut self, detection: &Detection) {
        match (detection.source, detection.role) {
            (Source::Cookie | Source::Storage, _) => self.stored += 1,
            (Source::Request | Source::Cname, Role::Hit | Role::Sync) => {
                self.sent += 1;
                let of_health = |flag: &DataFlag| flag.kind == DataKind::Health;
                self.flagged += usize::from(detection.flags.iter().any(of_health));
            }
            (Source::Dom, _) => self.embedded += 1,
            _ => self.loaded += 1,
        }
    }

    /// What the cell says, in words: `12 sent, 3 with health content`.
    pub(crate) fn words(&self) -> String {
        let mut parts = Vec::new();
        if self.sent > 0 {
            parts.push(format!("{} sent", words::thousands(self.sent)));
        } else if self.loaded > 0 {
            parts.push("code loaded only".to_owned());
        }
        if self.stored > 0 {
            parts.push(words::count(self.stored, "cookie or key", "cookies or keys"));
        }
        if parts.is_empty() && self.embedded > 0 {
            return "in the page, sent nothing".to_owned();
        }
        if parts.is_empty() { "nothing seen".to_owned() } else { parts.join(", ") }
    }
}

/// A detection belongs to its visit's state only on that state's side of the choice.
fn counts_in(phase: Phase, state: &ConsentState) -> bool {
    match state {
        ConsentState::Unknown => true,
        ConsentState::BeforeChoice | ConsentState::NoInteraction => phase == Phase::Before,
        _ => phase == Phase::After,
    }
}

/// The three states that every audit is about, what else was asked for, and what was seen.
fn columns(report: &Report<'_>) -> Vec<Column> {
    let capture = report.capture;
    let asked = capture.manifest.states.iter().cloned();
    let seen = capture.visits.iter().map(Visit::pass);
    let mut passes: BTreeSet<Pass> = asked.chain(seen).collect();
    if passes.iter().any(|pass| pass.state != ConsentState::Unknown) || passes.is_empty() {
        let basic =
            [ConsentState::BeforeChoice, ConsentState::AfterReject, ConsentState::AfterAccept];
        for state in basic {
            if !passes.iter().any(|pass| pass.state == state) {
                passes.insert(state.into());
            }
        }
    }
    passes.into_iter().map(|pass| column(pass, &capture.visits)).collect()
}

fn column(pass: Pass, visits: &[Visit]) -> Column {
    let mine = || visits.iter().filter(|visit| visit.pass() == pass);
    let loaded = mine().filter(|visit| visit.outcome.is_loaded());
    let pages = loaded.map(|visit| visit.page.as_str()).collect::<BTreeSet<_>>().len();
    let status = if mine().next().is_none() {
        Status::NotRun
    } else if pages == 0 {
        Status::NothingLoaded
    } else {
        choice_status(&pass.state, mine())
    };
    Column { pass, status, pages }
}

fn choice_status<'a>(state: &ConsentState, visits: impl Iterator<Item = &'a Visit>) -> Status {
    if !state.needs_choice() {
        return Status::Seen;
    }
    let mut status = Status::Seen;
    for visit in visits {
        match &visit.choice {
            Some(choice) if choice.verified => {}
            Some(choice) if choice.outcome.is_observation() => {
                status = Status::NotOffered(words::outcome(choice.outcome));
            }
            _ => return Status::NotVerified,
        }
    }
    status
}
