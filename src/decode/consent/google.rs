//! Google Consent Mode on the wire: `gcs=G1xy` and `gcd=1` with four pairs.

use serde::Serialize;

use super::ConsentError;

/// What one field says of one kind of storage or use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gcs {
    /// Cookies for advertising.
    pub ad_storage: Signal,
    /// Cookies for analytics.
    pub analytics_storage: Signal,
}

/// Reads `gcs`: `G100` both denied, `G111` both granted, `-` unset.
///
/// # Errors
/// When it is none.
pub fn gcs(text: &str) -> Result<Gcs, ConsentError> {
    let mut characters = text.chars();
    for (at, wanted) in ['G', '1'].into_iter().enumerate() {
        if characters.next() != Some(wanted) {
            return Err(ConsentError::new(at + 1, "a gcs string begins with G1"));
        }
    }
    let mut signal = |at, field| match characters.next() {
        Some('0') => Ok(Signal::Denied),
        Some('1') => Ok(Signal::Granted),
        Some('-') => Ok(Signal::Unset),
        Some(other) => {
            Err(ConsentError::new(at, format!("`{other}` is none of 0, 1 and - ({field})")))
        }
        None => Err(ConsentError::new(at, format!("the text ends before its {field}"))),
    };
    let read = Gcs {
        ad_storage: signal(3, "ad_storage")?,
        analytics_storage: signal(4, "analytics_storage")?,
    };
    match characters.next() {
        None => Ok(read),
        Some(_) => Err(ConsentError::new(5, "the text goes on after its four characters")),
    }
}

/// `gcd`: how each of the four signals came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
///
/// # Errors
/// When it is none, or ends within a pair.
pub fn gcd(text: &str) -> Result<Gcd, ConsentError> {
    let value = |(at, character)| {
        let wrong = || ConsentError::new(at + 1, format!("`{character}` is no letter of gcd"));
        digit(character).ok_or_else(wrong)
    };
    let digits: Vec<u8> = text.chars().take(10).enumerate().map(value).collect::<Result<_, _>>()?;
    let Some((&1, pairs)) = digits.split_first() else {
        return Err(ConsentError::new(1, "a gcd string begins with 1"));
    };
    let signal = |at: usize, field: &str| match pairs.get(2 * at..2 * at + 2) {
        Some([first, second]) => Ok(GcdSignal::of_pair(*first, *second)),
        _ => Err(ConsentError::new(digits.len() + 1, format!("the text ends before its {field}"))),
    };
    Ok(Gcd {
        ad_storage: signal(0, "ad_storage")?,
        analytics_storage: signal(1, "analytics_storage")?,
        ad_user_data: signal(2, "ad_user_data")?,
        ad_personalization: signal(3, "ad_personalization")?,
        active: pairs.get(8).map(|trailer| trailer & 4 != 0),
    })
}

/// The value of one character of Google's alphabet.
fn digit(character: char) -> Option<u8> {
    let byte = u8::try_from(character).ok()?;
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
        assert_eq!(both("G101"), Ok((Signal::Denied, Signal::Granted)));
        assert_eq!(both("G1--"), Ok((Signal::Unset, Signal::Unset)));
        let at = |text| both(text).unwrap_err().at;
        assert_eq!([at("G1x1"), at("G1011"), at("G10"), at("")], [3, 5, 4, 1]);
        let at = |text| gcd(text).unwrap_err().at;
        assert_eq!([at("23l3l3l3l5"), at("13l3l3é3l5"), at("13l3l3")], [1, 7, 7]);
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
