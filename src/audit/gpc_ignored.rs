//! Global Privacy Control was on, and advertising vendors received data as before.

use std::collections::BTreeSet;

use super::case::{Case, Sighting};
use super::draft::{Draft, Group, Key, deed, grouped, on_pages_of, own_host_caveat};
use super::sale::is_sale;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::tells_opt_out;
use crate::model::Visit;

/// `gpc-ignored`
pub(crate) struct GpcIgnored;

static INFO: AuditInfo = AuditInfo {
    id: "gpc-ignored",
    title: "Global Privacy Control without effect",
    severity: Severity::High,
    citations: &[law::CCPA_OPT_OUT, law::CCPA_SIGNALS, law::GPC],
    means: "The browser said, on every request and to every script, that the visitor opts out of sale and sharing, and an advertising vendor still received data. In California the signal is a valid opt-out.",
    fix: fix::HONOUR_OPT_OUT,
    blind_spots: "Whether the law of California or a state with a like rule applies to the site and its visitors, what contracts say about the vendor's role, and whether the vendor itself honours the header that it received.",
};

impl Audit for GpcIgnored {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let plain: BTreeSet<(&str, &str)> = case
            .sightings()
            .filter(|s| !s.visit.signals.gpc && is_sale(s))
            .map(|s| (s.visit.site.as_str(), s.detection.product.as_str()))
            .collect();
        let under = case.sightings().filter(|s| is_untouched(s.visit) && is_sale(s));
        let groups = grouped(under.map(|s| (Key::product(s, "sale"), s)));
        let finding = |(key, group): (&Key, &Group<'_, '_>)| {
            let also = plain.contains(&(key.site.as_str(), key.product.as_str()));
            draft(case, key, group, also).on(&INFO, key, group)
        };
        groups.iter().map(finding).collect()
    }
}

/// The signal is on, and the visitor has agreed to nothing.
fn is_untouched(visit: &Visit) -> bool {
    visit.signals.gpc && !visit.state.to_string().starts_with("after-accept")
}

fn draft(case: &Case<'_>, key: &Key, group: &[&Sighting<'_>], also: bool) -> Draft {
    let told = group.iter().all(|sighting| tells_opt_out(sighting.detection));
    let pages = on_pages_of(group, case.pages(&key.site, is_untouched));
    let mut caveats: Vec<String> = own_host_caveat(group).into_iter().collect();
    if told {
        caveats.push("Every hit told the vendor that the visitor opted out.".to_owned());
    }
    if !also {
        caveats
            .push("It was not seen without the signal, so the two cannot be compared.".to_owned());
    }
    Draft {
        severity: if told { Severity::Medium } else { Severity::High },
        confidence: if also { Confidence::High } else { Confidence::Medium },
        message: format!(
            "{} {} {pages} while Global Privacy Control was on.",
            key.product,
            deed(group)
        ),
        caveats,
    }
}
