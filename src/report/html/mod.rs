//! One self-contained page for people: readable on a screen, a phone and paper.
//!
//! Each section has a view here (plain data, all text made safe to show) and a
//! template of the same name in `reports/html`. Templates only lay out.

mod consent;
mod coverage;
mod findings;
mod flow;
mod health;
mod lists;
mod matrix;
mod partials;
mod pictures;
mod prose;
mod requests;
mod review;
mod script;
mod timeline;
mod top;

use std::collections::BTreeMap;

use handlebars::Handlebars;
use serde::Serialize;

use pictures::Pictures;
use script::Script;

use super::format::Facts;
use super::text::Text;
use super::{Logo, Report, ReportError, Templates};
use crate::model::{Visit, VisitId, host_of};

pub(super) static FACTS: Facts = Facts {
    name: "html",
    extension: "html",
    summary: "one page to read, print and sign off; needs no network",
    render,
};

/// Name and text of every template; they are part of the program.
const TEMPLATES: &[(&str, &str)] = &[
    ("page", include_str!("../../../reports/html/page.hbs")),
    ("style", include_str!("../../../reports/html/style.css")),
    ("brand", include_str!("../../../reports/html/brand.hbs")),
    ("top", include_str!("../../../reports/html/top.hbs")),
    ("script", script::OURS),
    ("filter", include_str!("../../../reports/html/filter.hbs")),
    ("matrix", include_str!("../../../reports/html/matrix.hbs")),
    ("flow", include_str!("../../../reports/html/flow.hbs")),
    ("timeline", include_str!("../../../reports/html/timeline.hbs")),
    ("lists", include_str!("../../../reports/html/lists.hbs")),
    ("findings", include_str!("../../../reports/html/findings.hbs")),
    ("picture", include_str!("../../../reports/html/picture.hbs")),
    ("prose", include_str!("../../../reports/html/prose.hbs")),
    ("evidence", include_str!("../../../reports/html/evidence.hbs")),
    ("consent", include_str!("../../../reports/html/consent.hbs")),
    ("health", include_str!("../../../reports/html/health.hbs")),
    ("review", include_str!("../../../reports/html/review.hbs")),
    ("requests", include_str!("../../../reports/html/requests.hbs")),
    ("coverage", include_str!("../../../reports/html/coverage.hbs")),
    ("method", include_str!("../../../reports/html/method.hbs")),
];

/// How many characters of captured text a cell shows.
const ADDRESS: usize = 240;
const LABEL: usize = 120;

/// Everything on the page, in the order of its questions.
#[derive(Serialize)]
struct Page {
    title: Text,
    print_head: Text,
    script: Script,
    brand: Brand,
    top: top::Top,
    matrix: matrix::View,
    flow: flow::View,
    timeline: timeline::Timelines,
    lists: lists::Lists,
    findings: findings::Findings,
    review: review::Review,
    consent: consent::Consent,
    health: health::Health,
    requests: requests::Requests,
    coverage: coverage::Coverage,
}

/// Whose report it is.
#[derive(Serialize)]
struct Brand {
    name: Text,
    /// A data address, or empty.
    logo: String,
}

/// The report as one HTML page.
///
/// # Errors
/// When a template does not fit its view; no input leads to it.
pub fn render(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let engine = engine(&report.look.templates)?;
    let page = page(report)?;
    let html = engine.render("page", &page).map_err(|e| ReportError::Page(Box::new(e)))?;
    Ok(html.into_bytes())
}

/// Every template by its name; a user's own take the place of ours.
fn engine(own: &Templates) -> Result<Handlebars<'static>, ReportError> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    let texts = TEMPLATES.iter().map(|(name, text)| (*name, own.get(*name).map_or(*text, |t| t)));
    let texts: BTreeMap<&str, &str> = texts.collect();
    if let Some(circle) = partials::circle(&texts) {
        return Err(ReportError::Circle(circle));
    }
    for (name, text) in texts {
        if name == "script" {
            Script::of(text)?;
            continue;
        }
        engine
            .register_template_string(name, text)
            .map_err(|e| ReportError::Template(Box::new(e)))?;
    }
    Ok(engine)
}

