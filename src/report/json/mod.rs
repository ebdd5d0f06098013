//! The public contract for programs: `json-v1`.
//!
//! Fields may only be added. `null` means known to be empty, an absent field means
//! not collected.

mod build;
mod journeys;
mod review;
pub mod v1;

use super::format::Facts;
use super::{Report, ReportError};

pub(super) static FACTS: Facts =
    Facts { name: "json", extension: "json", summary: "the json-v1 contract for programs", render };

/// The report as `json-v1`, indented, with a line break at its end.
///
/// # Errors
/// When the data cannot be written; no input leads to it.
pub fn render(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let mut bytes = serde_json::to_vec_pretty(&document(report))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The report as the types of `json-v1`.
#[must_use]
pub fn document(report: &Report<'_>) -> v1::Document {
    build::document(report)
}

/// The published JSON Schema of `json-v1`, made from its types.
///
/// # Errors
/// When the schema cannot be written; no input leads to it.
pub fn schema() -> Result<String, ReportError> {
    let schema = schemars::schema_for!(v1::Document);
    let mut text = serde_json::to_string_pretty(&schema)?;
    text.push('\n');
    Ok(text)
}
