//! The first screen: what was found, whether it can be relied on, what to do first.

use serde::Serialize;

use super::super::text::Text;
use super::super::{summary, words};
use super::prose::Prose;
use super::{Context, LABEL, Listed};

const ACTIONS: usize = 5;
const REASONS: usize = 8;

#[derive(Serialize)]
pub(super) struct Top {
    site: Text,
    headline: String,
    complete: bool,
    reasons: Listed<Text>,
    counts: Vec<Count>,
    decisions: Vec<Text>,
    facts: Vec<Fact>,
    actions: Listed<Step>,
}

#[derive(Serialize)]
struct Count {
    class: String,
    number: usize,
    label: &'static str,
    means: &'static str,
}

#[derive(Serialize)]
struct Fact {
    label: &'static str,
    value: Text,
}

#[derive(Serialize)]
struct Step {
    class: String,
    severity: &'static str,
    anchor: String,
    title: String,
    about: Text,
    fix: Prose,
    findings: String,
}

impl Top {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let report = context.report;
        let reason = |reason: &String| Text::named(reason, 400);
        Self {
            site: Text::named(&context.site_names(), LABEL),
            headline: summary::headline(report),
            complete: report.completeness.complete,
            reasons: Listed::first(&report.completeness.reasons, REASONS, reason),
            counts: summary::counts(report).map(count).into(),
            decisions: summary::decisions(report),
            facts: summary::facts(report)
                .into_iter()
                .map(|(label, value)| Fact { label, value })
                .collect(),
            actions: Listed::first(summary::actions(report), ACTIONS, step),
        }
    }
}

fn count((severity, number): (crate::audit::Severity, usize)) -> Count {
    Count {
        class: words::name(&severity),
        number,
        label: words::severity(severity),
        means: words::severity_means(severity),
    }
}

fn step(action: summary::Action<'_>) -> Step {
    Step {
        class: words::name(&action.severity),
        severity: words::severity(action.severity),
        anchor: super::findings::anchor(action.severity, action.audit),
        title: action.title,
        about: action.about,
        fix: action.fix.into(),
        findings: words::count(action.findings, "finding", "findings"),
    }
}
