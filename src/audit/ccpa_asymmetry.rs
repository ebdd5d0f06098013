//! Refusing that takes more steps than accepting.

use super::case::Case;
use super::draft::{Draft, Key};
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Evidence, Finding, Severity, evidence, fix, law};
use crate::model::{Choice, Decision, Phase, Via, Visit};

/// `ccpa-asymmetry`
pub(crate) struct Asymmetry;

static INFO: AuditInfo = AuditInfo {
    id: "ccpa-asymmetry",
    title: "Refusing takes more steps than accepting",
    severity: Severity::Medium,
    citations: &[law::CCPA_CHOICES, law::TASKFORCE_REPORT, law::GDPR_CONSENT],
    means: "Both answers were given by clicks, and the one that protects privacy took more of them. California's rules ask that it take no more steps than the other.",
    fix: fix::EQUAL_CHOICE,
    blind_spots: "Whether the business and the visitor fall under the rule, and paths that are shorter than the one that was found.",
};

impl Audit for Asymmetry {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut sites: Vec<&str> = case.seen().map(|visit| visit.site.as_str()).collect();
        sites.sort_unstable();
        sites.dedup();
        sites.into_iter().filter_map(|site| finding(case, site)).collect()
    }
}

fn finding(case: &Case<'_>, site: &str) -> Option<Finding> {
    let (at_accept, accept) = proved(case, site, &Decision::Accept)?;
    let (at_reject, reject) = proved(case, site, &Decision::Reject)?;
    if reject.clicks <= accept.clicks {
        return None;
    }
    let clicks = |choice: &Choice| count(choice.clicks as usize, "click", "clicks");
    let draft = Draft {
        severity: Severity::Medium,
        confidence: Confidence::High,
        message: format!(
            "Refusing took {} on {site}, accepting {}.",
            clicks(reject),
            clicks(accept)
        ),
        caveats: Vec::new(),
    };
    let evidence = vec![of(at_reject, "To refuse", reject), of(at_accept, "To accept", accept)];
    Some(draft.with(&INFO, &Key::site(site, "clicks"), evidence, 2))
}

/// The first proved choice of a site that was made by clicks.
fn proved<'a>(case: &Case<'a>, site: &str, decision: &Decision) -> Option<(&'a Visit, &'a Choice)> {
    let choices =
        case.seen().filter(|v| v.site == site).filter_map(|v| Some((v, v.choice.as_ref()?)));
    let mut proved = choices.filter(|(_, c)| c.verified && c.via == Some(Via::Click));
    proved.find(|(_, choice)| choice.decision == *decision)
}

fn of(visit: &Visit, what: &str, choice: &Choice) -> Evidence {
    let steps: Vec<String> =
        choice.path.iter().map(|step| format!("{} “{}”", step.action, step.label)).collect();
    let steps = list(steps.iter().map(String::as_str), 12);
    let clicks = count(choice.clicks as usize, "click", "clicks");
    evidence::on_page(visit, Phase::During, &format!("{what}, {clicks}: {steps}"))
}
