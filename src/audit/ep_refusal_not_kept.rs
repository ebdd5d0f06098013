//! A refusal that the site does not keep: it asks again, reloads for ever, or only hides
//! its banner.

use std::collections::BTreeMap;

use super::case::Case;
use super::draft::{Draft, Key};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, evidence, fix, law};
use crate::model::{ChoiceOutcome, Decision, Phase, Visit};

/// `ep-refusal-not-kept`
pub(crate) struct RefusalNotKept;

static INFO: AuditInfo = AuditInfo {
    id: "ep-refusal-not-kept",
    title: "A refusal that is not kept",
    severity: Severity::Medium,
    citations: &[law::EPRIVACY, law::GDPR_CONSENT, law::TASKFORCE_REPORT],
    means: "The visitor refused, and the site asked again: after every reload, or because it had only hidden its banner and stored nothing. A visitor who is asked until the answer is yes has not chosen freely.",
    fix: fix::KEEP_THE_CHOICE,
    blind_spots: "Choices that are kept for visitors who are logged in, or by servers.",
};

impl Audit for RefusalNotKept {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut sites: BTreeMap<(&str, &str), Vec<&Visit>> = BTreeMap::new();
        for visit in case.seen() {
            let refused = visit.choice.as_ref().filter(|c| c.decision == Decision::Reject);
            let kind = match refused.map(|choice| choice.outcome) {
                Some(ChoiceOutcome::ReloadLoop) => "reload-loop",
                Some(ChoiceOutcome::BannerOnlyHidden) => "only-hidden",
                _ => continue,
            };
            sites.entry((&visit.site, kind)).or_default().push(visit);
        }
        sites.into_iter().map(|((site, kind), visits)| finding(site, kind, &visits)).collect()
    }
}

fn finding(site: &str, kind: &str, visits: &[&Visit]) -> Finding {
    let what = match kind {
        "reload-loop" => "the page was loaded anew by the refusal and asked again",
        _ => "the banner went away, nothing was stored, and the next page asked again",
    };
    let clicks = visits.iter().filter_map(|v| v.choice.as_ref()).map(|c| c.clicks).max();
    let draft = Draft {
        severity: Severity::Medium,
        confidence: Confidence::High,
        message: format!("A refusal on {site} was not kept: {what}."),
        caveats: Vec::new(),
    };
    let seen = format!("After {} clicks that refuse: {what}.", clicks.unwrap_or_default());
    let evidence = visits.iter().map(|visit| evidence::on_page(visit, Phase::During, &seen));
    draft.with(&INFO, &Key::site(site, kind), evidence.collect(), visits.len())
}
