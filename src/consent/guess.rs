//! Reads a record of a form that nobody knows: every place in it that says yes or no.

use serde_json::Value;

use super::purpose::{
    LONGEST_NAME, LONGEST_VALUE, MOST_PURPOSES, Purposes, decision, is_necessary, plain,
};

/// What a record of an unknown form says: every place in it that says yes or no.
/// Names of purposes that are always on are left out.
pub(super) fn guess(value: &str) -> Purposes {
    let mut purposes = Purposes::new();
    if value.len() > LONGEST_VALUE {
        return purposes;
    }
    let text = plain(value);
    match serde_json::from_str::<Value>(&text) {
        Ok(json @ (Value::Object(_) | Value::Array(_))) => walk("", &json, 0, &mut purposes),
        _ => {
            if let Some(granted) = decision(&text) {
                purposes.insert("all".to_owned(), granted);
            } else {
                purposes.extend(loose_pairs(&text));
            }
        }
    }
    purposes.retain(|name, _| !is_bookkeeping(name));
    purposes
}

fn loose_pairs(text: &str) -> Vec<(String, bool)> {
    let pairs = text.split([',', '|', '&', ';', '!']).take(MOST_PURPOSES);
    let pairs = pairs.filter_map(|pair| pair.split_once([':', '=']));
    let pairs = pairs.filter_map(|(key, value)| Some((key.trim(), decision(value)?)));
    let named = pairs.filter(|(key, _)| key.starts_with(|c: char| c.is_alphabetic()));
    named.filter(|(key, _)| key.len() <= LONGEST_NAME).map(|(k, v)| (k.to_owned(), v)).collect()
}

fn walk(path: &str, value: &Value, depth: usize, purposes: &mut Purposes) {
    if depth > 6 || purposes.len() >= MOST_PURPOSES {
        return;
    }
    let inside = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    match value {
        Value::Object(object) => {
            for (name, value) in object.iter().take(MOST_PURPOSES) {
                if name.len() <= LONGEST_NAME {
                    walk(&inside(name), value, depth + 1, purposes);
                }
            }
        }
        Value::Array(list) => {
            let names = list.iter().filter_map(Value::as_str).filter(|n| n.len() <= LONGEST_NAME);
            purposes.extend(names.take(MOST_PURPOSES).map(|name| (inside(name), true)));
        }
        Value::Bool(flag) if !path.is_empty() => drop(purposes.insert(path.to_owned(), *flag)),
        Value::String(word) if !path.is_empty() => {
            // A number in a record is a version or a time as often as a decision.
            if let Some(granted) = decision(word).filter(|_| !word.starts_with(['0', '1'])) {
                purposes.insert(path.to_owned(), granted);
            }
        }
        _ => {}
    }
}

/// Purposes that no banner lets a visitor refuse, and fields that only say that a
/// choice was made.
pub(super) fn is_bookkeeping(name: &str) -> bool {
    let low = name.to_lowercase();
    let bookkeeping = [
        "anon",
        "gpc",
        "iabglobal",
        "gdprapplies",
        "interact",
        "dismiss",
        "shown",
        "seen",
        "closed",
        "answered",
        "confirmed",
        "submitted",
        "hasresponse",
        "completed",
        "saved",
        "expire",
        "version",
        "revision",
    ];
    is_necessary(name) || bookkeeping.iter().any(|word| low.contains(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn granted(value: &str) -> Vec<(String, bool)> {
        guess(value).into_iter().collect()
    }

    #[test]
    fn yes_and_no_are_found_in_records_of_many_forms() {
        for (value, wanted) in [
            ("accepted", vec![("all", true)]),
            ("%7B%22ads%22%3Afalse%2C%22necessary%22%3Atrue%7D", vec![("ads", false)]),
            ("ads:1|stats:0|essential:1", vec![("ads", true), ("stats", false)]),
            // {"choices":{"tracking":false}}
            ("eyJjaG9pY2VzIjp7InRyYWNraW5nIjpmYWxzZX19", vec![("choices.tracking", false)]),
            (r#"{"consent":{"non_essential":false}}"#, vec![("consent.non_essential", false)]),
        ] {
            let wanted: Vec<_> = wanted.into_iter().map(|(n, flag)| (n.to_owned(), flag)).collect();
            assert_eq!(granted(value), wanted, "{value}");
        }
    }

    #[test]
    fn bookkeeping_and_what_is_necessary_are_no_decisions() {
        let value = "isAnonUser=1&isGpcEnabled=1&C0001=1&hasInteracted=true&version=1&closed=1";
        assert_eq!(granted(value), Vec::new());
    }

    proptest! {
        #[test]
        fn no_value_panics(value in r#"[ -~é%\[\]{}":,]{0,80}"#, depth in 0usize..200) {
            guess(&value);
            guess(&format!("{}{value}{}", "[".repeat(depth), "]".repeat(depth)));
            guess(&format!("{}true{}", r#"{"a":"#.repeat(depth), "}".repeat(depth)));
        }
    }
}
