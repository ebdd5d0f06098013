//! The types of `json-v1`, and so its schema. Frozen: fields may only be added.

mod aliases;
mod detection;
mod lists;
mod review;
mod standing;
mod visit;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use aliases::{Alias, Name, Names};
pub use detection::{Detection, Flag, Stored, Unrecognised};
pub use lists::List;
pub use review::{Decision, Flow, Review};
pub use standing::Standing;
pub use visit::{Banner, Choice, Coverage, Health, Missing, Visit};

/// A pixelwarden report, version 1. Fields may be added, never changed or removed.
/// `null` means known to be empty; an absent field means not collected.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Always `json-v1`.
    #[schemars(extend("const" = "json-v1"))]
    pub format: String,
    /// The tool that wrote this report, with its version.
    pub tool: String,
    /// The signatures that were used.
    pub signatures: Signatures,
    /// How the run went as a whole.
    pub run: Run,
    /// The sites that were visited (registrable domains), sorted.
    pub sites: Vec<String>,
    /// Every visit, in the order of the crawl.
    pub visits: Vec<Visit>,
    /// Everything that was recognised, by visit and time.
    pub detections: Vec<Detection>,
    /// Third-party requests that look like pixels and that no signature knows.
    pub unrecognised: Vec<Unrecognised>,
    /// What is worth acting on.
    pub findings: Vec<Finding>,
    /// Flows of health data, for review.
    #[serde(default)]
    pub review: Review,
}

/// The signature database of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Signatures {
    /// Its version.
    pub version: String,
    /// SHA-256 over its files.
    pub hash: String,
    /// Lists of trackers below the signatures, in the user's order.
    #[serde(default)]
    pub lists: Vec<List>,
}

/// A run as a whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Everything that was asked for was seen. If not, silence proves nothing.
    pub complete: bool,
    /// Why the run is incomplete, in words; empty when it is complete.
    pub reasons: Vec<String>,
    /// When the crawl began (RFC 3339, UTC); null when the capture does not tell.
    pub started: Option<String>,
    /// When the crawl ended; null when it was killed.
    pub ended: Option<String>,
    /// The tool that captured; differs from `tool` when an old capture is audited again.
    pub captured_by: String,
    /// The addresses that were asked for.
    pub targets: Vec<String>,
    /// The consent states that were asked for.
    pub states: Vec<String>,
    /// The journeys that were to be made, each in each of its consent states.
    #[serde(default)]
    pub journeys: Vec<Journey>,
    /// The browser; null for traffic that was recorded elsewhere.
    pub browser: Option<Browser>,
    /// From where, and as whom, the site was visited.
    pub vantage: Vantage,
    /// The run was stopped before it was done.
    pub interrupted: bool,
    /// Pages that were known and not visited, the first 50 of each reason.
    pub skipped: Vec<Skipped>,
    /// How many pages were not visited for each reason; absent for captures that were
    /// made before it was counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped_totals: BTreeMap<String, u64>,
    /// Templates of near-identical pages of which only some were visited, the largest
    /// first, at most 100.
    #[serde(default)]
    pub templates: Vec<Template>,
    /// How many such templates there are.
    #[serde(default)]
    pub templates_total: u64,
    /// Things to know about the run that leave it complete.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What the hosts that were seen are aliases of, by DNS; absent when nobody was asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub names: Option<Names>,
    /// Milliseconds that the browser worked.
    pub browser_ms: u64,
    /// Milliseconds that the run took.
    pub total_ms: u64,
}

/// One journey (steps of a visitor, as logging in) in one consent state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Journey {
    /// Its name.
    pub name: String,
    /// The consent state.
    pub state: String,
    /// How it ended. `not-offered`: the site has no such choice.
    #[schemars(extend("enum" = ["completed", "failed", "not-made", "not-offered"]))]
    pub outcome: String,
    /// The pages on its way, by visit.
    pub visits: Vec<String>,
    /// How many steps it has.
    pub total: usize,
    /// The steps that were taken, the one that failed included.
    pub steps: Vec<JourneyStep>,
}

/// One step of a journey.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JourneyStep {
    /// Its number, counted from 1.
    pub number: usize,
    /// The step in words; secrets by their names.
    pub step: String,
    /// What else came of it: a dialog, a window, a download.
    pub notes: Vec<String>,
    /// Why it failed; null when it did not.
    pub failure: Option<JourneyFailure>,
}

