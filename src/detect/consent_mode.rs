//! Google's consent signals, `gcs` and `gcd`: what a tag told Google of the visitor's choice.

use super::Detection;
use crate::decode::consent::{Gcd, Gcs, Signal, gcd, gcs};

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
        let from_gcs = param("gcs").and_then(|text| gcs(text).ok()).map(Self::from);
        let from_gcd =
            param("gcd").and_then(|text| gcd(text).ok()).filter(is_active).map(Self::from);
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

impl From<Gcs> for ConsentMode {
    fn from(gcs: Gcs) -> Self {
        Self {
            ad_storage: said(gcs.ad_storage),
            analytics_storage: said(gcs.analytics_storage),
            ..Self::default()
        }
    }
}

impl From<Gcd> for ConsentMode {
    fn from(gcd: Gcd) -> Self {
        Self {
            ad_storage: said(gcd.ad_storage.acted_on()),
            analytics_storage: said(gcd.analytics_storage.acted_on()),
            ad_user_data: said(gcd.ad_user_data.acted_on()),
            ad_personalization: said(gcd.ad_personalization.acted_on()),
        }
    }
}

/// A site without Consent Mode sends `gcd` too, and says nothing with it.
fn is_active(gcd: &Gcd) -> bool {
    gcd.active == Some(true)
}

fn said(signal: Signal) -> Option<bool> {
    match signal {
        Signal::Granted => Some(true),
        Signal::Denied => Some(false),
        Signal::Unset | Signal::NotReported => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::mask;

    fn mode(params: &[(&str, &str)]) -> Option<ConsentMode> {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), mask(value)));
        ConsentMode::of(&Detection { params: params.collect(), ..Detection::default() })
    }

    #[test]
    fn gcs_decides_storage_and_gcd_the_rest() {
        let both = mode(&[("gcs", "G101"), ("gcd", "13p3p3r3p5l1")]).unwrap();
        assert_eq!((both.ad_storage, both.analytics_storage), (Some(false), Some(true)));
        assert_eq!((both.ad_user_data, both.ad_personalization), (Some(true), Some(false)));
        let unset = mode(&[("gcs", "G1--"), ("gcd", "13r3p3p3p5l1")]).unwrap();
        assert_eq!((unset.ad_storage, unset.analytics_storage), (Some(true), Some(false)));
    }

    #[test]
    fn an_inactive_or_damaged_signal_says_nothing() {
        assert_eq!(mode(&[("gcd", "13l3l3l3l1l1")]), None, "Consent Mode is not active");
        assert_eq!(mode(&[("gcd", "13r3r3")]), None);
        assert_eq!(mode(&[("gcs", "G1"), ("gcd", "é")]), None);
    }
}
