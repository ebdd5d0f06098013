//! JUnit XML, for build servers: a suite for each site, a test case for each audit. It
//! fails when a finding of it fails the run; other findings are said in its output.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::format::Facts;
use super::text::Text;
use super::words::{count, name};
use super::{Report, ReportError};
use crate::audit::{AUDITS, AuditInfo, Finding};
use crate::model::host_of;

pub(super) static FACTS: Facts = Facts {
    name: "junit",
    extension: "xml",
    summary: "JUnit XML: one test case for each audit",
    render,
};

const MESSAGE: usize = 1_000;
/// Findings and pages that one test case shows.
const SHOWN: usize = 20;
const PAGES: usize = 5;

fn render(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let mut sites: BTreeSet<String> =
        report.capture.sites().into_iter().map(str::to_owned).collect();
    sites.extend(report.findings.iter().map(|finding| finding.site.clone()));
    if sites.is_empty() {
        let target = report.capture.manifest.targets.first();
        sites.insert(target.map(|target| host_of(target)).unwrap_or_default());
    }
    let suites: Vec<Suite> = sites.iter().map(|site| suite(site, report)).collect();
    let total = |pick: fn(&Suite) -> usize| suites.iter().map(pick).sum::<usize>();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _ = writeln!(
        xml,
        "<testsuites name=\"pixelwarden\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        total(|suite| suite.tests),
        total(|suite| suite.failures),
        total(|suite| suite.errors),
    );
    suites.iter().for_each(|suite| xml.push_str(&suite.xml));
    xml.push_str("</testsuites>\n");
    Ok(xml.into_bytes())
}

/// One `<testsuite>`, and what it counts.
struct Suite {
    tests: usize,
    failures: usize,
    errors: usize,
    xml: String,
}

fn suite(site: &str, report: &Report<'_>) -> Suite {
    let class = format!("pixelwarden.{}", shown(site));
    let mut cases = String::new();
    let mut failures = 0;
    for audit in AUDITS {
        let info = audit.info();
        let is_mine = |f: &&Finding| f.site == site && f.audit == info.id;
        let mine: Vec<&Finding> = report.findings.iter().filter(is_mine).collect();
        let (failing, rest): (Vec<&Finding>, Vec<&Finding>) =
            mine.into_iter().partition(|finding| report.policy.fail_on.includes(finding));
        failures += usize::from(!failing.is_empty());
        case(&mut cases, &class, info, &failing, &rest);
    }
    let complete = report.completeness.complete;
    completeness(&mut cases, &class, report);
    let (tests, errors) = (AUDITS.len() + 1, usize::from(!complete));
    let time = report.capture.manifest.run.total_ms as f64 / 1000.0;
    let started = report.capture.manifest.started;
    let started = started.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S").to_string());
    let stamp = started.map(|at| format!(" timestamp=\"{at}\"")).unwrap_or_default();
    let xml = format!(
        "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"{time:.3}\"{stamp}>\n{cases}  </testsuite>\n",
        shown(site)
    );
    Suite { tests, failures, errors, xml }
}

fn case(out: &mut String, class: &str, info: &AuditInfo, failing: &[&Finding], rest: &[&Finding]) {
    let title = shown(&format!("{}: {}", info.id, info.title));
    let head = format!("    <testcase classname=\"{class}\" name=\"{title}\" time=\"0\"");
    if failing.is_empty() && rest.is_empty() {
        let _ = writeln!(out, "{head}/>");
        return;
    }
    let _ = writeln!(out, "{head}>");
    if let Some(worst) = failing.iter().max_by_key(|finding| finding.severity) {
        let message = match failing {
            [only] => Text::masked(&only.message, MESSAGE).to_string(),
            several => count(several.len(), "finding", "findings"),
        };
        let _ = writeln!(
            out,
            "      <failure type=\"{}\" message=\"{}\">{}</failure>",
            name(&worst.severity),
            shown(&message),
            list(failing)
        );
    }
    if !rest.is_empty() {
        let _ = writeln!(out, "      <system-out>{}</system-out>", list(rest));
    }
    out.push_str("    </testcase>\n");
}

fn completeness(out: &mut String, class: &str, report: &Report<'_>) {
    let head =
        format!("    <testcase classname=\"{class}\" name=\"everything was seen\" time=\"0\"");
    let reasons = &report.completeness.reasons;
    if report.completeness.complete {
        let _ = writeln!(out, "{head}/>");
        return;
    }
    let mut lines: Vec<String> = reasons.iter().take(SHOWN).map(|r| shown(r)).collect();
    if reasons.len() > SHOWN {
        lines.push(format!("and {} more", reasons.len() - SHOWN));
    }
    let message = "The audit is incomplete: what it did not see, it cannot clear.";
    let _ = writeln!(
        out,
        "{head}>\n      <error type=\"incomplete\" message=\"{message}\">{}</error>\n    </testcase>",
        lines.join("\n")
    );
}

/// Findings, a few lines each.
fn list(findings: &[&Finding]) -> String {
    let mut text = String::new();
    for finding in findings.iter().take(SHOWN) {
        let message = Text::masked(&finding.message, MESSAGE);
        let _ = writeln!(text, "{} {}", name(&finding.severity), shown(message.as_str()));
        if let Some(note) = finding.standing.note() {
            let _ = writeln!(text, "  {}", shown(&note));
        }
        let mut pages: Vec<&str> = finding.evidence.iter().map(|e| e.page.as_str()).collect();
        pages.dedup();
        for page in pages.iter().take(PAGES) {
            let _ = writeln!(text, "  {}", shown(page));
        }
        let _ = writeln!(text, "  fingerprint {}", shown(&finding.fingerprint));
    }
    if findings.len() > SHOWN {
        let _ = writeln!(text, "and {} more", findings.len() - SHOWN);
    }
    text
}

/// Text that XML can hold: visible characters only, escaped.
fn shown(text: &str) -> String {
    let text = Text::named(text, MESSAGE);
    let held: String = text.as_str().chars().filter(|c| !is_noncharacter(*c)).collect();
    quick_xml::escape::escape(held.as_str()).into_owned()
}

/// The two that XML 1.0 forbids and that are no controls.
fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fffe}' | '\u{ffff}')
}
