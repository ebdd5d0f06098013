//! The part of `json-v1` that says which lists of the user's were asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A list of trackers that the user gave.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct List {
    /// Its name.
    pub name: String,
    /// The version that it states; null if it states none.
    pub version: Option<String>,
    /// SHA-256 of what was imported.
    pub sha256: String,
    /// Who stops requests by it; null for a list that only describes.
    pub blocker: Option<String>,
}
