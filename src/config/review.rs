//! `review.toml`, beside the configuration: what reviewers decided about flagged flows.
//! It is meant to be kept under version control and reviewed like code.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::ConfigError;
use super::raw::{Fault, line_of};
use super::site::RawDate;
use crate::audit::{Answer, Decision};

/// The file's name.
pub const REVIEW_FILE: &str = "review.toml";
/// The largest file, in bytes.
const LARGEST: usize = 4 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReview {
    #[serde(default)]
    decision: Vec<Spanned<RawDecision>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDecision {
    flow: String,
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    reviewer: String,
    date: RawDate,
    #[serde(alias = "expires")]
    expiry: Option<RawDate>,
    /// What the flow is, for the reader of the file; `review` writes it.
    #[serde(default, rename = "about")]
    _about: String,
}

/// The decisions in this folder; none where there is no file.
pub(super) fn read(folder: &Path) -> Result<Vec<Decision>, ConfigError> {
    let place = folder.join(REVIEW_FILE);
    let text = match fs::read_to_string(&place) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(ConfigError::Read { place, source }),
    };
    parse(&text).map_err(|fault| ConfigError::Wrong {
        place,
        line: fault.line,
        message: fault.message,
        hint: fault.hint,
    })
}

fn parse(text: &str) -> Result<Vec<Decision>, Fault> {
    let fault = |span, message: String| Fault { line: line_of(text, span), message, hint: None };
    if text.len() > LARGEST {
        return Err(fault(None, format!("more than {} MiB", LARGEST >> 20)));
    }
    let raw: RawReview =
        toml::from_str(text).map_err(|error| fault(error.span(), error.message().to_owned()))?;
    let decisions = raw.decision.into_iter().map(|entry| {
        let span = entry.span();
        decision(entry.into_inner()).map_err(|message| fault(Some(span), message))
    });
    Ok(decisions.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// `None` for an entry that nobody has filled in yet.
fn decision(raw: RawDecision) -> Result<Option<Decision>, String> {
    if raw.verdict.is_empty() && raw.reason.is_empty() && raw.reviewer.is_empty() {
        return Ok(None);
    }
    let known = Answer::ALL.iter().find(|(name, _)| *name == raw.verdict);
    let Some((_, verdict)) = known else {
        let names: Vec<&str> = Answer::ALL.iter().map(|(name, _)| *name).collect();
        let message = match raw.verdict.as_str() {
            "" => "a decision without a verdict".to_owned(),
            other => format!("`{other}` is not a verdict"),
        };
        return Err(format!("{message}: {}", names.join(", ")));
    };
    for (key, value) in [("flow", &raw.flow), ("reason", &raw.reason), ("reviewer", &raw.reviewer)]
    {
        if value.trim().is_empty() {
            return Err(format!("a decision without `{key}`"));
        }
    }
    Ok(Some(Decision {
        flow: raw.flow,
        verdict: *verdict,
        reason: raw.reason,
        reviewer: raw.reviewer,
        date: raw.date.day()?,
        expires: raw.expiry.as_ref().map(RawDate::day).transpose()?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "[[decision]]\nflow = \"0a1b2c\"\nverdict = \"false-positive\"\n\
                       reason = \"a band\"\nreviewer = \"R. Roe\"\ndate = 2026-11-01\n";

    #[test]
    fn a_decision_needs_who_why_and_when() {
        let read = parse(&format!("{ONE}expiry = 2027-11-01\n")).unwrap();
        assert_eq!(read[0].verdict, Answer::FalsePositive);
        assert_eq!(read[0].expires, Some("2027-11-01".parse().unwrap()));
        assert!(parse(ONE).unwrap()[0].expires.is_none());
        let wrong = |from: &str, to: &str| parse(&ONE.replace(from, to)).unwrap_err();
        assert!(wrong("false-positive", "ok").message.contains("confirmed, false-positive"));
        assert!(wrong("a band", "").message.contains("`reason`"));
        assert_eq!(wrong("reviewer", "by").line, 5);
        assert!(wrong("2026-11-01", "1").message.len() > 5);
        let empty =
            "[[decision]]\nflow = \"a\"\nverdict = \"\"\nreason = \"\"\ndate = 2026-11-01\n";
        assert_eq!(parse(empty).unwrap(), [], "not filled in yet");
    }
}
