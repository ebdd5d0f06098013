//! What a page sent, second by second: in each consent state the most telling visit, or
//! where a choice was made the visit that made it and the same page loaded again.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::text::Text;
use super::super::{flow, words};
use super::matrix::sent_class;
use super::{Context, LABEL};
use crate::detect::{DataKind, Detection, Source};
use crate::model::{ConsentState, Pass, Phase, Visit, VisitId};

/// States that are drawn, and lanes of one picture; other vendors share the last one.
const STATES: usize = 8;
const LANES: usize = 12;
/// Characters of a lane's name.
const LETTERS: usize = 24;

/// In units of the picture: its width, where time begins, the space between two visits, the
/// height of a lane and of what stands above and below.
const WIDTH: f64 = 960.0;
const BEGIN: f64 = 190.0;
const BETWEEN: f64 = 40.0;
const LANE: f64 = 20.0;
const HEAD: f64 = 40.0;
const CHOICE: f64 = 20.0;
const FOOT: f64 = 26.0;
/// Requests nearer to each other are one dot.
const DOT: f64 = 3.0;

#[derive(Serialize)]
pub(super) struct Timelines {
    states: Vec<Timeline>,
}

#[derive(Serialize)]
struct Timeline {
    anchor: String,
    state: Text,
    page: Text,
    width: f64,
    height: f64,
    /// Where lanes end at the bottom.
    floor: f64,
    parts: Vec<Part>,
    lanes: Vec<Lane>,
    ticks: Vec<Tick>,
    choice: Option<Moment>,
    rows: Vec<Row>,
    phases: Vec<&'static str>,
}

/// One visit within a picture.
#[derive(Serialize)]
struct Part {
    x: f64,
    width: f64,
    label: &'static str,
}

/// The time from when a choice was being made.
#[derive(Serialize)]
struct Moment {
    x: f64,
    width: f64,
    height: f64,
}

#[derive(Serialize)]
struct Lane {
    label_y: f64,
    name: Text,
    dots: Vec<Dots>,
}

/// Requests of one kind, each a stroke of no length.
#[derive(Serialize)]
struct Dots {
    class: &'static str,
    path: String,
}

#[derive(Serialize)]
struct Tick {
    x: f64,
    label: String,
}

/// The same in words: what a vendor was sent in each phase.
#[derive(Serialize)]
struct Row {
    name: Text,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    phase: &'static str,
    words: String,
}

/// A request on its lane.
#[derive(Clone, Copy)]
struct Mark {
    time_ms: f64,
    phase: Phase,
    sent: bool,
    /// In the second of two visits.
    again: bool,
}

impl Timelines {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let visits = &context.report.capture.visits;
        let mut hits: BTreeMap<&VisitId, Vec<&Detection>> = BTreeMap::new();
        for detection in &context.report.detected.detections {
            if matches!(detection.source, Source::Request | Source::Cname) {
                hits.entry(&detection.visit).or_default().push(detection);
            }
        }
        let passes: BTreeSet<Pass> = visits.iter().map(Visit::pass).collect();
        let states = passes.iter().filter_map(|pass| {
            let (first, again) = chosen(visits, pass, &hits)?;
            draw(context, pass, first, again, &hits)
        });
        Self { states: states.take(STATES).collect() }
    }
}

/// The visit to show of a state, and the one that loaded its page again after a choice.
fn chosen<'a>(
    visits: &'a [Visit],
    pass: &Pass,
    hits: &BTreeMap<&VisitId, Vec<&Detection>>,
) -> Option<(&'a Visit, Option<&'a Visit>)> {
    let loaded = |visit: &&Visit| visit.pass() == *pass && visit.outcome.is_loaded();
    let mine: Vec<&Visit> = visits.iter().filter(loaded).collect();
    let choosing = mine.iter().position(|visit| has(visit, Phase::During));
    if let Some(at) = choosing {
        let again = mine[at + 1..].iter().find(|v| v.page == mine[at].page);
        return Some((mine[at], again.copied()));
    }
    let weight = |visit: &&&Visit| {
        let hits = hits.get(&visit.id).map_or(&[][..], Vec::as_slice);
        let of_health = |hit: &&&Detection| hit.flags.iter().any(|f| f.kind == DataKind::Health);
        (hits.iter().filter(of_health).count(), hits.len(), std::cmp::Reverse(visit.id.clone()))
    };
    mine.iter().max_by_key(weight).map(|visit| (*visit, None))
}

