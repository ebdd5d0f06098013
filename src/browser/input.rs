//! Trusted input, as a person gives it: mouse and key events at the place where the
//! element is, after a check that nothing lies on top of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::page::gone;
use super::tab::Tab;
use crate::dom::{BoxModel, Dom, DomError, Element, FrameId};

/// A page may take this long to work an event off; a click that navigates never answers.
const EVENT_PATIENCE: Duration = Duration::from_secs(3);
/// Frames nested deeper than this are not clicked in.
const DEEPEST_FRAME: usize = 10;

/// `this` is what lies at the point; says whether it belongs to the element. What a style
/// sheet draws (`::before`) is no node for scripts, and is told as its element.
const BELONGS: &str = "function (element, x, y) {
    const wanted = element.nodeType === 1 ? element : element.parentElement;
    const hit = this.nodeType ? this : wanted.getRootNode().elementFromPoint(x, y);
    const label = wanted.closest?.('label') ?? wanted.labels?.[0];
    // Slotted text belongs to the button of the shadow root that shows it. A text that is
    // hit is told as its parent, which may be the host of that root.
    const slotted = [...wanted.querySelectorAll?.('slot') ?? []].flatMap(slot => slot.assignedNodes({ flatten: true }));
    if (slotted.some(node => node.nodeType === 3 && node.parentNode === hit)) return '';
    for (let at = hit; at; at = at.parentNode ?? at.host) {
        if (at === wanted || (label && at === label) || slotted.includes(at)) return '';
    }
    const node = hit?.nodeType === 1 ? hit : hit?.parentElement;
    const name = node?.id ? '#' + node.id : '.' + (node?.classList?.[0] ?? '');
    return (node?.localName ?? 'something') + (name.length > 1 ? name : '');
}";

/// Where an element is in the top window's viewport.
pub(super) async fn box_of(tab: &Tab, element: &Element) -> Result<Option<BoxModel>, DomError> {
    let Some(mut area) = local_box(tab, element).await? else { return Ok(None) };
    let mut frame = element.frame.clone();
    for _ in 0..DEEPEST_FRAME {
        // A frame in a process of its own measures from its own corner.
        let Some((owner, parent)) = owner_of(tab, &frame).await? else { return Ok(Some(area)) };
        if tab.session_of(&parent)? != tab.session_of(&frame)? {
            let Some(outer) = local_box(tab, &owner).await? else { return Ok(None) };
            area.x += outer.x;
            area.y += outer.y;
        }
        frame = parent;
    }
    Ok(None)
}

async fn local_box(tab: &Tab, element: &Element) -> Result<Option<BoxModel>, DomError> {
    let session = tab.session_of(&element.frame)?;
    let params = json!({ "backendNodeId": element.node });
    // An element that is not drawn has no quads, which the browser calls an error.
    let quads = match tab.ask(&session, "DOM.getContentQuads", params).await {
        Ok(quads) => quads,
        Err(DomError::Browser { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let corners: Vec<f64> =
        quads["quads"][0].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    if corners.len() != 8 {
        return Ok(None);
    }
    let span = |offset: usize| {
        let values = (0..4).map(|corner| corners[corner * 2 + offset]);
        values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)))
    };
    let ((left, right), (top, bottom)) = (span(0), span(1));
    let area = BoxModel { x: left, y: top, width: right - left, height: bottom - top };
    Ok((area.width >= 1.0 && area.height >= 1.0).then_some(area))
}

/// The element that holds a frame, and the frame that this element is in.
async fn owner_of(tab: &Tab, frame: &FrameId) -> Result<Option<(Element, FrameId)>, DomError> {
    let parent = tab
        .with(|state| state.frames.get(&frame.0).and_then(|f| f.data.parent_id.clone()))
        .flatten();
    let Some(parent) = parent.map(FrameId) else { return Ok(None) };
    let session = tab.session_of(&parent)?;
    let owner = tab.ask(&session, "DOM.getFrameOwner", json!({ "frameId": frame.0 })).await?;
    let node = owner["backendNodeId"].as_i64().ok_or_else(|| gone("the frame"))?;
    Ok(Some((Element { frame: parent.clone(), node }, parent)))
}

/// Clicks the middle of an element.
pub(super) async fn click(tab: &Tab, element: &Element) -> Result<(), DomError> {
    let session = tab.session_of(&element.frame)?;
    let which = json!({ "backendNodeId": element.node });
    tab.ask(&session, "DOM.scrollIntoViewIfNeeded", which).await?;
    let invisible = || DomError::Covered {
        what: "the element".to_owned(),
        by: "nothing: it is not drawn".to_owned(),
    };
    let area = tab.visible_box(element).await?.ok_or_else(invisible)?;
    check_topmost(tab, element).await?;
    let at = (area.x + area.width / 2.0, area.y + area.height / 2.0);
    for (kind, button, buttons) in
        [("mouseMoved", "none", 0), ("mousePressed", "left", 1), ("mouseReleased", "left", 0)]
    {
        let event = json!({
            "type": kind, "x": at.0, "y": at.1, "button": button, "buttons": buttons,
            "clickCount": i32::from(kind != "mouseMoved"), "pointerType": "mouse",
        });
        send_event(tab, "Input.dispatchMouseEvent", event).await?;
    }
    Ok(())
}

