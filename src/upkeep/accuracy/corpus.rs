//! Labelled cases as they lie in a folder: one JSON object on each line. Fields that
//! are not named here say where a case comes from, and are left alone.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::health::HealthLabel;

/// A line that is no case.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {source}")]
pub struct CorpusError {
    line: usize,
    source: serde_json::Error,
}

/// A request, and what blockers' lists say of it.
#[derive(Debug, Clone, Deserialize)]
pub struct LabelledRequest {
    /// The page that sent it.
    pub page_url: String,
    /// Its address.
    pub url: String,
    /// HTTP method.
    pub method: String,
    /// What it was for, in the words of HAR files: `image`, `xhr`, `subdocument` …
    pub resource_type: String,
    /// Its body, if it had one.
    #[serde(default)]
    pub post_data: Option<String>,
    /// What the lists say.
    pub label: Listed,
}

/// What blockers' lists say of a request.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Listed {
    pub(super) trackerdb: Option<Tracker>,
    #[serde(default)]
    pub(super) easyprivacy: bool,
    #[serde(default)]
    pub(super) easylist: bool,
}

/// What TrackerDB says.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Tracker {
    /// `filter`: the request tracks; `domain`: a tracking company owns the host.
    pub(super) via: String,
    /// The name of the tracker, `google_analytics`.
    pub(super) pattern: String,
}

impl Listed {
    /// The tracker whose own pattern the request meets.
    pub(super) fn tracker(&self) -> Option<&str> {
        let by_filter = self.trackerdb.as_ref().filter(|tracker| tracker.via == "filter");
        by_filter.map(|tracker| tracker.pattern.as_str())
    }

    /// Whether a list says that it tracks.
    pub(super) fn tracks(&self) -> bool {
        self.easyprivacy || self.tracker().is_some()
    }
}

/// A page or a request, and what it tells of its visitor's health.
#[derive(Debug, Clone, Deserialize)]
pub struct LabelledPage {
    /// Its address.
    pub url: String,
    /// For a request, the page that sent it.
    #[serde(default)]
    pub page_url: Option<String>,
    /// What a reader says that it tells.
    pub label: HealthLabel,
    /// The parameters of a request that tell it.
    #[serde(default)]
    pub carriers: Vec<String>,
}

/// The cases of a file.
///
/// # Errors
/// When a line is no case.
pub fn read<Case: DeserializeOwned>(text: &str) -> Result<Vec<Case>, CorpusError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|source| CorpusError { line: at + 1, source })
        })
        .collect()
}
