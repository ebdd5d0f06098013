//! A tab as a [`Dom`]: what the page can be asked, in all its frames and shadow roots.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::cdp::{CdpError, SessionId};
use super::hub::{Wait, within};
use super::input;
use super::tab::Tab;
use crate::dom::{Accessible, BoxModel, Dom, DomError, Element, FrameId, FrameInfo, World};
use crate::model::{Cookie, SameSite};

/// A query returns at most this many elements.
const MOST_ELEMENTS: usize = 500;
/// An accessibility tree is read up to this many named nodes.
const MOST_ACCESSIBLE: usize = 5_000;
/// How long a frame's script world may take to come up.
const WORLD_PATIENCE: Duration = Duration::from_secs(3);
/// Objects that a call makes are let go together.
const GROUP: &str = "pixelwarden";

/// Elements of a document and of its open shadow roots; `this` is the root.
const QUERY: &str = "function (selector, most) {
    const found = [];
    const walk = root => {
        for (const element of root.querySelectorAll(selector)) {
            if (found.length >= most) return;
            found.push(element);
        }
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) walk(element.shadowRoot);
        }
    };
    walk(this);
    return found;
}";

const IS_SHOWN: &str = "function () {
    const element = this.nodeType === 1 ? this : this.parentElement;
    return !!element && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}";

/// Form fields show nothing of what is in them while this style is on.
const BLANK: &str = "(() => {
    const style = document.createElement('style');
    style.id = 'pixelwarden-blank';
    style.textContent = 'input, textarea, select, [contenteditable] { color: transparent !important; text-shadow: none !important; -webkit-text-fill-color: transparent !important; caret-color: transparent !important; } ::placeholder { color: transparent !important; }';
    (document.head || document.documentElement).append(style);
})()";
const UNBLANK: &str = "document.getElementById('pixelwarden-blank')?.remove()";

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
        let answer = self.hub.cdp.call(&session, "Runtime.evaluate", params).await;
        value_of(answer.map_err(|error| dom_error(error, "the page's script"))?)
    }

    async fn query(&self, frame: &FrameId, selector: &str) -> Result<Vec<Element>, DomError> {
        let (session, context) = self.world(frame, World::Isolated).await?;
        let mut found = Vec::new();
        let document = json!({
            "expression": "document",
            "contextId": context,
            "objectGroup": GROUP,
        });
        let root = self.ask(&session, "Runtime.evaluate", document).await?;
        self.query_below(&session, &root["result"], frame, selector, &mut found).await?;
        for node in self.closed_roots(&session, frame).await? {
            let params = json!({
                "backendNodeId": node,
                "executionContextId": context,
                "objectGroup": GROUP,
            });
            let Ok(root) = self.ask(&session, "DOM.resolveNode", params).await else { continue };
            self.query_below(&session, &root["object"], frame, selector, &mut found).await?;
        }
        self.hub.cdp.send(&session, "Runtime.releaseObjectGroup", json!({ "objectGroup": GROUP }));
        Ok(found)
    }

    async fn accessible(&self, frame: &FrameId) -> Result<Vec<Accessible>, DomError> {
        let session = self.session_of(frame)?;
        let params = json!({ "frameId": frame.0 });
        let tree = self.ask(&session, "Accessibility.getFullAXTree", params).await?;
        Ok(accessible_nodes(tree["nodes"].as_array().map_or(&[], Vec::as_slice), frame))
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
        let now =
            self.ask(&self.session, "Runtime.evaluate", json!({ "expression": "Date.now()" }));
        let now_s = now.await?["result"]["value"].as_f64().unwrap_or_default() / 1000.0;
        let rows = answer["cookies"].as_array().map_or(&[][..], Vec::as_slice);
        let mut cookies: Vec<Cookie> = rows.iter().map(|row| cookie(row, now_s)).collect();
        let key =
            |c: &Cookie| (c.domain.clone(), c.path.clone(), c.name.clone(), c.partition.clone());
        cookies.sort_by_key(key);
        Ok(cookies)
    }

    async fn screenshot(&self) -> Result<Vec<u8>, DomError> {
        let frames = self.frames().await?;
        for frame in &frames {
            drop(self.evaluate(&frame.id, World::Isolated, BLANK).await);
        }
        let params = json!({ "format": "png" });
        let picture = self.ask(&self.session, "Page.captureScreenshot", params).await;
        for frame in &frames {
            drop(self.evaluate(&frame.id, World::Isolated, UNBLANK).await);
        }
        let data = picture?["data"].as_str().map(|data| STANDARD.decode(data));
        data.and_then(Result::ok).ok_or_else(|| DomError::Browser {
            what: "a screenshot".to_owned(),
            message: "it was empty".to_owned(),
        })
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
        let answer = self.hub.cdp.call_within(&session, "Runtime.evaluate", params, patience);
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
    async fn world(&self, frame: &FrameId, world: World) -> Result<(SessionId, i64), DomError> {
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
        let answer = self.hub.cdp.call(session, method, params).await;
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

    async fn query_below(
        &self,
        session: &SessionId,
        root: &Value,
        frame: &FrameId,
        selector: &str,
        found: &mut Vec<Element>,
    ) -> Result<(), DomError> {
        let params = json!({
            "objectId": root["objectId"],
            "functionDeclaration": QUERY,
            "arguments": [{ "value": selector }, { "value": MOST_ELEMENTS }],
            "objectGroup": GROUP,
        });
        let list = self.ask(session, "Runtime.callFunctionOn", params).await?;
        script_failure(&list)?;
        if list["result"]["description"].as_str() == Some("Array(0)") {
            return Ok(());
        }
        let params = json!({ "objectId": list["result"]["objectId"], "ownProperties": true });
        let members = self.ask(session, "Runtime.getProperties", params).await?;
        for member in members["result"].as_array().into_iter().flatten() {
            let object = &member["value"]["objectId"];
            let is_index = member["name"].as_str().is_some_and(|n| n.parse::<usize>().is_ok());
            if !is_index || object.is_null() {
                continue;
            }
            let params = json!({ "objectId": object });
            let node = self.ask(session, "DOM.describeNode", params).await?;
            if let Some(node) = node["node"]["backendNodeId"].as_i64() {
                found.push(Element { frame: frame.clone(), node });
            }
        }
        Ok(())
    }

    /// The closed shadow roots of a frame, which no script can reach.
    async fn closed_roots(
        &self,
        session: &SessionId,
        frame: &FrameId,
    ) -> Result<Vec<i64>, DomError> {
        let params = json!({ "depth": -1, "pierce": true });
        let tree = self.ask(session, "DOM.getDocument", params).await?;
        let mut roots = Vec::new();
        // Without site isolation one tree holds every frame: keep to the frame asked for.
        let mut open = vec![(&tree["root"], false)];
        while let Some((node, inside)) = open.pop() {
            let owner = node["contentDocument"].is_object();
            let inside = match node["frameId"].as_str() {
                Some(id) if !owner => id == frame.0,
                _ if node["nodeName"].as_str() == Some("#document")
                    && node["parentId"].is_null() =>
                {
                    *frame == self.top() || session != &self.session
                }
                _ => inside,
            };
            for root in node["shadowRoots"].as_array().into_iter().flatten() {
                if inside && root["shadowRootType"].as_str() == Some("closed") {
                    roots.extend(root["backendNodeId"].as_i64());
                }
                open.push((root, inside));
            }
            for child in node["children"].as_array().into_iter().flatten() {
                open.push((child, inside));
            }
            if owner {
                let of_frame = node["frameId"].as_str() == Some(&frame.0);
                open.push((&node["contentDocument"], of_frame));
            }
        }
        Ok(roots)
    }
}

/// The result of an evaluation, or the exception.
fn value_of(answer: Value) -> Result<Value, DomError> {
    script_failure(&answer)?;
    Ok(answer["result"]["value"].clone())
}

fn script_failure(answer: &Value) -> Result<(), DomError> {
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
    }
}

