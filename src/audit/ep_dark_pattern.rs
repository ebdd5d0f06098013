//! A banner that steers its visitor towards consent, or does not let go of one.

use std::collections::BTreeMap;

use super::case::Case;
use super::dark_pattern::{Pattern, of_banner, of_choice};
use super::draft::{Draft, Key};
use super::words::count;
use super::{Audit, AuditInfo, Confidence, Evidence, Finding, Severity, evidence, fix, law};
use crate::model::{Cmp, Phase, Visit};

/// `ep-dark-pattern`
pub(crate) struct DarkPattern;

static INFO: AuditInfo = AuditInfo {
    id: "ep-dark-pattern",
    title: "A banner that steers towards consent",
    severity: Severity::Medium,
    citations: &[law::TASKFORCE_REPORT, law::EPRIVACY, law::GDPR_CONSENT],
    means: "The banner makes one answer easier to see, to find or to give than the other, has options switched on beforehand, or offers no way to take consent back. Consent that was given so may not have been given freely.",
    fix: fix::EQUAL_CHOICE,
    blind_spots: "How people perceive the banner; designs on other screens and for other regions; controls behind pages that were not visited; cookies whose purpose the banner tells wrongly.",
};

impl Audit for DarkPattern {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut seen: BTreeMap<(&str, Pattern), Seen<'_>> = BTreeMap::new();
        for visit in case.seen() {
            let shown = visit.cmp.as_ref().filter(|_| case.saw_before(visit));
            let banner = shown.map(of_banner).unwrap_or_default();
            let choice = visit.choice.as_ref().map(of_choice).unwrap_or_default();
            for (pattern, sign) in banner.into_iter().chain(choice) {
                let of_site = seen.entry((&visit.site, pattern)).or_default();
                of_site.platform = of_site.platform.or(visit.cmp.as_ref());
                of_site.signs.push((visit, sign));
            }
        }
        seen.into_iter().map(|((site, pattern), seen)| finding(site, pattern, &seen)).collect()
    }
}

/// Where a pattern showed.
#[derive(Default)]
struct Seen<'a> {
    platform: Option<&'a Cmp>,
    signs: Vec<(&'a Visit, String)>,
}

fn finding(site: &str, pattern: Pattern, seen: &Seen<'_>) -> Finding {
    let banner = match seen.platform {
        Some(cmp) if cmp.id != "generic" && !cmp.name.is_empty() => {
            format!("The {} banner", cmp.name)
        }
        _ => "The banner".to_owned(),
    };
    let pages = seen.signs.iter().map(|(visit, _)| visit.page.as_str());
    let pages = pages.collect::<std::collections::BTreeSet<_>>().len();
    let pages = count(pages, "page", "pages");
    let sign = seen.signs.first().map(|(_, sign)| sign.trim_end_matches('.')).unwrap_or_default();
    let draft = Draft {
        severity: severity(pattern),
        confidence: confidence(pattern),
        message: format!("{banner} {} on {pages} ({sign}).", what(pattern)),
        caveats: caveat(pattern).map(str::to_owned).into_iter().collect(),
    };
    let evidence: Vec<Evidence> = seen
        .signs
        .iter()
        .map(|(visit, sign)| evidence::on_page(visit, phase(pattern), sign))
        .collect();
    draft.with(&INFO, &Key::site(site, pattern.id()), evidence, seen.signs.len())
}

/// When a pattern shows.
fn phase(pattern: Pattern) -> Phase {
    match pattern {
        Pattern::NoWithdrawal => Phase::After,
        _ => Phase::Before,
    }
}

fn what(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::RefuseAsText => "shows a button that accepts and a bare text that refuses",
        Pattern::RefuseUnreadable => "writes the refusal in a contrast that is hard to read",
        Pattern::AcceptStandsOut => "gives only the acceptance a colour that stands out",
        Pattern::RefuseSmaller => "makes the refusal much smaller than the acceptance",
        Pattern::RefuseElsewhere => "puts the refusal away from the acceptance",
        Pattern::PreTicked => "has optional purposes switched on beforehand",
        Pattern::LegitimateInterestOn => "has legitimate interest switched on beforehand",
        Pattern::LockedOn => "does not let analytics or marketing be switched off",
        Pattern::NoWithdrawal => "leaves no way to take consent back",
        Pattern::ImpliedConsent => "takes scrolling or a click elsewhere for consent",
    }
}

fn severity(pattern: Pattern) -> Severity {
    match pattern {
        Pattern::AcceptStandsOut | Pattern::RefuseSmaller => Severity::Low,
        _ => Severity::Medium,
    }
}

fn confidence(pattern: Pattern) -> Confidence {
    match pattern {
        Pattern::NoWithdrawal | Pattern::RefuseElsewhere | Pattern::LockedOn => Confidence::Medium,
        _ => Confidence::High,
    }
}

fn caveat(pattern: Pattern) -> Option<&'static str> {
    match pattern {
        Pattern::AcceptStandsOut | Pattern::RefuseSmaller => Some(
            "No rule names a colour or a size; what counts is whether the design as a whole misleads.",
        ),
        Pattern::NoWithdrawal => Some(
            "Links and buttons were looked for on the page itself, by their words; a control on another page was not looked for.",
        ),
        Pattern::LockedOn => Some("The switch was judged by its label alone."),
        _ => None,
    }
}
