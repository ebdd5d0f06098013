//! Annotations of GitHub Actions: workflow commands that a step prints, the gravest
//! first, since only the first ten of each kind are shown.

use std::fmt::Write;

use super::explain::explain;
use super::format::Facts;
use super::place::Place;
use super::text::Text;
use super::{Report, ReportError};
use crate::audit::{Finding, Severity, Standing};

pub(super) static FACTS: Facts = Facts {
    name: "github",
    extension: "txt",
    summary: "annotations of GitHub Actions; print them: github=-",
    render,
};

const MESSAGE: usize = 1_000;

fn render(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let mut findings: Vec<&Finding> = report.open().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut out = String::new();
    for finding in findings {
        let place = Place::of(finding, report);
        let explanation = explain(finding);
        let title = format!("{} ({})", explanation.title, finding.audit);
        let mut message = Text::masked(&finding.message, MESSAGE).to_string();
        if let Some(note) = finding.standing.note() {
            let _ = write!(message, "\n{}", Text::named(&note, MESSAGE));
        }
        if let Some(evidence) = finding.evidence.first() {
            let page = Text::masked(&evidence.page, MESSAGE);
            let _ = write!(message, "\nSeen on {page} ({})", evidence.state);
        }
        let _ = writeln!(
            out,
            "::{} file={},line={},title={}::{}",
            command(finding),
            property(&place.file),
            place.line,
            property(&title),
            data(&message)
        );
    }
    if !report.completeness.complete {
        let reasons: Vec<String> = report.completeness.reasons.iter().take(10).cloned().collect();
        let text = Text::named(&reasons.join(" "), 4 * MESSAGE);
        let title = property("The audit is incomplete");
        let _ = writeln!(out, "::warning title={title}::{}", data(text.as_str()));
    }
    Ok(out.into_bytes())
}

/// What the baseline has is no error of this change: a green run has no red annotation.
fn command(finding: &Finding) -> &'static str {
    match finding.severity {
        _ if finding.standing == Standing::Known => "notice",
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    }
}

/// As `@actions/toolkit` and the runner write a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As they write a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
