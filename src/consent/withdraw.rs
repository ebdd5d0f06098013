//! Finds the way back to a choice that was made: the rule's way, then a link or button
//! on the page that says so, then the platform's interface.

use super::banner::Banner;
use super::find::look;
use super::path::Hand;
use super::probe;
use super::rule::CmpRule;
use super::words::Intent;
use crate::dom::{Dom, FrameId};
use crate::model::{ChoicePath, Via};

/// Links that may lead back, tried in reading order.
const MOST_WAYS: usize = 4;

/// Opens the banner or its settings again. `None`: no way back, or it was taken by the
/// interface alone (then [`crate::model::Choice::via`] is set).
pub(super) async fn reopen(hand: &mut Hand<'_, impl Dom>) -> Option<Banner> {
    let frames = hand.dom.frames().await.ok()?;
    let top = frames.first()?.id.clone();
    let platform = look(hand.dom, hand.rules).await.ok()?.platform;
    let rule = platform.and_then(|id| hand.rules.by_id(&id));
    let function = probe::surroundings_function(&[], std::iter::empty());
    let tree = hand.dom.accessible(&top).await.unwrap_or_default();
    let ways = tree.iter().filter(|entry| {
        matches!(entry.role.as_str(), "button" | "link")
            && hand
                .rules
                .words
                .intent(&entry.name)
                .is_some_and(|intent| matches!(intent, Intent::Withdraw | Intent::Settings))
    });
    for way in ways.take(MOST_WAYS) {
        let there = probe::surroundings(hand.dom, &way.element, &function).await;
        if there.is_none_or(|there| !there.shown || there.leaves) {
            continue;
        }
        if hand.click(&way.element, &way.name, "generic").await
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
    hand.choice.note = "no way back to the choice was found on the page".to_owned();
    None
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
