//! An opt-out of sale was made and stored, and advertising vendors received data after it.

use super::case::{Case, is_refused};
use super::draft::{Draft, Key, deed, grouped, on_pages_of, own_host_caveat};
use super::sale::{is_sale, opt_out_link};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::tells_opt_out;
use crate::model::{Phase, ReadingSource, Visit};

/// `ccpa-optout-broken`
pub(crate) struct OptOutBroken;

static INFO: AuditInfo = AuditInfo {
    id: "ccpa-optout-broken",
    title: "Opt-out of sale without effect",
    severity: Severity::High,
    citations: &[law::CCPA_OPT_OUT, law::CCPA_SIGNALS],
    means: "The site offers visitors in California an opt-out of sale and sharing; the visitor refused, the site stored that, and an advertising vendor still received data.",
    fix: fix::HONOUR_OPT_OUT,
    blind_spots: "Forms that take an opt-out by name or e-mail address and act on it later, and what contracts say about the vendor's role.",
};

impl Audit for OptOutBroken {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let offers = |site: &str| case.seen().any(|v| v.site == site && offers_opt_out(v));
        let after = case.sightings().filter(|s| {
            let sold = is_refused(s.visit) && s.detection.phase == Phase::After && is_sale(s);
            // What lies there from before tells nothing of what came after.
            sold && s.detection.stored.as_ref().is_none_or(|stored| stored.write_seen)
        });
        let groups = grouped(after.map(|s| (Key::product(s, "sale"), s)));
        groups
            .iter()
            .filter(|(key, _)| offers(&key.site))
            .map(|(key, group)| {
                let told = group.iter().all(|sighting| tells_opt_out(sighting.detection));
                let pages = on_pages_of(group, case.pages(&key.site, is_refused));
                let caveat = told
                    .then(|| "Every hit told the vendor that the visitor opted out.".to_owned());
                let draft = Draft {
                    severity: if told { Severity::Medium } else { Severity::High },
                    confidence: Confidence::Medium,
                    message: format!(
                        "{} {} {pages} after the visitor had opted out.",
                        key.product,
                        deed(group)
                    ),
                    caveats: own_host_caveat(group).into_iter().chain(caveat).collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}

/// A link to opt out, or a consent platform that speaks the signals of American law.
fn offers_opt_out(visit: &Visit) -> bool {
    let speaks = visit.choice.iter().flat_map(|choice| &choice.readings);
    opt_out_link(visit).is_some()
        || speaks.into_iter().any(|reading| reading.source == ReadingSource::Gpp)
}
