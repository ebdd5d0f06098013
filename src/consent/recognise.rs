//! What kind of consent string or stored record a text is, and what it says. The shape
//! decides, and a name where one is given: `OptanonConsent=…`, `gcd=…`.

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use super::guess::guess;
use super::purpose::{Purposes, percent};
use super::rule::Rules;
use crate::decode::base64;
use crate::decode::consent::{
    AdditionalConsent, ConsentError, Gcd, Gcs, Gpp, Tcf, UsPrivacy, additional_consent, gcd, gcs,
    gpp, tcf, us_privacy,
};

/// Longer names are no names.
const LONGEST_NAME: usize = 100;

/// A consent string, or a record that a consent platform stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Recognised {
    /// An IAB TCF string.
    Tcf(Box<Tcf>),
    /// An IAB GPP string.
    Gpp(Gpp),
    /// An IAB US Privacy string.
    UsPrivacy(UsPrivacy),
    /// Google's Additional Consent string.
    AdditionalConsent(AdditionalConsent),
    /// Google's `gcs`.
    Gcs(Gcs),
    /// Google's `gcd`.
    Gcd(Gcd),
    /// What a consent platform stored.
    Stored(StoredRecord),
}

/// What a consent platform stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredRecord {
    /// The platforms that store such a record; none when its form is nobody's.
    pub platforms: Vec<String>,
    /// The optional purposes, and whether each is granted; empty while nothing is decided.
    pub purposes: Purposes,
    /// Only what says yes or no in it was read, since nobody knows its form.
    pub guessed: bool,
}

/// A text that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecogniseError {
    /// It is of this kind, and damaged.
    #[error("not a {kind}: {error}")]
    Damaged {
        /// What it looks like: `TCF string`.
        kind: &'static str,
        /// Where and why it is none.
        error: ConsentError,
    },
    /// It looks like nothing that is known.
    #[error("character 1: neither a consent string nor a record of a consent platform")]
    Unknown,
}

/// Says what a text is. A damaged section makes a GPP string a damaged one.
///
/// # Errors
/// When it is nothing that is known, or damaged.
pub fn recognise(rules: &Rules, text: &str) -> Result<Recognised, RecogniseError> {
    let text = text.trim().trim_matches('"');
    if text.is_empty() {
        return Err(RecogniseError::Unknown);
    }
    let named = text.split_once('=').filter(|(name, _)| is_name(name));
    if let Some((name, value)) = named
        && let Some(found) = by_name(rules, name, value)
    {
        return found;
    }
    match by_shape(text).or_else(|| named.and_then(|(_, value)| by_shape(value))) {
        Some(found) => found,
        None => record(rules, text),
    }
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || "_-.$".contains(c);
    !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(fits)
}

type Found = Result<Recognised, RecogniseError>;

/// What a value is whose name says so: a parameter of the standards, or a platform's key.
fn by_name(rules: &Rules, name: &str, value: &str) -> Option<Found> {
    let plain = percent(value);
    Some(match name {
        "gcs" => of("gcs string", gcs(&plain), Recognised::Gcs),
        "gcd" => of("gcd string", gcd(&plain), Recognised::Gcd),
        "us_privacy" | "usprivacy" => us_privacy_of(&plain),
        "gpp" | "gpp_string" => gpp_of(&plain),
        "gdpr_consent" | "tc_string" | "euconsent-v2" | "eupubconsent-v2" => tcf_of(&plain),
        "addtl_consent" => additional_of(&plain),
        _ => return stored(rules, Some(name), value).map(|record| Ok(Recognised::Stored(record))),
    })
}

fn by_shape(text: &str) -> Option<Found> {
    let bytes = text.as_bytes();
    let is_plain =
        bytes.iter().all(|b| b.is_ascii_graphic()) && !text.contains(['{', '=', ':', '|']);
    let next = |at: usize| bytes.get(at).copied().unwrap_or_default();
    Some(match next(0) {
        b'G' if next(1) == b'1' && bytes.len() <= 6 => of("gcs string", gcs(text), Recognised::Gcs),
        b'1' | b'2' if next(1) == b'~' => additional_of(text),
        b'1' if matches!(next(1), b'Y' | b'N' | b'-' | b'y' | b'n') && bytes.len() <= 6 => {
            us_privacy_of(text)
        }
        b'1' if bytes.len() >= 6 && is_plain && next(1).is_ascii_digit() => {
            of("gcd string", gcd(text), Recognised::Gcd)
        }
        b'D' if next(1) == b'B' && (text.contains('~') || is_plain) => gpp_of(text),
        b'C' | b'B' if bytes.len() >= 20 && is_plain && next(1).is_ascii_uppercase() => {
            tcf_of(text)
        }
        _ => return None,
    })
}

fn of<T>(kind: &'static str, read: Result<T, ConsentError>, wrap: fn(T) -> Recognised) -> Found {
    read.map(wrap).map_err(|error| RecogniseError::Damaged { kind, error })
}

fn tcf_of(text: &str) -> Found {
    of("TCF string", tcf(text).map(Box::new), Recognised::Tcf)
}

fn us_privacy_of(text: &str) -> Found {
    of("US Privacy string", us_privacy(text), Recognised::UsPrivacy)
}

fn additional_of(text: &str) -> Found {
    of("Additional Consent string", additional_consent(text), Recognised::AdditionalConsent)
}

fn gpp_of(text: &str) -> Found {
    let read = gpp(text).and_then(|read| {
        let damaged = read.sections.iter().find_map(|section| section.content.as_ref().err());
        damaged.cloned().map_or(Ok(read), Err)
    });
    of("GPP string", read, Recognised::Gpp)
}

