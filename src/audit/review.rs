//! HIPAA review: each flagged flow once (vendor × page kind × carrier × category), the
//! question that a reviewer has to answer, and the answer that was given before.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::agreement::Agreement;
use super::carrier::health_flags;
use super::case::{Case, Sighting};
use super::page::{is_care, is_health, is_login, page_kind};
use super::profile::{self, Profile, SiteProfile};
use super::words::name;
use super::{Evidence, Finding, Policy, Standing, evidence};
use crate::detect::Detected;
use crate::health::topic;
use crate::model::Capture;

/// How many bytes of the hash name a flow.
const FINGERPRINT: usize = 6;
/// The carrier of a flow that told no more than that somebody was on such a page.
const VISIT: &str = "visit";
/// So many flows are listed.
const MOST_FLOWS: usize = 500;

/// What the site's owner and reviewers have said about health data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HealthPolicy {
    /// What the site is in law, if the owner says so.
    pub profile: Option<SiteProfile>,
    /// Business associate agreements.
    pub agreements: Vec<Agreement>,
    /// What reviewers have decided.
    pub decisions: Vec<Decision>,
}

/// What a reviewer decided about one flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The flow's id.
    pub flow: String,
    /// The answer.
    pub verdict: Answer,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub date: Date,
    /// The last day on which it counts; `None` for no end.
    pub expires: Option<Date>,
}

/// A reviewer's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It is what it looks like, and is to be mended.
    Confirmed,
    /// It is none of a visitor's health.
    FalsePositive,
    /// An agreement or authorization covers it.
    Covered,
    /// It was mended; seen again, it is open again.
    Fixed,
}

impl Answer {
    /// Every answer with its name in the file.
    pub const ALL: [(&'static str, Self); 4] = [
        ("confirmed", Self::Confirmed),
        ("false-positive", Self::FalsePositive),
        ("covered", Self::Covered),
        ("fixed", Self::Fixed),
    ];

    /// The name in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, answer)| *answer == self).map_or("", |(name, _)| name)
    }
}

/// Where a flow stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Nobody has decided.
    Open,
    /// Decided, and the decision counts.
    Decided(Decision),
    /// Decided once, and open again: the decision has run out.
    Expired(Decision),
    /// Marked as fixed, and seen again.
    SeenAgain(Decision),
}

impl Status {
    /// Whether the flow needs nobody's attention now.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let settles = |answer| matches!(answer, Answer::FalsePositive | Answer::Covered);
        matches!(self, Self::Decided(decision) if settles(decision.verdict))
    }

    /// One sentence for a report.
    #[must_use]
    pub fn sentence(&self) -> String {
        let told = |d: &Decision| {
            let reason =
                if d.reason.is_empty() { String::new() } else { format!(": {}", d.reason) };
            format!("{} by {} on {}{reason}", d.verdict.name(), d.reviewer, d.date)
        };
        match self {
            Self::Open => "open".to_owned(),
            Self::Decided(decision) => told(decision),
            Self::Expired(decision) => {
                format!("open again, the decision ran out: {}", told(decision))
            }
            Self::SeenAgain(decision) => {
                format!("seen again after it was fixed: {}", told(decision))
            }
        }
    }
}

/// What a flow is one of.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    site: String,
    vendor: String,
    product: String,
    page_kind: String,
    carrier: String,
    category: String,
}

impl Key {
    fn id(&self) -> String {
        let mut hash = Sha256::new();
        let product = format!("{}/{}", self.vendor, self.product);
        for part in [&self.site, &product, &self.page_kind, &self.carrier, &self.category] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hex::encode(&hash.finalize()[..FINGERPRINT])
    }
}

/// One flow of health data to one vendor's product.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Stable across runs: hash of site, product, page kind, carrier and category.
    pub id: String,
    /// The site (registrable domain).
    pub site: String,
    /// Vendor's name.
    pub vendor: String,
    /// Vendor's product.
    pub product: String,
    /// The kind of page, in words.
    pub page_kind: String,
    /// What carried it: `address`, `title`, `event`, `click` …, or `visit`.
    pub carrier: String,
    /// The health category that weighs most, in words; empty when the page's kind alone tells.
    pub category: String,
    /// How many observations stand behind it.
    pub total: usize,
    /// The first of them.
    pub evidence: Evidence,
    /// What a reviewer has to answer.
    pub question: String,
    /// Where it stands.
    pub status: Status,
}

/// The review of one capture.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// What the site is in law, and how that is known.
    pub profile: Profile,
    /// Every flagged flow, sorted by vendor, page kind, carrier and category.
    pub flows: Vec<Flow>,
    /// Decisions about flows that were not seen this time.
    pub unused: Vec<Decision>,
}

