//! A tracker behind a host name of the site's own, which browsers take for the site.

use super::case::Case;
use super::draft::{Draft, Key, grouped, hosts, on_pages};
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::Party;

/// `cname-cloaking`
pub(crate) struct CnameCloaking;

static INFO: AuditInfo = AuditInfo {
    id: "cname-cloaking",
    title: "Tracker behind a host name of the site",
    severity: Severity::Medium,
    citations: &[law::EPRIVACY, law::EDPB_SCOPE, law::GDPR_SECURITY],
    means: "A host of the site's own domain is an alias (CNAME) of a vendor's. Browsers and blockers take it for the site itself: what protects visitors from third parties does not work, and the site's own cookies, sessions among them, are sent along.",
    fix: fix::UNCLOAK,
    blind_spots: "Aliases that the name server did not tell, address records that point straight to a vendor, and what the vendor does with the cookies that it receives.",
};

impl Audit for CnameCloaking {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let cloaked = case.sightings().filter(|s| s.detection.party == Party::Cloaked);
        let groups = grouped(cloaked.map(|s| (Key::product(s, "cname"), s)));
        groups
            .iter()
            .map(|(key, group)| {
                let aliases = || group.iter().filter_map(|s| s.detection.alias.as_ref());
                let targets = list(aliases().map(|alias| alias.target.as_str()), 2);
                let sent = aliases().flat_map(|alias| &alias.cookies_sent);
                let cookies = list(sent.map(|name| name.as_str()), 5);
                let mut message = format!(
                    "{} is reached {} as {}, which is an alias of {targets}",
                    key.product,
                    on_pages(group),
                    hosts(group)
                );
                if !cookies.is_empty() {
                    message = format!("{message}; the site's cookies {cookies} were sent to it");
                }
                let draft = Draft {
                    severity: Severity::Medium,
                    confidence: Confidence::High,
                    message: format!("{message}."),
                    caveats: Vec::new(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}
