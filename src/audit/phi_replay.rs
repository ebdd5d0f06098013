//! Session recording and chat where visitors read or write of their health, or before
//! they were asked.

use super::case::{Act, Case, Sighting};
use super::draft::{Draft, Key, deed, grouped, own_host_caveat};
use super::ep_preconsent::is_before;
use super::page::{is_care, is_health, is_login, is_telling, pages};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};

/// `phi-replay`
pub(crate) struct Replay;

static INFO: AuditInfo = AuditInfo {
    id: "phi-replay",
    title: "Session recording or chat on health pages",
    severity: Severity::High,
    citations: &[law::OCR_BULLETIN, law::HIPAA_DISCLOSURE, law::CIPA_RECORDING, law::FTC_ACT],
    means: "A product that records what visitors see, click and type, or that talks with them, ran on a page about health. What it records is the page as the visitor sees it, with all that stands on it.",
    fix: fix::STOP_RECORDING,
    blind_spots: "What the product masks, since that is set in its account or in its code; whether a business associate agreement or an authorization covers it.",
};

/// Purposes that watch or talk with the visitor.
const WATCHING: &[&str] = &["session-replay", "chat"];

impl Audit for Replay {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let watching = case.sightings().filter(|s| {
            let category = s.detection.categories.first().map_or("", String::as_str);
            WATCHING.contains(&category) && s.is_outside() && s.request.is_some()
        });
        let here = watching.filter(|s| is_about_care(s) || is_health(s) && is_before(case, s));
        let groups = grouped(here.map(|s| (Key::on_kind(s, kind(s)), s)));
        groups.iter().map(|(key, group)| draft(key, group).on(&INFO, key, group)).collect()
    }
}

/// A page that tells of the visitor, or on which patients act.
fn is_about_care(sighting: &Sighting<'_>) -> bool {
    let kind = sighting.page_kind();
    is_telling(sighting) || (is_login(kind) || is_care(kind)) && is_health(sighting)
}

fn kind(sighting: &Sighting<'_>) -> &'static str {
    match sighting.detection.categories.first().map(String::as_str) {
        Some("chat") => "chat",
        _ => "session-replay",
    }
}

fn draft(key: &Key, group: &[&Sighting<'_>]) -> Draft {
    let recorded = group.iter().any(|sighting| sighting.act() != Act::Code);
    let care = group.iter().any(|sighting| is_about_care(sighting));
    let bytes: usize =
        group.iter().filter_map(|s| s.request).map(|request| request.body_bytes().len()).sum();
    let size = match bytes {
        0 => String::new(),
        bytes => format!(", {} KB of it in bodies", bytes.div_ceil(1024)),
    };
    let why = if care { "" } else { " before any choice" };
    let code = "Only the product's code was loaded; no recording was seen to be sent.";
    Draft {
        severity: if recorded && care { Severity::High } else { Severity::Medium },
        confidence: if recorded { Confidence::High } else { Confidence::Medium },
        message: format!("{} {} on {}{why}{size}.", key.product, deed(group), pages(group)),
        caveats: own_host_caveat(group)
            .into_iter()
            .chain((!recorded).then(|| code.to_owned()))
            .collect(),
    }
}
