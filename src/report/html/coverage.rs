//! What was not covered, and with what all was done.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::explain::explain;
use super::super::journeys::{Made, Outcome, made};
use super::super::summary;
use super::super::text::Text;
use super::super::words;
use super::pictures::{Pictures, Shown};
use super::prose::Prose;
use super::{ADDRESS, Context, LABEL, Listed};
use crate::model::{
    MissingRequest, Pass, RunFacts, SkippedPage, StepFailure, StepTaken, TemplateSample, Vantage,
    Visit,
};

const PAGES: usize = 60;
const MISSING: usize = 60;
const GAPS: usize = 30;

#[derive(Serialize)]
pub(super) struct Coverage {
    states: Vec<State>,
    journeys: Vec<JourneyRow>,
    failed: Listed<Failed>,
    skipped: Listed<Skipped>,
    left_out: Vec<LeftOut>,
    templates: Listed<Template>,
    notes: Listed<Text>,
    idle: Listed<Text>,
    missing: Listed<Missing>,
    gaps: Listed<Text>,
    collectors: Vec<Text>,
    blind_spots: Vec<Prose>,
    versions: Vec<Version>,
}

#[derive(Serialize)]
struct State {
    state: Text,
    pages: String,
    loaded: String,
    tap: String,
    ledger: String,
    missing: String,
    verdict: &'static str,
    class: &'static str,
}

#[derive(Serialize)]
struct JourneyRow {
    name: Text,
    state: Text,
    verdict: Text,
    class: &'static str,
    steps: Vec<StepRow>,
    failure: Option<StepFailed>,
}

#[derive(Serialize)]
struct StepRow {
    step: Text,
    notes: Text,
}

#[derive(Serialize)]
struct StepFailed {
    message: Text,
    page: Text,
    title: Text,
    picture: Option<Shown>,
}

#[derive(Serialize)]
struct Failed {
    page: Text,
    state: Text,
    outcome: String,
    message: Text,
}

#[derive(Serialize)]
struct Skipped {
    page: Text,
    reason: Text,
}

#[derive(Serialize)]
struct LeftOut {
    reason: Text,
    pages: String,
}

#[derive(Serialize)]
struct Template {
    pattern: Text,
    known: String,
    visited: String,
}

#[derive(Serialize)]
struct Missing {
    method: Text,
    url: Text,
}

#[derive(Serialize)]
struct Version {
    label: Text,
    value: Text,
}

impl Coverage {
    pub(super) fn of(context: &Context<'_>, pictures: &mut Pictures<'_>) -> Self {
        let capture = context.report.capture;
        let (visits, run) = (&capture.visits, &capture.manifest.run);
        let failed = visits.iter().filter(|visit| !visit.outcome.is_loaded());
        let missing = visits.iter().flat_map(|visit| &visit.coverage.missing);
        let skip = |page: &SkippedPage| Skipped {
            page: context.place(&page.url),
            reason: Text::captured(&page.reason, LABEL),
        };
        let miss = |request: &MissingRequest| Missing {
            method: Text::captured(&request.method, 10),
            url: Text::captured(&request.url, ADDRESS),
        };
        Self {
            states: states(visits),
            journeys: made(capture).iter().map(|row| journey(row, context, pictures)).collect(),
            failed: Listed::first(failed, PAGES, |visit| fail(visit, context)),
            skipped: skipped_pages(run, skip),
            left_out: left_out(run),
            templates: templates(run),
            idle: Listed::first(idle(context), GAPS, |line| Text::named(&line, 300)),
            notes: Listed::first(&run.notes, GAPS, |note| Text::captured(note, 300)),
            missing: Listed::first(missing, MISSING, miss),
            gaps: Listed::first(&run.gaps, GAPS, |g| Text::captured(g, 300)),
            collectors: collectors(visits),
            blind_spots: blind_spots(context).into_iter().map(Prose::from).collect(),
            versions: versions(context),
        }
    }
}

/// Decisions of the owner that met nothing.
fn idle(context: &Context<'_>) -> Vec<String> {
    let report = context.report;
    let mut lines = report.policy.idle_waivers(report.findings);
    lines.extend(report.policy.idle_vendors(report.detected));
    lines
}

/// The first pages that were left out, beside the number of all of them.
fn skipped_pages(run: &RunFacts, row: impl Fn(&SkippedPage) -> Skipped) -> Listed<Skipped> {
    let mut listed = Listed::first(&run.skipped, PAGES, row);
    listed.total = listed.total.max(run.skipped_totals.values().sum());
    listed.left_out = listed.total - listed.rows.len();
    listed
}

/// How many pages were left out for each reason, the most first.
fn left_out(run: &RunFacts) -> Vec<LeftOut> {
    summary::left_out(run)
        .into_iter()
        .map(|(reason, pages)| LeftOut {
            reason: Text::captured(reason, LABEL),
            pages: words::thousands(pages),
        })
        .take(GAPS)
        .collect()
}

/// The templates of which some pages were visited.
fn templates(run: &RunFacts) -> Listed<Template> {
    let row = |sample: &TemplateSample| Template {
        pattern: Text::captured(&sample.pattern, ADDRESS),
        known: words::thousands(sample.known),
        visited: words::thousands(sample.visited),
    };
    let mut listed = Listed::first(&run.templates, PAGES, row);
    listed.total = listed.total.max(run.templates_count);
    listed.left_out = listed.total - listed.rows.len();
    listed
}

fn states(visits: &[Visit]) -> Vec<State> {
    let mut states: BTreeMap<Pass, Vec<&Visit>> = BTreeMap::new();
    for visit in visits {
        states.entry(visit.pass()).or_default().push(visit);
    }
    states.into_iter().map(|(pass, visits)| sum(&pass, &visits)).collect()
}