/// The names of the files that a user's own templates may have.
pub fn template_files() -> impl Iterator<Item = (&'static str, String)> {
    TEMPLATES.iter().map(|(name, _)| {
        let ending = match *name {
            "style" => "css",
            "script" => "js",
            _ => "hbs",
        };
        (*name, format!("{name}.{ending}"))
    })
}

fn page(report: &Report<'_>) -> Result<Page, ReportError> {
    let context = Context::of(report);
    let name = context.site_names();
    let mut pictures = Pictures::new(report.screenshots);
    let look = report.look;
    let script = look.templates.get("script").map_or(script::OURS, String::as_str);
    Ok(Page {
        title: Text::named(&format!("{name}: tracking and consent audit"), LABEL),
        print_head: print_head(&name),
        script: Script::of(script)?,
        brand: Brand {
            name: Text::named(&look.brand, LABEL),
            logo: look.logo.as_ref().map(Logo::address).unwrap_or_default().to_owned(),
        },
        top: top::Top::of(&context),
        matrix: matrix::View::of(report),
        flow: flow::View::of(report),
        timeline: timeline::Timelines::of(&context),
        lists: lists::Lists::of(report),
        findings: findings::Findings::of(&context, &mut pictures),
        review: review::Review::of(&context),
        consent: consent::Consent::of(&context, &mut pictures),
        health: health::Health::of(&context),
        requests: requests::Requests::of(&context),
        coverage: coverage::Coverage::of(&context, &mut pictures),
    })
}

/// What stands at the head of every printed page. It becomes part of the style sheet,
/// where HTML escapes mean nothing, so only the letters of host names pass.
fn print_head(name: &str) -> Text {
    let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ' ' | ',');
    Text::own(name.chars().filter(safe).take(LABEL).collect::<String>())
}

/// The report with what several sections look up.
struct Context<'a> {
    report: &'a Report<'a>,
    visits: BTreeMap<&'a VisitId, &'a Visit>,
    /// `https://www.clinic.example`, left out of addresses when there is one site.
    origin: Option<String>,
}

impl<'a> Context<'a> {
    fn of(report: &'a Report<'a>) -> Self {
        let visits = &report.capture.visits;
        let one_site = report.capture.sites().len() == 1;
        let first = visits.first().filter(|_| one_site);
        let origin =
            first.and_then(|v| Some(url::Url::parse(&v.page).ok()?.origin().ascii_serialization()));
        Self { report, visits: visits.iter().map(|v| (&v.id, v)).collect(), origin }
    }

    fn site_names(&self) -> String {
        let sites = self.report.capture.sites();
        match sites.as_slice() {
            [] => {
                self.report.capture.manifest.targets.first().map(|t| host_of(t)).unwrap_or_default()
            }
            [site] => (*site).to_owned(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        }
    }

    /// A page's address as the report shows it: the path alone when all is one site.
    fn place(&self, address: &str) -> Text {
        let origin = self.origin.as_deref();
        let path = origin.and_then(|o| address.strip_prefix(o)).filter(|p| p.starts_with('/'));
        Text::captured(path.unwrap_or(address), ADDRESS)
    }
}

/// The first rows of a list, with the number of all of them.
#[derive(Serialize)]
struct Listed<T> {
    rows: Vec<T>,
    total: usize,
    /// How many are left out; 0 hides the note.
    left_out: usize,
}

impl<T> Listed<T> {
    /// The first `most` of `items`, each turned into a row; the rest is only counted.
    fn first<I>(items: impl IntoIterator<Item = I>, most: usize, row: impl Fn(I) -> T) -> Self {
        let mut rows = Vec::new();
        let mut total = 0;
        for item in items {
            if total < most {
                rows.push(row(item));
            }
            total += 1;
        }
        Self { left_out: total - rows.len(), rows, total }
    }
}
