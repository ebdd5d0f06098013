//! A tab as a [`Dom`]: what the page can be asked, in all its frames and shadow roots.

use std::time::Duration;

use serde_json::{Value, json};

use super::cdp::{CdpError, SessionId};
use super::hub::{Wait, within};
use super::tab::Tab;
use super::{accessibility, input, picture};
use crate::dom::{Accessible, BoxModel, Dom, DomError, Element, FrameId, FrameInfo, World};
use crate::model::{Cookie, SameSite};

/// How long a frame's script world may take to come up.
const WORLD_PATIENCE: Duration = Duration::from_secs(3);
/// Objects that a call makes are let go together.
pub(super) const GROUP: &str = "pixelwarden";

const IS_SHOWN: &str = "function () {
    const element = this.nodeType === 1 ? this : this.parentElement;
    return !!element && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}";

const SCROLL: &str = "(async () => {
    const pause = () => new Promise(done => { requestAnimationFrame(() => done()); setTimeout(done, 60); });
    const step = Math.max(200, innerHeight * 0.9);
    for (let n = 0, at = 0; n < 40; n++) {
        at += step;
        scrollTo({ top: at, behavior: 'instant' });
        await pause(); await pause();
        const height = (document.scrollingElement || document.documentElement).scrollHeight;
        if (at + innerHeight >= height) break;
    }
    scrollTo({ top: 0, behavior: 'instant' });
    await pause();
})()";

impl Dom for Tab {
    async fn frames(&self) -> Result<Vec<FrameInfo>, DomError> {
        let frames = self.with(|tab| {
            let top = tab.target.clone();
            let mut frames: Vec<FrameInfo> = tab
                .frames
                .values()
                .map(|frame| FrameInfo {
                    id: FrameId(frame.data.id.clone()),
                    parent: frame.data.parent_id.clone().map(FrameId),
                    url: frame.data.url.clone(),
                })
                .collect();
            frames.sort_by_key(|frame| (frame.id.0 != top, frame.id.clone()));
            frames
        });
        frames.ok_or_else(|| gone("the page"))
    }

    async fn evaluate(
        &self,
        frame: &FrameId,
        world: World,
        expression: &str,
    ) -> Result<Value, DomError> {
        let (session, context) = self.world(frame, world).await?;
        let params = json!({
            "expression": expression,
            "contextId": context,
            "awaitPromise": true,
            "returnByValue": true,
        });
        let answer = self.command(&session, "Runtime.evaluate", params).await;
        value_of(answer.map_err(|error| dom_error(error, "the page's script"))?)
    }

    async fn query(&self, frame: &FrameId, selector: &str) -> Result<Vec<Element>, DomError> {
        self.find_all(frame, selector).await
    }

    async fn accessible(&self, frame: &FrameId) -> Result<Vec<Accessible>, DomError> {
        let session = self.session_of(frame)?;
        let params = json!({ "frameId": frame.0 });
        let tree = self.ask(&session, "Accessibility.getFullAXTree", params).await?;
        Ok(accessibility::accessible_nodes(
            tree["nodes"].as_array().map_or(&[], Vec::as_slice),
            frame,
        ))
    }

    async fn call(&self, element: &Element, function: &str) -> Result<Value, DomError> {
        self.call_on(element, function, json!([])).await
    }

    async fn visible_box(&self, element: &Element) -> Result<Option<BoxModel>, DomError> {
        if self.call(element, IS_SHOWN).await?.as_bool() != Some(true) {
            return Ok(None);
        }
        input::box_of(self, element).await
    }

    async fn click(&self, element: &Element) -> Result<(), DomError> {
        input::click(self, element).await
    }

    async fn type_text(&self, element: &Element, text: &str) -> Result<(), DomError> {
        input::type_text(self, element, text).await
    }

    async fn press(&self, key: &str) -> Result<(), DomError> {
        input::press(self, key).await
    }

    async fn scroll_through(&self) -> Result<(), DomError> {
        self.evaluate(&self.top(), World::Isolated, SCROLL).await.map(drop)
    }

