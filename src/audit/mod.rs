//! Decide what detections mean. One file per audit, no I/O.

mod finding;

pub use finding::{Citation, Confidence, Evidence, Finding, Severity};
