//! One answer worth acting on, with its evidence and the provisions it may touch.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Standing;
use crate::model::{Masked, Pass, Phase, RequestId, VisitId};

/// One answer worth acting on: one per (audit, vendor product, page kind, data kind).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The audit's id, `ep-preconsent`.
    pub audit: String,
    /// The site (registrable domain).
    pub site: String,
    /// How much it matters.
    pub severity: Severity,
    /// How sure the tool is.
    pub confidence: Confidence,
    /// What was observed, in one sentence.
    pub message: Masked,
    /// Vendor's name, empty for findings about the site itself.
    pub vendor: String,
    /// Vendor's product, empty for findings about the site itself.
    pub product: String,
    /// Stable name across runs: hash of audit, site, vendor product, page kind and data kind.
    pub fingerprint: String,
    /// How many observations stand behind it; `evidence` holds the first ones.
    pub total: usize,
    /// Pointers into the capture, each with an excerpt.
    pub evidence: Vec<Evidence>,
    /// The provisions that it may touch.
    pub citations: Vec<Citation>,
    /// What speaks against it or softens it; empty if nothing does.
    pub caveats: Vec<String>,
    /// What the site's owner decided about it.
    #[serde(default)]
    pub standing: Standing,
    /// The flows of health data behind it, by id; see [`super::review()`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flows: Vec<String>,
}

/// A pointer into the capture, with an excerpt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The visit.
    pub visit: VisitId,
    /// The request, if it stands on one.
    pub request: Option<RequestId>,
    /// The page that was visited.
    pub page: Masked,
    /// Its consent state, with the browser's signals.
    pub state: Pass,
    /// Relative to the choice.
    pub phase: Phase,
    /// Milliseconds from the start of the visit, if it has a time.
    pub time_ms: Option<f64>,
    /// What was seen: the address, the cookie, the button.
    pub what: Masked,
    /// Decoded values that matter here: name (or words for it) and masked value.
    pub details: Vec<(String, Masked)>,
    /// Which script or tag caused it, if told.
    pub initiator: Option<Masked>,
    /// A picture of the page, by its name in the bundle.
    pub screenshot: Option<String>,
}

/// How much a finding matters.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    #[default]
    Info,
    /// Worth tidying up.
    Low,
    /// Worth a review.
    Medium,
    /// Worth a review before anything else.
    High,
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "info" => Self::Info,
            "low" => Self::Low,
            "medium" => Self::Medium,
            "high" => Self::High,
            _ => return Err(format!("`{text}` is not a severity: info, low, medium or high")),
        })
    }
}

/// How sure the tool is that it saw what it says.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A hint.
    #[default]
    Low,
    /// Likely.
    Medium,
    /// Read from the traffic itself.
    High,
}

/// A provision that an observation may touch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Citation {
    /// The regulation: `gdpr`, `eprivacy`, `hipaa`, `ccpa`, `ftc` …
    pub regulation: String,
    /// The provision, `ePrivacy Directive, art. 5(3)`.
    pub provision: String,
    /// Its primary source, https.
    pub url: String,
}
