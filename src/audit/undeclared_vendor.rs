//! Vendors that receive data and that the site declares nowhere: not in its configuration,
//! or, where that names none, not in its privacy policy.

use std::collections::BTreeMap;

use super::case::{Act, Case, Sighting};
use super::draft::{Draft, Group, Key, deed, grouped, on_pages};
use super::waiver::is_named;
use super::words::list;
use super::{Audit, AuditInfo, Confidence, DeclaredVendor, Finding, Severity, fix, law};
use crate::model::PrivacyPolicy;

/// `undeclared-vendor`
pub(crate) struct UndeclaredVendor;

static INFO: AuditInfo = AuditInfo {
    id: "undeclared-vendor",
    title: "Vendor that is not declared",
    severity: Severity::Medium,
    citations: &[law::GDPR_INFORMATION, law::CCPA_REGULATIONS, law::FTC_ACT],
    means: "A vendor received data of visitors, and neither the list of vendors in the configuration nor, without such a list, the site's privacy policy names it; or it does something else than what it is declared for.",
    fix: fix::DECLARE,
    blind_spots: "Policies that name recipients by category only, that are a picture or a download, or that were not among the pages that were visited; and vendors that a policy names by a name that the database does not know.",
};

/// A policy of fewer characters is an excerpt, a redirect or an error.
const LEAST_POLICY: usize = 1_500;

impl Audit for UndeclaredVendor {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let tracks = case.sightings().filter(|s| s.act() == Act::Tracking);
        match &case.policy.declared {
            Some(declared) => by_list(case, declared, tracks),
            None => by_text(case, tracks),
        }
    }
}

fn by_list<'c, 'a: 'c>(
    case: &Case<'a>,
    declared: &[DeclaredVendor],
    tracks: impl Iterator<Item = &'c Sighting<'a>>,
) -> Vec<Finding> {
    let managers = managers(case);
    let groups = grouped(tracks.map(|s| (Key::product(s, "declared"), s)));
    let mut findings = Vec::new();
    for (key, group) in &groups {
        let row = declared
            .iter()
            .find(|row| is_named(&row.name, &key.product))
            .or_else(|| declared.iter().find(|row| is_named(&row.name, &key.vendor)));
        let purpose = group[0].detection.categories.first().map_or("", String::as_str);
        let other = |row: &DeclaredVendor| {
            !row.purposes.is_empty() && !row.purposes.iter().any(|known| known == purpose)
        };
        let message = match row {
            None => {
                format!("{} {} {} and is not declared.", key.product, deed(group), on_pages(group))
            }
            Some(row) if other(row) => format!(
                "{} is declared for {} and is a tool for {purpose}: it {} {}.",
                key.product,
                list(row.purposes.iter().map(String::as_str), 4),
                deed(group),
                on_pages(group)
            ),
            Some(_) => continue,
        };
        let loaded = through(&managers, group);
        findings.push(draft(message, Confidence::High, loaded).on(&INFO, key, group));
    }
    findings
}

/// The addresses of tag managers' code, with the product.
fn managers<'a>(case: &Case<'a>) -> BTreeMap<&'a str, &'a str> {
    let code = case.sightings().filter(|sighting| sighting.is_tag_manager());
    let place = |s: &Sighting<'a>| Some((s.request?.url.as_str(), s.detection.product.as_str()));
    code.filter_map(place).collect()
}

/// The tag manager whose code caused one of the hits.
fn through(managers: &BTreeMap<&str, &str>, group: &[&Sighting<'_>]) -> Option<String> {
    let mut calls = group.iter().filter_map(|s| s.request).flat_map(|r| &r.initiator.stack);
    let manager = calls.find_map(|frame| managers.get(frame.url.as_str()))?;
    Some(format!("It was loaded through {manager}: the container decides what runs."))
}

/// Holds vendors against the policies' texts, site by site.
fn by_text<'c, 'a: 'c>(
    case: &Case<'a>,
    tracks: impl Iterator<Item = &'c Sighting<'a>>,
) -> Vec<Finding> {
    let mut texts: BTreeMap<&str, (&PrivacyPolicy, String)> = BTreeMap::new();
    for visit in case.seen() {
        let policy = visit.collected.privacy_policy.as_ref();
        if let Some(policy) = policy.filter(|p| p.text.chars().count() >= LEAST_POLICY) {
            let text = || (policy, policy.text.to_lowercase());
            texts.entry(&visit.site).or_insert_with(text);
        }
    }
    let key = |s: &'c Sighting<'a>| {
        let key = Key { vendor: s.detection.vendor.clone(), ..Key::site(&s.visit.site, "policy") };
        (key, s)
    };
    let groups: BTreeMap<Key, Group<'_, '_>> = grouped(tracks.map(key));
    let mut findings = Vec::new();
    for (key, group) in &groups {
        let Some((policy, text)) = texts.get(key.site.as_str()) else { continue };
        if names(case, key, group).iter().any(|name| says(text, name)) {
            continue;
        }
        let url = super::evidence::masked(&policy.url);
        let message = format!(
            "{} {} {} and is not named in the privacy policy at {url}.",
            key.vendor,
            deed(group),
            on_pages(group)
        );
        let caveat = "The policy may name recipients by category only.".to_owned();
        findings.push(draft(message, Confidence::Low, Some(caveat)).on(&INFO, key, group));
    }
    findings
}

fn draft(message: String, confidence: Confidence, caveat: Option<String>) -> Draft {
    Draft { severity: Severity::Medium, confidence, message, caveats: caveat.into_iter().collect() }
}

/// What a policy may call the vendor, lower case.
fn names(case: &Case<'_>, key: &Key, group: &[&Sighting<'_>]) -> Vec<String> {
    let owner = case.detected.vendors.get(&key.vendor).map(|facts| facts.owner.clone());
    let products = group.iter().map(|sighting| sighting.detection.product.clone());
    let mut names: Vec<String> =
        owner.into_iter().chain([key.vendor.clone()]).chain(products).collect();
    names.iter_mut().for_each(|name| *name = name.to_lowercase());
    names.sort();
    names.dedup();
    names
}

/// Whether the text has the name as words of its own.
fn says(text: &str, name: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + name.len()..].chars().next();
            !letter(before) && !letter(after)
        })
}
