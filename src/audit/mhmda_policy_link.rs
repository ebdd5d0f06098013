//! A health site whose front page links to no policy on consumer health data.

use super::case::Case;
use super::draft::{Draft, Key};
use super::evidence;
use super::profile::{self, SiteProfile, is_front};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::health::HealthLabel;
use crate::model::{Link, Phase, Visit};

/// `mhmda-policy-link`
pub(crate) struct PolicyLink;

static INFO: AuditInfo = AuditInfo {
    id: "mhmda-policy-link",
    title: "No link to a policy on consumer health data",
    severity: Severity::Medium,
    citations: &[law::MHMDA],
    means: "Washington's law asks whoever handles consumer health data of its residents for a policy of its own on it, linked from the front page; a general privacy policy is not that. No such link was found.",
    fix: fix::LINK_HEALTH_POLICY,
    blind_spots: "Whether the site serves residents of Washington, whether an exemption applies (data under HIPAA is exempt, an organisation as a whole is not), links that a script adds later, and what the policy says.",
};

/// Words of such links and their addresses, separators apart.
const WORDS: &[&str] =
    &["consumer health", "health data privacy", "health data policy", "my health my data"];

impl Audit for PolicyLink {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let profile = profile::of(case);
        let sites = case.capture.sites();
        sites
            .into_iter()
            .filter_map(|site| {
                let visits = || case.seen().filter(move |visit| visit.site == site);
                let health = visits().any(|visit| {
                    let verdict = case.detected.pages.get(&visit.id);
                    verdict.is_some_and(|verdict| verdict.label == HealthLabel::Phi)
                });
                let mut fronts =
                    visits().filter(|v| is_front(&v.final_url) && v.collected.links.is_some());
                let front = fronts.next().filter(|visit| health && is_english(visit))?;
                let linked =
                    visits().filter_map(|v| v.collected.links.as_ref()).flatten().any(is_policy);
                (!linked).then(|| finding(site, front, profile.profile()))
            })
            .collect()
    }
}

/// The law is one of an English-speaking state.
fn is_english(visit: &Visit) -> bool {
    let lang = visit.collected.text.as_ref().map_or("", |text| text.language.as_str());
    lang.is_empty() || lang.to_ascii_lowercase().starts_with("en")
}

fn is_policy(link: &Link) -> bool {
    let words = format!("{} {}", link.text, link.url).to_lowercase();
    let words = words.replace(['-', '_', '+', '/'], " ").replace("%20", " ");
    WORDS.iter().any(|known| words.contains(known))
}

fn finding(site: &str, front: &Visit, profile: Option<SiteProfile>) -> Finding {
    let exempt = profile.is_some_and(SiteProfile::is_under_hipaa);
    let draft = Draft {
        severity: if exempt { Severity::Low } else { Severity::Medium },
        confidence: Confidence::Medium,
        message: format!(
            "No page of {site} that was seen links to a policy on consumer health data."
        ),
        caveats: vec!["This applies where the site serves residents of Washington.".to_owned()],
    };
    let evidence = vec![evidence::on_page(front, Phase::Before, &front.final_url)];
    draft.with(&INFO, &Key::site(site, "link"), evidence, 1)
}
