//! The answer in a few sentences: what was found, and what to do first.

use std::collections::{BTreeMap, BTreeSet};

use super::explain::explain;
use super::text::Text;
use super::{Report, words};
use crate::audit::{Finding, Severity, Standing};
use crate::model::{RunFacts, Visit};

/// How many characters of a captured name a heading shows.
const NAME: usize = 80;
/// So many waivers that fit nothing are named beside the verdict.
const IDLE: usize = 3;

/// One thing to do, for all findings of one audit at one severity.
#[derive(Debug)]
pub(crate) struct Action<'a> {
    pub(crate) audit: &'a str,
    pub(crate) severity: Severity,
    pub(crate) title: String,
    /// The products or sites that it is about.
    pub(crate) about: Text,
    pub(crate) fix: &'static str,
    pub(crate) findings: usize,
}

/// How many findings ask for something, of each severity, the gravest first.
pub(crate) fn counts(report: &Report<'_>) -> [(Severity, usize); 4] {
    words::SEVERITIES
        .map(|severity| (severity, report.open().filter(|f| f.severity == severity).count()))
}

/// What was decided beforehand about findings, a sentence each; empty if nothing was.
pub(crate) fn decisions(report: &Report<'_>) -> Vec<Text> {
    let mut lines = Vec::new();
    let of = |name: &str| report.findings.iter().filter(|f| f.standing.name() == name).count();
    if report.policy.baseline.is_some() {
        let (new, known) = (of("new"), of("known"));
        lines.push(Text::own(format!("Against the baseline: {new} new, {known} known")));
    }
    let settled: Vec<String> = [
        (of("waived"), "accepted"),
        (of("covered"), "covered"),
        (of("out-of-force"), "touching no regulation in force"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    if !settled.is_empty() {
        lines.push(Text::own(format!("Not counted: {}", settled.join(", "))));
    }
    let idle = report.policy.idle_waivers(report.findings);
    lines.extend(idle.iter().take(IDLE).map(|line| Text::named(line, 6 * NAME)));
    if idle.len() > IDLE {
        lines.push(Text::own(format!("{} more waivers fit no finding.", idle.len() - IDLE)));
    }
    for finding in report.findings.iter().filter(|f| matches!(f.standing, Standing::Expired(_))) {
        let note = finding.standing.note().unwrap_or_default();
        let name = if finding.product.is_empty() { &finding.site } else { &finding.product };
        lines.push(Text::named(&format!("{} ({name}): {note}", finding.audit), 6 * NAME));
    }
    lines
}

/// The verdict in one sentence.
pub(crate) fn headline(report: &Report<'_>) -> String {
    let [(_, high), (_, medium), (_, low), (_, info)] = counts(report);
    if report.policy.baseline.is_some() && high + medium + low + info > 0 {
        return since_baseline(report);
    }
    let nothing_loaded = !report.capture.visits.iter().any(|visit| visit.outcome.is_loaded());
    match (high, medium, low + info) {
        (0, 0, 0) if nothing_loaded => "No page could be loaded: nothing was audited.".to_owned(),
        (0, 0, 0) if report.completeness.complete => {
            "Nothing needs review on the pages that were visited.".to_owned()
        }
        (0, 0, 0) => "Nothing was found in what could be seen, which proves nothing.".to_owned(),
        (0, 0, 1) => "Nothing is urgent; 1 thing is worth knowing.".to_owned(),
        (0, 0, notes) => format!("Nothing is urgent; {notes} things are worth knowing."),
        (0, 1, _) => "Nothing is urgent; 1 thing is worth a review.".to_owned(),
        (0, medium, _) => format!("Nothing is urgent; {medium} things are worth a review."),
        (1, _, _) => "1 thing needs review first.".to_owned(),
        (high, _, _) => format!("{high} things need review first."),
    }
}

/// The verdict against an earlier run: what is new, and what is not.
fn since_baseline(report: &Report<'_>) -> String {
    let of = |name: &str| report.open().filter(|f| f.standing.name() == name).count();
    let (new, known, ended) = (of("new"), of("known"), of("expired"));
    let ended = match ended {
        0 => String::new(),
        ended => format!(", {} ended", words::count(ended, "waiver has", "waivers have")),
    };
    match new {
        0 => format!("Nothing is new against the baseline; {known} known{ended}."),
        new => format!("{new} new, {known} known{ended}."),
    }
}

/// What to do, the gravest first; findings of one audit and severity are one action.
pub(crate) fn actions<'a>(report: &Report<'a>) -> Vec<Action<'a>> {
    let mut groups: BTreeMap<(std::cmp::Reverse<Severity>, usize), Vec<&'a Finding>> =
        BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for finding in report.open() {
        let place = order.iter().position(|audit| *audit == finding.audit);
        let place = place.unwrap_or_else(|| {
            order.push(&finding.audit);
            order.len() - 1
        });
        groups.entry((std::cmp::Reverse(finding.severity), place)).or_default().push(finding);
    }
    groups.into_values().map(|findings| action(&findings)).collect()
}

fn action<'a>(findings: &[&'a Finding]) -> Action<'a> {
    let first = findings[0];
    let explanation = explain(first);
    Action {
        audit: &first.audit,
        severity: first.severity,
        title: explanation.title,
        about: Text::named(&words::listed(&subjects(findings), 4), 2 * NAME),
        fix: explanation.fix,
        findings: findings.len(),
    }
}

