//! Finds the way back to a choice that was made: the rule's way, then a link or button
//! on the page that says so, then the platform's interface.

use super::banner::Banner;
use super::find::look;
use super::path::Hand;
use super::probe;
use super::rule::{CmpRule, Rules};
use super::words::Intent;
use crate::dom::{Dom, Element, FrameId};
use crate::model::{ChoiceOutcome, ChoicePath, Cmp, Via};

/// Links that may lead back, tried in reading order.
const MOST_WAYS: usize = 4;
/// And those looked at for being shown.
const MOST_LOOKED_AT: usize = 20;
const LONGEST_LABEL: usize = 120;

/// Opens the banner or its settings again. `None`: no way back, or it was taken by the
/// interface alone (then [`crate::model::Choice::via`] is set).
pub(super) async fn reopen(hand: &mut Hand<'_, impl Dom>) -> Option<Banner> {
    let frames = hand.dom.frames().await.ok()?;
    let top = frames.first()?.id.clone();
    let platform = look(hand.dom, hand.rules).await.ok()?.platform;
    let rule = platform.and_then(|id| hand.rules.by_id(&id));
    for (element, label, by) in ways(hand.dom, hand.rules, rule, &top).await {
        if hand.click(&element, &label, &by).await
            && let Some(banner) = reopened(hand).await
        {
            return Some(banner);
        }
    }
    if let Some(rule) = rule
        && let Some(banner) = by_interface(hand, rule, &top).await
    {
        return Some(banner);
    }
    hand.end(ChoiceOutcome::NoWayBack, "no way back to the choice was found on the page");
    None
}

/// The banner of a platform that was answered: what is to be withdrawn was given there.
#[must_use]
pub fn answered(cmp: Option<&Cmp>) -> Option<Banner> {
    let cmp = cmp?;
    Some(Banner { cmp: cmp.clone(), ..Banner::silent(&cmp.id, &cmp.name) })
}

/// Links and buttons of the page that lead back to the choice, by their labels.
pub async fn ways_back(dom: &impl Dom, rules: &Rules, cmp: Option<&Cmp>) -> Vec<String> {
    let frames = dom.frames().await.unwrap_or_default();
    let Some(top) = frames.first() else { return Vec::new() };
    let rule = cmp.and_then(|cmp| rules.by_id(&cmp.id));
    let ways = ways(dom, rules, rule, &top.id).await.into_iter();
    ways.map(|(_, label, _)| label.chars().take(LONGEST_LABEL).collect()).collect()
}

/// The platform's own way back first, then what says so by its words, in reading order.
async fn ways(
    dom: &impl Dom,
    rules: &Rules,
    rule: Option<&CmpRule>,
    top: &FrameId,
) -> Vec<(Element, String, String)> {
    let function = probe::surroundings_function(&[], std::iter::empty());
    let tree = dom.accessible(top).await.unwrap_or_default();
    let mut found: Vec<(Element, String, String)> = Vec::new();
    for selector in rule.into_iter().flat_map(|rule| &rule.reopen) {
        for element in dom.query(top, selector).await.unwrap_or_default().into_iter().take(2) {
            let named = tree.iter().find(|entry| entry.element == element);
            let label = named.map_or_else(|| selector.clone(), |entry| entry.name.clone());
            found.push((element, label, selector.clone()));
        }
    }
    for entry in &tree {
        let intent = rules.words.intent(&entry.name);
        let leads_back = matches!(intent, Some(Intent::Withdraw | Intent::Settings));
        if matches!(entry.role.as_str(), "button" | "link")
            && leads_back
            && found.iter().all(|(element, ..)| *element != entry.element)
        {
            found.push((entry.element.clone(), entry.name.clone(), "generic".to_owned()));
        }
    }
    let mut ways = Vec::new();
    for way in found.into_iter().take(MOST_LOOKED_AT) {
        let there = probe::surroundings(dom, &way.0, &function).await;
        if there.is_some_and(|there| there.shown && !there.leaves) && ways.len() < MOST_WAYS {
            ways.push(way);
        }
    }
    ways
}

async fn by_interface(
    hand: &mut Hand<'_, impl Dom>,
    rule: &CmpRule,
    top: &FrameId,
) -> Option<Banner> {
    let call = rule.api.reopen.as_ref()?;
    probe::expression(hand.dom, top, call).await.ok()?;
    let banner = reopened(hand).await?;
    hand.choice.via = Some(Via::Api);
    hand.choice.path.push(ChoicePath {
        action: "call".to_owned(),
        label: format!("{} interface", rule.name),
        by: rule.id.clone(),
    });
    Some(banner)
}

async fn reopened(hand: &Hand<'_, impl Dom>) -> Option<Banner> {
    let patience = std::time::Duration::from_millis(2000);
    let found = super::find::find(hand.dom, hand.rules, patience).await.ok()??;
    found.cmp.banner_visible.then_some(found)
}