    async fn cookies(&self) -> Result<Vec<Cookie>, DomError> {
        let context = self.with(|tab| tab.context.clone()).ok_or_else(|| gone("the page"))?;
        let params = json!({ "browserContextId": context });
        let answer = self.ask(&SessionId::default(), "Storage.getCookies", params).await?;
        // The jar's times are absolute; a capture holds the life that was left.
        let clock = json!({ "expression": "Date.now() / 1000" });
        let now = self.ask(&self.session, "Runtime.evaluate", clock).await;
        let now_s = now.ok().and_then(|now| now["result"]["value"].as_f64());
        let now_s = now_s.unwrap_or_else(|| jiff::Timestamp::now().as_second() as f64);
        let rows = answer["cookies"].as_array().map_or(&[][..], Vec::as_slice);
        let mut cookies: Vec<Cookie> = rows.iter().map(|row| cookie(row, now_s)).collect();
        let key =
            |c: &Cookie| (c.domain.clone(), c.path.clone(), c.name.clone(), c.partition.clone());
        cookies.sort_by_key(key);
        Ok(cookies)
    }

    async fn screenshot(&self, area: Option<BoxModel>) -> Result<Vec<u8>, DomError> {
        picture::take(self, area).await
    }

    async fn wait_for(&self, condition: &str, at_most: Duration) -> Result<bool, DomError> {
        let ms = u64::try_from(at_most.as_millis()).unwrap_or(u64::MAX);
        let expression = format!(
            "new Promise(done => {{
                const holds = () => {{ try {{ return !!({condition}); }} catch {{ return false; }} }};
                if (holds()) return done(true);
                const end = answer => {{ observer.disconnect(); clearTimeout(timer); done(answer); }};
                const observer = new MutationObserver(() => {{ if (holds()) end(true); }});
                observer.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
                const timer = setTimeout(() => end(holds()), {ms});
            }})"
        );
        let (session, context) = self.world(&self.top(), World::Main).await?;
        let params = json!({
            "expression": expression,
            "contextId": context,
            "awaitPromise": true,
            "returnByValue": true,
        });
        let patience = at_most + WORLD_PATIENCE;
        let answer = self.command_within(&session, "Runtime.evaluate", params, patience);
        // A page that was left does not answer, and the condition did not come true on it.
        Ok(answer.await.is_ok_and(|answer| answer["result"]["value"].as_bool() == Some(true)))
    }
}

impl Tab {
    /// The top frame.
    #[must_use]
    pub fn top(&self) -> FrameId {
        FrameId(self.target.clone())
    }

    /// The session that a frame's document lives in.
    pub(super) fn session_of(&self, frame: &FrameId) -> Result<SessionId, DomError> {
        self.with(|tab| tab.frames.get(&frame.0).map(|frame| frame.session.clone()))
            .flatten()
            .ok_or_else(|| gone("the frame"))
    }

    /// The script world of a frame; the isolated one is made on first use.
    pub(super) async fn world(
        &self,
        frame: &FrameId,
        world: World,
    ) -> Result<(SessionId, i64), DomError> {
        let key = (frame.0.clone(), world);
        let deadline = within(WORLD_PATIENCE);
        let found = self.hub.wait_until(deadline, |state| {
            let Some((_, tab)) = state.tab_of(&self.session) else { return Wait::Done(None) };
            match tab.worlds.get(&key) {
                Some(found) => Wait::Done(Some(found.clone())),
                None if world == World::Isolated || !tab.frames.contains_key(&frame.0) => {
                    Wait::Done(None)
                }
                None => Wait::ForEvent,
            }
        });
        match (found.await.flatten(), world) {
            (Some(found), _) => Ok(found),
            (None, World::Main) => Err(gone("the frame")),
            (None, World::Isolated) => self.isolated(frame).await,
        }
    }

    async fn isolated(&self, frame: &FrameId) -> Result<(SessionId, i64), DomError> {
        let session = self.session_of(frame)?;
        let params = json!({ "frameId": frame.0, "worldName": "pixelwarden" });
        let made = self.ask(&session, "Page.createIsolatedWorld", params).await?;
        let context = made["executionContextId"].as_i64().ok_or_else(|| gone("the frame"))?;
        let world = (session, context);
        let key = (frame.0.clone(), World::Isolated);
        self.with(|tab| tab.worlds.insert(key, world.clone()));
        Ok(world)
    }

