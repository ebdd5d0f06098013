//! Decide what detections mean. One file per audit, no I/O.
//!
//! An audit is one compliance question: a pure function of a capture and what was
//! recognised in it. It states what was observed and which provision that may
//! touch; it judges nobody, since it cannot see agreements or authorizations.

mod completeness;
mod finding;
mod info;
#[expect(dead_code, reason = "the audits that cite them follow")]
mod law;
mod policy;

use crate::detect::Detected;
use crate::model::Capture;

pub use completeness::{Completeness, completeness};
pub use finding::{Citation, Confidence, Evidence, Finding, Severity};
pub use info::{AuditInfo, Fix};
pub use law::Provision;
pub use policy::Policy;

/// One compliance question.
pub trait Audit: Sync {
    /// What the audit asks, what an answer means and how to mend it.
    fn info(&self) -> &'static AuditInfo;
}

/// Every audit, in the order of reports.
pub const AUDITS: &[&dyn Audit] = &[];

/// Every finding in a capture: in the order of [`AUDITS`], then by vendor, page kind and data kind.
#[must_use]
pub fn run(capture: &Capture, detected: &Detected, policy: &Policy) -> Vec<Finding> {
    let _ = (capture, detected, policy);
    Vec::new()
}

/// What the audit with this id asks and means, if there is one.
#[must_use]
pub fn explain(id: &str) -> Option<&'static AuditInfo> {
    AUDITS.iter().map(|audit| audit.info()).find(|info| info.id == id)
}