fn has(visit: &Visit, phase: Phase) -> bool {
    visit.requests.iter().any(|request| request.phase == phase)
}

fn draw(
    context: &Context<'_>,
    pass: &Pass,
    first: &Visit,
    again: Option<&Visit>,
    hits: &BTreeMap<&VisitId, Vec<&Detection>>,
) -> Option<Timeline> {
    let lanes = lanes(first, again, hits);
    if lanes.is_empty() {
        return None;
    }
    let scale = Scale::of(first, again);
    let floor = scale.head + lanes.len() as f64 * LANE;
    let name = words::capitalised(&words::pass(pass));
    let anchor = pass.to_string().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let phases: BTreeSet<Phase> =
        lanes.iter().flat_map(|(_, marks)| marks.iter().map(|mark| mark.phase)).collect();
    Some(Timeline {
        anchor: format!("timeline-{}", anchor.chars().take(LABEL).collect::<String>()),
        state: Text::named(&name, LABEL),
        page: context.place(&first.page),
        width: WIDTH,
        height: floor + FOOT,
        floor,
        parts: scale.parts(again.is_some()),
        ticks: scale.ticks(),
        choice: scale.choice(first, floor),
        phases: phases.iter().map(|phase| words::phase(*phase)).collect(),
        rows: lanes.iter().map(|(name, marks)| row(name, marks, &phases)).collect(),
        lanes: lanes
            .iter()
            .enumerate()
            .map(|(at, (name, marks))| lane(at, name, marks, &scale, &pass.state))
            .collect(),
    })
}

/// Each vendor's requests, the earliest vendor first; those beyond [`LANES`] together.
fn lanes(
    first: &Visit,
    again: Option<&Visit>,
    hits: &BTreeMap<&VisitId, Vec<&Detection>>,
) -> Vec<(String, Vec<Mark>)> {
    let mut vendors: BTreeMap<&str, Vec<Mark>> = BTreeMap::new();
    for (visit, again) in [(Some(first), false), (again, true)] {
        let hits = visit.and_then(|visit| hits.get(&visit.id)).into_iter().flatten();
        for hit in hits {
            let sent = flow::is_event(hit);
            let mark = Mark { time_ms: hit.time_ms, phase: hit.phase, sent, again };
            vendors.entry(&hit.vendor).or_default().push(mark);
        }
    }
    let begin = |marks: &[Mark]| {
        let key = |mark: &Mark| (mark.again, !mark.sent, mark.time_ms as u64);
        marks.iter().map(key).min()
    };
    let mut lanes: Vec<(String, Vec<Mark>)> =
        vendors.into_iter().map(|(name, marks)| (name.to_owned(), marks)).collect();
    lanes.sort_by_cached_key(|(name, marks)| (begin(marks), name.clone()));
    if lanes.len() > LANES {
        let rest = lanes.split_off(LANES - 1);
        let name = format!("{} other vendors", rest.len());
        lanes.push((name, rest.into_iter().flat_map(|(_, marks)| marks).collect()));
    }
    lanes
}

/// From milliseconds to places in the picture.
struct Scale {
    /// Length of either visit, in milliseconds; none for one that is not there.
    first: f64,
    again: f64,
    unit: f64,
    /// Where the first lane begins: below the labels, if there are any.
    head: f64,
}

