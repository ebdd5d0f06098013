//! An address or a title that tells of a health matter, sent to a third party.

use super::carrier::{Carrier, health_flags};
use super::case::Case;
use super::draft::{Draft, Key, grouped, hosts, own_host_caveat};
use super::page::{is_care, is_login, pages, topics};
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::health::PageKind;

/// `phi-url-title`
pub(crate) struct UrlTitle;

static INFO: AuditInfo = AuditInfo {
    id: "phi-url-title",
    title: "Health content in an address or title sent to a vendor",
    severity: Severity::High,
    citations: &[law::MHMDA, law::CCPA_REGULATIONS, law::FTC_ACT, law::OCR_BULLETIN],
    means: "A vendor received the address or title of a public page from which a reader can tell a condition, treatment, specialty or clinician that the visitor looked for.",
    fix: fix::KEEP_HEALTH_OUT,
    blind_spots: "Why the visitor came, whether a business associate agreement or an authorization covers it, and whether the site's owner is a covered entity.",
};

const BECERRA: &str = "American Hospital Association v. Becerra (N.D. Tex. 20 June 2024) vacated the HHS bulletin for an IP address together with a visit to an unauthenticated public page: under HIPAA alone this is a matter for review; state law and the FTC Act may still apply.";

impl Audit for UrlTitle {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let public = case.receivers().filter(|s| {
            // Logins and care pages have audits of their own, which weigh more.
            s.is_disclosure() && !is_login(s.page_kind()) && !is_care(s.page_kind())
        });
        let telling = public.filter(|s| health_flags(s.detection).any(|(_, c)| c.is_page()));
        let groups = grouped(telling.map(|s| (Key::on_kind(s, "health"), s)));
        groups
            .iter()
            .map(|(key, group)| {
                let flags = group.iter().flat_map(|s| health_flags(s.detection));
                let mut carriers: Vec<Carrier> =
                    flags.map(|(_, carrier)| carrier).filter(|c| c.is_page()).collect();
                carriers.sort_unstable();
                let message = format!(
                    "{} sent the {} of {} to {}, which tells of {}.",
                    key.product,
                    list(carriers.iter().map(|carrier| carrier.words()), 3),
                    pages(group),
                    hosts(group),
                    topics(group),
                );
                // What was searched for is the visitor's own words, not a page's topic.
                let searched = group.iter().any(|s| s.page_kind() == PageKind::Search);
                let becerra = (!searched).then(|| BECERRA.to_owned());
                let draft = Draft {
                    severity: if searched { Severity::High } else { Severity::Medium },
                    confidence: Confidence::High,
                    message,
                    caveats: own_host_caveat(group).into_iter().chain(becerra).collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}
