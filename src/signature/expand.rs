//! Finds the events in a payload: `body[*]`, `body.batch[*].events[*]`, `query.p*`.

use std::collections::BTreeSet;

use serde_json::Value;

/// The most events that one request yields.
const MAX_EVENTS: usize = 500;

/// One event: where it stands, and what surrounds it.
#[derive(Debug, Clone)]
pub(super) struct Item<'v> {
    /// `body.batch[0].events[1]`.
    pub(super) path: String,
    /// The event and the objects around it, the nearest first, with their paths.
    pub(super) around: Vec<(String, &'v Value)>,
}

/// The events of a request, and the values that hold them.
#[derive(Debug, Default)]
pub(super) struct Items<'v> {
    pub(super) list: Vec<Item<'v>>,
    holders: BTreeSet<usize>,
}

impl<'v> Items<'v> {
    /// The events at the first of `paths` that has any.
    pub(super) fn at(root: &'v Value, paths: &[String]) -> Self {
        for path in paths {
            let mut items = Self::default();
            items.expand(root, path, String::new(), &mut Vec::new());
            if !items.list.is_empty() {
                return items;
            }
        }
        Self::default()
    }

    /// Whether a value is an event or holds events: another event's parameters are
    /// not this one's.
    pub(super) fn holds(&self, value: &Value) -> bool {
        self.holders.contains(&address(value))
    }

    fn expand(
        &mut self,
        value: &'v Value,
        rest: &str,
        path: String,
        around: &mut Vec<(String, &'v Value)>,
    ) {
        if self.list.len() >= MAX_EVENTS {
            return;
        }
        if !around.is_empty() || rest.is_empty() {
            self.holders.insert(address(value));
        }
        around.push((path.clone(), value));
        if rest.is_empty() {
            if value.is_object() || value.is_array() {
                // The first one around is the root, which is nobody's parameter.
                let around = around.iter().skip(1).rev().cloned().collect();
                self.list.push(Item { path, around });
            }
        } else if let Some(rest) = rest.strip_prefix("[*]") {
            let rest = rest.strip_prefix('.').unwrap_or(rest);
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                self.expand(item, rest, format!("{path}[{index}]"), around);
            }
        } else {
            self.expand_name(value, rest, &path, around);
        }
        around.pop();
    }

    fn expand_name(
        &mut self,
        value: &'v Value,
        rest: &str,
        path: &str,
        around: &mut Vec<(String, &'v Value)>,
    ) {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        let below =
            |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let Some(map) = value.as_object() else { return };
        match name.strip_suffix('*') {
            None => {
                if let Some(found) = map.get(name) {
                    self.expand(found, rest, below(name), around);
                }
            }
            Some(start) => {
                for (key, found) in map.iter().filter(|(key, _)| key.starts_with(start)) {
                    if found.is_object() || found.is_array() {
                        self.expand(found, rest, below(key), around);
                    }
                }
            }
        }
    }
}

fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(root: &Value, events: &str) -> Vec<String> {
        Items::at(root, &[events.to_owned()]).list.into_iter().map(|item| item.path).collect()
    }

    #[test]
    fn lists_in_lists_are_expanded() {
        let root = json!({"body": {"batch": [{"events": [{}, {}]}, {"events": [{}]}]}});
        let all = ["body.batch[0].events[0]", "body.batch[0].events[1]", "body.batch[1].events[0]"];
        assert_eq!(paths(&root, "body.batch[*].events[*]"), all);
    }

    #[test]
    fn names_with_a_star_take_what_is_opened() {
        let root = json!({"query": {"p0": {"e": "vh"}, "p1": {"e": "dis"}, "page": "x"}});
        assert_eq!(paths(&root, "query.p*"), ["query.p0", "query.p1"]);
        assert!(paths(&root, "body[*]").is_empty());
    }
}
