//! Business associate agreements that the owner has named: a vendor's findings are then
//! covered, and their scope is what is left to check.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Finding, Standing};

/// An agreement with a vendor, as `[[baa]]` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The vendor's name, or one of its products.
    pub vendor: String,
    /// Where the agreement is kept: a contract number, a link.
    pub reference: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it counts; `None` for no end.
    pub expires: Option<Date>,
}

impl Agreement {
    /// Whether it is about this vendor or product.
    #[must_use]
    pub fn names(&self, vendor: &str, product: &str) -> bool {
        let same = |name: &str| !name.is_empty() && self.vendor.eq_ignore_ascii_case(name);
        same(vendor) || same(product)
    }

    /// Whether it counts on that day.
    #[must_use]
    pub fn counts_on(&self, day: Date) -> bool {
        self.expires.is_none_or(|last| day <= last)
    }
}

/// Regulations under which an agreement with a vendor can permit a disclosure.
const PERMITS: &str = "hipaa";

/// Marks a finding that an agreement covers; one that has run out is only mentioned.
pub(crate) fn apply(agreements: &[Agreement], today: Date, finding: &mut Finding) {
    let about_hipaa = finding.citations.iter().any(|c| c.regulation == PERMITS);
    if !about_hipaa {
        return;
    }
    let mine = agreements.iter().filter(|a| a.names(&finding.vendor, &finding.product));
    let (valid, ended): (Vec<_>, Vec<_>) = mine.partition(|a| a.counts_on(today));
    if let Some(agreement) = valid.first() {
        let until = agreement.expires.map(|day| format!(", until {day}")).unwrap_or_default();
        let by = format!(
            "the agreement {} ({}{until}); check that its scope includes this",
            agreement.reference, agreement.owner
        );
        finding.standing = Standing::Covered { by };
    } else if let Some(agreement) = ended.first() {
        let day = agreement.expires.map(|day| day.to_string()).unwrap_or_default();
        finding.caveats.push(format!(
            "The agreement with this vendor ({}, {}) ended on {day}.",
            agreement.reference, agreement.owner
        ));
    }
}