/// Whom the findings are about: products, or the site where they name none; each once.
fn subjects(findings: &[&Finding]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for finding in findings {
        let name = if finding.product.is_empty() { &finding.site } else { &finding.product };
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// The sites, dates, browser and size of the run: label and value.
pub(crate) fn facts(report: &Report<'_>) -> Vec<(&'static str, Text)> {
    let manifest = &report.capture.manifest;
    let sites: Vec<String> = report.capture.sites().into_iter().map(str::to_owned).collect();
    let site_word = if sites.len() == 1 { "Site" } else { "Sites" };
    let mut facts = vec![(site_word, Text::named(&words::listed(&sites, 5), 4 * NAME))];
    if sites.is_empty() {
        let targets = words::listed(&manifest.targets, 5);
        facts = vec![(site_word, Text::captured(&targets, 4 * NAME))];
    }
    let date = manifest.started.map_or_else(|| "not known".to_owned(), date);
    facts.push(("Captured", Text::own(date)));
    facts.push(("Seen", seen(report)));
    facts.extend(not_visited(&manifest.run).map(|said| ("Left out", said)));
    facts.extend(choices(report).map(|choices| ("Choices", choices)));
    facts.push(("Browser", browser(report)));
    facts.push(("Seen from", vantage(report)));
    facts.push(("Aliases", super::aliases::extent(report)));
    facts
}

/// A date as a person writes it: `24 November 2026, 06:22 UTC`.
pub(crate) fn date(at: jiff::Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

fn seen(report: &Report<'_>) -> Text {
    let visits = &report.capture.visits;
    let loaded = visits.iter().filter(|visit| visit.outcome.is_loaded());
    let mut pages: Vec<&str> = loaded.map(|visit| visit.page.as_str()).collect();
    pages.sort_unstable();
    pages.dedup();
    if pages.is_empty() {
        return Text::own("no page");
    }
    let mut states: Vec<_> = visits.iter().map(Visit::pass).collect();
    states.sort();
    states.dedup();
    let requests: usize = visits.iter().map(|v| v.requests.len()).sum();
    Text::own(format!(
        "{} in {}, {}",
        words::count(pages.len(), "page", "pages"),
        words::count(states.len(), "consent state", "consent states"),
        words::count(requests, "request", "requests"),
    ))
}

/// How many pages were left out for each reason, the most first. A capture that does not
/// say is counted.
pub(crate) fn left_out(run: &RunFacts) -> Vec<(&str, usize)> {
    let mut totals: BTreeMap<&str, usize> =
        run.skipped_totals.iter().map(|(reason, pages)| (reason.as_str(), *pages)).collect();
    if totals.is_empty() {
        for page in &run.skipped {
            *totals.entry(&page.reason).or_default() += 1;
        }
    }
    let mut totals: Vec<(&str, usize)> = totals.into_iter().collect();
    totals.sort_by_key(|(_, pages)| std::cmp::Reverse(*pages));
    totals
}

/// `597 known pages (591 template sampled, 6 page budget)`.
fn not_visited(run: &RunFacts) -> Option<Text> {
    let left_out = left_out(run);
    let pages: usize = left_out.iter().map(|(_, pages)| pages).sum();
    let reason = |(reason, pages): &(&str, usize)| format!("{} {reason}", words::thousands(*pages));
    let reasons: Vec<String> = left_out.iter().map(reason).collect();
    let pages_said = words::count(pages, "known page", "known pages");
    let said = format!("{pages_said}: {}", words::listed(&reasons, 4));
    (pages > 0).then(|| Text::captured(&said, 4 * NAME))
}

/// What came of the choices: `after rejecting: chosen, stored and verified`.
fn choices(report: &Report<'_>) -> Option<Text> {
    let visits = report.capture.visits.iter();
    let made: BTreeSet<_> =
        visits.filter_map(|v| Some((v.pass(), v.choice.as_ref()?.outcome))).collect();
    let said: Vec<String> = made
        .into_iter()
        .map(|(pass, outcome)| format!("{}: {}", words::pass(&pass), words::outcome(outcome)))
        .collect();
    (!said.is_empty()).then(|| Text::named(&said.join("; "), 4 * NAME))
}

fn browser(report: &Report<'_>) -> Text {
    match &report.capture.manifest.browser {
        Some(browser) => Text::named(&format!("{} {}", browser.name, browser.version), NAME),
        None => Text::own("not known: recorded traffic"),
    }
}

fn vantage(report: &Report<'_>) -> Text {
    let vantage = &report.capture.manifest.vantage;
    let mut parts: Vec<String> = Vec::new();
    parts.extend(vantage.label.clone());
    parts.extend(vantage.language.as_ref().map(|language| format!("language {language}")));
    parts.extend(vantage.timezone.as_ref().map(|zone| format!("time zone {zone}")));
    parts.extend(vantage.proxy.as_ref().map(|proxy| format!("through the proxy {proxy}")));
    parts.extend(vantage.window.map(|(width, height)| format!("window {width} × {height}")));
    if vantage.mobile {
        parts.push("as a phone".to_owned());
    }
    // Recorded traffic does not tell how its browser was set.
    if let Some(allowed) = vantage.third_party_cookies {
        let cookies = if allowed { "allowed" } else { "blocked" };
        parts.push(format!("third-party cookies {cookies}"));
    }
    parts.extend(vantage.user_agent.as_ref().map(|_| "with a user agent of its own".to_owned()));
    parts.extend(vantage.login.as_ref().map(|user| format!("logged in as {user}")));
    let given = |what: &str, names: &[String]| {
        (!names.is_empty()).then(|| format!("with the {what} {}", words::listed(names, 5)))
    };
    parts.extend(given("headers", &vantage.headers));
    parts.extend(given("cookies", &vantage.cookies));
    if parts.is_empty() {
        return Text::own("not known");
    }
    Text::named(&parts.join(", "), 6 * NAME)
}
