//! The types of `json-v1`, and so its schema. Frozen: fields may only be added.

mod aliases;
mod lists;
mod review;
mod standing;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use aliases::{Alias, Name, Names};
pub use lists::List;
pub use review::{Decision, Flow, Review};
pub use standing::Standing;

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

/// One load of one page in one consent state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Visit {
    /// Names it within this report.
    pub id: String,
    /// The site that it belongs to.
    pub site: String,
    /// The address that was asked for, personal values masked.
    pub page: String,
    /// The document title, personal values masked.
    pub title: String,
    /// `before-choice`, `after-reject`, `after-accept`, `after-accept:<category>`,
    /// `after-withdraw`, `no-interaction` or `unknown`.
    pub state: String,
    /// Whether Global Privacy Control was on.
    pub gpc: bool,
    /// How it ended.
    #[schemars(extend("enum" = ["loaded", "timed-out", "blocked", "failed"]))]
    pub outcome: String,
    /// What went wrong; null for a loaded page.
    pub outcome_message: Option<String>,
    /// The consent platform's id, `generic` for a banner nobody knows; null for none.
    pub cmp: Option<String>,
    /// The banner as it was seen; null for none.
    pub banner: Option<Banner>,
    /// The choice of this visit's profile; null when none was made.
    pub choice: Option<Choice>,
    /// Whether every request was seen.
    pub coverage: Coverage,
    /// The journey that led to this page; null when it was visited by its address.
    #[serde(default)]
    pub journey: Option<String>,
    /// How many requests the visit made.
    pub requests: u64,
    /// What the classifier says of the page; absent when the page was not classified.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub health: Option<Health>,
}

/// A consent platform's banner.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Banner {
    /// The platform's name.
    pub name: String,
    /// The platform's version; null when it does not tell.
    pub version: Option<String>,
    /// Whether the banner could be seen.
    pub visible: bool,
    /// Whether it offers refusal on its first layer; null when no banner could be seen.
    pub reject_on_first_layer: Option<bool>,
    /// The buttons on the first layer, in reading order.
    pub buttons: Vec<String>,
}

/// How a consent choice went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// `accept`, `reject`, `withdraw` or `accept-only:<category>`.
    pub decision: String,
    /// `verified`, `no-banner`, `notice-only`, `no-refusal-offered`, `pay-or-accept`,
    /// `banner-only-hidden`, `reload-loop`, `category-not-offered`, `no-way-back`,
    /// `implied-consent`, `nothing-taken` or `inconclusive`.
    pub outcome: String,
    /// By real clicks or by the platform's interface; null when nothing was done.
    #[schemars(extend("enum" = ["click", "api", null]))]
    pub via: Option<String>,
    /// How many clicks it took.
    pub clicks: u32,
    /// At least two independent sources confirm it and none contradicts it.
    pub verified: bool,
    /// The kinds of source that confirm it.
    pub sources: Vec<String>,
    /// Sources that contradict it, in words.
    pub disagreements: Vec<String>,
    /// Why it is not verified; null when all went well.
    pub note: Option<String>,
}

/// The capture's count against the browser's own account of its traffic.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Network requests that were recorded.
    pub tap: u64,
    /// Network requests in the browser's own account; absent when none was kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ledger: Option<u64>,
    /// In the browser's account and not recorded.
    pub missing: Vec<Missing>,
}

/// A request that was not recorded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// HTTP method.
    pub method: String,
    /// Its address, personal values masked.
    pub url: String,
}

/// What the classifier says of a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Health {
    /// The answer.
    #[schemars(extend("enum" = ["none", "health-generic", "phi"]))]
    pub label: String,
    /// What the page is for.
    pub page_kind: String,
    /// Categories that matched, the heaviest first.
    pub categories: Vec<String>,
    /// The words that decided.
    pub terms: Vec<String>,
}

/// One recognised behaviour of one vendor in one visit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Detection {
    /// The visit's id.
    pub visit: String,
    /// What was recognised.
    #[schemars(extend("enum" = ["request", "cookie", "storage", "global", "dom", "cname", "frame"]))]
    pub source: String,
    /// The request within the visit; null for what is not a request.
    pub request: Option<String>,
    /// Requests that repeat this hit and are counted with it.
    pub mirrors: Vec<String>,
    /// Milliseconds from the start of the visit.
    pub time_ms: f64,
    /// Relative to the consent choice of the visit's profile.
    #[schemars(extend("enum" = ["before", "during", "after"]))]
    pub phase: String,
    /// Signature id.
    pub signature: String,
    /// Vendor.
    pub vendor: String,
    /// Product.
    pub product: String,
    /// Purposes, the primary one first.
    pub categories: Vec<String>,
    /// What it is for the vendor.
    #[schemars(extend("enum" = ["hit", "loader", "config", "sync", "auxiliary"]))]
    pub role: String,
    /// Whose host it went to, relative to the top page.
    #[schemars(extend("enum" = ["first-party", "same-owner", "third-party", "proxied", "cloaked"]))]
    pub party: String,
    /// The site's account with the vendor, several joined by a comma; null for none.
    pub account: Option<String>,
    /// The vendor's own name of the event; null for none.
    pub event: Option<String>,
    /// The address (of a cookie or key: its name), personal values masked.
    pub url: String,
    /// Decoded parameters by the vendor's own name, personal values masked.
    pub params: BTreeMap<String, String>,
    /// Words for those parameters, where known.
    pub labels: BTreeMap<String, String>,
    /// The kind of data that those parameters hold, where known.
    pub data: BTreeMap<String, String>,
    /// Personal and health data in it.
    pub flags: Vec<Flag>,
    /// The vendor's protocol on a host that is not the vendor's: what it passes on
    /// happens between servers, out of a browser's sight.
    pub own_host: bool,
    /// Where a cookie or key lies and who put it there; null for what is not stored.
    pub stored: Option<Stored>,
    /// For a request to a host that is an alias of the vendor's what it points to; null
    /// for all others.
    #[serde(default)]
    pub alias: Option<Alias>,
    /// The list that alone knows it; null for what a signature recognised.
    #[serde(default)]
    pub list: Option<String>,
    /// The lists by which it, or what caused it, would have been stopped; absent where
    /// no list was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stopped_by: Option<Vec<String>>,
    /// The body could not be decoded.
    pub undecoded: bool,
}

/// One cookie or storage key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stored {
    /// Its name.
    pub name: String,
    /// Cookie domain, or the origin that owns the key.
    pub place: String,
    /// Life in seconds; null when it ends with the session.
    pub lifetime_s: Option<i64>,
    /// How long its vendor says that it lives; null where that is not known.
    #[serde(default)]
    pub stated_lifetime: Option<String>,
    /// Whether the moment of writing was seen.
    pub write_seen: bool,
    /// The script that wrote it; null when not told.
    pub written_by: Option<String>,
}

/// A kind of personal or health data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Flag {
    /// `health`, or a kind of personal value such as `email` or `email-hash`.
    pub kind: String,
    /// The parameter by the vendor's own name.
    pub param: String,
    /// The path to it within the request.
    pub path: String,
    /// What stood there, masked and shortened.
    pub excerpt: String,
    /// For health data the category that weighs most; null otherwise.
    pub category: Option<String>,
}

/// A request that looks like a pixel and that no signature knows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unrecognised {
    /// The visit's id.
    pub visit: String,
    /// The request within the visit.
    pub request: String,
    /// Registrable domain of its host.
    pub domain: String,
    /// Its address, personal values masked.
    pub url: String,
    /// How pixel-like it is, 0 to 10.
    pub score: u8,
    /// Why.
    pub reasons: Vec<String>,
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
