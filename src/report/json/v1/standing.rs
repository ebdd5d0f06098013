//! What the site's owner decided about a finding.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of a finding in the light of what the site's owner decided beforehand.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// `open`: nothing was decided. `new` and `known`: not in, or in, the baseline.
    /// `covered`: by an agreement or a permission. `waived`: accepted for a while.
    /// `expired`: it was, and that time is over. `out-of-force`: it touches none of the
    /// regulations in force. All but `covered`, `waived` and `out-of-force` ask for something.
    pub kind: String,
    /// Who accepted it, or what covers it; null for neither.
    pub by: Option<String>,
    /// Why it was accepted; null when nobody did.
    pub reason: Option<String>,
    /// The last day of that, `2026-11-24`; null when nobody accepted it.
    pub expires: Option<String>,
}
