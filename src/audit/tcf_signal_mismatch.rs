//! Consent signals on the wire that do not fit what the visitor chose, or what the tag did.

use std::collections::BTreeSet;

use super::case::{Case, Sighting, is_refused};
use super::draft::{Draft, Key, grouped, hosts, on_pages};
use super::mismatch::Mismatch;
use super::tc_string::TcStrings;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::{ConsentMode, DataKind};
use crate::model::{ConsentState, Phase, VisitId};

/// `tcf-signal-mismatch`
pub(crate) struct SignalMismatch;

static INFO: AuditInfo = AuditInfo {
    id: "tcf-signal-mismatch",
    title: "Consent signals that do not fit",
    severity: Severity::Medium,
    citations: &[law::GDPR_CONSENT, law::TCF],
    means: "A tag told its vendor something about consent that the visitor had not decided, or said that storage was denied while cookies were set or personal data was sent; or a vendor was told of the visit without the consent that the page's own TC string would have to hold.",
    fix: fix::TRUE_SIGNALS,
    blind_spots: "What the vendor makes of the signal, and signals that servers send to each other.",
};

impl Audit for SignalMismatch {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let stored = stored(case);
        let strings = TcStrings::of(case);
        let keyed = case.sightings().flat_map(|s| {
            let signals = mismatches(case, s, &stored).into_iter();
            let found = signals.chain(strings.mismatch(s));
            found.map(move |mismatch| (Key::product(s, mismatch.id()), s))
        });
        let groups = grouped(keyed);
        groups
            .iter()
            .filter_map(|(key, group)| {
                let mismatch = Mismatch::ALL.into_iter().find(|m| m.id() == key.data_kind)?;
                let (said, but) = mismatch.words();
                let that = if mismatch.is_of_string() { "" } else { "that " };
                let draft = Draft {
                    severity: Severity::Medium,
                    confidence: Confidence::High,
                    message: format!(
                        "{} told {} {that}{said}, {} {but}.",
                        key.product,
                        hosts(group),
                        on_pages(group)
                    ),
                    caveats: mismatch.caveat().map(str::to_owned).into_iter().collect(),
                };
                Some(draft.on(&INFO, key, group))
            })
            .collect()
    }
}

/// Vendors that were seen writing a cookie, by visit and phase.
type Stored<'a> = BTreeSet<(&'a VisitId, &'a str, Phase)>;

fn stored<'a>(case: &Case<'a>) -> Stored<'a> {
    let cookies = case.sightings().filter(|s| {
        let known = s.visit.state == ConsentState::BeforeChoice;
        s.detection.stored.as_ref().is_some_and(|stored| stored.write_seen || known)
    });
    cookies.map(|s| (&s.visit.id, s.detection.vendor.as_str(), s.detection.phase)).collect()
}

fn mismatches(case: &Case<'_>, sighting: &Sighting<'_>, stored: &Stored<'_>) -> Vec<Mismatch> {
    let Some(mode) = ConsentMode::of(sighting.detection) else { return Vec::new() };
    let detection = sighting.detection;
    let mut found = Vec::new();
    if mode.storage_granted() && super::ep_preconsent::is_before(case, sighting) {
        found.push(Mismatch::GrantedBeforeChoice);
    }
    if mode.storage_granted() && is_refused(sighting.visit) && detection.phase == Phase::After {
        found.push(Mismatch::GrantedAfterReject);
    }
    if mode.storage_denied() {
        if detection.flags.iter().any(|flag| matches!(flag.kind, DataKind::Personal(_))) {
            found.push(Mismatch::DeniedWithIdentifier);
        }
        if stored.contains(&(&detection.visit, &detection.vendor, detection.phase)) {
            found.push(Mismatch::DeniedWithCookie);
        }
    }
    if mode.ad_storage == Some(false)
        && !mode.storage_denied()
        && stored.contains(&(&detection.visit, &detection.vendor, detection.phase))
        && has_ad_cookie(case, sighting)
    {
        found.push(Mismatch::AdsDeniedWithCookie);
    }
    found
}

/// Whether the vendor wrote a cookie for advertising in the same visit and phase.
fn has_ad_cookie(case: &Case<'_>, sighting: &Sighting<'_>) -> bool {
    const ADVERTISING: &[&str] = &["advertising", "retargeting", "conversion"];
    case.sightings().any(|other| {
        let (mine, theirs) = (sighting.detection, other.detection);
        let ads = theirs.categories.iter().any(|c| ADVERTISING.contains(&c.as_str()));
        let same = (&mine.visit, &mine.vendor, mine.phase)
            == (&theirs.visit, &theirs.vendor, theirs.phase);
        same && ads && theirs.stored.is_some()
    })
}
