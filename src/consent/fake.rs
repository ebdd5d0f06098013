//! A page for the engine's tests: frames with banners whose buttons do as scripted. It
//! answers the probes' questions without running their scripts.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use crate::dom::{Accessible, BoxModel, Dom, DomError, Element, FrameId, FrameInfo, World};
use crate::model::Cookie;

/// What a click on a button does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Does {
    /// Nothing at all.
    Nothing,
    /// Its banner goes away.
    Hides,
    /// Its banner goes away, and a cookie is written.
    Stores(&'static str, &'static str),
    /// The click does not arrive: something lies on top, so many times.
    IsCovered(u32, &'static str, &'static str),
    /// The element is gone when it is to be clicked.
    IsGone,
    /// The banner is drawn anew, with other elements, and then stores.
    Redraws(&'static str, &'static str),
    /// It is a radio button.
    IsChosen,
    /// A cookie is written, and the banner stays.
    StoresAndStays(&'static str, &'static str),
    /// A cookie is written, and the banner only says so, with its second button left.
    Thanks(&'static str, &'static str),
}

#[derive(Debug, Clone)]
pub(super) struct FakeButton {
    label: &'static str,
    selector: &'static str,
    does: Does,
}

#[derive(Debug, Clone)]
pub(super) struct FakeBanner {
    frame: usize,
    kind: &'static str,
    popup: &'static str,
    text: &'static str,
    buttons: Vec<FakeButton>,
    shown: bool,
    /// Counts up when the banner is drawn anew.
    drawn: i64,
}

#[derive(Debug, Default)]
struct State {
    banners: Vec<FakeBanner>,
    cookies: Vec<(&'static str, &'static str)>,
    clicked: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct FakePage {
    frames: Vec<&'static str>,
    state: Mutex<State>,
}

pub(super) fn button(label: &'static str, does: Does) -> FakeButton {
    FakeButton { label, selector: "", does }
}

impl FakeButton {
    pub(super) fn at(self, selector: &'static str) -> Self {
        Self { selector, ..self }
    }
}

impl FakeBanner {
    pub(super) fn new(buttons: &[FakeButton]) -> Self {
        let text = "We use cookies to show ads. You can refuse them.";
        let buttons = buttons.to_vec();
        Self { frame: 0, kind: "floating", popup: "", text, buttons, shown: true, drawn: 0 }
    }

    /// A platform's own, known by its selector.
    pub(super) fn popup(self, selector: &'static str) -> Self {
        Self { kind: "popup", popup: selector, ..self }
    }

    pub(super) fn in_frame(self, frame: usize) -> Self {
        Self { kind: "frame", frame, ..self }
    }
}

impl FakePage {
    pub(super) fn new(frames: &[&'static str], banners: &[FakeBanner]) -> Self {
        let state = State { banners: banners.to_vec(), ..State::default() };
        Self { frames: frames.to_vec(), state: Mutex::new(state) }
    }

    /// A cookie that is there from the start.
    pub(super) fn store(&self, name: &'static str, value: &'static str) {
        self.state.lock().unwrap().cookies.push((name, value));
    }

    /// Labels of what was clicked, in order.
    pub(super) fn clicked(&self) -> Vec<String> {
        self.state.lock().unwrap().clicked.clone()
    }

    fn shown(&self, frame: &FrameId) -> Vec<(usize, FakeBanner)> {
        let state = self.state.lock().unwrap();
        let banners = state.banners.iter().cloned().enumerate();
        banners.filter(|(_, b)| b.shown && b.frame.to_string() == frame.0).collect()
    }

    fn elements(&self, frame: &FrameId) -> Vec<(Element, FakeButton)> {
        let banners = self.shown(frame).into_iter();
        let buttons = banners.flat_map(|(at, banner)| {
            let drawn = banner.drawn;
            let node = move |n: usize| i64::try_from(at * 100 + n).unwrap() + drawn * 10_000;
            banner.buttons.into_iter().enumerate().map(move |(n, b)| (node(n), b))
        });
        buttons.map(|(node, b)| (Element { frame: frame.clone(), node }, b)).collect()
    }

    /// Selectors of the banners and buttons that are shown.
    fn known(&self, frame: &FrameId) -> Vec<&'static str> {
        let popups = self.shown(frame).into_iter().map(|(_, banner)| banner.popup);
        popups.chain(self.elements(frame).into_iter().map(|(_, b)| b.selector)).collect()
    }

    fn button(&self, element: &Element) -> Result<(usize, FakeButton), DomError> {
        let all = self.elements(&element.frame);
        let found = all.into_iter().find(|(there, _)| there == element);
        let at = usize::try_from(element.node % 10_000 / 100).unwrap();
        found.map(|(_, button)| (at, button)).ok_or_else(gone)
    }