impl Scale {
    fn of(first: &Visit, again: Option<&Visit>) -> Self {
        let length = |visit: &Visit| {
            let times = visit.requests.iter().map(|request| request.time_ms);
            // Half a second shows dots apart that would otherwise fill the picture.
            times.filter(|time| time.is_finite()).fold(500.0, f64::max)
        };
        let (first, second) = (length(first), again.map_or(0.0, length));
        let between = if again.is_some() { BETWEEN } else { 0.0 };
        let room = WIDTH - BEGIN - 14.0 - between;
        let head = if again.is_some() { HEAD } else { 4.0 };
        Self { first, again: second, unit: room / (first + second), head }
    }

    fn x(&self, time_ms: f64, again: bool) -> f64 {
        let time = time_ms.clamp(0.0, if again { self.again } else { self.first });
        let start = if again { BEGIN + self.first * self.unit + BETWEEN } else { BEGIN };
        (start + time * self.unit).round()
    }

    fn parts(&self, twice: bool) -> Vec<Part> {
        let part = |again: bool, label| {
            let x = self.x(0.0, again);
            Part { x, width: self.x(f64::MAX, again) - x, label }
        };
        match twice {
            true => vec![part(false, "loaded"), part(true, "loaded again")],
            false => vec![part(false, "")],
        }
    }

    /// Whole seconds at round steps, at most some eight for both visits.
    fn ticks(&self) -> Vec<Tick> {
        let steps = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0];
        let all = (self.first + self.again) / 1000.0;
        let step = steps.into_iter().find(|step| all / step <= 9.0).unwrap_or(7200.0);
        let mut ticks = Vec::new();
        for (length, again) in [(self.first, false), (self.again, true)] {
            let number = (length / 1000.0 / step) as usize;
            let shown = if length > 0.0 { 0..number.min(20) + 1 } else { 0..0 };
            for at in shown {
                let seconds = at as f64 * step;
                let label = format!("{} s", (seconds * 10.0).round() / 10.0);
                ticks.push(Tick { x: self.x(seconds * 1000.0, again), label });
            }
        }
        ticks
    }

    /// From the first request while choosing to the visit's end.
    fn choice(&self, first: &Visit, floor: f64) -> Option<Moment> {
        let during = first.requests.iter().filter(|r| r.phase == Phase::During);
        let begin = during.map(|request| request.time_ms).min_by(f64::total_cmp)?;
        let x = self.x(begin, false) - DOT;
        let height = floor - CHOICE;
        Some(Moment { x, width: self.x(f64::MAX, false) - x, height })
    }
}

fn lane(at: usize, name: &str, marks: &[Mark], scale: &Scale, state: &ConsentState) -> Lane {
    let y = scale.head + (at as f64 + 0.5) * LANE;
    let mut places: BTreeMap<&'static str, BTreeSet<u64>> = BTreeMap::new();
    for mark in marks {
        let class = match (mark.sent, mark.phase) {
            (false, _) => "loaded",
            (true, Phase::After) => sent_class(state),
            (true, Phase::During) => sent_class(&ConsentState::Unknown),
            (true, Phase::Before) => sent_class(&ConsentState::BeforeChoice),
        };
        let place = (scale.x(mark.time_ms, mark.again) / DOT) as u64;
        places.entry(class).or_default().insert(place);
    }
    let dot = |place: u64| format!("M{} {y}h0", place as f64 * DOT);
    let dots = |(class, places): (&'static str, BTreeSet<u64>)| Dots {
        class,
        path: places.into_iter().map(dot).collect(),
    };
    Lane {
        label_y: y + 4.5,
        name: Text::named(name, LETTERS),
        dots: places.into_iter().map(dots).collect(),
    }
}

fn row(name: &str, marks: &[Mark], phases: &BTreeSet<Phase>) -> Row {
    let cell = |phase: &Phase| {
        let of = |sent| marks.iter().filter(|m| m.phase == *phase && m.sent == sent).count();
        let words = match (of(true), of(false)) {
            (0, 0) => "nothing".to_owned(),
            (0, loaded) => words::count(loaded, "request for code", "requests for code"),
            (sent, _) => format!("{} sent", words::thousands(sent)),
        };
        Cell { phase: words::phase(*phase), words }
    };
    Row { name: Text::named(name, LABEL), cells: phases.iter().map(cell).collect() }
}
