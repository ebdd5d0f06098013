//! Selectors that see through shadow roots, closed ones too.

use std::collections::HashMap;
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

/// Closed shadow roots that are searched at most.
const MOST_ROOTS: usize = 200;
/// Elements are followed upwards this far.
const DEEPEST: usize = 20_000;

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
        // Flat, since a page may nest its elements deeper than JSON can be read.
        let params = json!({ "depth": -1, "pierce": true });
        // Unlike `DOM.getDocument`, this one does not do so by itself.
        self.ask(session, "DOM.enable", json!({})).await?;
        let tree = self.ask(session, "DOM.getFlattenedDocument", params).await?;
        let nodes = tree["nodes"].as_array().map_or(&[][..], Vec::as_slice);
        let is_root = *frame == self.top() || session != &self.session;
        let roots = Tree::of(nodes).closed_roots(&frame.0, is_root);
        let found = (Instant::now(), roots.clone());
        self.with(|tab| tab.closed_roots.insert(frame.0.clone(), found));
        Ok(roots)
    }
}

/// All documents of a session, as a list of nodes that know their parents.
#[derive(Default)]
struct Tree {
    parents: HashMap<i64, i64>,
    /// The document of each frame below the session's own.
    documents: HashMap<i64, String>,
    /// Closed shadow roots: node and its lasting name.
    closed: Vec<(i64, i64)>,
}

impl Tree {
    fn of(nodes: &[Value]) -> Self {
        let mut tree = Self::default();
        for node in nodes {
            tree.note(node);
            // Without site isolation one list holds every frame.
            let mut owner = node;
            while owner["contentDocument"].is_object() {
                let document = &owner["contentDocument"];
                if let (Some(id), Some(frame)) = (id_of(document), owner["frameId"].as_str()) {
                    tree.documents.insert(id, frame.to_owned());
                }
                tree.note(document);
                owner = document;
            }
        }
        tree
    }

    fn note(&mut self, node: &Value) {
        let Some(id) = id_of(node) else { return };
        if let Some(parent) = node["parentId"].as_i64() {
            self.parents.insert(id, parent);
        }
        if node["shadowRootType"].as_str() == Some("closed")
            && self.closed.len() < MOST_ROOTS
            && let Some(lasting) = node["backendNodeId"].as_i64()
        {
            self.closed.push((id, lasting));
        }
    }

    /// Those of one frame; `is_root` tells that it is the session's own.
    fn closed_roots(&self, frame: &str, is_root: bool) -> Vec<i64> {
        let is_mine = |id: i64| {
            let above = |id: &i64| self.parents.get(id).copied();
            let top = std::iter::successors(Some(id), above).take(DEEPEST).last();
            match top.and_then(|top| self.documents.get(&top)) {
                Some(owner) => owner == frame,
                None => is_root,
            }
        };
        self.closed.iter().filter(|(id, _)| is_mine(*id)).map(|(_, lasting)| *lasting).collect()
    }
}

fn id_of(node: &Value) -> Option<i64> {
    node["nodeId"].as_i64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_roots_are_those_of_the_frame_also_far_down() {
        let mut nodes = vec![json!({ "nodeId": 1, "nodeName": "#document" })];
        nodes.extend((2..5_000).map(|n| json!({ "nodeId": n, "parentId": n - 1 })));
        let closed = |id: i64, parent: i64| json!({ "nodeId": id, "parentId": parent, "backendNodeId": id * 10, "shadowRootType": "closed" });
        nodes.push(closed(5_000, 4_999));
        nodes.push(json!({
            "nodeId": 6_000, "parentId": 3, "frameId": "INNER",
            "contentDocument": { "nodeId": 6_001, "nodeName": "#document" },
        }));
        nodes.push(closed(6_002, 6_001));
        let tree = Tree::of(&nodes);
        assert_eq!(tree.closed_roots("TOP", true), [50_000]);
        assert_eq!(tree.closed_roots("INNER", false), [60_020]);
        assert_eq!(tree.closed_roots("OTHER", false), [0; 0]);
    }
}