fn sum(pass: &Pass, visits: &[&Visit]) -> State {
    let loaded = visits.iter().filter(|visit| visit.outcome.is_loaded()).count();
    let tap: u64 = visits.iter().map(|visit| visit.coverage.tap).sum();
    let ledger: Option<u64> = visits.iter().map(|visit| visit.coverage.ledger).sum();
    let missing: usize = visits.iter().map(|visit| visit.coverage.missing.len()).sum();
    let (verdict, class) = match (ledger, missing) {
        (None, _) => ("not checked: no account by the browser", "unknown"),
        (Some(_), 0) => ("every request was seen", "good"),
        (Some(_), _) => ("some requests were not seen", "bad"),
    };
    State {
        state: Text::named(&words::capitalised(&words::pass(pass)), LABEL),
        pages: words::thousands(visits.len()),
        loaded: words::thousands(loaded),
        tap: words::thousands(tap as usize),
        ledger: ledger.map_or_else(|| "none kept".to_owned(), |n| words::thousands(n as usize)),
        missing: words::thousands(missing),
        verdict,
        class,
    }
}

fn journey(row: &Made<'_>, context: &Context<'_>, pictures: &mut Pictures<'_>) -> JourneyRow {
    let step = |step: &StepTaken| StepRow {
        step: Text::captured(&step.step, ADDRESS),
        notes: Text::captured(&step.notes.join("; "), ADDRESS),
    };
    let mut fails = |failure: &StepFailure| StepFailed {
        message: Text::captured(&failure.message, 300),
        page: context.place(&failure.url),
        title: Text::captured(&failure.title, LABEL),
        picture: failure.screenshot.as_deref().and_then(|name| {
            let caption = format!("the page when the journey {} failed", row.plan.name);
            pictures.show(name, Text::captured(&caption, LABEL))
        }),
    };
    JourneyRow {
        name: Text::captured(&row.plan.name, LABEL),
        state: Text::named(&words::capitalised(&words::pass(row.pass)), LABEL),
        verdict: Text::captured(&words::capitalised(&row.words()), ADDRESS),
        class: match row.outcome {
            Outcome::Completed => "good",
            Outcome::Failed | Outcome::NotMade => "bad",
            Outcome::NotOffered => "unknown",
        },
        steps: row.steps().map(step).collect(),
        failure: row.failed.and_then(|step| step.failure.as_ref()).map(&mut fails),
    }
}

fn fail(visit: &Visit, context: &Context<'_>) -> Failed {
    Failed {
        page: context.place(&visit.page),
        state: Text::named(&words::capitalised(&words::pass(&visit.pass())), LABEL),
        outcome: visit.outcome.name().replace('-', " "),
        message: Text::captured(visit.outcome.message(), 300),
    }
}

/// Collectors that failed, each with how often.
fn collectors(visits: &[Visit]) -> Vec<Text> {
    let mut failures: BTreeMap<&str, usize> = BTreeMap::new();
    for failure in visits.iter().flat_map(|visit| &visit.collected.failures) {
        *failures.entry(&failure.collector).or_default() += 1;
    }
    let line = |(name, number)| format!("{name}: on {}", words::count(number, "visit", "visits"));
    failures.into_iter().map(|entry| Text::named(&line(entry), LABEL)).take(GAPS).collect()
}

/// What the audits that found something cannot see, each once.
fn blind_spots(context: &Context<'_>) -> Vec<&'static str> {
    let mut spots: Vec<&str> = Vec::new();
    for finding in context.report.findings {
        let spot = explain(finding).blind_spots;
        if !spot.is_empty() && !spots.contains(&spot) {
            spots.push(spot);
        }
    }
    spots
}

/// What the site was given, and the way to it: names, never values.
fn given(vantage: &Vantage) -> Vec<(String, String)> {
    let one = |label: &str, value: &Option<String>| Some((label.to_owned(), value.clone()?));
    let many = |label: &str, names: &[String]| {
        (!names.is_empty()).then(|| (label.to_owned(), names.join(", ")))
    };
    let rows = [
        one("Proxy", &vantage.proxy),
        many("Headers given to the site", &vantage.headers),
        many("Cookies given to the site", &vantage.cookies),
        one("User name given to the site", &vantage.login),
    ];
    rows.into_iter().flatten().collect()
}

fn versions(context: &Context<'_>) -> Vec<Version> {
    let report = context.report;
    let manifest = &report.capture.manifest;
    let mut rows = vec![
        (
            "Report written by".to_owned(),
            concat!("pixelwarden ", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
        ("Captured by".to_owned(), manifest.tool.clone()),
        ("Capture format".to_owned(), manifest.format.to_string()),
        ("Signatures".to_owned(), report.signatures.version.to_owned()),
        ("Signature hash".to_owned(), report.signatures.hash.to_owned()),
    ];
    if let Some(browser) = &manifest.browser {
        rows.push(("Browser".to_owned(), format!("{} {}", browser.name, browser.version)));
        rows.push(("User agent".to_owned(), browser.user_agent.clone()));
    }
    rows.extend(given(&manifest.vantage));
    let times = [("Began", manifest.started), ("Ended", manifest.ended)];
    for (label, time) in times {
        let time = time.map_or_else(|| "not told".to_owned(), super::super::summary::date);
        rows.push((label.to_owned(), time));
    }
    let version = |(label, value): (String, String)| Version {
        label: Text::named(&label, LABEL),
        value: Text::named(&value, ADDRESS),
    };
    let option = |(name, value): (&String, &String)| Version {
        label: Text::named(&format!("Option {name}"), LABEL),
        value: Text::captured(value, ADDRESS),
    };
    let options = manifest.options.iter().take(PAGES).map(option);
    rows.into_iter().map(version).chain(options).collect()
}