/// The named nodes of an accessibility tree, in reading order.
fn accessible_nodes(nodes: &[Value], frame: &FrameId) -> Vec<Accessible> {
    let mut list: Vec<Accessible> = Vec::new();
    let mut places = std::collections::HashMap::new();
    let by_id: std::collections::HashMap<&str, &Value> =
        nodes.iter().filter_map(|node| Some((node["nodeId"].as_str()?, node))).collect();
    for node in nodes {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        let name = node["name"]["value"].as_str().unwrap_or_default();
        let is_dialog = matches!(role, "dialog" | "alertdialog");
        let ignored = node["ignored"].as_bool() == Some(true);
        let (Some(id), Some(backend)) =
            (node["nodeId"].as_str(), node["backendDOMNodeId"].as_i64())
        else {
            continue;
        };
        if ignored || (name.is_empty() && !is_dialog) || list.len() >= MOST_ACCESSIBLE {
            continue;
        }
        let property = |wanted: &str| {
            let mut properties = node["properties"].as_array().into_iter().flatten();
            properties.find(|p| p["name"].as_str() == Some(wanted)).map(|p| &p["value"]["value"])
        };
        places.insert(id, list.len());
        list.push(Accessible {
            element: Element { frame: frame.clone(), node: backend },
            role: role.to_owned(),
            name: name.chars().take(500).collect(),
            checked: property("checked").map(|value| value.as_str() == Some("true")),
            disabled: property("disabled").and_then(Value::as_bool).unwrap_or(false),
            dialog: enclosing_dialog(node, &by_id, &places, &list),
        });
    }
    list
}

fn enclosing_dialog<'a>(
    node: &'a Value,
    by_id: &std::collections::HashMap<&'a str, &'a Value>,
    places: &std::collections::HashMap<&str, usize>,
    list: &[Accessible],
) -> Option<usize> {
    let mut at = node;
    // A hostile tree could be a circle.
    for _ in 0..256 {
        at = by_id.get(at["parentId"].as_str()?)?;
        let place = at["nodeId"].as_str().and_then(|id| places.get(id).copied());
        if let Some(place) = place
            && matches!(list.get(place)?.role.as_str(), "dialog" | "alertdialog")
        {
            return Some(place);
        }
    }
    None
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
