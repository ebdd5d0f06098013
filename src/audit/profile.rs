//! What a site is in law. It picks which provisions are cited and how much a finding
//! weighs, never what is flagged.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::case::Case;
use super::{Finding, Severity};
use crate::health::{HealthLabel, PageKind, words};
use serde::{Deserialize, Serialize};

/// What a site is in law, as its owner says under `[site] profile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SiteProfile {
    /// A provider, plan or clearinghouse under HIPAA.
    CoveredEntity,
    /// Works for one, with health information of its patients.
    BusinessAssociate,
    /// Care or health services outside HIPAA.
    Telehealth,
    /// A pharmacy: under HIPAA where it fills prescriptions.
    Pharmacy,
    /// Writes about health.
    Publisher,
    /// Nothing to do with health.
    Other,
}

impl SiteProfile {
    /// Every profile, in the order that help shows them.
    pub const ALL: [Self; 6] = [
        Self::CoveredEntity,
        Self::BusinessAssociate,
        Self::Telehealth,
        Self::Pharmacy,
        Self::Publisher,
        Self::Other,
    ];

    /// The name in a configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CoveredEntity => "covered-entity",
            Self::BusinessAssociate => "business-associate",
            Self::Telehealth => "telehealth",
            Self::Pharmacy => "pharmacy",
            Self::Publisher => "publisher",
            Self::Other => "other",
        }
    }

    /// In a sentence, with its article.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::CoveredEntity => "a covered entity under HIPAA",
            Self::BusinessAssociate => "a business associate under HIPAA",
            Self::Telehealth => "a health service outside HIPAA",
            Self::Pharmacy => "a pharmacy",
            Self::Publisher => "a publisher",
            Self::Other => "no health site",
        }
    }

    /// Whether HIPAA is the first law to look at.
    #[must_use]
    pub fn is_under_hipaa(self) -> bool {
        matches!(self, Self::CoveredEntity | Self::BusinessAssociate | Self::Pharmacy)
    }
}

impl fmt::Display for SiteProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SiteProfile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|profile| profile.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|profile| profile.name()).collect();
            format!("`{text}` is not a profile: {}", names.join(", "))
        })
    }
}

/// The profile that a run stands on, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// The owner said so.
    Given(SiteProfile),
    /// The pages suggest it; in words by what.
    Inferred(SiteProfile, String),
    /// Nothing suggests any: every provision is cited, and nothing weighs less.
    Unknown,
}

impl Profile {
    /// The profile, if there is one.
    #[must_use]
    pub fn profile(&self) -> Option<SiteProfile> {
        match self {
            Self::Given(profile) | Self::Inferred(profile, _) => Some(*profile),
            Self::Unknown => None,
        }
    }

    /// One sentence for a report.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Given(profile) => format!("The site's owner says it is {}.", profile.words()),
            Self::Inferred(profile, why) => format!(
                "Taken for {}, since {why}; `[site] profile` in pixelwarden.toml says otherwise.",
                profile.words()
            ),
            Self::Unknown => "What the site is in law is not known; `[site] profile` in \
                              pixelwarden.toml says it."
                .to_owned(),
        }
    }
}

/// The profile of a capture: what the owner said, else what its pages suggest.
pub(crate) fn of(case: &Case<'_>) -> Profile {
    let policy = &case.policy.health;
    match policy.profile {
        Some(profile) => Profile::Given(profile),
        None if !policy.agreements.is_empty() => Profile::Inferred(
            SiteProfile::CoveredEntity,
            "its owner names business associate agreements".to_owned(),
        ),
        None => infer(case),
    }
}

/// Words of a front page's title that tell of care at a distance.
const REMOTE: &[&str] = &["telehealth", "telemedicine", "teletherapy", "telemed"];
/// Words of a host or a title that tell of a pharmacy.
const PHARMACY: &[&str] = &["pharmacy", "drugstore", "apotheke", "pharmacie", "farmacia"];

/// What the pages suggest; the first of the signs that holds.
fn infer(case: &Case<'_>) -> Profile {
    let mut kinds: Vec<(PageKind, HealthLabel)> = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut remote, mut pharmacy) = (false, false);
    for visit in case.seen() {
        if !seen.insert(visit.page.as_str()) {
            continue;
        }
        let Some(verdict) = case.detected.pages.get(&visit.id) else { continue };
        kinds.push((verdict.page_kind, verdict.label));
        if is_front(&visit.final_url) {
            let title = words(&visit.title);
            let named = |list: &[&str]| title.iter().any(|word| list.contains(&word.as_str()));
            remote |= named(REMOTE);
            pharmacy |= named(PHARMACY)
                || words(&visit.site).iter().any(|w| PHARMACY.contains(&w.as_str()));
        }
    }
    let health = kinds.iter().filter(|(_, label)| *label != HealthLabel::None).count();
    let has = |wanted: &[PageKind]| {
        kinds.iter().any(|(kind, label)| wanted.contains(kind) && *label != HealthLabel::None)
    };
    let portal = kinds.contains(&(PageKind::Login, HealthLabel::Phi));
    let care = portal
        || has(&[PageKind::Portal, PageKind::Appointment, PageKind::Results, PageKind::Provider]);
    let inferred = |profile, why: &str| Profile::Inferred(profile, why.to_owned());
    if remote {
        inferred(SiteProfile::Telehealth, "its front page speaks of care at a distance")
    } else if pharmacy {
        inferred(SiteProfile::Pharmacy, "its name or front page says so")
    } else if care {
        inferred(
            SiteProfile::CoveredEntity,
            "it has pages of a care provider (portal, appointments, results or clinicians)",
        )
    } else if health > 2 && health * 2 > kinds.len() {
        inferred(
            SiteProfile::Publisher,
            "most of its pages are about health, and none is a care provider's",
        )
    } else {
        Profile::Unknown
    }
}

/// Whether an address is a site's front page.
pub(crate) fn is_front(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split_once('/').is_none_or(|(_, path)| path.is_empty())
}

/// The regulations that bind health sites by what they are.
const BY_PROFILE: &[&str] = &["hipaa", "hbnr"];

/// Picks law and weight of a finding by the profile.
pub(crate) fn apply(standing: &Profile, finding: &mut Finding) {
    let Some(profile) = standing.profile() else { return };
    if !finding.citations.iter().any(|c| BY_PROFILE.contains(&c.regulation.as_str())) {
        return;
    }
    let dropped = if profile.is_under_hipaa() { "hbnr" } else { "hipaa" };
    let others = finding.citations.iter().any(|citation| citation.regulation != dropped);
    if others {
        finding.citations.retain(|citation| citation.regulation != dropped);
    }
    let severity = weight(standing, profile, finding);
    if severity == finding.severity && !matches!(standing, Profile::Inferred(..)) {
        return;
    }
    finding.severity = severity;
    finding.caveats.push(standing.sentence());
}

/// How much a finding weighs. What was only inferred makes nothing lighter.
fn weight(standing: &Profile, profile: SiteProfile, finding: &Finding) -> Severity {
    let lighter = match finding.severity {
        Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
        other => other,
    };
    let named = finding.audit.contains("-id-") || finding.audit == "form-leak";
    match (profile, finding.audit.as_str(), standing) {
        // Outside HIPAA the judgment that softens public pages does not help.
        (SiteProfile::Telehealth, "phi-url-title", _) => Severity::High,
        (SiteProfile::Other, _, Profile::Given(_)) if !named => lighter,
        // A reader's account is no patient's.
        (SiteProfile::Publisher, "phi-auth-tracker", Profile::Given(_)) => lighter,
        _ => finding.severity,
    }
}
