//! Trackers where a visitor books, asks, refills, pays or reads results.

use super::case::{Case, Sighting};
use super::draft::{Draft, Key, deed, grouped, own_host_caveat};
use super::page::{is_care, is_health, is_telling, pages};
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};

/// `phi-appt-form`
pub(crate) struct ApptForm;

static INFO: AuditInfo = AuditInfo {
    id: "phi-appt-form",
    title: "Tracker on an appointment, intake, refill, results or billing page",
    severity: Severity::High,
    citations: &[law::OCR_BULLETIN, law::HIPAA_DISCLOSURE, law::HIPAA_AUTHORIZATION, law::FTC_ACT],
    means: "A vendor received an event from a page where a visitor does something about their own health. That the visitor was there already tells the vendor of it, whatever the event carried.",
    fix: fix::CLEAN_CARE_PAGES,
    blind_spots: "What a visitor types into the form and what happens after it is sent (the tool does not submit it), and whether a business associate agreement or an authorization covers it.",
};

impl Audit for ApptForm {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let care = case.sightings().filter(|s| is_care(s.page_kind()) && is_health(s));
        let told = care.filter(|sighting| sighting.is_disclosure());
        let groups = grouped(told.map(|s| (Key::on_kind(s, "visit"), s)));
        groups
            .iter()
            .map(|(key, group)| {
                let telling = group.iter().any(|sighting| is_telling(sighting));
                let message = format!(
                    "{} {} from {}{}.",
                    key.product,
                    deed(group),
                    pages(group),
                    asking(group)
                );
                let unsure = "The page's words alone do not tell of a patient's matter.";
                let draft = Draft {
                    severity: if telling { Severity::High } else { Severity::Medium },
                    confidence: if telling { Confidence::High } else { Confidence::Medium },
                    message,
                    caveats: own_host_caveat(group)
                        .into_iter()
                        .chain((!telling).then(|| unsure.to_owned()))
                        .collect(),
                };
                let mut finding = draft.on(&INFO, key, group);
                for (evidence, sighting) in finding.evidence.iter_mut().zip(group) {
                    evidence.details.extend(super::evidence::form_fields(sighting.visit));
                }
                finding
            })
            .collect()
    }
}

/// What the pages' forms ask for: `, which ask for reason and date of birth`.
fn asking(group: &[&Sighting<'_>]) -> String {
    let forms = group.iter().filter_map(|s| s.visit.collected.forms.as_ref()).flatten();
    let fields = forms.flat_map(|form| &form.fields).filter(|field| is_asked(&field.kind));
    let named = fields.map(|f| if f.label.is_empty() { f.name.as_str() } else { f.label.as_str() });
    let named = list(named.filter(|name| !name.is_empty()), 4);
    if named.is_empty() { named } else { format!(", whose forms ask for {named}") }
}

fn is_asked(kind: &str) -> bool {
    !matches!(kind, "hidden" | "submit" | "button" | "image" | "reset" | "search")
}
