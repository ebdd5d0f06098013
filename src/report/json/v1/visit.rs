//! One load of one page, and what came of the choice on it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
