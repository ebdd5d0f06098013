//! From a capture to what a report is made of: recognise, audit, hand over.

use std::path::Path;

use anyhow::{Context, Result};

use crate::audit::{self, Policy};
use crate::bundle;
use crate::detect;
use crate::health::Lexicon;
use crate::model::Capture;
use crate::report::{Look, Report, SignatureStamp};
use crate::signature::Database;

/// Judges a capture and lends the report to `then`. Pictures come from `dir`, the
/// capture's folder, if it has one.
pub(super) fn judge<T>(
    capture: &Capture,
    dir: Option<&Path>,
    database: &Database,
    policy: &Policy,
    look: &Look,
    then: impl FnOnce(&Report<'_>) -> Result<T>,
) -> Result<T> {
    let lexicon = Lexicon::builtin().context("the health lexicon cannot be used")?;
    let detected = detect::detect(capture, database, &lexicon);
    let findings = audit::run(capture, &detected, policy);
    let review = audit::review(capture, &detected, policy);
    let completeness = audit::completeness(capture);
    let pictures = |name: &str| bundle::screenshot(dir?, name).ok();
    then(&Report {
        capture,
        detected: &detected,
        findings: &findings,
        review: &review,
        completeness: &completeness,
        policy,
        look,
        signatures: SignatureStamp { version: database.version(), hash: database.hash() },
        screenshots: &pictures,
    })
}
