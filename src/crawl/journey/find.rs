//! Finds what a step names, in every frame and shadow root: by selector, or in the
//! accessibility tree, where an element is called what a person would call it.

use serde_json::json;

use super::{Condition, Sign, Target};
use crate::dom::{Accessible, Dom, DomError, Element, FrameId, World};

/// Frames looked at; more is a page that wants to keep us busy.
const MOST_FRAMES: usize = 40;
/// Elements of one name or selector that are looked at.
const MOST_ELEMENTS: usize = 60;

/// What a visitor presses.
const PRESSABLE: &[&str] = &[
    "button",
    "link",
    "menuitem",
    "tab",
    "checkbox",
    "radio",
    "switch",
    "option",
    "treeitem",
    "menuitemcheckbox",
    "menuitemradio",
    "disclosuretriangle",
    "combobox",
];

/// `this` is something to type into, choose in or switch.
const IS_FIELD: &str = "function () {
    return this.nodeType === 1 && this.matches('input, select, textarea, [contenteditable=\"\"], [contenteditable=true], \
        [role=textbox], [role=searchbox], [role=combobox], [role=listbox], [role=checkbox], [role=switch], [role=radio], [role=spinbutton]');
}";

/// Why nothing was found.
#[derive(Debug)]
pub(super) enum Missing {
    /// There is none now; there may be one later.
    Yet(&'static str),
    /// It cannot be looked for.
    Never(String),
}

/// The first element that a target names and that is shown.
pub(super) async fn shown(dom: &impl Dom, target: &Target) -> Result<Element, Missing> {
    let elements = named(dom, target).await?;
    let why = if elements.is_empty() { "it is not on the page" } else { "it is not shown" };
    for element in elements {
        if matches!(dom.visible_box(&element).await, Ok(Some(_))) {
            return Ok(element);
        }
    }
    Err(Missing::Yet(why))
}

/// The same, shown or not: a box is often hidden behind a picture of one.
pub(super) async fn there(dom: &impl Dom, target: &Target) -> Result<Element, Missing> {
    let elements = named(dom, target).await?;
    for element in &elements {
        if matches!(dom.visible_box(element).await, Ok(Some(_))) {
            return Ok(element.clone());
        }
    }
    elements.into_iter().next().ok_or(Missing::Yet("it is not on the page"))
}

/// Whether a condition holds now.
pub(super) async fn holds(
    dom: &impl Dom,
    condition: &Condition,
    url: &str,
) -> Result<bool, Missing> {
    let there = match &condition.what {
        Sign::Url(part) => url.contains(part),
        Sign::Text(text) => says(dom, text).await,
        Sign::Element(target) => match shown(dom, target).await {
            Ok(_) => true,
            Err(Missing::Yet(_)) => false,
            Err(never) => return Err(never),
        },
    };
    Ok(there == condition.present)
}

/// Every element that a target names, the likeliest first.
async fn named(dom: &impl Dom, target: &Target) -> Result<Vec<Element>, Missing> {
    let frames = frames(dom).await;
    let mut found: Vec<(u8, Element)> = Vec::new();
    for frame in &frames {
        match target {
            Target::Selector(selector) => {
                let elements = match dom.query(frame, selector).await {
                    Err(DomError::Script { message }) => return Err(Missing::Never(message)),
                    elements => elements.unwrap_or_default(),
                };
                found.extend(elements.into_iter().map(|element| (0, element)));
            }
            _ => found.extend(by_name(dom, frame, target).await),
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.truncate(MOST_ELEMENTS);
    Ok(found.into_iter().map(|(_, element)| element).collect())
}

/// The elements of a frame that the accessibility tree calls so, with how well they fit.
async fn by_name(dom: &impl Dom, frame: &FrameId, target: &Target) -> Vec<(u8, Element)> {
    let nodes = dom.accessible(frame).await.unwrap_or_default();
    let mut found: Vec<(u8, Element)> =
        nodes.into_iter().filter_map(|node| Some((fit(&node, target)?, node.element))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.truncate(MOST_ELEMENTS);
    if !matches!(target, Target::Label(_)) {
        return found;
    }
    let mut fields = Vec::new();
    for (rank, element) in found {
        let is_field = dom.call(&element, IS_FIELD).await;
        if is_field.is_ok_and(|answer| answer.as_bool() == Some(true)) {
            fields.push((rank, element));
        }
    }
    fields
}

/// How well a node fits, 0 the best: the whole name before a part of it, and what can
/// be pressed before what can only be read.
fn fit(node: &Accessible, target: &Target) -> Option<u8> {
    let (wanted, role) = match target {
        Target::Selector(_) => return None,
        Target::Text(text) | Target::Label(text) => (text, None),
        Target::Role { role, name } => (name, Some(role)),
    };
    if role.is_some_and(|role| !node.role.eq_ignore_ascii_case(role)) {
        return None;
    }
    let (name, wanted) = (plain(&node.name), plain(wanted));
    let part = match name.find(&wanted)? {
        _ if name == wanted => 0,
        0 => 1,
        _ => 2,
    };
    let read_only = matches!(target, Target::Text(_)) && !PRESSABLE.contains(&node.role.as_str());
    Some(part + if read_only { 3 } else { 0 })
}

/// Whether the page shows a text, in any frame.
async fn says(dom: &impl Dom, text: &str) -> bool {
    let wanted = plain(text);
    let script = format!(
        "(document.body?.innerText ?? '').toLowerCase().replace(/\\s+/g, ' ').includes({})",
        json!(wanted)
    );
    let frames = frames(dom).await;
    for frame in &frames {
        let said = dom.evaluate(frame, World::Isolated, &script).await;
        if said.is_ok_and(|said| said.as_bool() == Some(true)) {
            return true;
        }
    }
    // What shadow roots say stands in the accessibility tree.
    for frame in &frames {
        let nodes = dom.accessible(frame).await.unwrap_or_default();
        if nodes.iter().any(|node| plain(&node.name).contains(&wanted)) {
            return true;
        }
    }
    false
}

async fn frames(dom: &impl Dom) -> Vec<FrameId> {
    let frames = dom.frames().await.unwrap_or_default();
    frames.into_iter().map(|frame| frame.id).take(MOST_FRAMES).collect()
}

/// A text as names are compared: lower case, white space collapsed.
fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(role: &str, name: &str) -> Accessible {
        Accessible {
            element: Element { frame: FrameId::default(), node: 1 },
            role: role.into(),
            name: name.into(),
            checked: None,
            disabled: false,
            dialog: None,
        }
    }

    #[test]
    fn the_whole_name_of_a_button_fits_best() {
        let text = Target::Text("Log in".into());
        let ranks = [
            node("button", "Log  IN"),
            node("link", "Log in or register"),
            node("link", "How to log in"),
            node("heading", "Log in"),
            node("StaticText", "Please log in"),
        ]
        .map(|node| fit(&node, &text));
        assert_eq!(ranks, [0, 1, 2, 3, 5].map(Some));
        assert_eq!(fit(&node("button", "Sign in"), &text), None);
        let role = Target::Role { role: "button".into(), name: "log in".into() };
        assert_eq!(fit(&node("link", "Log in"), &role), None);
        assert_eq!(fit(&node("button", "Log in"), &role), Some(0));
    }
}
