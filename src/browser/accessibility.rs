//! The accessibility tree: what a screen reader would say, closed shadow roots included.

use std::collections::HashMap;

use serde_json::Value;

use crate::dom::{Accessible, Element, FrameId};

/// A tree is read up to this many named nodes.
const MOST_NODES: usize = 5_000;
/// Ancestors looked through for a dialog; a hostile tree could be a circle.
const DEEPEST: usize = 256;

/// The named nodes of an accessibility tree, in reading order.
pub(super) fn accessible_nodes(nodes: &[Value], frame: &FrameId) -> Vec<Accessible> {
    let mut list: Vec<Accessible> = Vec::new();
    let mut places = HashMap::new();
    let by_id: HashMap<&str, &Value> =
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
        if ignored || (name.is_empty() && !is_dialog) || list.len() >= MOST_NODES {
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
    by_id: &HashMap<&'a str, &'a Value>,
    places: &HashMap<&str, usize>,
    list: &[Accessible],
) -> Option<usize> {
    let mut at = node;
    for _ in 0..DEEPEST {
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
