//! What an IAB TC string lets a vendor do.

use crate::decode::consent::{Tcf, tcf};

/// A TC string that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcString(Tcf);

impl TcString {
    /// Reads a TC string; one that was cut short or damaged is none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        tcf(text).ok().map(Self)
    }

    /// Whether one of these numbers of the vendor list has consent, or a legitimate
    /// interest that was not objected to.
    #[must_use]
    pub fn allows_vendor(&self, gvl: &[u32]) -> bool {
        let Self(string) = self;
        gvl.iter().filter_map(|id| u16::try_from(*id).ok()).any(|id| {
            string.vendors.contains(&id) || string.legitimate_interest_vendors.contains(&id)
        })
    }

    /// Whether anything may be stored or read on the device (purpose 1).
    #[must_use]
    pub fn allows_storage(&self) -> bool {
        self.0.purposes.contains(&1)
    }
}
