//! The same event told twice to the same account on one page.

use std::collections::BTreeMap;

use super::case::Case;
use super::draft::{Draft, Group, Key, grouped, on_pages};
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::{Detection, Source};
use crate::model::{Phase, VisitId};
use crate::signature::Role;

/// `duplicate-pixel`
pub(crate) struct DuplicatePixel;

static INFO: AuditInfo = AuditInfo {
    id: "duplicate-pixel",
    title: "The same event sent twice",
    severity: Severity::Low,
    citations: &[law::GDPR_MINIMISATION],
    means: "A page told a vendor the same event with the same content twice, most often because a tag is both in the page and in a tag manager. Numbers are wrong, and more is told than needed.",
    fix: fix::ONE_TAG,
    blind_spots: "Whether the vendor drops the second one, and events that only look alike because what tells them apart was masked.",
};

/// Kinds of parameters that differ from one sending to the next.
const CHANGING: &[&str] =
    &["time", "event-id", "session-id", "screen", "version", "click-id", "consent"];
/// Kinds of parameters that tell what an event is about.
const TELLING: &[&str] = &[
    "page-url",
    "content",
    "product",
    "value",
    "order-id",
    "search",
    "click-text",
    "click-target",
    "form-field",
    "custom",
];

/// What makes two events the same: account, event and content, in one phase of one visit.
type Same<'a> = (&'a VisitId, Phase, &'a str, &'a str, &'a str, Vec<(&'a str, &'a str)>);

impl Audit for DuplicatePixel {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut alike: BTreeMap<Same<'_>, Group<'_, '_>> = BTreeMap::new();
        for sighting in case.sightings() {
            if let Some(same) = same(sighting.detection) {
                alike.entry(same).or_default().push(sighting);
            }
        }
        let twice = alike.into_values().filter(|group| group.len() > 1 && !has_ids(group));
        let groups = grouped(twice.flatten().map(|s| (Key::product(s, "duplicate"), s)));
        groups
            .iter()
            .map(|(key, group)| {
                let events = group.iter().filter_map(|s| s.detection.event.as_deref());
                let draft = Draft {
                    severity: Severity::Low,
                    confidence: Confidence::Medium,
                    message: format!(
                        "{} received {} more than once {}.",
                        key.product,
                        list(events, 3),
                        on_pages(group)
                    ),
                    caveats: Vec::new(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}

/// `None` for what is not an event with an account and an address to tell it by.
fn same(detection: &Detection) -> Option<Same<'_>> {
    let is_event = detection.source == Source::Request && detection.role == Role::Hit;
    let account = detection.account.as_deref().filter(|_| is_event)?;
    let event = detection.event.as_deref()?;
    let kind = |name: &str| detection.data.get(name).map_or("", String::as_str);
    let content: Vec<(&str, &str)> = detection
        .params
        .iter()
        .filter(|(name, _)| TELLING.contains(&kind(name)) && !CHANGING.contains(&kind(name)))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let located = content.iter().any(|(name, _)| kind(name) == "page-url");
    let (visit, phase) = (&detection.visit, detection.phase);
    located.then_some((visit, phase, &detection.signature, account, event, content))
}

/// All carry one event id, by which the vendor itself drops the second.
fn has_ids(group: &Group<'_, '_>) -> bool {
    let id = |detection: &Detection| {
        let mut ids = detection.data.iter().filter(|(_, kind)| *kind == "event-id");
        ids.find_map(|(name, _)| detection.params.get(name).cloned())
    };
    let first = id(group[0].detection);
    first.is_some() && group.iter().all(|sighting| id(sighting.detection) == first)
}
