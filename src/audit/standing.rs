//! What became of a finding in the light of what the site's owner decided beforehand.
//! A decision takes nothing out of a report: it is stated there with who took it and why.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What became of a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Standing {
    /// Nobody decided anything about it.
    #[default]
    Open,
    /// It is not in the baseline that this run is compared with.
    New,
    /// The baseline has it, too.
    Known,
    /// An agreement or a permission covers it.
    Covered {
        /// Which one, in words.
        by: String,
    },
    /// Somebody accepted it for a while.
    Waived(WaivedBy),
    /// It had been accepted, and that time is over.
    Expired(WaivedBy),
    /// It touches none of the regulations that are in force for this site.
    OutOfForce,
}

/// Who accepted a finding, why, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaivedBy {
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for that.
    pub owner: String,
    /// The last day on which it counts.
    pub expires: Date,
}

impl Standing {
    /// Whether something is still to be done or decided about the finding.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Open | Self::New | Self::Known | Self::Expired(_) => true,
            Self::Covered { .. } | Self::Waived(_) | Self::OutOfForce => false,
        }
    }

    /// Its stable name: `open`, `new`, `known`, `covered`, `waived`, `expired`, `out-of-force`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::New => "new",
            Self::Known => "known",
            Self::Covered { .. } => "covered",
            Self::Waived(_) => "waived",
            Self::Expired(_) => "expired",
            Self::OutOfForce => "out-of-force",
        }
    }

    /// What a reader is told beside the finding; `None` when nothing was decided.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        Some(match self {
            Self::Open => return None,
            Self::New => "New: the baseline does not have it.".to_owned(),
            Self::Known => "Known: the baseline has it, too.".to_owned(),
            Self::Covered { by } => format!("Covered by {by}."),
            Self::Waived(by) => {
                format!("Accepted by {} until {}: {}", by.owner, by.expires, by.reason)
            }
            Self::Expired(by) => format!(
                "The waiver by {} ended on {} and no longer counts: {}",
                by.owner, by.expires, by.reason
            ),
            Self::OutOfForce => "Touches none of the regulations in force.".to_owned(),
        })
    }
}
