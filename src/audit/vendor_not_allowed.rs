//! Vendors that receive data in a consent state in which the owner allows others only.

use super::case::{Act, Case};
use super::draft::{Draft, Key, deed, grouped, on_pages};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::model::Phase;

/// `vendor-not-allowed`
pub(crate) struct VendorNotAllowed;

static INFO: AuditInfo = AuditInfo {
    id: "vendor-not-allowed",
    title: "Vendor that is not allowed in this consent state",
    severity: Severity::High,
    citations: &[law::GDPR_CONSENT, law::EPRIVACY, law::CCPA_REGULATIONS],
    means: "The configuration lists the vendors that are allowed in a consent state (`[allowed]`), and another one received data in it. Without such a list for a state the audit says nothing about it.",
    fix: fix::WAIT_FOR_CONSENT,
    blind_spots: "Whether the list is what was agreed.",
};

impl Audit for VendorNotAllowed {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let others = case.sightings().filter(|s| {
            // What came before a choice in a profile that went on to choose is not that state's.
            let settled = !s.visit.state.needs_choice() || s.detection.phase == Phase::After;
            let (vendor, product) = (&s.detection.vendor, &s.detection.product);
            let allowed = case.policy.is_allowed(&s.visit.pass(), vendor, product);
            settled && s.act() == Act::Tracking && allowed == Some(false)
        });
        let key = |s| (Key::product(s, &s.visit.pass().to_string()), s);
        let groups = grouped(others.map(key));
        groups
            .iter()
            .map(|(key, group)| {
                let draft = Draft {
                    severity: Severity::High,
                    confidence: Confidence::High,
                    message: format!(
                        "{} {} {} in the state {}, in which it is not allowed.",
                        key.product,
                        deed(group),
                        on_pages(group),
                        key.data_kind
                    ),
                    caveats: Vec::new(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}
