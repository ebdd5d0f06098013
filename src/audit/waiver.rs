//! Findings that somebody accepted, and permissions for vendors by consent state.

use serde::{Deserialize, Serialize};

use super::{Finding, WaivedBy};

/// Which findings somebody accepted. What is left out fits any finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The audit's id.
    pub audit: Option<String>,
    /// One finding by its stable name.
    pub fingerprint: Option<String>,
    /// A vendor or a product, in any case of letters.
    pub vendor: Option<String>,
    /// A site (registrable domain).
    pub site: Option<String>,
    /// Who accepted them, why, and for how long.
    pub by: WaivedBy,
}

impl Waiver {
    /// Whether the finding is one that was accepted.
    #[must_use]
    pub fn fits(&self, finding: &Finding) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        same(&self.audit, &finding.audit)
            && same(&self.fingerprint, &finding.fingerprint)
            && same(&self.site, &finding.site)
            && self.vendor.as_deref().is_none_or(|name| {
                is_named(name, &finding.vendor) || is_named(name, &finding.product)
            })
    }
}

/// A vendor that the owner declared, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredVendor {
    /// The vendor's or the product's name.
    pub name: String,
    /// Purposes that it is used for, of the signatures' closed list; any if empty.
    pub purposes: Vec<String>,
}

/// Whether a name that a person wrote is this one.
pub(crate) fn is_named(written: &str, name: &str) -> bool {
    written.to_lowercase() == name.to_lowercase()
}
