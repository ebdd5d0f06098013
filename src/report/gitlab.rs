//! GitLab's code quality report: what a merge request shows beside its changes.

use serde_json::{Value, json};

use super::format::Facts;
use super::place::Place;
use super::text::Text;
use super::{Report, ReportError};
use crate::audit::{Finding, Severity};

pub(super) static FACTS: Facts =
    Facts { name: "gitlab", extension: "json", summary: "GitLab code quality", render };

const MESSAGE: usize = 1_000;

fn render(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let entry = |finding: &Finding| -> Value {
        let place = Place::of(finding, report);
        json!({
            "description": Text::masked(&finding.message, MESSAGE),
            "check_name": finding.audit,
            "fingerprint": finding.fingerprint,
            "severity": severity(finding.severity),
            "location": {"path": place.file, "lines": {"begin": place.line}},
        })
    };
    let entries: Vec<Value> = report.open().map(entry).collect();
    let mut bytes = serde_json::to_vec_pretty(&entries)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// In GitLab's words.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
