//! The model's terms in plain words, the same in every format for people.

use crate::audit::{Confidence, Severity};
use crate::health::HealthLabel;
use crate::model::{ChoiceOutcome, ConsentState, Decision, Pass, Phase, ReadingSource, Via};

pub(crate) use crate::audit::{name, page_kind};

/// Every severity, the gravest first.
pub(crate) const SEVERITIES: [Severity; 4] =
    [Severity::High, Severity::Medium, Severity::Low, Severity::Info];

/// `1 page`, `2 pages`, `1,204 pages`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// `1,204`.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `a`, `a and b`, `a, b and 3 more`.
pub(crate) fn listed(items: &[String], most: usize) -> String {
    let shown = items.len().min(most);
    let rest = items.len() - shown;
    match (shown, rest) {
        (0, _) => String::new(),
        (1, 0) => items[0].clone(),
        (_, 0) => format!("{} and {}", items[..shown - 1].join(", "), items[shown - 1]),
        _ => format!("{} and {rest} more", items[..shown].join(", ")),
    }
}

/// The text with its first letter in upper case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}

/// What a severity asks of its reader.
pub(crate) fn severity_means(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "review before anything else",
        Severity::Medium => "worth a review",
        Severity::Low => "worth tidying up",
        Severity::Info => "worth knowing",
    }
}

pub(crate) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "read from the traffic itself",
        Confidence::Medium => "likely",
        Confidence::Low => "a hint",
    }
}

/// A consent state with its signals: `after rejecting, GPC on`.
pub(crate) fn pass(pass: &Pass) -> String {
    let mut words = match (&pass.state, pass.signals.gpc) {
        (ConsentState::NoInteraction, true) => "with GPC on".to_owned(),
        (other, true) => format!("{}, GPC on", state(other)),
        (other, false) => state(other),
    };
    if pass.signals.dnt {
        words.push_str(", DNT on");
    }
    words
}

fn state(state: &ConsentState) -> String {
    match state {
        ConsentState::BeforeChoice => "before any choice".to_owned(),
        ConsentState::AfterReject => "after rejecting".to_owned(),
        ConsentState::AfterAccept => "after accepting".to_owned(),
        ConsentState::AfterAcceptOnly(category) => format!("after accepting only {category}"),
        ConsentState::AfterWithdraw => "after withdrawing".to_owned(),
        ConsentState::NoInteraction => "banner left alone".to_owned(),
        ConsentState::Unknown => "consent not known".to_owned(),
    }
}

pub(crate) fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "before the choice",
        Phase::During => "while choosing",
        Phase::After => "after the choice",
    }
}

pub(crate) fn decision(decision: &Decision) -> String {
    match decision {
        Decision::Accept => "Accept everything".to_owned(),
        Decision::Reject => "Reject everything optional".to_owned(),
        Decision::AcceptOnly(category) => format!("Accept only {category}"),
        Decision::Withdraw => "Withdraw a consent that was given".to_owned(),
        Decision::LeaveAlone => "Leave the banner alone: scroll, and click elsewhere".to_owned(),
    }
}

pub(crate) fn outcome(outcome: ChoiceOutcome) -> &'static str {
    match outcome {
        ChoiceOutcome::NoBanner => "no banner anywhere",
        ChoiceOutcome::NoticeOnly => "a notice without a choice",
        ChoiceOutcome::Verified => "chosen, stored and verified",
        ChoiceOutcome::NoRefusalOffered => "no way to refuse offered",
        ChoiceOutcome::PayOrAccept => "accept or pay",
        ChoiceOutcome::BannerOnlyHidden => "banner went away, nothing stored",
        ChoiceOutcome::ReloadLoop => "the page asks again after every reload",
        ChoiceOutcome::CategoryNotOffered => "no switch for this category alone",
        ChoiceOutcome::NoWayBack => "no way to withdraw found on the page",
        ChoiceOutcome::ImpliedConsent => "scrolling or a click elsewhere was taken for consent",
        ChoiceOutcome::NothingTaken => "nothing was taken for consent",
        ChoiceOutcome::Inconclusive => "could not be verified",
    }
}

pub(crate) fn via(via: Via) -> &'static str {
    match via {
        Via::Click => "by real clicks",
        Via::Api => "by the platform's interface, not by a visitor's means",
    }
}

pub(crate) fn source(source: ReadingSource) -> &'static str {
    match source {
        ReadingSource::StoredRecord => "the platform's stored record",
        ReadingSource::PlatformApi => "the platform's own interface",
        ReadingSource::Tcf => "the IAB TCF interface",
        ReadingSource::Gpp => "the IAB GPP or US Privacy interface",
        ReadingSource::Signal => "consent signals in the traffic",
        ReadingSource::Persistence => "no banner after a reload and on a second page",
        ReadingSource::Differential => "different stored values after accept and reject",
        ReadingSource::StorageChange => "what the click changed in storage",
    }
}

pub(crate) fn health(label: HealthLabel) -> &'static str {
    match label {
        HealthLabel::None => "not about health",
        HealthLabel::HealthGeneric => "health in general",
        HealthLabel::Phi => "PHI-like",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lists_read_like_a_sentence() {
        assert_eq!(count(1, "page", "pages"), "1 page");
        assert_eq!(count(1_204_567, "page", "pages"), "1,204,567 pages");
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(listed(&names, 3), "a, b and c");
        assert_eq!(listed(&names, 2), "a, b and 1 more");
        assert_eq!(listed(&names[..1], 2), "a");
    }
}
