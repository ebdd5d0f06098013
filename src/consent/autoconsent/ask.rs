//! What the rules ask of a page: whether conditions hold, and which elements a selector of
//! theirs names.

use serde_json::json;

use super::{Condition, Selector};
use crate::consent::probe;
use crate::dom::{Dom, Element, FrameId, World};

const SCRIPT: &str = include_str!("../js/autoconsent.js");
/// Whether an element is one of those that the script found last.
const IS_FOUND: &str =
    "function () { return (globalThis.pixelwardenFound ?? []).indexOf(this) >= 0; }";

/// For each list of conditions whether all of it holds in a frame.
pub(super) async fn holding(
    dom: &impl Dom,
    frame: &FrameId,
    conditions: &[&[Condition]],
) -> Vec<bool> {
    let parameters = json!({ "ask": conditions });
    let answer = probe::run(dom, frame, World::Isolated, SCRIPT, &parameters).await;
    let answer: Vec<bool> = answer.unwrap_or_default();
    if answer.len() == conditions.len() { answer } else { vec![false; conditions.len()] }
}

/// The first elements that a selector names.
pub(super) async fn found(
    dom: &impl Dom,
    frame: &FrameId,
    selector: &Selector,
    most: usize,
) -> Vec<Element> {
    let parameters = json!({ "find": selector, "most": most });
    let places = probe::run(dom, frame, World::Isolated, SCRIPT, &parameters).await;
    let places: Vec<String> = places.unwrap_or_default();
    let mut found = Vec::new();
    for place in places.iter().take(most) {
        // The same place may be taken in a shadow root as well.
        for element in dom.query(frame, place).await.unwrap_or_default() {
            if dom.call(&element, IS_FOUND).await.is_ok_and(|answer| answer == true) {
                found.push(element);
                break;
            }
        }
    }
    found
}
