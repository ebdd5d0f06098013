//! One tree for every payload: forms, lists and JSON all become a
//! [`serde_json::Value`], so that a path reads them alike.
//!
//! A path is written as a person writes it: `data[0].user_data.em`,
//! `cd[value]`, `ep.link_text`. A name may itself hold dots and brackets, so at
//! every object the whole rest of the path is tried as a name first.

use serde_json::{Map, Value};

/// Adds a pair; a name that comes twice becomes a list.
pub fn insert(map: &mut Map<String, Value>, name: &str, value: Value) {
    match map.get_mut(name) {
        None => drop(map.insert(name.to_owned(), value)),
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

/// What stands at `path`.
#[must_use]
pub fn get<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    match value {
        Value::Object(map) => match map.get(path) {
            Some(found) => Some(found),
            None => {
                let (head, rest) = split_step(path)?;
                get(map.get(head)?, rest)
            }
        },
        Value::Array(list) => {
            let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
            let found = list.get(index.parse::<usize>().ok()?)?;
            get(found, rest.strip_prefix('.').unwrap_or(rest))
        }
        _ => None,
    }
}

/// As [`get`], to change it.
pub fn get_mut<'v>(value: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    if path.is_empty() {
        return Some(value);
    }
    let map = value.as_object_mut()?;
    if map.contains_key(path) {
        return map.get_mut(path);
    }
    let (head, rest) = split_step(path)?;
    get_mut(map.get_mut(head)?, rest)
}

/// `a.b[0].c` → `a`, `b[0].c`; `None` when there is no further step.
fn split_step(path: &str) -> Option<(&str, &str)> {
    let end = path.find(['.', '['])?;
    let (head, rest) = path.split_at(end);
    Some((head, rest.strip_prefix('.').unwrap_or(rest)))
}

/// The text of a scalar, or of a list of scalars joined by commas.
#[must_use]
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Array(list) if list.len() <= 100 => {
            let texts: Option<Vec<String>> = list.iter().map(text).collect();
            texts.filter(|t| !t.is_empty()).map(|texts| texts.join(","))
        }
        _ => None,
    }
}

/// Calls `each` with the path and text of every leaf, in order, until it says stop.
///
/// Null and empty containers are no leaves. `skip` says which values below the
/// first are left out.
pub fn leaves(
    value: &Value,
    skip: &dyn Fn(&Value) -> bool,
    each: &mut dyn FnMut(&str, &str) -> Flow,
) -> Flow {
    walk(value, &mut String::new(), skip, each)
}

/// Whether a walk goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// Enough.
    Stop,
}

fn walk(
    value: &Value,
    path: &mut String,
    skip: &dyn Fn(&Value) -> bool,
    each: &mut dyn FnMut(&str, &str) -> Flow,
) -> Flow {
    let length = path.len();
    match value {
        Value::Null => return Flow::Continue,
        Value::String(text) => return each(path, text),
        Value::Object(map) => {
            for (name, item) in map.iter().filter(|(_, item)| !skip(item)) {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
                let flow = walk(item, path, skip, each);
                path.truncate(length);
                if flow == Flow::Stop {
                    return flow;
                }
            }
        }
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate().filter(|(_, item)| !skip(item)) {
                path.push_str(&format!("[{index}]"));
                let flow = walk(item, path, skip, each);
                path.truncate(length);
                if flow == Flow::Stop {
                    return flow;
                }
            }
        }
        scalar => return each(path, &scalar.to_string()),
    }
    Flow::Continue
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_reads_names_with_dots_and_brackets() {
        let tree = json!({"cd[value]": "3", "ep.link_text": "Book", "a": {"b": [{"c": 7}]}});
        assert_eq!(get(&tree, "cd[value]").unwrap(), "3");
        assert_eq!(get(&tree, "ep.link_text").unwrap(), "Book");
        assert_eq!(get(&tree, "a.b[0].c").unwrap(), 7);
        assert_eq!(get(&tree, "a.b[1].c"), None);
        assert_eq!(get(&tree, "a.b.c"), None);
    }

    #[test]
    fn leaves_come_in_order_with_their_paths() {
        let tree = json!({"a": [1, {"b": "x"}], "n": null, "c": true});
        let mut seen = Vec::new();
        leaves(&tree, &|_| false, &mut |path, text| {
            seen.push(format!("{path}={text}"));
            Flow::Continue
        });
        assert_eq!(seen, ["a[0]=1", "a[1].b=x", "c=true"]);
    }
}
