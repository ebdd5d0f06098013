//! Show it: one file per format.
//!
//! A report is a pure function of a capture and what was made of it: same input,
//! same bytes. Dates come from the capture, never from a clock.

mod aliases;
mod csv;
pub mod diff;
mod explain;
mod flow;
mod format;
mod github;
mod gitlab;
pub mod html;
mod journeys;
pub mod json;
mod junit;
mod lists;
mod look;
mod markdown;
mod matrix;
mod place;
mod sarif;
mod summary;
pub mod terminal;
mod text;
mod words;

use thiserror::Error;

pub use format::{FORMATS, Format, render};
pub use look::{LOGO_LIMIT, Logo, Look, Templates};
pub(crate) use text::visible;

use crate::audit::{Completeness, Finding, Policy, Review};
use crate::detect::Detected;
use crate::model::Capture;

/// Everything that a report is made of, borrowed from the run.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// What was seen.
    pub capture: &'a Capture,
    /// What was recognised in it.
    pub detected: &'a Detected,
    /// What is worth acting on, in the order of the audits.
    pub findings: &'a [Finding],
    /// Flows of health data, with what reviewers decided.
    pub review: &'a Review,
    /// Whether silence proves anything, and if not why.
    pub completeness: &'a Completeness,
    /// What the site's owner decided beforehand.
    pub policy: &'a Policy,
    /// The signatures that recognised it.
    pub signatures: SignatureStamp<'a>,
    /// How the page looks: the user's own templates, name and logo.
    pub look: &'a Look,
    /// The PNG bytes of a screenshot by its name in the bundle, if it is there.
    pub screenshots: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

impl<'a> Report<'a> {
    /// The findings that still ask for something: neither covered, waived nor out of force.
    pub(crate) fn open(&self) -> impl Iterator<Item = &'a Finding> + Clone + use<'a> {
        let findings = self.findings;
        findings.iter().filter(|finding| finding.standing.is_open())
    }
}

/// Which signature database was used, so that a result can be repeated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignatureStamp<'a> {
    /// Its version.
    pub version: &'a str,
    /// SHA-256 over its files.
    pub hash: &'a str,
}

/// A report could not be written.
#[derive(Debug, Error)]
pub enum ReportError {
    /// Nobody knows this format.
    #[error("`{0}` is not a report format; known are {known}", known = known())]
    UnknownFormat(String),
    /// The page could not be rendered.
    #[error("cannot render the page")]
    Page(#[source] Box<handlebars::RenderError>),
    /// A template of the page is broken.
    #[error("a template of the page is broken")]
    Template(#[source] Box<handlebars::TemplateError>),
    /// Templates of the page include each other, or cannot say whom.
    #[error("templates include each other in a circle, or by a computed name: {0}")]
    Circle(String),
    /// The page's script would end before its end.
    #[error("the script of the page holds `</script` or `<!--`, which ends it")]
    Script,
    /// The data could not be written as JSON.
    #[error("cannot write the report as JSON")]
    Json(#[from] serde_json::Error),
    /// The data could not be written as a table.
    #[error("cannot write the report as a table")]
    Csv(#[from] ::csv::Error),
}

/// The names of all formats.
fn known() -> String {
    FORMATS.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
}
