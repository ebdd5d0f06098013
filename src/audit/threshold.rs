//! What makes a run fail: a severity, and whether findings that are known count.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Finding, Severity, Standing};

/// Thresholds, any of which fails a run: `high`, `new:medium`, `all:high,new:low`, `never`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailOn(Vec<Threshold>);

/// A severity, and which findings it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Threshold {
    which: Which,
    severity: Severity,
}

/// Which findings a threshold is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// New ones where there is a baseline, else all.
    Fitting,
    /// Also those that the baseline has.
    All,
    /// Those that the baseline does not have.
    New,
}

impl FailOn {
    /// Whether this finding alone makes a run fail. A waiver that is over always does.
    #[must_use]
    pub fn includes(&self, finding: &Finding) -> bool {
        let reached = |threshold: &Threshold| {
            let counts = match (threshold.which, &finding.standing) {
                (Which::New, standing) => *standing == Standing::New,
                (Which::Fitting, Standing::Known) => false,
                (_, standing) => standing.is_open(),
            };
            counts && finding.severity >= threshold.severity
        };
        matches!(finding.standing, Standing::Expired(_)) || self.0.iter().any(reached)
    }

    /// Whether it asks for a comparison with a baseline.
    #[must_use]
    pub fn needs_baseline(&self) -> bool {
        self.0.iter().any(|threshold| threshold.which == Which::New)
    }
}

impl Default for FailOn {
    fn default() -> Self {
        Self::from(Severity::High)
    }
}

impl From<Severity> for FailOn {
    fn from(severity: Severity) -> Self {
        Self(vec![Threshold { which: Which::Fitting, severity }])
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim() == "never" {
            return Ok(Self(Vec::new()));
        }
        text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (which, severity) = match text.split_once(':') {
            None => (Which::Fitting, text),
            Some(("all", severity)) => (Which::All, severity),
            Some(("new", severity)) => (Which::New, severity),
            Some((which, _)) => {
                return Err(format!("`{which}` in `{text}` is neither all nor new"));
            }
        };
        Ok(Self { which, severity: severity.parse()? })
    }
}

impl fmt::Display for FailOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("never");
        }
        for (at, threshold) in self.0.iter().enumerate() {
            let which = match threshold.which {
                Which::Fitting => "",
                Which::All => "all:",
                Which::New => "new:",
            };
            let comma = if at > 0 { "," } else { "" };
            write!(f, "{comma}{which}{}", super::words::name(&threshold.severity))?;
        }
        Ok(())
    }
}

impl Serialize for FailOn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FailOn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_written_and_read_alike() {
        for text in ["high", "new:medium", "all:high,new:low", "never"] {
            assert_eq!(text.parse::<FailOn>().unwrap().to_string(), text);
        }
        for wrong in ["", "grave", "old:high", "high,", "new:"] {
            wrong.parse::<FailOn>().unwrap_err();
        }
        assert!("new:low".parse::<FailOn>().unwrap().needs_baseline());
    }
}
