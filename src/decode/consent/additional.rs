//! Google's Additional Consent string, `2~1.35.41~dv.9.21`: consent to ad technology
//! providers that are not on the IAB's list of vendors.

use std::collections::BTreeSet;

use serde::Serialize;

use super::ConsentError;

/// What an Additional Consent string says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AdditionalConsent {
    /// 1 or 2.
    pub version: u8,
    /// Providers consented to, by Google's number.
    pub consented: BTreeSet<u32>,
    /// Providers that the visitor was told of and did not consent to; since version 2.
    pub disclosed: Option<BTreeSet<u32>>,
}

/// Reads an Additional Consent string.
///
/// # Errors
/// When it is none.
pub fn additional_consent(text: &str) -> Result<AdditionalConsent, ConsentError> {
    let version = match text.get(..2) {
        Some("1~") => 1,
        Some("2~") => 2,
        _ => return Err(ConsentError::new(1, "an Additional Consent string begins with 1~ or 2~")),
    };
    let (consented, disclosed) = match text.find("~dv.") {
        // With nobody consented to, its first mark is the version's.
        Some(at) if version == 2 => (text.get(2..at).unwrap_or_default(), Some(at + 4)),
        _ => (&text[2..], None),
    };
    Ok(AdditionalConsent {
        version,
        consented: providers(consented, 2)?,
        disclosed: disclosed.map(|at| providers(&text[at..], at)).transpose()?,
    })
}

fn providers(text: &str, offset: usize) -> Result<BTreeSet<u32>, ConsentError> {
    let mut at = offset;
    let mut set = BTreeSet::new();
    for part in text.split('.').filter(|_| !text.is_empty()) {
        let number = part.parse().map_err(|_| {
            let part: String = part.chars().take(20).collect();
            ConsentError::new(at + 1, format!("`{part}` is no provider's number"))
        })?;
        set.insert(number);
        at += part.chars().count() + 1;
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn consented_and_disclosed_providers_are_told_apart() {
        let read = additional_consent("2~1.35.41~dv.9.21").unwrap();
        assert_eq!(read.consented, BTreeSet::from([1, 35, 41]));
        assert_eq!(read.disclosed, Some(BTreeSet::from([9, 21])));
        let refused = additional_consent("2~dv.9.21").unwrap();
        assert_eq!(refused.consented, BTreeSet::new());
        assert_eq!(refused.disclosed, Some(BTreeSet::from([9, 21])));
        assert_eq!(additional_consent("1~").unwrap().consented, BTreeSet::new());
        assert_eq!(additional_consent("1~7.x").unwrap_err().at, 5);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "([12]~)?[0-9.é~dv]{0,40}") {
            drop(additional_consent(&text));
        }
    }
}
