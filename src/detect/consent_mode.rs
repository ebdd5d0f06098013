//! Google's consent signals, `gcs` and `gcd`: what a tag told Google of the visitor's choice.

use super::Detection;

/// Granted or denied, per purpose; `None` where the tag did not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConsentMode {
    /// `ad_storage`.
    pub ad_storage: Option<bool>,
    /// `analytics_storage`.
    pub analytics_storage: Option<bool>,
    /// `ad_user_data`.
    pub ad_user_data: Option<bool>,
    /// `ad_personalization`.
    pub ad_personalization: Option<bool>,
}

impl ConsentMode {
    /// What a hit said, if it carried the signal and Consent Mode was active.
    #[must_use]
    pub fn of(detection: &Detection) -> Option<Self> {
        let param = |name: &str| detection.params.get(name).map(|value| value.as_str());
        let from_gcd = param("gcd").and_then(Self::from_gcd);
        let from_gcs = param("gcs").and_then(Self::from_gcs);
        match (from_gcs, from_gcd) {
            // Both are sent together; `gcs` is what storage was decided by.
            (Some(gcs), Some(gcd)) => Some(Self {
                ad_storage: gcs.ad_storage.or(gcd.ad_storage),
                analytics_storage: gcs.analytics_storage.or(gcd.analytics_storage),
                ..gcd
            }),
            (gcs, gcd) => gcs.or(gcd),
        }
    }

    /// Reads `G1xy`: x is ad storage, y analytics storage; 1 granted, 0 denied, - unset.
    #[must_use]
    pub fn from_gcs(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix("G1")?.chars();
        let mut next = || match rest.next()? {
            '1' => Some(Some(true)),
            '0' => Some(Some(false)),
            '-' => Some(None),
            _ => None,
        };
        let (ad_storage, analytics_storage) = (next()?, next()?);
        Some(Self { ad_storage, analytics_storage, ..Self::default() })
    }

    /// Reads `gcd`: a `1`, four pairs of characters, and a trailer that tells whether
    /// Consent Mode is active.
    #[must_use]
    pub fn from_gcd(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.chars().take(10).map_while(digit).collect();
        let [1, pairs @ .., trailer] = digits.as_slice() else { return None };
        if pairs.len() != 8 || trailer & 4 == 0 {
            return None;
        }
        Some(Self {
            ad_storage: decided(pairs[0], pairs[1]),
            analytics_storage: decided(pairs[2], pairs[3]),
            ad_user_data: decided(pairs[4], pairs[5]),
            ad_personalization: decided(pairs[6], pairs[7]),
        })
    }

    /// Both kinds of storage are denied, so a tag sends a ping without cookies.
    #[must_use]
    pub fn storage_denied(&self) -> bool {
        self.ad_storage == Some(false) && self.analytics_storage == Some(false)
    }

    /// Some kind of storage is granted.
    #[must_use]
    pub fn storage_granted(&self) -> bool {
        self.ad_storage == Some(true) || self.analytics_storage == Some(true)
    }
}

/// The value of one character of the alphabet `0-9 a-z A-Z - _`.
fn digit(character: char) -> Option<u8> {
    let code = u8::try_from(character).ok()?;
    match code {
        b'0'..=b'9' => Some(code - b'0'),
        b'a'..=b'z' => Some(code - b'a' + 10),
        b'A'..=b'Z' => Some(code - b'A' + 36),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

/// The state that a tag acts on: update, else default, delegated, declared, implicit.
fn decided(first: u8, second: u8) -> Option<bool> {
    let fields = [second, second >> 2, first >> 2, second >> 4, first];
    fields.into_iter().find_map(|field| match field & 3 {
        2 => Some(false),
        3 => Some(true),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gcs_tells_two_kinds_of_storage() {
        let read = |text| ConsentMode::from_gcs(text).map(|m| (m.ad_storage, m.analytics_storage));
        assert_eq!(read("G101"), Some((Some(false), Some(true))));
        assert_eq!(read("G110"), Some((Some(true), Some(false))));
        assert_eq!(read("G1--"), Some((None, None)));
        assert_eq!(read("G1"), None);
        assert_eq!(read("100"), None);
    }

    #[test]
    fn gcd_is_read_as_the_tag_acts_on_it() {
        let all = |text| {
            let mode = ConsentMode::from_gcd(text)?;
            let same = mode.ad_storage == mode.analytics_storage
                && mode.ad_user_data == mode.ad_personalization;
            same.then_some(mode.ad_storage)
        };
        assert_eq!(all("13r3r3r3r5l1"), Some(Some(true)), "denied by default, then granted");
        assert_eq!(all("13p3p3p3p5l1"), Some(Some(false)), "denied by default");
        assert_eq!(all("13u3u3u3u5"), Some(Some(false)), "granted by default, then denied");
        assert_eq!(all("13H3H3H3H5"), Some(Some(true)), "declared denied, then granted");
        assert_eq!(all("13l3l3l3l1l1"), None, "Consent Mode is not active");
        assert_eq!(all("13r3r3"), None);
        assert_eq!(all("é"), None);
    }
}
