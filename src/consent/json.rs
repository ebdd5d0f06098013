//! Looks into JSON that a platform stored: values at dotted paths, names with their
//! decisions, and marks that say that nothing was decided yet.

use std::borrow::Cow;

use serde_json::Value;

use super::purpose::MOST_PURPOSES;

/// The mark of a decision is there and empty: nothing was decided.
pub(super) fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
        _ => false,
    }
}

/// Names and values of an object, or of a list of objects with an `id`.
pub(super) fn entries(value: &Value) -> Option<Vec<(String, &Value)>> {
    let named = |entry: &Value| entry["id"].as_str().map(str::to_owned);
    match value {
        Value::Object(object) => {
            Some(object.iter().take(MOST_PURPOSES).map(|(n, v)| (n.clone(), v)).collect())
        }
        Value::Array(list) => {
            Some(list.iter().take(MOST_PURPOSES).filter_map(|v| Some((named(v)?, v))).collect())
        }
        _ => None,
    }
}

/// The value at a dotted path; text that holds JSON is opened on the way.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> Option<Cow<'a, Value>> {
    let mut here = Cow::Borrowed(value);
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let next = match here {
            Cow::Borrowed(value) => Cow::Borrowed(value.get(step)?),
            Cow::Owned(value) => Cow::Owned(value.get(step)?.clone()),
        };
        here = match next.as_str().filter(|text| text.starts_with(['[', '{'])) {
            Some(text) => Cow::Owned(serde_json::from_str(text).ok()?),
            None => next,
        };
    }
    Some(here)
}
