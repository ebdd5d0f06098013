//! The public contract for programs: `json-v1`.
//!
//! Fields may only be added. `null` means known to be empty, an absent field means
//! not collected.

mod build;
mod journeys;
pub mod v1;

use super::{Report, ReportError};

/// The report as `json-v1`, indented, with a line break at its end.
///
/// # Errors
/// When the data cannot be written; no input leads to it.
pub fn render(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let mut bytes = serde_json::to_vec_pretty(&build::document(report))?;
    bytes.push(b'\n');
    Ok(bytes)
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
