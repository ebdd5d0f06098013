//! The picture of what flowed: kinds of page on the left, kinds of data in the middle,
//! vendors on the right, each band as wide as its events are many. The template draws what
//! is laid out here; the table below it says the same in words.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::flow::{self, Carried, Flow};
use super::super::text::Text;
use super::super::{Report, words};
use super::{LABEL, Listed};

/// So many kinds of page, kinds of data and vendors are drawn; others stand together.
const MOST: [usize; 3] = [8, 9, 12];
/// Topics of health that are drawn by name.
const TOPICS: usize = 5;
/// Rows of the table.
const ROWS: usize = 60;
/// Characters of a label.
const LETTERS: usize = 27;

/// In units of the picture: its width, where the bars stand, how wide a bar is.
const WIDTH: f64 = 960.0;
const BARS: [f64; 3] = [184.0, 476.0, 768.0];
const BAR: f64 = 10.0;
/// The height that all events take together, and what a label needs.
const EVENTS: f64 = 300.0;
const LINE: f64 = 17.0;
const GAP: f64 = 8.0;

#[derive(Serialize)]
pub(super) struct View {
    events: String,
    width: f64,
    height: f64,
    bands: Vec<Band>,
    bars: Vec<Bar>,
    rows: Listed<Row>,
}

/// Events from one bar to another.
#[derive(Serialize)]
struct Band {
    class: &'static str,
    path: String,
    width: f64,
    title: Text,
}

/// A kind of page, a kind of data or a vendor.
#[derive(Serialize)]
struct Bar {
    class: &'static str,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    label_x: f64,
    label_y: f64,
    /// Where the label's end or begin stands: `end` or `start`.
    anchor: &'static str,
    label: Text,
    events: String,
}

#[derive(Serialize)]
struct Row {
    page: Text,
    data: Text,
    vendor: Text,
    events: String,
}

/// A bar's place in its column: the order in which bars stand.
type Place = usize;

/// One column of bars.
#[derive(Default)]
struct Column {
    labels: Vec<String>,
    classes: Vec<&'static str>,
    events: Vec<usize>,
    tops: Vec<f64>,
}

impl View {
    pub(super) fn of(report: &Report<'_>) -> Self {
        let flows = flow::flows(report);
        let events: usize = flows.iter().map(|flow| flow.events).sum();
        let unit = EVENTS / events.max(1) as f64;
        let (mut columns, triples) = columns(&flows);
        let height = columns.each_mut().map(|column| column.stack(unit));
        let height = height.into_iter().fold(0.0, f64::max);
        columns.iter_mut().for_each(|column| column.center(height, unit));
        let row = |flow: &Flow| Row {
            page: Text::own(words::capitalised(&flow.page)),
            data: Text::named(&flow.data.label(), LABEL),
            vendor: Text::named(&flow.vendor, LABEL),
            events: words::thousands(flow.events),
        };
        Self {
            events: words::count(events, "event", "events"),
            width: WIDTH,
            height: rounded(height),
            bands: bands(&columns, &triples, unit),
            bars: bars(&columns, unit),
            rows: Listed::first(&flows, ROWS, row),
        }
    }
}

/// The three columns, and the events between places in them.
fn columns(flows: &[Flow]) -> ([Column; 3], BTreeMap<[Place; 3], usize>) {
    let page = |flow: &Flow| (words::capitalised(&flow.page), "page", 0);
    let topics = topics(flows);
    let data = |flow: &Flow| {
        let label = match &flow.data {
            Carried::Health(topic) if !topics.contains(topic) => "Health: other topics".to_owned(),
            data => data.label(),
        };
        (label, class(&flow.data), rank(&flow.data))
    };
    let vendor = |flow: &Flow| (flow.vendor.clone(), "vendor", 0);
    let (pages, page_at) = Column::of(flows, MOST[0], "kinds of page", page);
    let (data, data_at) = Column::of(flows, MOST[1], "kinds of data", data);
    let (vendors, vendor_at) = Column::of(flows, MOST[2], "vendors", vendor);
    let mut triples = BTreeMap::new();
    for (at, flow) in flows.iter().enumerate() {
        *triples.entry([page_at[at], data_at[at], vendor_at[at]]).or_default() += flow.events;
    }
    ([pages, data, vendors], triples)
}

