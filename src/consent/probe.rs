//! The scripts that the engine runs in a page, all of them constants of ours, and the
//! defensive reading of what they return: a page may answer anything.

use serde::Deserialize;
use serde_json::{Value, json};

use super::look::Look;
use crate::dom::{Accessible, Dom, DomError, Element, FrameId, World};

const GLOBALS: &str = include_str!("js/globals.js");
const PLATFORMS: &str = include_str!("js/platforms.js");
const SURROUNDINGS: &str = include_str!("js/surroundings.js");
const SETTLED: &str = include_str!("js/settled.js");
const IDLE: &str = include_str!("js/idle.js");
const CHANGE: &str = include_str!("js/change.js");
const STORAGE: &str = include_str!("js/storage.js");
const SIGNALS: &str = include_str!("js/signals.js");

/// Labels that may stand for a check box.
const LABELS: &str = "label:has(input[type=checkbox]), input[type=checkbox] ~ label";
/// Labels looked at in a frame.
const MOST_LABELS: usize = 40;
/// Called on a label: its check box, when that one is not drawn.
const DRAWN: &str = "function () {
    const box = this.control;
    if (box?.type !== 'checkbox' || box.checkVisibility()) return null;
    return { name: (this.innerText.trim() || box.ariaLabel || box.name).slice(0, 200), checked: box.checked, disabled: box.disabled };
}";

/// What a frame's document shows of consent platforms.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Platforms {
    pub(super) present: Vec<bool>,
    pub(super) popups: Vec<bool>,
    pub(super) hosts: Vec<String>,
}

/// A button and the banner around it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Surroundings {
    pub(super) shown: bool,
    /// Following it would leave the page.
    pub(super) leaves: bool,
    pub(super) is_link: bool,
    /// The mouse shows a hand over it.
    pub(super) cursor: bool,
    pub(super) disabled: bool,
    pub(super) checked: Option<bool>,
    pub(super) banner: Option<Around>,
    pub(super) look: Option<Look>,
}

/// What lies around a button and looks like a banner.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Around {
    /// The same number for the same element of a frame.
    pub(super) key: u64,
    pub(super) kind: Kind,
    /// Which of the popup selectors it is.
    pub(super) popup: Option<usize>,
    pub(super) text: String,
    /// Fields for an e-mail address, a password, a date of birth.
    pub(super) fields: u32,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Why something looks like a banner, weakest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// In the flow of the page, named like one.
    #[default]
    Flow,
    /// A frame of its own.
    Frame,
    /// Fixed, sticky or on a layer above the page.
    Floating,
    /// A dialog.
    Dialog,
    /// A known platform's.
    Popup,
}

/// What the page's standard interfaces say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Standard {
    pub(super) tcf: Option<Tcf>,
    pub(super) gpp: Option<Gpp>,
    pub(super) usp: Option<String>,
    pub(super) google: std::collections::BTreeMap<String, Google>,
    pub(super) updates: Vec<std::collections::BTreeMap<String, bool>>,
}

/// The answer of `__tcfapi`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tcf {
    pub(super) status: Option<String>,
    pub(super) string: Option<String>,
    pub(super) purposes: std::collections::BTreeMap<String, bool>,
}

/// The answer of `__gpp`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Gpp {
    pub(super) string: Option<String>,
    pub(super) sections: Value,
}

/// One of Google's consent types.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Google {
    pub(super) granted: bool,
    pub(super) updated: bool,
}

/// One frame's storage.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Storage {
    pub(super) origin: String,
    /// Area, key, value.
    pub(super) rows: Vec<(String, String, String)>,
}

/// Runs one of our scripts in a frame. An answer that is not of the form expected
/// counts as none.
pub(super) async fn run<T: serde::de::DeserializeOwned + Default>(
    dom: &impl Dom,
    frame: &FrameId,
    world: World,
    script: &str,
    parameters: &Value,
) -> Result<T, DomError> {
    let expression = format!("({script}\n)({parameters})");
    let answer = dom.evaluate(frame, world, &expression).await?;
    Ok(serde_json::from_value(answer).unwrap_or_default())
}

