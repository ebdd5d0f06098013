//! Findings by severity, then by audit: what it means once, the evidence for each.

use serde::Serialize;

use super::super::explain::{Explanation, explain};
use super::super::text::Text;
use super::super::words;
use super::pictures::{Pictures, Shown};
use super::prose::Prose;
use super::{ADDRESS, Context, LABEL, Listed};
use crate::audit::{Citation, Evidence, Finding, Severity};
use crate::model::{Masked, Phase};

/// Evidence rows per finding, and findings per audit and severity.
const EVIDENCE: usize = 5;
const FINDINGS: usize = 40;
/// Findings that were settled beforehand.
const SETTLED: usize = 200;
const DETAILS: usize = 10;
const MESSAGE: usize = 600;
/// What audits call the vendors that they know a remedy for.
const VENDORS: &[&str] = &["Meta", "Google", "LinkedIn"];

#[derive(Serialize)]
pub(super) struct Findings {
    levels: Vec<Level>,
    total: usize,
    settled: Listed<Settled>,
}

/// A finding that asks for nothing any more, and why.
#[derive(Serialize)]
struct Settled {
    severity: &'static str,
    class: String,
    audit: Text,
    message: Text,
    standing: Text,
    fingerprint: Text,
}

#[derive(Serialize)]
struct Level {
    class: String,
    label: &'static str,
    means: &'static str,
    count: String,
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    anchor: String,
    audit: Text,
    title: String,
    means: Prose,
    fix: Prose,
    fixes: Vec<Mend>,
    blind_spots: Prose,
    provisions: Vec<Provision>,
    findings: Listed<Entry>,
}

#[derive(Serialize)]
struct Mend {
    product: &'static str,
    text: Prose,
}

#[derive(Serialize)]
struct Provision {
    text: Text,
    /// An https address, or empty: nothing else becomes a link.
    url: String,
}

#[derive(Serialize)]
struct Entry {
    message: Text,
    about: Text,
    confidence: &'static str,
    caveats: Vec<Text>,
    standing: Text,
    fingerprint: Text,
    open: bool,
    shown: usize,
    total: String,
    left_out: usize,
    rows: Vec<Row>,
    picture: Option<Shown>,
}

#[derive(Serialize)]
struct Row {
    page: Text,
    when: Text,
    what: Text,
    details: Listed<Detail>,
    initiator: Text,
    source: Text,
}

#[derive(Serialize)]
struct Detail {
    name: Text,
    value: Text,
}

/// The place of an audit's findings of one severity on the page.
pub(super) fn anchor(severity: Severity, audit: &str) -> String {
    let audit: String = audit.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    format!("{}-{audit}", words::name(&severity))
}

impl Findings {
    pub(super) fn of(context: &Context<'_>, pictures: &mut Pictures<'_>) -> Self {
        let settled = context.report.findings.iter().filter(|f| !f.standing.is_open());
        let levels = words::SEVERITIES
            .into_iter()
            .map(|severity| level(severity, context, pictures))
            .filter(|level| !level.groups.is_empty())
            .collect();
        let total = context.report.open().count();
        Self { levels, total, settled: Listed::first(settled, SETTLED, self::settled) }
    }
}

fn settled(finding: &Finding) -> Settled {
    Settled {
        severity: words::severity(finding.severity),
        class: words::name(&finding.severity),
        audit: Text::named(&finding.audit, LABEL),
        message: Text::masked(&finding.message, MESSAGE),
        standing: standing(finding),
        fingerprint: Text::named(&finding.fingerprint, LABEL),
    }
}

/// What was decided about it, in words; empty if nothing was.
fn standing(finding: &Finding) -> Text {
    finding.standing.note().map(|note| Text::named(&note, MESSAGE)).unwrap_or_default()
}

fn level(severity: Severity, context: &Context<'_>, pictures: &mut Pictures<'_>) -> Level {
    let mut groups: Vec<(&str, Vec<&Finding>)> = Vec::new();
    let mine = context.report.open().filter(|f| f.severity == severity);
    for finding in mine.clone() {
        match groups.iter_mut().find(|(audit, _)| *audit == finding.audit) {
            Some((_, group)) => group.push(finding),
            None => groups.push((&finding.audit, vec![finding])),
        }
    }
    Level {
        class: words::name(&severity),
        label: words::severity(severity),
        means: words::severity_means(severity),
        count: words::count(mine.count(), "finding", "findings"),
        groups: groups.iter().map(|(_, findings)| group(findings, context, pictures)).collect(),
    }
}

