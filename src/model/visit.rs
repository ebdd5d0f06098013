//! One load of one page in one consent state.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Choice, Cmp, Collected, JourneyPart, Pass, Request};

/// Names a visit within its capture: `v0001`, in the order of the crawl.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VisitId(pub String);

/// As numbers: `v9999` comes before `v10000`, which has a digit more.
impl Ord for VisitId {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for VisitId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl VisitId {
    /// The id of the `number`th visit, counted from 1.
    #[must_use]
    pub fn numbered(number: usize) -> Self {
        Self(format!("v{number:04}"))
    }
}

impl fmt::Display for VisitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One load of a page, from navigation to the last beacon after leaving it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// Its name within the capture.
    pub id: VisitId,
    /// The site it belongs to: registrable domain, IP address or bare host name.
    pub site: String,
    /// The address that was asked for.
    pub page: String,
    /// The address that it ended on after redirects; equals `page` when it never loaded.
    pub final_url: String,
    /// The document title when the visit ended.
    pub title: String,
    /// The consent state that the visit belongs to.
    pub state: ConsentState,
    /// Signals that the browser sent beside the banner.
    pub signals: Signals,
    /// Whether the page loaded, and if not why.
    pub outcome: Outcome,
    /// What earlier attempts at the page came to, whose requests are not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_attempts: Vec<String>,
    /// When the visit began; request times count from here.
    pub started: Option<Timestamp>,
    /// How long the visit took, in milliseconds.
    pub duration_ms: u64,
    /// The consent platform seen on the page, if any.
    pub cmp: Option<Cmp>,
    /// The choice of this visit's profile: on the visit that made it and on all after it.
    pub choice: Option<Choice>,
    /// Every request of the visit, in the order sent.
    pub requests: Vec<Request>,
    /// Whether the tap saw all that the network stack sent.
    pub coverage: Coverage,
    /// What the collectors read from the page; absent parts were not collected.
    pub collected: Collected,
    /// The journey that led to this page, if one did: such a visit is one page on the
    /// way, from the moment that it was asked for until the next one was.
    #[serde(default)]
    pub journey: Option<JourneyPart>,
}

impl Visit {
    /// The round over the pages that it belongs to.
    #[must_use]
    pub fn pass(&self) -> Pass {
        Pass { state: self.state.clone(), signals: self.signals }
    }
}

/// Which consent the visitor has given when a page is loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConsentState {
    /// Nothing was clicked yet.
    BeforeChoice,
    /// Everything optional was refused.
    AfterReject,
    /// Everything was accepted.
    AfterAccept,
    /// One category only was accepted.
    AfterAcceptOnly(String),
    /// Consent was given and then withdrawn.
    AfterWithdraw,
    /// The visitor went from page to page and never touched the banner.
    NoInteraction,
    /// Not known: HAR files and e-mail.
    #[default]
    Unknown,
}

impl ConsentState {
    /// Whether a visit shows this state only when a choice was made and proven.
    #[must_use]
    pub fn needs_choice(&self) -> bool {
        !matches!(self, Self::BeforeChoice | Self::NoInteraction | Self::Unknown)
    }
}

impl fmt::Display for ConsentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeChoice => f.write_str("before-choice"),
            Self::AfterReject => f.write_str("after-reject"),
            Self::AfterAccept => f.write_str("after-accept"),
            Self::AfterAcceptOnly(category) => write!(f, "after-accept:{category}"),
            Self::AfterWithdraw => f.write_str("after-withdraw"),
            Self::NoInteraction => f.write_str("no-interaction"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl FromStr for ConsentState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "before-choice" => Self::BeforeChoice,
            "after-reject" => Self::AfterReject,
            "after-accept" => Self::AfterAccept,
            "after-withdraw" => Self::AfterWithdraw,
            "no-interaction" => Self::NoInteraction,
            "unknown" => Self::Unknown,
            other => {
                match ["after-accept:", "accept:"].iter().find_map(|p| other.strip_prefix(p)) {
                    Some(category) if !category.is_empty() => {
                        Self::AfterAcceptOnly(category.to_owned())
                    }
                    _ => {
                        return Err(format!(
                            "`{other}` is not a consent state: before-choice, after-reject, \
                         after-accept, after-accept:<category>, after-withdraw or no-interaction"
                        ));
                    }
                }
            }
        })
    }
}

impl Serialize for ConsentState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ConsentState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Privacy signals that the browser itself sends. They stand beside the
/// consent state: GPC can be on in any of them.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Signals {
    /// Global Privacy Control: header and property.
    pub gpc: bool,
    /// Do Not Track header.
    pub dnt: bool,
}

/// Where a request falls relative to the consent choice of its profile.
///
/// `During` runs from the first click on the banner to the verified read-back,
/// so that requests in flight never count as "after reject".
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// No choice had been made yet.
    #[default]
    Before,
    /// A choice was being made.
    During,
    /// A choice had been made and read back.
    After,
}

/// How a visit ended. Failures are data: a page that did not load proves nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// The page loaded and went quiet.
    #[default]
    Loaded,
    /// The page loaded but never went quiet, or never answered in time.
    TimedOut {
        /// What was waited for, and how long.
        message: String,
    },
    /// A bot wall, a challenge or an access refusal stood in the way.
    Blocked {
        /// What gave it away.
        message: String,
    },
    /// Nothing usable came: DNS, TLS, refused, a download, an HTTP error, a redirect loop.
    Failed {
        /// What went wrong, and where.
        message: String,
    },
}

impl Outcome {
    /// Whether the page was seen as a visitor would see it.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        matches!(self, Self::Loaded)
    }

    /// The outcome's name in reports: `loaded`, `timed-out`, `blocked`, `failed`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::TimedOut { .. } => "timed-out",
            Self::Blocked { .. } => "blocked",
            Self::Failed { .. } => "failed",
        }
    }

    /// What went wrong, empty for a loaded page.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Loaded => "",
            Self::TimedOut { message } | Self::Blocked { message } | Self::Failed { message } => {
                message
            }
        }
    }
}

/// The proof that nothing was missed: the tap's count against the ledger, an
/// account of every request kept by the browser's network stack itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Network requests that the tap recorded.
    pub tap: u64,
    /// Network requests in the ledger; `None` when no ledger was kept (HAR files).
    pub ledger: Option<u64>,
    /// In the ledger and not in the tap, sorted.
    pub missing: Vec<MissingRequest>,
}

impl Coverage {
    /// A ledger was kept and everything in it is in the tap.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.ledger.is_some() && self.missing.is_empty()
    }

    /// Adds what was found out later.
    pub fn add(&mut self, later: Self) {
        self.tap += later.tap;
        self.ledger = match (self.ledger, later.ledger) {
            (Some(earlier), Some(later)) => Some(earlier + later),
            (earlier, later) => earlier.or(later),
        };
        self.missing.extend(later.missing);
        self.missing.sort();
    }
}

/// A request that left the browser and that the tap did not record.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MissingRequest {
    /// HTTP method.
    pub method: String,
    /// Full address.
    pub url: String,
}