/// A record, as it stands or in the ways in which cookies are written.
fn record(rules: &Rules, text: &str) -> Found {
    if let Some(record) = stored(rules, None, text) {
        return Ok(Recognised::Stored(record));
    }
    let plain = percent(text);
    if plain != text
        && let Some(found) = by_shape(&plain)
    {
        return found;
    }
    let value = text.split_once('=').filter(|(name, _)| is_name(name)).map_or(text, |(_, v)| v);
    let purposes = [text, value].into_iter().map(guess).find(|purposes| !purposes.is_empty());
    match purposes {
        Some(purposes) => {
            let record = StoredRecord { platforms: Vec::new(), purposes, guessed: true };
            Ok(Recognised::Stored(record))
        }
        None => Err(damaged_json(&percent(value)).unwrap_or(RecogniseError::Unknown)),
    }
}

/// A record of this name, or without one, of the form whose purposes' names fit best.
fn stored(rules: &Rules, name: Option<&str>, value: &str) -> Option<StoredRecord> {
    let mut best: (usize, Vec<String>, Purposes) = (0, Vec::new(), Purposes::new());
    for rule in &rules.cmps {
        for stored in &rule.stored {
            let read = stored.likeness(name, value);
            let Some((likeness, purposes)) = read else { continue };
            if likeness > best.0 {
                best = (likeness, vec![rule.name.clone()], purposes);
            } else if likeness == best.0 && !best.1.contains(&rule.name) {
                best.1.push(rule.name.clone());
            }
        }
    }
    let (likeness, platforms, purposes) = best;
    (likeness > 0).then_some(StoredRecord { platforms, purposes, guessed: false })
}

/// Where JSON breaks off, if the text begins like it.
fn damaged_json(text: &str) -> Option<RecogniseError> {
    let inner = || base64(text).and_then(|bytes| String::from_utf8(bytes).ok());
    let (json, kind) = match text.chars().next()? {
        '{' | '[' => (text.to_owned(), "record in JSON"),
        'e' | 'W' => (inner()?, "record in JSON, decoded from base64"),
        _ => return None,
    };
    let error = serde_json::from_str::<Value>(&json).err()?;
    let before = json.lines().take(error.line().saturating_sub(1));
    let at = before.map(|line| line.chars().count() + 1).sum::<usize>() + error.column().max(1);
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or(&what).to_owned();
    Some(RecogniseError::Damaged { kind, error: ConsentError { at, what } })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn platforms(text: &str) -> Vec<String> {
        match recognise(&Rules::builtin().unwrap(), text) {
            Ok(Recognised::Stored(record)) => record.platforms,
            other => panic!("{text}: {other:?}"),
        }
    }

    /// Every example of every rule is recognised by its key's name; without it, at least
    /// its platform is among those that it may be of.
    #[test]
    fn records_are_known_by_name_and_by_form() {
        let rules = Rules::builtin().unwrap();
        for rule in &rules.cmps {
            for (name, value) in rule.stored.iter().flat_map(super::super::record::Stored::samples)
            {
                let found = stored(&rules, Some(&name), &value);
                let found = found.unwrap_or_else(|| panic!("{name}={value}"));
                assert!(found.platforms.contains(&rule.name), "{name}={value}: {found:?}");
            }
        }
        for (text, platform) in [
            ("isGpcEnabled=0&version=6.1&groups=C0001%3A1%2CC0002%3A0", "OneTrust"),
            (
                "{stamp:'x',necessary:true,preferences:false,statistics:true,marketing:false,method:'explicit',ver:1}",
                "Cookiebot",
            ),
            (
                "consentid:x,consent:yes,action:yes,necessary:yes,functional:yes,analytics:no",
                "CookieYes",
            ),
            ("eyJwdXJwb3NlcyI6eyJkaXNhYmxlZCI6WyJjb29raWVzIl19fQ==", "Didomi"),
        ] {
            assert_eq!(platforms(text), [platform], "{text}");
        }
        assert_eq!(platforms("ads:yes|stats:no"), Vec::<String>::new(), "nobody's");
    }

    #[test]
    fn the_kind_is_known_by_the_shape() {
        let rules = Rules::builtin().unwrap();
        let kind = |text: &str| match recognise(&rules, text) {
            Ok(found) => serde_json::to_value(found).unwrap()["kind"].as_str().unwrap().to_owned(),
            Err(error) => error.to_string(),
        };
        for (text, wanted) in [
            ("CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "tcf"),
            ("euconsent-v2=CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "tcf"),
            ("DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", "gpp"),
            ("1YNN", "us-privacy"),
            ("2~1.35~dv.9", "additional-consent"),
            ("G101", "gcs"),
            ("13r3p3q3u5l1", "gcd"),
            ("gcd=13r3p3q3u5l1", "gcd"),
            ("%7B%22categories%22%3A%5B%22necessary%22%5D%7D", "stored"),
            (
                "CPXxRfAPXxRfAAfKABEN",
                "not a TCF string: character 21: the text ends within its vendor list's version",
            ),
            (
                "1YXN",
                "not a US Privacy string: character 3: `X` is none of Y, N and - (opt-out of sale)",
            ),
            ("G1x0", "not a gcs string: character 3: `x` is none of 0, 1 and - (ad_storage)"),
            ("{\"a\": tru", "not a record in JSON: character 9: EOF while parsing a value"),
            ("hello", "character 1: neither a consent string nor a record of a consent platform"),
            ("", "character 1: neither a consent string nor a record of a consent platform"),
        ] {
            assert_eq!(kind(text), wanted, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_text_panics(text in ".{0,80}", letters in "([CDG12]|ey|DB|1Y|\\{|gcd=)?[A-Za-z0-9_.~%=:{\"-]{0,80}") {
            let rules = Rules::builtin().unwrap();
            for text in [&text, &letters] {
                drop(recognise(&rules, text));
            }
        }
    }
}