/// The topics of health that most events are about.
fn topics(flows: &[Flow]) -> BTreeSet<&String> {
    let mut sums: BTreeMap<&String, usize> = BTreeMap::new();
    for flow in flows {
        if let Carried::Health(topic) = &flow.data {
            *sums.entry(topic).or_default() += flow.events;
        }
    }
    let mut sorted: Vec<(&String, usize)> = sums.into_iter().collect();
    sorted.sort_by_key(|(_, events)| std::cmp::Reverse(*events));
    sorted.into_iter().take(TOPICS).map(|(topic, _)| topic).collect()
}

fn class(data: &Carried) -> &'static str {
    match data {
        Carried::Health(_) | Carried::SomeHealth => "health",
        Carried::Personal(_) => "personal",
        Carried::Click | Carried::Page | Carried::Presence => "plain",
    }
}

/// Health content stands on top, whatever its number.
fn rank(data: &Carried) -> u8 {
    match class(data) {
        "health" => 0,
        "personal" => 1,
        _ => 2,
    }
}

impl Column {
    /// The bars for what `name` says of each flow (label, class, rank), and the place of
    /// each flow's bar. What is beyond `most` shares the last one.
    fn of(
        flows: &[Flow],
        most: usize,
        kinds: &str,
        name: impl Fn(&Flow) -> (String, &'static str, u8),
    ) -> (Self, Vec<Place>) {
        let mut sums: BTreeMap<String, (usize, &'static str, u8)> = BTreeMap::new();
        for flow in flows {
            let (label, class, rank) = name(flow);
            sums.entry(label).or_insert((0, class, rank)).0 += flow.events;
        }
        let mut sorted: Vec<(&String, &(usize, &'static str, u8))> = sums.iter().collect();
        sorted.sort_by(|(a, x), (b, y)| (x.2, y.0, a).cmp(&(y.2, x.0, b)));
        let shown = if sorted.len() > most { most - 1 } else { sorted.len() };
        let mut column = Self::default();
        for (label, (events, class, _)) in &sorted[..shown] {
            column.push((*label).clone(), class, *events);
        }
        if let Some(rest) = sorted.get(shown..).filter(|rest| !rest.is_empty()) {
            let events = rest.iter().map(|(_, (events, ..))| events).sum();
            column.push(format!("{} other {kinds}", rest.len()), "others", events);
        }
        let places: BTreeMap<&String, Place> =
            sorted.iter().enumerate().map(|(at, (label, _))| (*label, at.min(shown))).collect();
        let place = |flow: &Flow| places.get(&name(flow).0).copied().unwrap_or_default();
        let places = flows.iter().map(place).collect();
        (column, places)
    }

    fn push(&mut self, label: String, class: &'static str, events: usize) {
        self.labels.push(label);
        self.classes.push(class);
        self.events.push(events);
    }

    /// What a bar and its label take of the height.
    fn room(&self, at: Place, unit: f64) -> f64 {
        (self.events[at] as f64 * unit).max(LINE)
    }

    /// Stands the bars one below the other and says how high that is.
    fn stack(&mut self, unit: f64) -> f64 {
        let mut top = GAP;
        for at in 0..self.events.len() {
            self.tops.push(top);
            top += self.room(at, unit) + GAP;
        }
        top
    }

    /// Moves the bars to the middle of the height, and each to the middle of its room.
    fn center(&mut self, height: f64, unit: f64) {
        let rooms: Vec<f64> = (0..self.events.len()).map(|at| self.room(at, unit)).collect();
        let bottom = self.tops.last().zip(rooms.last()).map_or(height, |(top, room)| top + room);
        let down = (height - bottom - GAP).max(0.0) / 2.0;
        for (at, top) in self.tops.iter_mut().enumerate() {
            *top += down + (rooms[at] - self.events[at] as f64 * unit) / 2.0;
        }
    }
}

/// The bands from pages to data and from data to vendors.
fn bands(columns: &[Column; 3], triples: &BTreeMap<[Place; 3], usize>, unit: f64) -> Vec<Band> {
    let mut bands = Vec::new();
    for left in 0..2 {
        let right = left + 1;
        let mut pairs: BTreeMap<(Place, Place), usize> = BTreeMap::new();
        for (places, events) in triples {
            *pairs.entry((places[left], places[right])).or_default() += events;
        }
        let (from, to) = (&columns[left], &columns[right]);
        let (mut down_left, mut down_right) = (from.tops.clone(), to.tops.clone());
        for ((a, b), events) in pairs {
            let width = events as f64 * unit;
            let (y0, y1) = (down_left[a] + width / 2.0, down_right[b] + width / 2.0);
            down_left[a] += width;
            down_right[b] += width;
            let (said_a, said_b) = (&from.labels[a], &to.labels[b]);
            let events = words::count(events, "event", "events");
            bands.push(Band {
                class: if left == 0 { to.classes[b] } else { from.classes[a] },
                path: curve((BARS[left] + BAR, y0), (BARS[right], y1)),
                width: rounded(width.max(0.7)),
                title: Text::named(&format!("{said_a} → {said_b}: {events}"), 2 * LABEL),
            });
        }
    }
    bands
}

fn curve((x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> String {
    let half = (x0 + x1) / 2.0;
    format!("M{x0} {y0:.1}C{half} {y0:.1} {half} {y1:.1} {x1} {y1:.1}")
}

fn bars(columns: &[Column; 3], unit: f64) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        for at in 0..column.events.len() {
            let height = (column.events[at] as f64 * unit).max(1.0);
            let (label_x, anchor) = match index {
                0 => (BARS[0] - 7.0, "end"),
                _ => (BARS[index] + BAR + 7.0, "start"),
            };
            bars.push(Bar {
                class: column.classes[at],
                x: BARS[index],
                y: rounded(column.tops[at]),
                width: BAR,
                height: rounded(height),
                label_x,
                label_y: rounded(column.tops[at] + height / 2.0 + 4.5),
                anchor,
                label: Text::named(&column.labels[at], LETTERS),
                events: words::thousands(column.events[at]),
            });
        }
    }
    bars
}

/// With one digit after the point: no eye sees more, and the page stays small.
fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(page: &str, data: Carried, vendor: usize, events: usize) -> Flow {
        Flow { page: page.to_owned(), data, vendor: format!("Vendor {vendor}"), events }
    }

    #[test]
    fn bars_of_a_column_do_not_overlap_and_the_rest_is_one() {
        let flows: Vec<Flow> =
            (0..40).map(|n| flow("home page", Carried::Page, n, 40 - n)).collect();
        let (mut columns, triples) = columns(&flows);
        assert_eq!(columns[2].labels.len(), MOST[2]);
        assert_eq!(columns[2].labels[MOST[2] - 1], "29 other vendors");
        assert_eq!(triples.values().sum::<usize>(), 820);
        let unit = EVENTS / 820.0;
        let height = columns[2].stack(unit);
        columns[2].center(height, unit);
        let bars: Vec<Bar> =
            bars(&columns_of(columns), unit).into_iter().filter(|bar| bar.x > BARS[1]).collect();
        assert!(bars.windows(2).all(|two| two[0].label_y + LINE <= two[1].label_y));
        assert!(bars.iter().all(|bar| bar.y >= 0.0 && bar.y + bar.height <= height));
    }

    /// With all three stacked.
    fn columns_of(mut columns: [Column; 3]) -> [Column; 3] {
        for column in &mut columns[..2] {
            column.stack(1.0);
        }
        columns
    }

    #[test]
    fn health_content_stands_on_top() {
        let flows = [
            flow("home page", Carried::Page, 1, 90),
            flow("appointment", Carried::Health("oncology".to_owned()), 2, 1),
        ];
        let (columns, _) = columns(&flows);
        assert_eq!(columns[1].labels, ["Health: oncology", "Which page it was"]);
        assert_eq!(columns[0].labels[0], "Home page");
    }
}
