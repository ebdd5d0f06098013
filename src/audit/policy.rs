//! What the owner of a site has decided beforehand, as audits need it.

use jiff::civil::Date;

use super::{Finding, Severity};

/// The decisions that an audit run stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The date that the run counts from: today for a scan, the capture's for an old capture.
    pub today: Date,
    /// The least severity that makes a run fail.
    pub fail_on: Severity,
}

impl Policy {
    /// The default policy on that date: every audit runs, high findings fail the run.
    #[must_use]
    pub fn on(today: Date) -> Self {
        Self { today, fail_on: Severity::High }
    }

    /// Whether any of these findings makes the run fail.
    #[must_use]
    pub fn fails(&self, findings: &[Finding]) -> bool {
        findings.iter().any(|finding| finding.severity >= self.fail_on)
    }
}
