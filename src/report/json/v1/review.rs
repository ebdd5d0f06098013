//! The review of health flows in `json-v1`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Evidence;

/// The flows of health data that a reviewer decides on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// What the site is in law; null when not known.
    #[schemars(extend("enum" = ["covered-entity", "business-associate", "telehealth", "pharmacy", "publisher", "other", null]))]
    pub profile: Option<String>,
    /// Where that is from.
    #[schemars(extend("enum" = ["given", "inferred", "unknown"]))]
    pub profile_source: String,
    /// The same in one sentence.
    pub profile_note: String,
    /// Every flagged flow, once.
    pub flows: Vec<Flow>,
    /// Ids of decisions about flows that were not seen this time.
    pub unused_decisions: Vec<String>,
}

/// One flow: vendor's product × page kind × carrier × category.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Flow {
    /// Stable across runs.
    pub id: String,
    /// The site.
    pub site: String,
    /// Vendor.
    pub vendor: String,
    /// Product.
    pub product: String,
    /// The kind of page, in words.
    pub page_kind: String,
    /// What carried it: `address`, `title`, `event`, `click` …, or `visit`.
    pub carrier: String,
    /// The health category, in words; null when the kind of page alone tells.
    pub category: Option<String>,
    /// How many observations stand behind it.
    pub total: u64,
    /// What a reviewer has to answer.
    pub question: String,
    /// Where it stands.
    #[schemars(extend("enum" = ["open", "decided", "expired", "seen-again"]))]
    pub status: String,
    /// What was decided, when and by whom; null while nobody has.
    pub decision: Option<Decision>,
    /// The first observation.
    pub evidence: Evidence,
}

/// A reviewer's decision.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// The answer.
    #[schemars(extend("enum" = ["confirmed", "false-positive", "covered", "fixed"]))]
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub date: String,
    /// The last day on which it counts; null for no end.
    pub expiry: Option<String>,
}
