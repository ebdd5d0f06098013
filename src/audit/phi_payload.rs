//! Health content in what a tag said of the visitor: events, clicks, searches, custom data.

use super::carrier::{Carrier, health_flags};
use super::case::{Case, Sighting};
use super::draft::{Draft, Key, grouped, hosts, own_host_caveat};
use super::page::{pages, topics};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};

/// `phi-payload`
pub(crate) struct Payload;

static INFO: AuditInfo = AuditInfo {
    id: "phi-payload",
    title: "Health content in an event's data",
    severity: Severity::High,
    citations: &[
        law::HIPAA_DISCLOSURE,
        law::HIPAA_AUTHORIZATION,
        law::OCR_BULLETIN,
        law::FTC_ACT,
        law::CIPA,
    ],
    means: "A vendor received text about what the visitor did on the page, such as the button pressed, the term searched for or the product chosen, and that text tells of a health matter.",
    fix: fix::KEEP_HEALTH_OUT,
    blind_spots: "Whether a business associate agreement or an authorization covers it, and what the vendor does with the data.",
};

impl Audit for Payload {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let told = case.receivers().filter(|sighting| sighting.is_disclosure());
        let keyed = told.flat_map(|s| {
            carriers(s).into_iter().map(move |carrier| (Key::on_kind(s, carrier.id()), s))
        });
        let groups = grouped(keyed);
        groups
            .iter()
            .map(|(key, group)| {
                let words = carriers(group[0]).into_iter().find(|c| c.id() == key.data_kind);
                let message = format!(
                    "{} sent health content ({}) in the {} from {} to {}.",
                    key.product,
                    topics(group),
                    words.map_or("data", Carrier::words),
                    pages(group),
                    hosts(group),
                );
                let draft = Draft {
                    severity: Severity::High,
                    confidence: Confidence::High,
                    message,
                    caveats: own_host_caveat(group).into_iter().collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}

/// The kinds of carrier in a hit that tell more than which page was open, each once.
fn carriers(sighting: &Sighting<'_>) -> Vec<Carrier> {
    let flags = health_flags(sighting.detection).map(|(_, carrier)| carrier);
    let mut carriers: Vec<Carrier> = flags.filter(|carrier| !carrier.is_page()).collect();
    carriers.sort_unstable();
    carriers.dedup();
    carriers
}