    /// A command whose failure is the page's.
    pub(super) async fn ask(
        &self,
        session: &SessionId,
        method: &str,
        params: Value,
    ) -> Result<Value, DomError> {
        let answer = match session.0.is_empty() {
            true => self.hub.cdp.call(session, method, params).await,
            false => self.command(session, method, params).await,
        };
        answer.map_err(|error| dom_error(error, method))
    }

    /// An element as a script object of the isolated world.
    pub(super) async fn resolve(&self, element: &Element) -> Result<(SessionId, String), DomError> {
        let (session, context) = self.world(&element.frame, World::Isolated).await?;
        let params = json!({
            "backendNodeId": element.node,
            "executionContextId": context,
            "objectGroup": GROUP,
        });
        let object = self.ask(&session, "DOM.resolveNode", params).await?;
        let id = object["object"]["objectId"].as_str().ok_or_else(|| gone("the element"))?;
        Ok((session, id.to_owned()))
    }

    /// [`Dom::call`] with arguments.
    pub(super) async fn call_on(
        &self,
        element: &Element,
        function: &str,
        arguments: Value,
    ) -> Result<Value, DomError> {
        let (session, object) = self.resolve(element).await?;
        let params = json!({
            "objectId": object,
            "functionDeclaration": function,
            "arguments": arguments,
            "awaitPromise": true,
            "returnByValue": true,
        });
        value_of(self.ask(&session, "Runtime.callFunctionOn", params).await?)
    }
}

/// The result of an evaluation, or the exception.
fn value_of(answer: Value) -> Result<Value, DomError> {
    script_failure(&answer)?;
    Ok(answer["result"]["value"].clone())
}

pub(super) fn script_failure(answer: &Value) -> Result<(), DomError> {
    let details = &answer["exceptionDetails"];
    if details.is_null() {
        return Ok(());
    }
    let text = details["exception"]["description"].as_str().or(details["text"].as_str());
    let message: String = text.unwrap_or("an exception").chars().take(300).collect();
    Err(DomError::Script { message })
}

pub(super) fn gone(what: &str) -> DomError {
    DomError::Gone { what: what.to_owned() }
}

fn dom_error(error: CdpError, what: &str) -> DomError {
    match error {
        CdpError::Timeout { ms, .. } => DomError::Timeout { what: what.to_owned(), ms },
        CdpError::Refused { message, .. }
            if ["context", "node", "Node", "frame", "navigated", "Session"]
                .iter()
                .any(|word| message.contains(word)) =>
        {
            gone(what)
        }
        CdpError::Refused { message, .. } => DomError::Browser { what: what.to_owned(), message },
        CdpError::Closed { .. } => {
            DomError::Browser { what: what.to_owned(), message: "it is gone".to_owned() }
        }
        CdpError::Broken { why, .. } => {
            DomError::Browser { what: what.to_owned(), message: why.to_owned() }
        }
    }
}

fn cookie(row: &Value, now_s: f64) -> Cookie {
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let flag = |key: &str| row[key].as_bool().unwrap_or(false);
    let expires = row["expires"].as_f64().filter(|_| !flag("session"));
    #[expect(clippy::cast_possible_truncation, reason = "seconds of at most 400 days")]
    let lifetime_s = expires.map(|at| (at - now_s).round() as i64);
    let partition = row["partitionKey"]["topLevelSite"].as_str();
    Cookie {
        name: text("name"),
        value: text("value"),
        domain: text("domain"),
        path: text("path"),
        lifetime_s,
        http_only: flag("httpOnly"),
        secure: flag("secure"),
        same_site: match row["sameSite"].as_str() {
            Some("Strict") => Some(SameSite::Strict),
            Some("Lax") => Some(SameSite::Lax),
            Some("None") => Some(SameSite::None),
            _ => None,
        },
        partition: partition.map(str::to_owned),
    }
}
