//! Purposes and decisions: the words that say yes and no, the names that nobody can
//! refuse, and what the standard strings (TCF, GPP, US Privacy, gcs, gcd) grant.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::words::affirms;
use crate::decode::base64;
use crate::decode::consent::{self, Gcd, GcdSignal, OptOut, Section, Signal, YesNo};

/// Longer values are not a choice.
pub(super) const LONGEST_VALUE: usize = 64 * 1024;
/// More purposes than this are not listed.
pub(super) const MOST_PURPOSES: usize = 500;
/// Purposes have short names.
pub(super) const LONGEST_NAME: usize = 120;

/// Optional purposes, and whether each is granted.
pub(super) type Purposes = BTreeMap<String, bool>;

const GRANTED: &[&str] = &[
    "1",
    "true",
    "yes",
    "y",
    "on",
    "allow",
    "allowed",
    "accept",
    "accepted",
    "acceptall",
    "all",
    "grant",
    "granted",
    "permit",
    "permitted",
    "consent",
    "consented",
    "optin",
    "opt-in",
    "agree",
    "agreed",
    "enabled",
];
const DENIED: &[&str] = &[
    "0",
    "false",
    "no",
    "n",
    "off",
    "deny",
    "denied",
    "decline",
    "declined",
    "reject",
    "rejected",
    "refuse",
    "refused",
    "revoked",
    "optout",
    "opt-out",
    "disagree",
    "disagreed",
    "disabled",
    "necessary",
    "essential",
    "none",
];

/// A word that says yes or no.
pub(super) fn decision(word: &str) -> Option<bool> {
    let word = word.trim().trim_matches(['"', '\'']).to_lowercase();
    if GRANTED.contains(&word.as_str()) {
        return Some(true);
    }
    DENIED.contains(&word.as_str()).then_some(false)
}

pub(super) fn percent(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A stored value without its wrapping: percent encoding, and base64 around JSON.
pub(super) fn plain(text: &str) -> String {
    let text = percent(text);
    // Objects and lists begin so in base64.
    let opened = text.starts_with(['e', 'W']).then(|| base64(&text)).flatten();
    let json = opened.and_then(|bytes| String::from_utf8(bytes).ok());
    json.filter(|json| json.starts_with(['{', '['])).unwrap_or(text)
}

/// Whether a purpose's own name says that it cannot be refused. Granting it is never
/// against a refusal.
pub(super) fn is_necessary(name: &str) -> bool {
    const NECESSARY: &[&str] =
        &["necessary", "essential", "required", "strictly", "technical", "mandatory", "c0001"];
    let low = name.to_lowercase();
    NECESSARY.iter().any(|word| affirms(&low, word))
}

/// The purposes 1 to 11 of a TC string.
pub(super) fn tcf(text: &str) -> Option<Purposes> {
    let read = consent::tcf(text).ok()?;
    Some((1..=11).map(|n| (format!("purpose {n:02}"), read.purposes.contains(&n))).collect())
}

/// What a US Privacy string says of sale.
pub(super) fn us_privacy(text: &str) -> Purposes {
    let granted = consent::us_privacy(text).ok().and_then(|read| match read.opted_out {
        YesNo::Yes => Some(false),
        YesNo::No => Some(true),
        YesNo::NotApplicable => None,
    });
    granted.map(|granted| ("sale".to_owned(), granted)).into_iter().collect()
}

/// The opt-outs of a GPP string's US sections. Its European section is told by `__tcfapi`.
pub(super) fn gpp(text: &str) -> Purposes {
    let mut purposes = Purposes::new();
    for section in consent::gpp(text).into_iter().flat_map(|read| read.sections) {
        let Ok(Section::Us(us)) = section.content else { continue };
        for name in ["Sale", "Sharing", "TargetedAdvertising"] {
            let granted = match us.opt_out(&format!("{name}OptOut")) {
                Some(OptOut::OptedOut) => false,
                Some(OptOut::DidNotOptOut) => true,
                Some(OptOut::NotApplicable) | None => continue,
            };
            // Refused in one section is refused.
            purposes.entry(name.to_owned()).and_modify(|flag| *flag &= granted).or_insert(granted);
        }
    }
    purposes
}

/// What `gcs` grants.
pub(super) fn gcs(text: &str) -> Option<Purposes> {
    let read = consent::gcs(text).ok()?;
    Some(said([("ad_storage", read.ad_storage), ("analytics_storage", read.analytics_storage)]))
}

/// What `gcd` grants, unless it says itself that Consent Mode is not active.
pub(super) fn gcd(text: &str) -> Option<Purposes> {
    let read: Gcd = consent::gcd(text).ok().filter(|read| read.active != Some(false))?;
    let acted = |signal: GcdSignal| signal.acted_on();
    Some(said([
        ("ad_storage", acted(read.ad_storage)),
        ("analytics_storage", acted(read.analytics_storage)),
        ("ad_user_data", acted(read.ad_user_data)),
        ("ad_personalization", acted(read.ad_personalization)),
    ]))
}

fn said<const N: usize>(signals: [(&str, Signal); N]) -> Purposes {
    let said = signals.into_iter().filter_map(|(name, signal)| match signal {
        Signal::Granted => Some((name.to_owned(), true)),
        Signal::Denied => Some((name.to_owned(), false)),
        Signal::Unset | Signal::NotReported => None,
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(purposes: Option<Purposes>) -> Vec<(String, bool)> {
        purposes.unwrap_or_default().into_iter().collect()
    }

    #[test]
    fn wire_signals_grant_what_the_tag_acts_on() {
        let both = |ads, stats| {
            vec![("ad_storage".to_owned(), ads), ("analytics_storage".to_owned(), stats)]
        };
        assert_eq!(told(gcs("G101")), both(false, true));
        assert_eq!(told(gcs("G1--")), Vec::new());
        assert_eq!(told(gcd("13q3q3q3q5l1")).iter().filter(|(_, granted)| *granted).count(), 0);
        assert_eq!(told(gcd("13r3r3r3r5l1")).iter().filter(|(_, granted)| *granted).count(), 4);
        assert_eq!(gcd("13r3r3r3r1l1"), None, "Consent Mode is not active");
    }

    #[test]
    fn us_strings_tell_an_opt_out_as_not_granted() {
        let sale = |text| us_privacy(text).get("sale").copied();
        assert_eq!((sale("1YYN"), sale("1YNN"), sale("1---")), (Some(false), Some(true), None));
    }

    #[test]
    fn a_necessary_purpose_is_known_by_its_name() {
        for name in ["C0001", "strictlyNecessary", "essential_cookies", "Required"] {
            assert!(is_necessary(name), "{name}");
        }
        for name in ["C0002", "non_essential", "unnecessary", "marketing"] {
            assert!(!is_necessary(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,60}", letters in "[A-Za-z0-9_.~-]{0,120}") {
            for text in [&text, &letters] {
                drop((tcf(text), gpp(text), us_privacy(text), gcs(text), gcd(text)));
                drop((decision(text), is_necessary(text), percent(text)));
            }
        }
    }
}
