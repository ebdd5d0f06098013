//! Show it: one file per format.
//!
//! A report is a pure function of a capture and what was made of it: same input,
//! same bytes. Dates come from the capture, never from a clock.

mod aliases;
mod explain;
pub mod html;
mod journeys;
pub mod json;
mod lists;
mod matrix;
mod summary;
pub mod terminal;
mod text;
mod words;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

pub(crate) use text::visible;

use crate::audit::{Completeness, Finding};
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
    /// Whether silence proves anything, and if not why.
    pub completeness: &'a Completeness,
    /// The signatures that recognised it.
    pub signatures: SignatureStamp<'a>,
    /// The PNG bytes of a screenshot by its name in the bundle, if it is there.
    pub screenshots: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

/// Which signature database was used, so that a result can be repeated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignatureStamp<'a> {
    /// Its version.
    pub version: &'a str,
    /// SHA-256 over its files.
    pub hash: &'a str,
}

/// The formats that a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// One self-contained page for people.
    Html,
    /// The public contract for programs, `json-v1`.
    Json,
}

/// Every format, in the order that help shows them.
pub const FORMATS: &[Format] = &[Format::Html, Format::Json];

impl Format {
    /// The name by which a user asks for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
        }
    }

    /// The usual ending of its files, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
        }
    }

    /// Who it is for, in a few words.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::Html => "one page to read, print and sign off; needs no network",
            Self::Json => "the json-v1 contract for programs",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = ReportError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = FORMATS.iter().find(|format| format.name() == text);
        known.copied().ok_or_else(|| ReportError::UnknownFormat(text.to_owned()))
    }
}

/// The report as bytes, in one format.
///
/// # Errors
/// When a template does not fit its data or the data cannot be written: both are
/// faults of this program, and no input leads to them.
pub fn render(format: Format, report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Html => html::render(report),
        Format::Json => json::render(report),
    }
}

/// A report could not be written.
#[derive(Debug, Error)]
pub enum ReportError {
    /// Nobody knows this format.
    #[error("`{0}` is not a report format; known are html and json")]
    UnknownFormat(String),
    /// The page could not be rendered.
    #[error("cannot render the page")]
    Page(#[source] Box<handlebars::RenderError>),
    /// A template of the page is broken.
    #[error("a template of the page is broken")]
    Template(#[source] Box<handlebars::TemplateError>),
    /// The data could not be written as JSON.
    #[error("cannot write the report as JSON")]
    Json(#[from] serde_json::Error),
}