/// Why a step failed, and what was seen then.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JourneyFailure {
    /// What was expected and what stood in the way.
    pub message: String,
    /// The page's address, personal values masked.
    pub url: String,
    /// The page's title, personal values masked.
    pub title: String,
    /// A picture, by its name in the capture; null for none.
    pub screenshot: Option<String>,
}

/// The browser of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Browser {
    /// Product.
    pub name: String,
    /// Full version.
    pub version: String,
    /// The user agent that pages saw.
    pub user_agent: String,
}

/// From where, and as whom, a site was visited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vantage {
    /// A label that the user gave; null for none.
    pub label: Option<String>,
    /// Language that pages saw; null for the browser's own.
    pub language: Option<String>,
    /// Time zone that pages saw; null for the machine's own.
    pub timezone: Option<String>,
    /// Window width and height in CSS pixels; null when not told.
    pub window: Option<(u32, u32)>,
    /// Whether a phone was emulated.
    pub mobile: bool,
    /// Whether third-party cookies were allowed; absent when that is not known, as of
    /// traffic that was recorded elsewhere.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub third_party_cookies: Option<bool>,
    /// The proxy that all traffic went through, without credentials; null for none.
    #[serde(default)]
    pub proxy: Option<String>,
    /// The user agent that the user chose; null for the browser's ordinary one.
    #[serde(default)]
    pub user_agent: Option<String>,
    /// Names of the request headers that the site was given and third parties were not.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Names of the cookies that were set before the first page, and not by the site.
    #[serde(default)]
    pub cookies: Vec<String>,
    /// The name that the site was given when it asked for one; null for none.
    #[serde(default)]
    pub login: Option<String>,
}

/// A page that was known and not visited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// Its address.
    pub url: String,
    /// Why.
    pub reason: String,
}

/// Near-identical pages, told by the shape of their addresses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Template {
    /// What the addresses have in common: `clinic.example/doctors/{name}`.
    pub pattern: String,
    /// Pages that are known of it.
    pub known: u64,
    /// Pages that were visited of it, in each state.
    pub visited: u64,
}

/// One answer worth acting on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The audit's id.
    pub audit: String,
    /// The site.
    pub site: String,
    /// How much it matters.
    #[schemars(extend("enum" = ["info", "low", "medium", "high"]))]
    pub severity: String,
    /// How sure the tool is.
    #[schemars(extend("enum" = ["low", "medium", "high"]))]
    pub confidence: String,
    /// What was observed, in one sentence.
    pub message: String,
    /// Vendor; null for findings about the site itself.
    pub vendor: Option<String>,
    /// Product; null for findings about the site itself.
    pub product: Option<String>,
    /// Stable name across runs.
    pub fingerprint: String,
    /// How many observations stand behind it.
    pub total: u64,
    /// The first of them.
    pub evidence: Vec<Evidence>,
    /// The provisions that it may touch.
    pub citations: Vec<Citation>,
    /// What speaks against it or softens it.
    pub caveats: Vec<String>,
    /// What the site's owner decided about it.
    #[serde(default)]
    pub standing: Standing,
    /// The flows of `review` behind it, by id; empty for findings that are not about
    /// health data.
    #[serde(default)]
    pub flows: Vec<String>,
}

/// A pointer into the capture, with an excerpt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The visit's id.
    pub visit: String,
    /// The request within the visit; null when it does not stand on one.
    pub request: Option<String>,
    /// The page.
    pub page: String,
    /// Its consent state.
    pub state: String,
    /// Relative to the choice.
    #[schemars(extend("enum" = ["before", "during", "after"]))]
    pub phase: String,
    /// Milliseconds from the start of the visit; null when it has no time.
    pub time_ms: Option<f64>,
    /// What was seen.
    pub what: String,
    /// Decoded values that matter here.
    pub details: Vec<Detail>,
    /// Which script or tag caused it; null when not told.
    pub initiator: Option<String>,
    /// A picture of the page, by its name in the bundle; null for none.
    pub screenshot: Option<String>,
}

/// One decoded value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Detail {
    /// Its name, or words for it.
    pub name: String,
    /// The value, masked.
    pub value: String,
}

/// A provision that an observation may touch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// The regulation.
    pub regulation: String,
    /// The provision.
    pub provision: String,
    /// Its primary source.
    pub url: String,
}
