//! Tracking that goes on after the visitor has refused.

use std::collections::BTreeSet;

use super::case::{Case, Sighting, is_refused};
use super::draft::{Draft, deed, on_pages_of, own_host_caveat};
use super::strength::{Strength, by_product};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::model::{ConsentState, Phase, Via};

/// `ep-after-reject`
pub(crate) struct AfterReject;

static INFO: AuditInfo = AuditInfo {
    id: "ep-after-reject",
    title: "Tracking after a refusal",
    severity: Severity::High,
    citations: &[law::EPRIVACY, law::EDPB_SCOPE, law::PECR, law::GDPR_CONSENT],
    means: "The visitor refused everything optional, the site stored that choice, and a vendor still received data or stored something on the device.",
    fix: fix::WAIT_FOR_CONSENT,
    blind_spots: "Whether the vendor's purpose is exempt from consent, whether the vendor discards what it gets, and what the site's servers pass on by themselves.",
};

impl Audit for AfterReject {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let known = left_over(case);
        let after = case.sightings().filter(|s| {
            is_refused(s.visit) && s.detection.phase == Phase::After && !is_left_over(s, &known)
        });
        let groups = by_product(after);
        groups
            .iter()
            .map(|(key, group, strength)| {
                let pages = on_pages_of(group, case.pages(&key.site, is_refused));
                let what = deed(group);
                let by_click = group.iter().any(|sighting| is_by_click(sighting));
                let draft = Draft {
                    severity: severity(*strength),
                    confidence: if by_click { Confidence::High } else { Confidence::Medium },
                    message: format!(
                        "{} {what} {pages} after the visitor had refused.",
                        key.product
                    ),
                    caveats: own_host_caveat(group)
                        .into_iter()
                        .chain(strength.caveat())
                        .chain((!by_click).then(|| NOT_BY_CLICK.to_owned()))
                        .collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}

const NOT_BY_CLICK: &str =
    "The refusal was made through the consent platform's interface, not by a visitor's click.";

fn is_by_click(sighting: &Sighting<'_>) -> bool {
    sighting.visit.choice.as_ref().is_some_and(|choice| choice.via == Some(Via::Click))
}

fn severity(strength: Strength) -> Severity {
    match strength {
        Strength::Tracking => Severity::High,
        Strength::Ping | Strength::Code => Severity::Low,
        Strength::TagManager => Severity::Info,
    }
}

/// A stored item by its profile (site and state), signature and name.
type Item<'a> = (&'a str, &'a ConsentState, &'a str, &'a str);

fn item<'a>(sighting: &Sighting<'a>) -> Option<Item<'a>> {
    let stored = sighting.detection.stored.as_ref()?;
    let visit = sighting.visit;
    Some((&visit.site, &visit.state, &sighting.detection.signature, stored.name.as_str()))
}

/// What already lay in a profile before its choice: that it is still there is not news.
fn left_over<'a>(case: &Case<'a>) -> BTreeSet<Item<'a>> {
    let earlier = case.sightings().filter(|s| s.detection.phase != Phase::After);
    earlier.filter_map(item).collect()
}

fn is_left_over(sighting: &Sighting<'_>, known: &BTreeSet<Item<'_>>) -> bool {
    let Some(stored) = &sighting.detection.stored else { return false };
    !stored.write_seen && item(sighting).is_some_and(|item| known.contains(&item))
}
