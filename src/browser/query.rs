//! Selectors that see through shadow roots, closed ones too.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::cdp::SessionId;
use super::page::{GROUP, script_failure};
use super::tab::Tab;
use crate::dom::{DomError, Element, FrameId, World};

/// A query returns at most this many elements.
const MOST_ELEMENTS: usize = 500;
/// Closed shadow roots are looked up again after this time: it means reading the whole
/// tree, and a search for a banner asks hundreds of times.
const ROOTS_HOLD: Duration = Duration::from_secs(1);

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

impl Tab {
    /// The elements of a frame that a selector matches.
    pub(super) async fn find_all(
        &self,
        frame: &FrameId,
        selector: &str,
    ) -> Result<Vec<Element>, DomError> {
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
        let held = self.with(|tab| tab.closed_roots.get(&frame.0).cloned()).flatten();
        if let Some((at, roots)) = held
            && at.elapsed() < ROOTS_HOLD
        {
            return Ok(roots);
        }
        let params = json!({ "depth": -1, "pierce": true });
        let tree = self.ask(session, "DOM.getDocument", params).await?;
        let roots = self.roots_in(session, frame, &tree["root"]);
        let found = (Instant::now(), roots.clone());
        self.with(|tab| tab.closed_roots.insert(frame.0.clone(), found));
        Ok(roots)
    }

    fn roots_in(&self, session: &SessionId, frame: &FrameId, root: &Value) -> Vec<i64> {
        let mut roots = Vec::new();
        // Without site isolation one tree holds every frame: keep to the frame asked for.
        let mut open = vec![(root, false)];
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
        roots
    }
}
