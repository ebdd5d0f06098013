//! What was recognised, and what looks like a pixel and was not.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Alias;

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
