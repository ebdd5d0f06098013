//! What changed between two runs: vendors, events, kinds of data, consent, findings. A
//! plain function of two reports, so that captures and reports are compared alike.

mod compare;
mod visited;
mod write;

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

pub use compare::diff;
pub use write::render;

use super::ReportError;

/// What changed between two runs, version 1. Fields may be added, never changed or removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Diff {
    /// Always `diff-v1`.
    #[schemars(extend("const" = "diff-v1"))]
    pub format: &'static str,
    /// The older run.
    pub old: Side,
    /// The newer run.
    pub new: Side,
    /// Every change, what is worse first.
    pub changes: Vec<Change>,
    /// What limits the comparison, in words.
    pub notes: Vec<String>,
}

/// One of the runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    /// Its sites, sorted.
    pub sites: Vec<String>,
    /// When it began; null when it does not tell.
    pub started: Option<String>,
    /// Whether it saw all that it was asked to.
    pub complete: bool,
    /// Pages that it loaded.
    pub pages: usize,
    /// Findings that it has.
    pub findings: usize,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Change {
    /// For the visitor's privacy.
    pub direction: Direction,
    /// What it is about.
    pub kind: ChangeKind,
    /// Who or what: a product, an event of it, a consent state.
    pub subject: String,
    /// What it was; null for nothing.
    pub old: Option<String>,
    /// What it is now; null for nothing.
    pub new: Option<String>,
}

/// What a change means for the visitor's privacy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is told, or a choice counts for less.
    Worse,
    /// Neither.
    Neutral,
    /// Less is told, or a choice counts for more.
    Better,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A finding.
    Finding,
    /// A vendor's product.
    Vendor,
    /// What a product does in a consent state.
    Consent,
    /// A kind of personal or health data that a product receives.
    Data,
    /// An event of a product.
    Event,
}

impl Diff {
    /// Whether something changed for the worse.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.changes.iter().any(|change| change.direction == Direction::Worse)
    }
}

/// The published JSON Schema of `diff-v1`, made from its types.
///
/// # Errors
/// When the schema cannot be written; no input leads to it.
pub fn schema() -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(Diff))?;
    text.push('\n');
    Ok(text)
}

/// The forms that a comparison can be written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DiffFormat {
    /// Lines for a terminal.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For a pull request.
    Markdown,
    /// One page for people.
    Html,
}

/// Every form with its name.
pub const DIFF_FORMATS: &[(&str, DiffFormat)] = &[
    ("text", DiffFormat::Text),
    ("json", DiffFormat::Json),
    ("markdown", DiffFormat::Markdown),
    ("html", DiffFormat::Html),
];

impl FromStr for DiffFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = DIFF_FORMATS.iter().find(|(name, _)| *name == text);
        known.map(|(_, format)| *format).ok_or_else(|| {
            let names: Vec<&str> = DIFF_FORMATS.iter().map(|(name, _)| *name).collect();
            format!("`{text}` is not a form of a comparison: {}", names.join(", "))
        })
    }
}

impl fmt::Display for DiffFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = DIFF_FORMATS.iter().find(|(_, format)| format == self);
        f.write_str(known.map_or("", |(name, _)| name))
    }
}