/// Whether the topmost thing at the element's middle is the element, in its own frame.
async fn check_topmost(tab: &Tab, element: &Element) -> Result<(), DomError> {
    let session = tab.session_of(&element.frame)?;
    let area = local_box(tab, element).await?.ok_or_else(|| gone("the element"))?;
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a window")]
    let point = json!({
        "x": (area.x + area.width / 2.0) as i64,
        "y": (area.y + area.height / 2.0) as i64,
        "includeUserAgentShadowDOM": false,
        "ignorePointerEventsNone": false,
    });
    let (x, y) = (point["x"].clone(), point["y"].clone());
    let hit = tab.ask(&session, "DOM.getNodeForLocation", point).await?;
    let node = hit["backendNodeId"].as_i64().ok_or_else(|| gone("the element"))?;
    let there = Element { frame: element.frame.clone(), node };
    let (_, object) = tab.resolve(element).await?;
    let arguments = json!([{ "objectId": object }, { "value": x }, { "value": y }]);
    let by = tab.call_on(&there, BELONGS, arguments).await?;
    match by.as_str() {
        Some("") => Ok(()),
        by => Err(DomError::Covered {
            what: "the element".to_owned(),
            by: by.unwrap_or("something").chars().take(80).collect(),
        }),
    }
}

/// Moves the mouse along the left edge, where least is hovered over, and turns the wheel.
pub(super) async fn stir(tab: &Tab) -> Result<(), DomError> {
    for (x, y) in [(1, 300), (2, 304), (1, 310), (3, 318)] {
        let event = json!({ "type": "mouseMoved", "x": x, "y": y, "pointerType": "mouse" });
        send_event(tab, "Input.dispatchMouseEvent", event).await?;
    }
    let turn = json!({ "type": "mouseWheel", "x": 3, "y": 318, "deltaX": 0, "deltaY": 120 });
    send_event(tab, "Input.dispatchMouseEvent", turn).await
}

/// Focuses an element and types.
pub(super) async fn type_text(tab: &Tab, element: &Element, text: &str) -> Result<(), DomError> {
    let session = tab.session_of(&element.frame)?;
    tab.ask(&session, "DOM.focus", json!({ "backendNodeId": element.node })).await?;
    for character in text.chars() {
        let text = character.to_string();
        let down = json!({ "type": "keyDown", "text": text, "unmodifiedText": text, "key": text });
        send_event(tab, "Input.dispatchKeyEvent", down).await?;
        send_event(tab, "Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": text })).await?;
    }
    Ok(())
}

/// Presses one key by its name.
pub(super) async fn press(tab: &Tab, key: &str) -> Result<(), DomError> {
    let (code, text) = match key {
        "Enter" => (13, "\r"),
        "Escape" => (27, ""),
        "Tab" => (9, ""),
        "Space" => (32, " "),
        "Backspace" => (8, ""),
        "ArrowUp" => (38, ""),
        "ArrowDown" => (40, ""),
        "ArrowLeft" => (37, ""),
        "ArrowRight" => (39, ""),
        "PageDown" => (34, ""),
        "End" => (35, ""),
        other => {
            return Err(DomError::Browser {
                what: format!("to press {other}"),
                message: "no such key; known are Enter, Escape, Tab, Space, Backspace, arrows, \
                          PageDown and End"
                    .to_owned(),
            });
        }
    };
    let name = if key == "Space" { " " } else { key };
    let event = |kind: &str| {
        let mut event = json!({
            "type": kind, "key": name, "code": key,
            "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code,
        });
        if kind == "keyDown" && !text.is_empty() {
            event["text"] = json!(text);
        }
        event
    };
    send_event(tab, "Input.dispatchKeyEvent", event("keyDown")).await?;
    send_event(tab, "Input.dispatchKeyEvent", event("keyUp")).await
}

/// Sends an input event. A page that navigates or shows an alert box on it does not
/// answer; the event was delivered all the same.
async fn send_event(tab: &Tab, method: &str, event: Value) -> Result<(), DomError> {
    use super::cdp::CdpError;
    match tab.command_within(&tab.session, method, event, EVENT_PATIENCE).await {
        Ok(_) | Err(CdpError::Timeout { .. }) => Ok(()),
        Err(error) => {
            Err(DomError::Browser { what: "an input event".to_owned(), message: error.to_string() })
        }
    }
}