/// Every flagged flow of a capture, with what was decided about it.
#[must_use]
pub fn review(capture: &Capture, detected: &Detected, policy: &Policy) -> Review {
    let case = Case::new(capture, detected, policy);
    let mut flows: BTreeMap<Key, Vec<&Sighting<'_>>> = BTreeMap::new();
    for sighting in case.receivers() {
        for key in keys(sighting) {
            flows.entry(key).or_default().push(sighting);
        }
    }
    let known: BTreeSet<String> = flows.keys().map(Key::id).collect();
    let decisions = policy.health.decisions.iter();
    let unused = decisions.filter(|d| !known.contains(&d.flow)).cloned().collect();
    let profile = profile::of(&case);
    let flow = |(key, group): (&Key, &Vec<&Sighting<'_>>)| flow(key, group, &profile, policy);
    let flows = flows.iter().take(MOST_FLOWS).map(flow).collect();
    Review { profile, flows, unused }
}

fn flow(key: &Key, group: &[&Sighting<'_>], profile: &Profile, policy: &Policy) -> Flow {
    let id = key.id();
    let category = if key.category.is_empty() { String::new() } else { topic(&key.category) };
    let kind = group.first().map(|s| s.page_kind()).unwrap_or_default();
    Flow {
        status: status(&id, policy),
        question: question(key, profile, policy),
        evidence: evidence::of(group[0]),
        id,
        site: key.site.clone(),
        vendor: key.vendor.clone(),
        product: key.product.clone(),
        page_kind: page_kind(kind).to_owned(),
        carrier: key.carrier.clone(),
        category,
        total: group.len(),
    }
}

/// What a flow's reviewer has to answer.
fn question(key: &Key, profile: &Profile, policy: &Policy) -> String {
    let agreements = policy.health.agreements.iter();
    let mut mine = agreements.filter(|a| a.names(&key.vendor, &key.product));
    let under_hipaa = profile.profile().is_none_or(SiteProfile::is_under_hipaa);
    match mine.find(|a| a.counts_on(policy.today)) {
        Some(agreement) => {
            format!("Does the agreement {} cover this use of the data?", agreement.reference)
        }
        None if under_hipaa => format!(
            "Is there a business associate agreement with {} that covers this, or an \
             authorization of the visitor?",
            key.vendor
        ),
        None => format!("Did the visitor agree to this disclosure to {} beforehand?", key.vendor),
    }
}

fn status(id: &str, policy: &Policy) -> Status {
    // The last entry counts, as a reader of the file expects.
    let decision = policy.health.decisions.iter().rev().find(|decision| decision.flow == id);
    match decision {
        None => Status::Open,
        Some(d) if d.expires.is_some_and(|last| policy.today > last) => Status::Expired(d.clone()),
        Some(d) if d.verdict == Answer::Fixed => Status::SeenAgain(d.clone()),
        Some(d) => Status::Decided(d.clone()),
    }
}

/// The flows that a sighting is part of.
fn keys(sighting: &Sighting<'_>) -> BTreeSet<Key> {
    if !sighting.is_disclosure() {
        return BTreeSet::new();
    }
    let key = |carrier: &str, category: &str| Key {
        site: sighting.visit.site.clone(),
        vendor: sighting.detection.vendor.clone(),
        product: sighting.detection.product.clone(),
        page_kind: name(&sighting.page_kind()),
        carrier: carrier.to_owned(),
        category: category.to_owned(),
    };
    let mut keys: BTreeSet<Key> = health_flags(sighting.detection)
        .map(|(flag, carrier)| key(carrier.id(), &flag.category))
        .collect();
    let kind = sighting.page_kind();
    if keys.is_empty() && (is_login(kind) || is_care(kind)) && is_health(sighting) {
        let category = sighting.page.and_then(|page| page.categories.first());
        keys.insert(key(VISIT, category.map_or("", String::as_str)));
    }
    keys
}

/// The ids of the flows that these sightings are part of.
pub(crate) fn ids(group: &[&Sighting<'_>]) -> BTreeSet<String> {
    group.iter().flat_map(|sighting| keys(sighting)).map(|key| key.id()).collect()
}

/// Notes in a finding what reviewers decided about its flows. Settled when every one is.
pub(crate) fn apply(policy: &Policy, finding: &mut Finding) {
    if finding.flows.is_empty() || policy.health.decisions.is_empty() {
        return;
    }
    let known: Vec<Status> = finding.flows.iter().map(|id| status(id, policy)).collect();
    if finding.standing.is_open() && known.iter().all(Status::is_settled) {
        let by: BTreeSet<String> = known.iter().map(Status::sentence).collect();
        let by: Vec<String> = by.into_iter().take(3).collect();
        finding.standing = Standing::Covered { by: format!("review ({})", by.join("; ")) };
    }
    let told: BTreeSet<String> =
        known.iter().filter(|s| **s != Status::Open).map(Status::sentence).collect();
    finding.caveats.extend(told.into_iter().take(3).map(|told| format!("Review: {told}.")));
}
