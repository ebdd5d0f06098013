//! What pages tell of themselves: their frames, their dialogs, where they went.

use serde_json::{Value, json};

use super::answer::Broken;
use super::cdp::SessionId;
use super::events::parse;
use super::hub::Hub;
use super::protocol::FrameData;
use super::state::{FrameState, TabState};
use crate::model::Frame;

/// A page that opens more dialogs than this is no longer answered.
const MOST_DIALOGS: u32 = 25;

impl Hub {
    pub(super) fn page(&self, session: &SessionId, event: &str, params: Value) {
        let mut state = self.state();
        let target = state.sessions.get(session).map(|known| known.target.clone());
        let Some((_, tab)) = state.tab_of(session) else { return };
        let page = target.filter(|target| target.kind == "page");
        let is_top = tab.session.as_ref() == Some(session);
        // Popups and prerendered pages are listened to; they are not part of the page.
        let elsewhere = page.is_some_and(|page| page.target_id != tab.target);
        match event {
            "frameAttached" | "frameNavigated" | "frameDetached" if elsewhere => {}
            "frameAttached" => attached(tab, &params, session),
            "frameNavigated" => {
                if let Some(data) = parse::<FrameData>(params["frame"].clone()) {
                    if data.id == tab.target && !tab.on_web && is_on_web(&data.url) {
                        tab.on_web = true;
                    }
                    navigated(tab, data, session);
                }
            }
            "navigatedWithinDocument"
                if !elsewhere && params["frameId"].as_str() == Some(&tab.target) =>
            {
                tab.route_to(params["url"].as_str().unwrap_or_default());
            }
            // A frame that moves to another process is swapped, not gone.
            "frameDetached" if params["reason"].as_str() != Some("swap") => {
                tab.forget_frame(params["frameId"].as_str().unwrap_or_default());
            }
            "loadEventFired" if is_top => tab.loaded = true,
            "javascriptDialogOpening" => {
                tab.dialogs += 1;
                if tab.dialogs > MOST_DIALOGS {
                    tab.break_down(Broken::Dialogs);
                } else {
                    self.cdp.send(session, "Page.handleJavaScriptDialog", reply_to(&params));
                }
            }
            _ => {}
        }
    }
}

impl Hub {
    /// A download, which was refused. One that a link asks for is told by the browser alone.
    pub(super) fn download(&self, params: &Value) {
        let text = |key: &str| params[key].as_str().unwrap_or_default();
        let mut state = self.state();
        let holds = |tab: &&mut TabState| tab.frames.contains_key(text("frameId"));
        if let Some(tab) = state.tabs.values_mut().find(holds) {
            let top = tab.target == text("frameId");
            let frame = Frame { id: text("frameId").to_owned(), url: tab.url(), top };
            tab.recorder.downloaded(text("url"), frame);
        }
    }
}

/// Nothing is agreed to that nobody decided; a page that asks to stay is left all the same.
fn reply_to(dialog: &Value) -> Value {
    let asks = matches!(dialog["type"].as_str(), Some("confirm" | "prompt"));
    json!({ "accept": !asks })
}

/// Whether an address is one of the web, rather than of the browser itself.
pub(super) fn is_on_web(url: &str) -> bool {
    url.starts_with("http:") || url.starts_with("https:")
}

fn attached(tab: &mut TabState, params: &Value, session: &SessionId) {
    let text = |key: &str| params[key].as_str().unwrap_or_default().to_owned();
    let data = FrameData {
        id: text("frameId"),
        parent_id: Some(text("parentFrameId")),
        ..FrameData::default()
    };
    tab.frames.insert(data.id.clone(), FrameState { data, session: session.clone() });
}

fn navigated(tab: &mut TabState, mut data: FrameData, session: &SessionId) {
    if data.parent_id.is_none() {
        // A frame in a process of its own does not know whose it is.
        data.parent_id = tab.frames.get(&data.id).and_then(|known| known.data.parent_id.clone());
    }
    if data.id == tab.target {
        tab.commits += 1;
        tab.loaded = false;
        tab.frames.clear();
        tab.closed_roots.clear();
        tab.route = None;
        tab.turn_to(&data.url);
    }
    tab.frames.insert(data.id.clone(), FrameState { data, session: session.clone() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_agreed_to() {
        let accepts = |kind: &str| reply_to(&json!({ "type": kind }))["accept"] == true;
        assert!(accepts("alert") && accepts("beforeunload"));
        assert!(!accepts("confirm") && !accepts("prompt"));
    }
}
