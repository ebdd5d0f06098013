//! A banner that is accepted with one click and cannot be refused with one.

use std::collections::BTreeMap;

use super::case::Case;
use super::draft::{Draft, Key};
use super::evidence;
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::model::{Choice, ChoiceOutcome, Cmp, Decision, Phase, Visit};

/// `ep-no-reject-l1`
pub(crate) struct NoRejectFirst;

static INFO: AuditInfo = AuditInfo {
    id: "ep-no-reject-l1",
    title: "No refusal on the banner's first layer",
    severity: Severity::High,
    citations: &[law::TASKFORCE_REPORT, law::EPRIVACY, law::GDPR_CONSENT],
    means: "The banner offers a button that accepts and, on the same layer, none that refuses. Refusing takes more effort than accepting, or is not possible at all.",
    fix: fix::EQUAL_CHOICE,
    blind_spots: "Banners that are shown to visitors from other regions, and how people perceive the banner.",
};

impl Audit for NoRejectFirst {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut banners: BTreeMap<(&str, &str), Vec<(&Visit, &Cmp)>> = BTreeMap::new();
        for visit in case.seen().filter(|visit| case.saw_before(visit)) {
            let shown = visit.cmp.as_ref().filter(|cmp| cmp.banner_visible);
            if let Some(cmp) = shown.filter(|cmp| cmp.reject_on_first_layer == Some(false)) {
                banners.entry((&visit.site, &cmp.id)).or_default().push((visit, cmp));
            }
        }
        banners.iter().map(|((site, id), seen)| finding(case, site, id, seen)).collect()
    }
}

fn finding(case: &Case<'_>, site: &str, id: &str, seen: &[(&Visit, &Cmp)]) -> Finding {
    let refusal = refusal(case, site);
    let outcome = refusal.map(|choice| choice.outcome);
    let clicks = refusal.filter(|choice| choice.verified && choice.clicks > 1).map(|c| c.clicks);
    let (severity, ending) = match (outcome, clicks) {
        (Some(ChoiceOutcome::NoRefusalOffered), _) => {
            (Severity::High, ", and none was found behind it".to_owned())
        }
        (Some(ChoiceOutcome::PayOrAccept), _) => {
            (Severity::High, ": a visitor accepts or pays".to_owned())
        }
        (_, Some(clicks)) => (Severity::Medium, format!("; refusing took {clicks} clicks")),
        _ => (Severity::Medium, String::new()),
    };
    let banner = match seen[0].1.name.as_str() {
        "" => "The banner".to_owned(),
        name if id == "generic" => format!("The banner ({name})"),
        name => format!("The {name} banner"),
    };
    let pages = count(case.pages(site, |visit| shows(seen, visit)), "page", "pages");
    let draft = Draft {
        severity,
        confidence: if id == "generic" { Confidence::Medium } else { Confidence::High },
        message: format!("{banner} offers no refusal on its first layer on {pages}{ending}."),
        caveats: Vec::new(),
    };
    let evidence = seen.iter().map(|(visit, cmp)| evidence_of(visit, cmp)).collect();
    draft.with(&INFO, &Key::site(site, id), evidence, seen.len())
}

fn shows(seen: &[(&Visit, &Cmp)], visit: &Visit) -> bool {
    seen.iter().any(|(other, _)| other.id == visit.id)
}

/// How refusing went on this site, where it was tried.
fn refusal<'a>(case: &Case<'a>, site: &str) -> Option<&'a Choice> {
    let choices = case.seen().filter(|v| v.site == site).filter_map(|v| v.choice.as_ref());
    choices.into_iter().find(|choice| choice.decision == Decision::Reject)
}

fn evidence_of(visit: &Visit, cmp: &Cmp) -> super::Evidence {
    let buttons = list(cmp.buttons.iter().map(String::as_str), 8);
    let what = if buttons.is_empty() {
        "The banner shows no button that refuses.".to_owned()
    } else {
        format!("The banner's buttons: {buttons}.")
    };
    let mut evidence = evidence::on_page(visit, Phase::Before, &what);
    if !cmp.banner_text.is_empty() {
        evidence.details.push(("banner text".to_owned(), evidence::masked(&cmp.banner_text)));
    }
    evidence
}
