//! Every request of the run, grouped by host and path; the full list is for files.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use url::Url;

use super::super::text::Text;
use super::super::words;
use super::{ADDRESS, Context, LABEL, Listed};
use crate::detect::UnknownPixel;
use crate::model::{Pass, RequestId, Visit, VisitId, registrable_domain};

const HOSTS: usize = 80;
const PATHS: usize = 6;
const UNKNOWN: usize = 40;
/// Distinct paths kept per host while counting; one more stands for all others.
const DISTINCT: usize = 500;

#[derive(Serialize)]
pub(super) struct Requests {
    total: String,
    hosts_total: String,
    states: Vec<Text>,
    hosts: Listed<Host>,
    unknown: Listed<Unknown>,
}

#[derive(Serialize)]
struct Host {
    host: Text,
    whose: Text,
    total: String,
    states: Vec<Count>,
    paths: Listed<Path>,
}

#[derive(Serialize)]
struct Count {
    state: Text,
    number: String,
}

#[derive(Serialize)]
struct Path {
    path: Text,
    number: String,
}

#[derive(Serialize)]
struct Unknown {
    domain: Text,
    number: String,
    score: u8,
    reasons: Text,
    example: Text,
}

/// What is counted of one host.
#[derive(Default)]
struct Tally<'a> {
    site: bool,
    vendors: BTreeSet<&'a str>,
    states: BTreeMap<Pass, usize>,
    paths: BTreeMap<String, usize>,
    more_paths: usize,
    total: usize,
}

impl Requests {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let capture = context.report.capture;
        let hosts = tallies(context);
        let total = hosts.values().map(|tally| tally.total).sum();
        let states: BTreeSet<Pass> = capture.visits.iter().map(Visit::pass).collect();
        let mut sorted: Vec<(&String, &Tally<'_>)> = hosts.iter().collect();
        sorted.sort_by(|(a, x), (b, y)| {
            (x.site, y.total).cmp(&(y.site, x.total)).then_with(|| a.cmp(b))
        });
        Self {
            total: words::count(total, "request", "requests"),
            hosts_total: words::count(hosts.len(), "host", "hosts"),
            states: states.iter().map(state_name).collect(),
            hosts: Listed::first(sorted, HOSTS, |(name, tally)| host(name, tally, &states)),
            unknown: unknown(&context.report.detected.unknown_pixels),
        }
    }
}

fn state_name(pass: &Pass) -> Text {
    Text::named(&words::capitalised(&words::pass(pass)), LABEL)
}

/// Counts per host over all visits.
fn tallies<'a>(context: &Context<'a>) -> BTreeMap<String, Tally<'a>> {
    let mut vendors: BTreeMap<(&VisitId, &RequestId), &'a str> = BTreeMap::new();
    for detection in &context.report.detected.detections {
        if let Some(request) = &detection.request {
            vendors.insert((&detection.visit, request), &detection.vendor);
        }
    }
    let mut hosts: BTreeMap<String, Tally<'a>> = BTreeMap::new();
    for visit in &context.report.capture.visits {
        for request in &visit.requests {
            let Some((host, path)) = host_and_path(&request.url) else { continue };
            let tally = hosts.entry(host).or_insert_with_key(|host| Tally::new(host, visit));
            tally.vendors.extend(vendors.get(&(&visit.id, &request.id)));
            tally.add(visit.pass(), path);
        }
    }
    hosts
}

/// `None` for addresses that never reach a network (`data:`, `blob:`).
fn host_and_path(address: &str) -> Option<(String, String)> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    Some((host, url.path().to_owned()))
}

impl<'a> Tally<'a> {
    fn new(host: &str, visit: &Visit) -> Self {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        Self { site: registrable_domain(name) == visit.site, ..Self::default() }
    }

    fn add(&mut self, pass: Pass, path: String) {
        self.total += 1;
        *self.states.entry(pass).or_default() += 1;
        if self.paths.len() < DISTINCT || self.paths.contains_key(&path) {
            *self.paths.entry(path).or_default() += 1;
        } else {
            self.more_paths += 1;
        }
    }
}

fn host(name: &str, tally: &Tally<'_>, states: &BTreeSet<Pass>) -> Host {
    let vendors: Vec<String> = tally.vendors.iter().map(|v| (*v).to_owned()).collect();
    let whose = match (vendors.is_empty(), tally.site) {
        (false, true) => format!("the site itself, carrying {}", words::listed(&vendors, 3)),
        (false, false) => words::listed(&vendors, 3),
        (true, true) => "the site itself".to_owned(),
        (true, false) => "not recognised".to_owned(),
    };
    let mut paths: Vec<(&String, &usize)> = tally.paths.iter().collect();
    paths.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    let distinct = paths.len() + usize::from(tally.more_paths > 0);
    let mut paths = Listed::first(paths, PATHS, |(path, number)| Path {
        path: Text::captured(path, ADDRESS / 2),
        number: words::thousands(*number),
    });
    paths.left_out = distinct - paths.rows.len();
    let count = |pass: &Pass| Count {
        state: state_name(pass),
        number: words::thousands(tally.states.get(pass).copied().unwrap_or_default()),
    };
    Host {
        host: Text::named(name, LABEL),
        whose: Text::named(&whose, LABEL),
        total: words::thousands(tally.total),
        states: states.iter().map(count).collect(),
        paths,
    }
}

/// Unrecognised pixels by domain, the most pixel-like first.
fn unknown(pixels: &[UnknownPixel]) -> Listed<Unknown> {
    let mut domains: BTreeMap<&str, (usize, &UnknownPixel)> = BTreeMap::new();
    for pixel in pixels {
        let known = domains.entry(&pixel.domain).or_insert((0, pixel));
        known.0 += 1;
        if pixel.score > known.1.score {
            known.1 = pixel;
        }
    }
    let mut sorted: Vec<_> = domains.into_iter().collect();
    sorted.sort_by_key(|(domain, (_, pixel))| (std::cmp::Reverse(pixel.score), *domain));
    Listed::first(sorted, UNKNOWN, |(domain, (number, pixel))| Unknown {
        domain: Text::named(domain, LABEL),
        number: words::thousands(number),
        score: pixel.score,
        reasons: Text::named(&words::listed(&pixel.reasons, 6), ADDRESS),
        example: Text::masked(&pixel.url, ADDRESS),
    })
}
