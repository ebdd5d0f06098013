//! What an audit looks at: detections with their visit, request and page at hand.

use std::collections::{BTreeMap, BTreeSet};

use super::Policy;
use crate::detect::{ConsentMode, DataKind, Detected, Detection, Party, Source};
use crate::health::{PageKind, Verdict};
use crate::model::{
    Capture, ChoiceOutcome, ConsentState, Outcome, Phase, Request, RequestId, ResourceKind, Visit,
    VisitId, host_of,
};
use crate::signature::Role;

/// A capture, what was recognised in it, and the policy, indexed for audits.
#[derive(Debug)]
pub struct Case<'a> {
    /// What was seen.
    pub capture: &'a Capture,
    /// What was recognised in it.
    pub detected: &'a Detected,
    /// What the site's owner decided beforehand.
    pub policy: &'a Policy,
    visits: BTreeMap<&'a VisitId, &'a Visit>,
    requests: BTreeMap<(&'a VisitId, &'a RequestId), &'a Request>,
    sightings: Vec<Sighting<'a>>,
    strangers: Vec<Sighting<'a>>,
    kept: Vec<Sighting<'a>>,
    /// Sites that were seen before a choice, and without the signals of other visits.
    plain: BTreeSet<&'a str>,
}

impl<'a> Case<'a> {
    /// Brings together what belongs together.
    #[must_use]
    pub fn new(capture: &'a Capture, detected: &'a Detected, policy: &'a Policy) -> Self {
        let visits = capture.visits.iter().map(|visit| (&visit.id, visit)).collect();
        let pairs = capture.visits.iter().flat_map(|v| v.requests.iter().map(move |r| (v, r)));
        let requests = pairs.map(|(visit, request)| ((&visit.id, &request.id), request)).collect();
        let before = |visit: &&Visit| visit.state == ConsentState::BeforeChoice && was_seen(visit);
        let plain = capture.visits.iter().filter(before).map(|visit| visit.site.as_str()).collect();
        let mut case = Self {
            capture,
            detected,
            policy,
            visits,
            requests,
            plain,
            sightings: Vec::new(),
            strangers: Vec::new(),
            kept: Vec::new(),
        };
        case.sightings = detected.detections.iter().filter_map(|d| case.sighting(d)).collect();
        case.strangers = detected.strangers.iter().filter_map(|d| case.sighting(d)).collect();
        case.kept = detected.kept.iter().filter_map(|d| case.sighting(d)).collect();
        case
    }

    fn sighting(&self, detection: &'a Detection) -> Option<Sighting<'a>> {
        let visit = self.visits.get(&detection.visit).filter(|visit| was_seen(visit))?;
        let request = detection.request.as_ref().and_then(|id| self.request(&visit.id, id));
        let page = self.detected.pages.get(&visit.id);
        Some(Sighting { visit, detection, request, page })
    }

    /// Every detection on a page that was seen, by visit and time.
    pub(crate) fn sightings(&self) -> impl Iterator<Item = &Sighting<'a>> {
        self.sightings.iter()
    }

    /// The same with third parties that no signature knows, where they were sent personal
    /// or health data.
    pub(crate) fn receivers(&self) -> impl Iterator<Item = &Sighting<'a>> {
        self.sightings.iter().chain(&self.strangers)
    }

    /// Everything that lay on the visitor's device: what signatures know, and what they do
    /// not know and holds personal data.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Sighting<'a>> {
        let known = self.sightings.iter().filter(|sighting| sighting.detection.stored.is_some());
        known.chain(&self.kept)
    }

    /// The visits that showed a page as a visitor sees it.
    pub(crate) fn seen(&self) -> impl Iterator<Item = &'a Visit> {
        self.capture.visits.iter().filter(|visit| was_seen(visit))
    }

    pub(crate) fn visit(&self, id: &VisitId) -> Option<&'a Visit> {
        self.visits.get(id).copied().filter(|visit| was_seen(visit))
    }

    pub(crate) fn request(&self, visit: &'a VisitId, id: &'a RequestId) -> Option<&'a Request> {
        self.requests.get(&(visit, id)).copied()
    }

    /// Whether something of the visit happened before any choice.
    pub(crate) fn saw_before(&self, visit: &Visit) -> bool {
        match visit.state {
            ConsentState::BeforeChoice => true,
            // What a site does under a signal answers for it only where nothing else does.
            ConsentState::NoInteraction if visit.signals.gpc => {
                !self.plain.contains(visit.site.as_str())
            }
            ConsentState::NoInteraction => true,
            // Recorded traffic does not tell what had been chosen.
            ConsentState::Unknown => false,
            _ => visit.requests.iter().any(|request| request.phase == Phase::Before),
        }
    }

    /// How many pages of a site were seen while these conditions held.
    pub(crate) fn pages(&self, site: &str, holds: impl Fn(&Visit) -> bool) -> usize {
        let visits = self.seen().filter(|visit| visit.site == site && holds(visit));
        visits.map(|visit| visit.page.as_str()).collect::<BTreeSet<_>>().len()
    }
}

