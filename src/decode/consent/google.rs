//! Google Consent Mode on the wire: `gcs=G1xy` and `gcd=1` with four pairs.

/// What one field says of one kind of storage or use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// The field was not sent.
    NotReported,
    /// Nobody said anything.
    Unset,
    /// Denied.
    Denied,
    /// Granted.
    Granted,
}

impl Signal {
    fn of_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Self::NotReported,
            1 => Self::Unset,
            2 => Self::Denied,
            _ => Self::Granted,
        }
    }

    fn is_said(self) -> bool {
        matches!(self, Self::Denied | Self::Granted)
    }
}

/// `gcs`: only sent while Consent Mode is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gcs {
    /// Cookies for advertising.
    pub ad_storage: Signal,
    /// Cookies for analytics.
    pub analytics_storage: Signal,
}

/// Reads `gcs`: `G100` both denied, `G111` both granted, `-` unset.
#[must_use]
pub fn gcs(text: &str) -> Option<Gcs> {
    let [b'G', b'1', ads, analytics] = text.as_bytes() else { return None };
    let signal = |byte: &u8| match byte {
        b'0' => Some(Signal::Denied),
        b'1' => Some(Signal::Granted),
        b'-' => Some(Signal::Unset),
        _ => None,
    };
    Some(Gcs { ad_storage: signal(ads)?, analytics_storage: signal(analytics)? })
}

/// `gcd`: how each of the four signals came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gcd {
    /// Cookies for advertising.
    pub ad_storage: GcdSignal,
    /// Cookies for analytics.
    pub analytics_storage: GcdSignal,
    /// Sending user data to Google for advertising.
    pub ad_user_data: GcdSignal,
    /// Personalised advertising.
    pub ad_personalization: GcdSignal,
    /// Whether Consent Mode is active; `None` when the string ends before it says so.
    pub active: Option<bool>,
}

/// One signal of `gcd`, by who said what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GcdSignal {
    /// Said by no call, but assumed.
    pub implicit: Signal,
    /// Taken over from another signal.
    pub delegated: Signal,
    /// Said by the `declare` command.
    pub declared: Signal,
    /// Said by the `default` command.
    pub default: Signal,
    /// Said by the `update` command: the visitor's choice.
    pub update: Signal,
}

impl GcdSignal {
    fn of_pair(first: u8, second: u8) -> Self {
        Self {
            implicit: Signal::of_bits(first),
            delegated: Signal::of_bits(first >> 2),
            declared: Signal::of_bits(second >> 4),
            default: Signal::of_bits(second >> 2),
            update: Signal::of_bits(second),
        }
    }

    /// The state that a tag acts on, as Google's own code decides it: the update,
    /// else the default, else what was delegated, declared or implied. A tag treats
    /// [`Signal::Unset`] as granted.
    #[must_use]
    pub fn acted_on(self) -> Signal {
        let order = [self.update, self.default, self.delegated, self.declared, self.implicit];
        order.into_iter().find(|signal| signal.is_said()).unwrap_or(Signal::Unset)
    }

    /// Whether a tag acts as if it were granted.
    #[must_use]
    pub fn is_granted(self) -> bool {
        self.acted_on() != Signal::Denied
    }
}

/// Reads `gcd`: `1`, four pairs, then a trailer of which only the first character is read.
#[must_use]
pub fn gcd(text: &str) -> Option<Gcd> {
    let digits: Vec<u8> = text.bytes().take(10).map(digit).collect::<Option<_>>()?;
    let (&1, pairs) = digits.split_first()? else { return None };
    let signal = |at: usize| match pairs.get(2 * at..2 * at + 2)? {
        [first, second] => Some(GcdSignal::of_pair(*first, *second)),
        _ => None,
    };
    Some(Gcd {
        ad_storage: signal(0)?,
        analytics_storage: signal(1)?,
        ad_user_data: signal(2)?,
        ad_personalization: signal(3)?,
        active: pairs.get(8).map(|trailer| trailer & 4 != 0),
    })
}

/// The value of one character of Google's alphabet.
fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'z' => Some(byte - b'a' + 10),
        b'A'..=b'Z' => Some(byte - b'A' + 36),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gcs_says_two_things() {
        let both = |text| gcs(text).map(|g| (g.ad_storage, g.analytics_storage));
        assert_eq!(both("G101"), Some((Signal::Denied, Signal::Granted)));
        assert_eq!(both("G1--"), Some((Signal::Unset, Signal::Unset)));
        assert_eq!((both("G1x1"), both("G1011"), both("")), (None, None, None));
    }

    /// Every letter with an implicit grant before it, and the state acted on.
    #[test]
    fn each_letter_leads_to_the_state_that_tags_act_on() {
        let granted = "lnrtvDHJLRTXZ_";
        let denied = "mpquBCFGKSVW-";
        for (letters, state) in [(granted, Signal::Granted), (denied, Signal::Denied)] {
            for letter in letters.chars() {
                let read = gcd(&format!("13{letter}3{letter}3{letter}3{letter}5l1")).unwrap();
                assert_eq!(read.ad_personalization.acted_on(), state, "{letter}");
                assert_eq!(read.active, Some(true));
            }
        }
    }

    #[test]
    fn what_nobody_said_is_implied_or_unset() {
        let implied = |text| gcd(text).unwrap().ad_storage;
        assert_eq!(implied("13l3l3l3l1l1").acted_on(), Signal::Granted);
        assert_eq!(implied("12l3l3l3l1l1").acted_on(), Signal::Denied);
        assert_eq!(implied("11l1l1l1l1").acted_on(), Signal::Unset);
        assert!(implied("11l1l1l1l1").is_granted());
        assert_eq!(gcd("13l3l3l3l1l1").unwrap().active, Some(false));
        assert_eq!(implied("11p1p1p1p5").acted_on(), Signal::Denied);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = (gcs(&text), gcd(&text), gcd(&format!("1{text}")));
        }
    }
}
