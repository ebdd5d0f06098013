//! Tracking before the visitor has chosen anything.

use super::case::{Case, Sighting};
use super::draft::{Draft, deed, on_pages_of, own_host_caveat};
use super::strength::{Strength, by_product};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::model::{ConsentState, Phase};

/// `ep-preconsent`
pub(crate) struct Preconsent;

static INFO: AuditInfo = AuditInfo {
    id: "ep-preconsent",
    title: "Tracking before any choice",
    severity: Severity::High,
    citations: &[law::EPRIVACY, law::EDPB_SCOPE, law::PECR, law::GDPR_CONSENT],
    means: "A vendor received data about the visit, or stored something on the visitor's device, before the visitor had made a choice. Where consent is needed for that, it has to come first.",
    fix: fix::WAIT_FOR_CONSENT,
    blind_spots: "Whether the visitor is in a country where consent is needed, whether a vendor's purpose is exempt there, and what the site's servers pass on by themselves.",
};

impl Audit for Preconsent {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let groups = by_product(case.sightings().filter(|sighting| is_before(case, sighting)));
        groups
            .iter()
            .map(|(key, group, strength)| {
                let pages =
                    on_pages_of(group, case.pages(&key.site, |visit| case.saw_before(visit)));
                let what = deed(group);
                let draft = Draft {
                    severity: severity(*strength),
                    confidence: Confidence::High,
                    message: format!("{} {what} {pages} before any choice was made.", key.product),
                    caveats: own_host_caveat(group).into_iter().chain(strength.caveat()).collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}

fn severity(strength: Strength) -> Severity {
    match strength {
        Strength::Tracking => Severity::High,
        Strength::Ping => Severity::Medium,
        Strength::Code => Severity::Low,
        Strength::TagManager => Severity::Info,
    }
}

/// Before the choice for certain. A cookie in a jar that outlived the choice is not.
pub(crate) fn is_before(case: &Case<'_>, sighting: &Sighting<'_>) -> bool {
    let visit = sighting.visit;
    let certain = matches!(visit.state, ConsentState::BeforeChoice | ConsentState::NoInteraction)
        || sighting.detection.stored.as_ref().is_none_or(|stored| stored.write_seen);
    certain && case.saw_before(visit) && sighting.detection.phase == Phase::Before
}
