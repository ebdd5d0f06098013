//! SARIF 2.1.0, for code scanning: a rule for each audit, a result for each finding. The
//! page is a logical location, since code hosts refuse addresses as files; the finding's
//! stable name is its fingerprint, so that an alert outlives runs.

use serde_json::{Value, json};

use super::explain::explain;
use super::format::Facts;
use super::place::Place;
use super::text::Text;
use super::words::{capitalised, name};
use super::{Report, ReportError};
use crate::audit::{AUDITS, AuditInfo, Evidence, Finding, Severity, Standing};

pub(super) static FACTS: Facts =
    Facts { name: "sarif", extension: "sarif", summary: "SARIF 2.1.0 for code scanning", render };

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Names the way in which fingerprints are made.
const FINGERPRINT: &str = "pixelwarden/v1";
const MESSAGE: usize = 1_000;
const PAGE: usize = 500;
/// Pages of one result.
const PAGES: usize = 10;

fn render(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let manifest = &report.capture.manifest;
    let note = |reason: &String| json!({"level": "warning", "message": {"text": Text::named(reason, MESSAGE)}});
    let notes: Vec<Value> = report.completeness.reasons.iter().map(note).collect();
    let mut invocation = json!({
        "executionSuccessful": report.completeness.complete,
        "toolExecutionNotifications": notes,
    });
    if let Some(started) = manifest.started {
        invocation["startTimeUtc"] = json!(started.to_string());
    }
    let rules: Vec<Value> = AUDITS.iter().map(|audit| rule(audit.info())).collect();
    let results: Vec<Value> = report.findings.iter().map(|f| result(f, report)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "pixelwarden",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
                "properties": {
                    "signatures": report.signatures.version,
                    "signaturesSha256": report.signatures.hash,
                },
            }},
            "automationDetails": {"id": "pixelwarden/"},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": results,
        }],
    });
    let mut bytes = serde_json::to_vec_pretty(&log)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn rule(info: &AuditInfo) -> Value {
    let fixes: Vec<String> =
        info.fix.iter().map(|fix| format!("- *{}*: {}", fix.product, fix.text)).collect();
    let laws: Vec<String> =
        info.citations.iter().map(|law| format!("- [{}]({})", law.provision, law.url)).collect();
    let help = format!(
        "{}\n\nHow to mend it:\n\n{}\n\nWhat the tool cannot see: {}\n\nProvisions that it may touch:\n\n{}",
        info.means,
        fixes.join("\n"),
        info.blind_spots,
        laws.join("\n")
    );
    let mut tags: Vec<&str> = vec!["privacy", "security"];
    tags.extend(info.citations.iter().map(|law| law.regulation));
    let mut seen = std::collections::BTreeSet::new();
    tags.retain(|tag| seen.insert(*tag));
    json!({
        "id": info.id,
        "name": info.id.split('-').map(capitalised).collect::<String>(),
        "shortDescription": {"text": capitalised(info.title)},
        "fullDescription": {"text": info.means},
        "help": {"text": help, "markdown": help},
        "defaultConfiguration": {"level": level(info.severity)},
        "properties": {"tags": tags, "security-severity": score(info.severity)},
    })
}

fn result(finding: &Finding, report: &Report<'_>) -> Value {
    let place = Place::of(finding, report);
    let mut result = json!({
        "ruleId": finding.audit,
        "level": level(finding.severity),
        "message": {"text": message(finding)},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri(&place.file)},
                "region": {"startLine": place.line},
            },
            "logicalLocations": pages(&finding.evidence),
        }],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {
            "site": Text::named(&finding.site, PAGE),
            "vendor": Text::named(&finding.vendor, PAGE),
            "product": Text::named(&finding.product, PAGE),
            "confidence": name(&finding.confidence),
            "observations": finding.total,
        },
    });
    if let Some(index) = AUDITS.iter().position(|audit| audit.info().id == finding.audit) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(baseline) = &report.policy.baseline {
        let known = baseline.contains(&finding.fingerprint);
        result["baselineState"] = json!(if known { "unchanged" } else { "new" });
    }
    if !finding.standing.is_open() {
        let why = finding.standing.note().unwrap_or_default();
        result["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": Text::named(&why, MESSAGE),
        }]);
    }
    result
}

/// What was observed, what softens it, and what to do first.
fn message(finding: &Finding) -> Text {
    let mut text = Text::masked(&finding.message, MESSAGE).to_string();
    for caveat in &finding.caveats {
        text = format!("{text} {}", Text::captured(caveat, MESSAGE));
    }
    if let Standing::Expired(_) = finding.standing {
        let note = finding.standing.note().unwrap_or_default();
        text = format!("{text} {}", Text::named(&note, MESSAGE));
    }
    Text::own(format!("{text} {}", explain(finding).fix).trim_end().to_owned())
}

fn pages(evidence: &[Evidence]) -> Vec<Value> {
    let mut seen = std::collections::BTreeSet::new();
    let new = evidence.iter().filter(|evidence| seen.insert((&evidence.page, &evidence.state)));
    let location = |evidence: &Evidence| {
        let page = Text::masked(&evidence.page, PAGE);
        json!({
            "name": page,
            "fullyQualifiedName": format!("{page} ({})", evidence.state),
            "kind": "resource",
        })
    };
    new.take(PAGES).map(location).collect()
}

/// A relative path as a relative address.
fn uri(file: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    file.bytes().fold(String::new(), |mut uri, byte| {
        match keep(byte) {
            true => uri.push(char::from(byte)),
            false => uri.push_str(&format!("%{byte:02X}")),
        }
        uri
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The bands that code hosts sort by: 7 and above is high, 4 and above medium.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}