/// Which dotted names exist in the page's own world.
pub(super) async fn globals(
    dom: &impl Dom,
    frame: &FrameId,
    names: &[&str],
) -> Result<Vec<bool>, DomError> {
    run(dom, frame, World::Main, GLOBALS, &json!(names)).await
}

/// Which platforms' elements are there and shown.
pub(super) async fn platforms(
    dom: &impl Dom,
    frame: &FrameId,
    present: &[&str],
    popups: &[&str],
) -> Result<Platforms, DomError> {
    let parameters = json!({ "present": present, "popups": popups, "most": 20 });
    run(dom, frame, World::Isolated, PLATFORMS, &parameters).await
}

/// The function that [`surroundings`] calls, made once for many buttons.
pub(super) fn surroundings_function<'a>(
    popups: &[String],
    topics: impl Iterator<Item = &'a str>,
) -> String {
    let parameters = json!({ "popups": popups, "topics": topics.collect::<Vec<_>>() });
    format!("function () {{ return ({SURROUNDINGS}).call(this, {parameters}); }}")
}

/// What lies around a button; `None` when it is gone.
pub(super) async fn surroundings(
    dom: &impl Dom,
    element: &Element,
    function: &str,
) -> Option<Surroundings> {
    let answer = dom.call(element, function).await.ok()?;
    serde_json::from_value(answer).ok()
}

/// Labels of check boxes that are not drawn themselves: whoever sees one clicks the label,
/// and the accessibility tree knows neither.
pub(super) async fn drawn_switches(dom: &impl Dom, frame: &FrameId) -> Vec<Accessible> {
    let labels = dom.query(frame, LABELS).await.unwrap_or_default();
    let mut switches = Vec::new();
    for element in labels.into_iter().take(MOST_LABELS) {
        let Ok(answer) = dom.call(&element, DRAWN).await else { continue };
        let (Some(name), Some(checked)) = (answer["name"].as_str(), answer["checked"].as_bool())
        else {
            continue;
        };
        let name = name.to_owned();
        let disabled = answer["disabled"] == true;
        let role = "checkbox".to_owned();
        let checked = Some(checked);
        switches.push(Accessible { element, role, name, checked, disabled, dialog: None });
    }
    switches
}

/// Waits until an element has stopped moving.
pub(crate) async fn settled(dom: &impl Dom, element: &Element) {
    drop(dom.call(element, SETTLED).await);
}

/// Whether a click on the middle of an element hits plain text of the page.
pub(super) async fn is_idle(dom: &impl Dom, element: &Element) -> bool {
    dom.call(element, IDLE).await.is_ok_and(|answer| answer == true)
}

/// Waits for the next change of a frame's document, at most `most` milliseconds.
pub(super) async fn change(dom: &impl Dom, frame: &FrameId, most: u64) -> Result<bool, DomError> {
    run(dom, frame, World::Isolated, CHANGE, &json!({ "most": most })).await
}

/// A frame's local and session storage.
pub(super) async fn storage(dom: &impl Dom, frame: &FrameId) -> Result<Storage, DomError> {
    run(dom, frame, World::Isolated, STORAGE, &json!(null)).await
}

/// What `__tcfapi`, `__gpp`, `__uspapi` and Google's consent state say.
pub(super) async fn standard(dom: &impl Dom, frame: &FrameId) -> Result<Standard, DomError> {
    run(dom, frame, World::Main, SIGNALS, &json!({ "most": 500 })).await
}

/// The value of an expression of a rule file, in the page's own world.
pub(super) async fn expression(
    dom: &impl Dom,
    frame: &FrameId,
    expression: &str,
) -> Result<Value, DomError> {
    let guarded = format!(
        "(async () => {{ try {{ return await ({expression}); }} catch {{ return null; }} }})()"
    );
    dom.evaluate(frame, World::Main, &guarded).await
}