fn group(findings: &[&Finding], context: &Context<'_>, pictures: &mut Pictures<'_>) -> Group {
    let first = findings[0];
    let explanation = explain(first);
    let entries: Vec<Entry> = findings
        .iter()
        .take(FINDINGS)
        .enumerate()
        .map(|(at, finding)| entry(finding, at == 0, context, pictures))
        .collect();
    let total = findings.len();
    Group {
        anchor: anchor(first.severity, &first.audit),
        audit: Text::named(&first.audit, LABEL),
        means: explanation.means.into(),
        fix: explanation.fix.into(),
        fixes: mends(&explanation, findings),
        blind_spots: explanation.blind_spots.into(),
        title: explanation.title,
        provisions: provisions(findings),
        findings: Listed { left_out: total - entries.len(), rows: entries, total },
    }
}

/// The ways to mend it that concern these findings: a vendor's only where it is involved.
fn mends(explanation: &Explanation, findings: &[&Finding]) -> Vec<Mend> {
    let involved =
        |product: &str| findings.iter().any(|f| f.vendor.is_empty() || f.vendor == product);
    let fixes = explanation.fixes.iter();
    let fixes = fixes.filter(|fix| !VENDORS.contains(&fix.product) || involved(fix.product));
    fixes.map(|fix| Mend { product: fix.product, text: fix.text.into() }).collect()
}

/// The provisions that any of the findings cites, each once, in order.
fn provisions(findings: &[&Finding]) -> Vec<Provision> {
    let mut seen: Vec<&Citation> = Vec::new();
    for citation in findings.iter().flat_map(|finding| &finding.citations) {
        if !seen.contains(&citation) {
            seen.push(citation);
        }
    }
    seen.into_iter()
        .map(|citation| Provision {
            text: Text::named(&citation.provision, LABEL),
            url: Some(citation.url.clone()).filter(|url| is_https(url)).unwrap_or_default(),
        })
        .collect()
}

/// Only https becomes a link: no `javascript:`, no `data:`.
fn is_https(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| url.scheme() == "https")
}

fn entry(
    finding: &Finding,
    first: bool,
    context: &Context<'_>,
    pictures: &mut Pictures<'_>,
) -> Entry {
    let shown = finding.evidence.len().min(EVIDENCE);
    let name = if finding.product.is_empty() { &finding.site } else { &finding.product };
    let picture = finding.evidence.iter().find_map(|e| picture_of(e, context));
    Entry {
        message: Text::masked(&finding.message, MESSAGE),
        about: Text::named(name, LABEL),
        confidence: words::confidence(finding.confidence),
        caveats: finding.caveats.iter().map(|c| Text::named(c, MESSAGE)).collect(),
        standing: standing(finding),
        fingerprint: Text::named(&finding.fingerprint, LABEL),
        open: first && finding.severity == Severity::High,
        total: words::count(finding.total, "observation", "observations"),
        shown,
        left_out: finding.total.saturating_sub(shown),
        rows: finding.evidence.iter().take(EVIDENCE).map(|e| row(e, context)).collect(),
        picture: picture.and_then(|(name, caption)| pictures.show(&name, caption)),
    }
}

/// The picture that the evidence names, else any picture of its visit.
fn picture_of(evidence: &Evidence, context: &Context<'_>) -> Option<(String, Text)> {
    let visit = context.visits.get(&evidence.visit);
    let of_visit = || Some(visit?.collected.screenshots.first()?.file.clone());
    let name = evidence.screenshot.clone().or_else(of_visit)?;
    let page = context.place(evidence.page.as_str());
    let state = words::pass(&evidence.state);
    Some((name, Text::named(&format!("{page}, {state}"), ADDRESS)))
}

fn row(evidence: &Evidence, context: &Context<'_>) -> Row {
    let mut when = words::capitalised(&words::pass(&evidence.state));
    // Before a choice nothing else is possible, after it nothing else is worth a word.
    let after = evidence.state.state.needs_choice();
    if after && evidence.phase != Phase::After {
        when = format!("{when}, {}", words::phase(evidence.phase));
    }
    if let Some(time) = evidence.time_ms {
        when = format!("{when}, {:.1} s into the visit", time / 1000.0);
    }
    let request = evidence.request.as_ref().map(|r| format!(", request {}", r.0));
    let source = format!("visit {}{}", evidence.visit, request.unwrap_or_default());
    let detail = |(name, value): &(String, Masked)| Detail {
        name: Text::captured(name, LABEL),
        value: Text::masked(value, ADDRESS),
    };
    let initiator = evidence.initiator.as_ref();
    Row {
        page: context.place(evidence.page.as_str()),
        when: Text::named(&when, LABEL),
        what: Text::masked(&evidence.what, ADDRESS),
        details: Listed::first(&evidence.details, DETAILS, detail),
        initiator: initiator.map(|i| Text::masked(i, ADDRESS)).unwrap_or_default(),
        source: Text::named(&source, LABEL),
    }
}