/// The page came, so that what it sent is the site's doing. A wall or an error page is not.
pub(crate) fn was_seen(visit: &Visit) -> bool {
    match visit.outcome {
        Outcome::Loaded => true,
        Outcome::TimedOut { .. } => has_document(visit),
        Outcome::Blocked { .. } | Outcome::Failed { .. } => false,
    }
}

/// Whether the visit's own document was answered.
fn has_document(visit: &Visit) -> bool {
    visit.requests.iter().any(|request| {
        let answered = request.response.as_ref().is_some_and(|r| (200..300).contains(&r.status));
        request.kind == ResourceKind::Document && request.frame.top && answered
    })
}

/// Whether the visit shows the site after a refusal that is proven.
pub(crate) fn is_refused(visit: &Visit) -> bool {
    let refused = matches!(visit.state, ConsentState::AfterReject | ConsentState::AfterWithdraw);
    let proven = |c: &crate::model::Choice| c.verified && c.outcome == ChoiceOutcome::Verified;
    refused && visit.choice.as_ref().is_some_and(proven)
}

/// One detection with all that belongs to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sighting<'a> {
    pub(crate) visit: &'a Visit,
    pub(crate) detection: &'a Detection,
    pub(crate) request: Option<&'a Request>,
    pub(crate) page: Option<&'a Verdict>,
}

/// What a sighting amounts to for the visitor, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    /// Something was told to the vendor, or put on the visitor's device for it.
    Tracking,
    /// A hit that says storage is denied and carries nothing of the visitor's.
    Ping,
    /// The vendor's code or settings were fetched; no event was seen.
    Code,
}

impl<'a> Sighting<'a> {
    pub(crate) fn act(&self) -> Act {
        let detection = self.detection;
        match (detection.source, detection.role) {
            (Source::Cookie | Source::Storage, _) => Act::Tracking,
            (Source::Request, Role::Hit | Role::Sync) if self.is_ping() => Act::Ping,
            (Source::Request | Source::Cname, Role::Hit | Role::Sync) => Act::Tracking,
            _ => Act::Code,
        }
    }

    /// Only a container for tags, which by itself tracks nothing.
    pub(crate) fn is_tag_manager(&self) -> bool {
        self.detection.categories.first().is_some_and(|category| category == "tag-manager")
    }

    fn is_ping(&self) -> bool {
        let denied = ConsentMode::of(self.detection).is_some_and(|mode| mode.storage_denied());
        denied && !self.detection.flags.iter().any(|f| matches!(f.kind, DataKind::Personal(_)))
    }

    /// An event that told someone other than the site of it, as far as a browser shows.
    pub(crate) fn is_disclosure(&self) -> bool {
        let told = matches!(self.act(), Act::Tracking | Act::Ping);
        let on_the_wire = matches!(self.detection.source, Source::Request | Source::Cname);
        told && on_the_wire && self.is_outside()
    }

    /// It is someone else's, or a vendor's protocol on the site's own host.
    pub(crate) fn is_outside(&self) -> bool {
        let own = matches!(self.detection.party, Party::FirstParty | Party::SameOwner);
        !own || self.detection.own_host
    }

    pub(crate) fn host(&self) -> String {
        self.request.map(|request| host_of(&request.url)).unwrap_or_default()
    }

    pub(crate) fn page_kind(&self) -> PageKind {
        self.page.map(|page| page.page_kind).unwrap_or_default()
    }
}