    fn surroundings(&self, element: &Element, popups: &[String]) -> Result<Value, DomError> {
        let (at, _) = self.button(element)?;
        let banner = self.state.lock().unwrap().banners[at].clone();
        let popup = popups.iter().position(|selector| selector == banner.popup);
        let kind = if popup.is_none() && banner.kind == "popup" { "floating" } else { banner.kind };
        Ok(json!({
            "shown": true, "cursor": true,
            "banner": { "key": at, "kind": kind, "popup": popup, "text": banner.text },
        }))
    }
}

fn gone() -> DomError {
    DomError::Gone { what: "the button".to_owned() }
}

/// The parameters that a probe's script was called with.
fn parameters(script: &str, before: &str, after: &str) -> Value {
    let tail = script.rsplit_once(before).map_or("", |(_, tail)| tail);
    serde_json::from_str(tail.trim_end_matches(after)).unwrap_or_default()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

impl Dom for FakePage {
    async fn frames(&self) -> Result<Vec<FrameInfo>, DomError> {
        let frame = |(at, url): (usize, &&str)| FrameInfo {
            id: FrameId(at.to_string()),
            parent: (at > 0).then(|| FrameId("0".to_owned())),
            url: (*url).to_owned(),
        };
        Ok(self.frames.iter().enumerate().map(frame).collect())
    }

    async fn evaluate(
        &self,
        frame: &FrameId,
        _: World,
        expression: &str,
    ) -> Result<Value, DomError> {
        let asked = parameters(expression, "\n)(", ")");
        if asked["present"].is_array() {
            let shown = self.shown(frame);
            let is_shown = |s: &String| shown.iter().any(|(_, banner)| banner.popup == s);
            let popups: Vec<bool> = texts(&asked["popups"]).iter().map(is_shown).collect();
            return Ok(json!({ "popups": popups }));
        }
        // Rules of the user's own: selectors of buttons and banners exist, and are shown.
        if let Some(lists) = asked["ask"].as_array() {
            let known: Vec<&str> = self.known(frame);
            let holds = |condition: &Value| {
                let told = condition["exists"][0].as_str().or(condition["visible"][0][0].as_str());
                told.is_some_and(|selector| known.contains(&selector))
            };
            let all = |list: &Value| list.as_array().is_some_and(|list| list.iter().all(holds));
            return Ok(lists.iter().map(all).collect());
        }
        if asked["find"].is_array() {
            let known = self.known(frame);
            let found = texts(&asked["find"]).into_iter().filter(|s| known.contains(&s.as_str()));
            return Ok(found.collect());
        }
        // A watch for changes: a scripted page changes on clicks alone.
        Ok(if asked["most"].is_number() { json!(false) } else { Value::Null })
    }

    async fn query(&self, frame: &FrameId, selector: &str) -> Result<Vec<Element>, DomError> {
        let all = self.elements(frame).into_iter();
        Ok(all.filter(|(_, button)| button.selector == selector).map(|(e, _)| e).collect())
    }

    async fn accessible(&self, frame: &FrameId) -> Result<Vec<Accessible>, DomError> {
        let entry = |(element, button): (Element, FakeButton)| Accessible {
            element,
            role: if button.does == Does::IsChosen { "radio" } else { "button" }.to_owned(),
            name: button.label.to_owned(),
            checked: None,
            disabled: false,
            dialog: None,
        };
        Ok(self.elements(frame).into_iter().map(entry).collect())
    }

    async fn call(&self, element: &Element, function: &str) -> Result<Value, DomError> {
        let asked = parameters(function, ".call(this, ", "); }");
        if asked["popups"].is_array() {
            return self.surroundings(element, &texts(&asked["popups"]));
        }
        if function.contains("pixelwardenFound") {
            return Ok(json!(true));
        }
        self.button(element).map(|(_, button)| json!(button.label))
    }

    async fn visible_box(&self, _: &Element) -> Result<Option<BoxModel>, DomError> {
        Ok(Some(BoxModel::default()))
    }

    async fn click(&self, element: &Element) -> Result<(), DomError> {
        let (at, button) = self.button(element)?;
        let mut state = self.state.lock().unwrap();
        let banner = &mut state.banners[at];
        let own = banner.buttons.iter_mut().find(|b| b.label == button.label).unwrap();
        match button.does {
            Does::IsGone => return Err(gone()),
            Does::IsCovered(times, name, value) if times > 0 => {
                own.does = Does::IsCovered(times - 1, name, value);
                let (what, by) = ("the button".to_owned(), "a chat window".to_owned());
                return Err(DomError::Covered { what, by });
            }
            Does::Redraws(name, value) => {
                own.does = Does::Stores(name, value);
                banner.drawn += 1;
            }
            Does::Hides => banner.shown = false,
            Does::Stores(name, value) | Does::IsCovered(_, name, value) => {
                banner.shown = false;
                state.cookies.push((name, value));
            }
            Does::StoresAndStays(name, value) => state.cookies.push((name, value)),
            Does::Thanks(name, value) => {
                banner.buttons.drain(..banner.buttons.len() - 1);
                banner.drawn += 1;
                state.cookies.push((name, value));
            }
            Does::Nothing | Does::IsChosen => {}
        }
        state.clicked.push(button.label.to_owned());
        Ok(())
    }

    async fn type_text(&self, _: &Element, _: &str) -> Result<(), DomError> {
        Ok(())
    }

    async fn press(&self, _: &str) -> Result<(), DomError> {
        Ok(())
    }

    async fn scroll_through(&self) -> Result<(), DomError> {
        Ok(())
    }

    async fn cookies(&self) -> Result<Vec<Cookie>, DomError> {
        let cookie = |(name, value): &(&str, &str)| Cookie {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            ..Cookie::default()
        };
        Ok(self.state.lock().unwrap().cookies.iter().map(cookie).collect())
    }

    async fn screenshot(&self, _: Option<BoxModel>) -> Result<Vec<u8>, DomError> {
        Ok(Vec::new())
    }

    async fn wait_for(&self, _: &str, _: Duration) -> Result<bool, DomError> {
        Ok(false)
    }
}
