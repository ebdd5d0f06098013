//! The part of `json-v1` that says what hosts are aliases of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What hosts are aliases of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Names {
    /// Who was asked: `system`, or the address of a name server.
    pub server: String,
    /// How many hosts were asked about.
    pub asked: u64,
    /// Hosts that were not asked about, for want of time or because there were too many.
    pub left_out: u64,
    /// The hosts that are aliases, or of which not all is known.
    pub hosts: Vec<Name>,
}

/// What one host is an alias of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Name {
    /// The host.
    pub host: String,
    /// The names that it is an alias of, the nearest first.
    pub aliases: Vec<String>,
    /// Why not all of them are known; null when they are.
    pub unknown: Option<String>,
}

/// A host that is, by DNS, another name of a vendor's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alias {
    /// The host that the request went to.
    pub host: String,
    /// The vendor's name that it stands for.
    pub target: String,
    /// Names of the cookies that went along.
    pub cookies_sent: Vec<String>,
    /// Names of the cookies that the answer set.
    pub cookies_set: Vec<String>,
}
