//! One round over the pages of a site: the consent state of its profile, and the signals
//! that the browser sends beside it. Visits are compared pass by pass.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ConsentState, Signals};

/// A consent state with the browser's signals, written `after-reject`,
/// `before-choice+gpc`. `gpc` alone is `no-interaction+gpc`: the signal is on, and the
/// banner is left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pass {
    /// What was chosen.
    pub state: ConsentState,
    /// What the browser sends by itself.
    pub signals: Signals,
}

impl Pass {
    /// Global Privacy Control is on, and nothing was chosen.
    #[must_use]
    pub fn gpc() -> Self {
        let signals = Signals { gpc: true, ..Signals::default() };
        Self { state: ConsentState::NoInteraction, signals }
    }
}

impl Pass {
    /// The banner is left alone to see whether scrolling or a click elsewhere is taken
    /// for consent.
    #[must_use]
    pub fn is_implied(&self) -> bool {
        self.state == ConsentState::NoInteraction && !self.signals.gpc
    }
}

impl From<ConsentState> for Pass {
    fn from(state: ConsentState) -> Self {
        Self { state, signals: Signals::default() }
    }
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Signals { gpc, dnt } = self.signals;
        let (gpc, dnt) = (if gpc { "+gpc" } else { "" }, if dnt { "+dnt" } else { "" });
        write!(f, "{}{gpc}{dnt}", self.state)
    }
}

impl FromStr for Pass {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "gpc" {
            return Ok(Self::gpc());
        }
        let mut parts = text.split('+');
        let mut pass = Self::from(parts.next().unwrap_or_default().parse::<ConsentState>()?);
        for signal in parts {
            match signal {
                "gpc" => pass.signals.gpc = true,
                "dnt" => pass.signals.dnt = true,
                _ => return Err(format!("`{signal}` in `{text}` is not a signal: gpc or dnt")),
            }
        }
        Ok(pass)
    }
}

impl Serialize for Pass {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pass {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_written_and_read_alike() {
        for text in ["before-choice", "after-reject+gpc", "no-interaction+gpc", "unknown+gpc+dnt"] {
            assert_eq!(text.parse::<Pass>().unwrap().to_string(), text);
        }
        assert_eq!("gpc".parse::<Pass>().unwrap().to_string(), "no-interaction+gpc");
        for wrong in ["", "+gpc", "before-choice+", "before-choice+xyz", "gpc+gpc"] {
            wrong.parse::<Pass>().unwrap_err();
        }
    }
}
