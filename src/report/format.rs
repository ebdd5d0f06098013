//! The formats that a report can be written in: one row each, from which arguments, help,
//! documentation and tests come. What a format is stands in its own file.

use std::fmt;
use std::str::FromStr;

use super::{Report, ReportError, csv, github, gitlab, html, json, junit, markdown, sarif};

/// What is to be known of a format.
#[derive(Debug)]
pub(super) struct Facts {
    /// The name by which a user asks for it.
    pub(super) name: &'static str,
    /// The usual ending of its files, without the dot.
    pub(super) extension: &'static str,
    /// Who it is for, in a few words.
    pub(super) summary: &'static str,
    /// Writes it.
    pub(super) render: fn(&Report<'_>) -> Result<Vec<u8>, ReportError>,
}

/// The formats that a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// One self-contained page for people.
    Html,
    /// The public contract for programs, `json-v1`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// A summary for a pull request.
    Markdown,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality.
    Gitlab,
    /// Findings as a table.
    Findings,
    /// Requests as a table.
    Requests,
    /// Cookies as a table.
    Cookies,
}

/// Every format, in the order that help shows them.
pub const FORMATS: &[Format] = &[
    Format::Html,
    Format::Json,
    Format::Sarif,
    Format::Junit,
    Format::Markdown,
    Format::Github,
    Format::Gitlab,
    Format::Findings,
    Format::Requests,
    Format::Cookies,
];

impl Format {
    fn facts(self) -> &'static Facts {
        match self {
            Self::Html => &html::FACTS,
            Self::Json => &json::FACTS,
            Self::Sarif => &sarif::FACTS,
            Self::Junit => &junit::FACTS,
            Self::Markdown => &markdown::FACTS,
            Self::Github => &github::FACTS,
            Self::Gitlab => &gitlab::FACTS,
            Self::Findings => &csv::FINDINGS,
            Self::Requests => &csv::REQUESTS,
            Self::Cookies => &csv::COOKIES,
        }
    }

    /// The name by which a user asks for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The usual ending of its files, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        self.facts().extension
    }

    /// Who it is for, in a few words.
    #[must_use]
    pub fn summary(self) -> &'static str {
        self.facts().summary
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
/// When a template does not fit its data or the data cannot be written.
pub fn render(format: Format, report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    (format.facts().render)(report)
}
