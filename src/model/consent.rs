//! A consent platform, and how a choice with it went.

use serde::{Deserialize, Serialize};

use super::{ShownBanner, ShownSwitch};

/// The consent platform found on a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cmp {
    /// The id of its rule file, `onetrust`; `generic` when only the heuristic found a banner.
    pub id: String,
    /// Its name, `OneTrust`.
    pub name: String,
    /// Its own version, if it tells.
    pub version: Option<String>,
    /// Whether its banner was visible; a platform can be loaded and stay silent.
    pub banner_visible: bool,
    /// What the banner said, at most 2,000 characters.
    pub banner_text: String,
    /// The banner offers refusal on its first layer. `None` when no banner was visible.
    pub reject_on_first_layer: Option<bool>,
    /// The accessible names of the buttons on the first layer, in reading order.
    pub buttons: Vec<String>,
    /// How the banner shows its choices, where it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<ShownBanner>,
}

/// What the tool was asked to choose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Accept everything.
    Accept,
    /// Refuse everything optional.
    Reject,
    /// Accept one category only.
    AcceptOnly(String),
    /// Take back a consent that was given.
    Withdraw,
    /// Touch nothing of the banner: scroll, and click elsewhere on the page.
    LeaveAlone,
}

/// One choice on one site: what was wanted, what was done, and what proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What was wanted.
    pub decision: Decision,
    /// How it ended.
    pub outcome: ChoiceOutcome,
    /// By a visitor's means, or by the platform's interface.
    pub via: Option<Via>,
    /// How many clicks it took.
    pub clicks: u32,
    /// Every step, in order.
    pub path: Vec<ChoicePath>,
    /// At least two independent sources confirm the choice and none contradicts it.
    pub verified: bool,
    /// The kinds of source that confirm it, sorted, each once.
    pub sources: Vec<ReadingSource>,
    /// Every reading taken, before and after.
    pub readings: Vec<ConsentReading>,
    /// Sources that contradict the choice, in words.
    pub disagreements: Vec<String>,
    /// Why the choice is not verified, or what went wrong; empty when all went well.
    pub note: String,
    /// Switches and check boxes that the choice came upon, on whichever layer, as they
    /// stood before they were touched; sorted, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub switches: Vec<ShownSwitch>,
    /// Links and buttons that lead back to the choice, on the page as it was loaded again;
    /// `None` where nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ways_back: Option<Vec<String>>,
}

impl Choice {
    /// A choice that has not been made yet.
    #[must_use]
    pub fn new(decision: Decision) -> Self {
        Self {
            decision,
            outcome: ChoiceOutcome::Inconclusive,
            via: None,
            clicks: 0,
            path: Vec::new(),
            verified: false,
            sources: Vec::new(),
            readings: Vec::new(),
            disagreements: Vec::new(),
            note: String::new(),
            switches: Vec::new(),
            ways_back: None,
        }
    }
}

/// How a choice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChoiceOutcome {
    /// No banner anywhere, and hiding from bots was ruled out.
    NoBanner,
    /// A notice that offers no choice.
    NoticeOnly,
    /// Chosen, stored, and confirmed by two sources.
    Verified,
    /// The banner offers no way to refuse.
    NoRefusalOffered,
    /// Accept tracking or pay.
    PayOrAccept,
    /// The banner went away but nothing was stored.
    BannerOnlyHidden,
    /// The page reloads and asks again.
    ReloadLoop,
    /// The settings have no switch for the category that was to be accepted alone.
    CategoryNotOffered,
    /// Consent was given, and the page offers no way to take it back.
    NoWayBack,
    /// Scrolling or a click elsewhere was taken for consent.
    ImpliedConsent,
    /// The banner was left alone, and nothing was taken for consent.
    NothingTaken,
    /// A choice was attempted and could not be confirmed: proves nothing.
    Inconclusive,
}

impl ChoiceOutcome {
    /// The state that was wanted does not exist on this site; that is an
    /// observation, not a failure of the run.
    #[must_use]
    pub fn is_observation(self) -> bool {
        matches!(
            self,
            Self::NoBanner
                | Self::NoticeOnly
                | Self::NoRefusalOffered
                | Self::PayOrAccept
                | Self::CategoryNotOffered
                | Self::NoWayBack
                | Self::ImpliedConsent
                | Self::NothingTaken
        )
    }
}

/// By what means a choice was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// Trusted clicks, as a visitor makes them.
    Click,
    /// The platform's interface: does not show that a visitor could have done it.
    Api,
}

/// One step of a choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoicePath {
    /// What was done: `click`, `untick`, `call`.
    pub action: String,
    /// On what: the button's accessible name, or the call.
    pub label: String,
    /// The rule's selector, or `generic`.
    pub by: String,
}

/// One answer to "what does the site think was chosen?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentReading {
    /// Where it was read.
    pub source: ReadingSource,
    /// The name of the cookie, key or call.
    pub name: String,
    /// Whether it was read after the choice (`true`) or before it.
    pub after: bool,
    /// The stored value, shortened to 500 characters; a TC string to 4,000.
    pub value: String,
    /// Optional purposes and whether each is granted, sorted by name.
    pub purposes: Vec<(String, bool)>,
}

/// The kinds of independent proof for a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadingSource {
    /// The platform's own cookie or storage record.
    StoredRecord,
    /// The platform's JavaScript interface.
    PlatformApi,
    /// `__tcfapi`.
    Tcf,
    /// `__gpp` or `__uspapi`.
    Gpp,
    /// A consent signal on the wire (`gcs`, `gcd`) or in the data layer.
    Signal,
    /// No banner after a reload and on a second page.
    Persistence,
    /// The same key holds different values in the accept and the reject profile.
    Differential,
    /// For a banner nobody knows: the storage change that the click caused.
    StorageChange,
}
