//! Consent strings against the IAB's own libraries: what these encoded and read, our
//! readers say alike. Some vectors are kept; more are made where npm has the libraries.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;

use pixelwarden::consent::{Rules, recognise};
use serde_json::Value;

/// How many strings of each kind are made anew.
const MANY: &str = "150";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// The order of restrictions is the library's own.
fn in_order(mut says: Value) -> Value {
    fn sort(value: &mut Value) {
        match value {
            Value::Object(object) => {
                if let Some(Value::Array(list)) = object.get_mut("restrictions") {
                    list.sort_by_key(Value::to_string);
                }
                object.values_mut().for_each(sort);
            }
            Value::Array(list) => list.iter_mut().for_each(sort),
            _ => {}
        }
    }
    sort(&mut says);
    says
}

fn check(vectors: &str) -> usize {
    let rules = Rules::builtin().unwrap();
    let lines = vectors.lines();
    let checked = lines.map(|line| {
        let vector: Value = serde_json::from_str(line).unwrap();
        let text = vector["string"].as_str().unwrap();
        let read = recognise(&rules, text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let says = in_order(serde_json::to_value(read).unwrap());
        assert_eq!(says, in_order(vector["says"].clone()), "{text}");
        // Cut anywhere, it is an error with its place, or another string.
        for end in (0..text.len()).step_by(29) {
            if let Err(error) = recognise(&rules, &text[..end]) {
                assert!(error.to_string().contains("character "), "{}: {error}", &text[..end]);
            }
        }
    });
    checked.count()
}

#[test]
fn the_vectors_that_are_kept_are_read_as_their_makers_read_them() {
    let kept = std::fs::read_to_string(folder().join("vectors.jsonl")).unwrap();
    assert!(check(&kept) >= 30);
}

#[test]
fn strings_made_just_now_are_read_as_their_makers_read_them() {
    if !folder().join("node_modules").is_dir() {
        // `make test` installs the libraries; the vectors that are kept stand for them.
        return;
    }
    for seed in ["2", "3"] {
        let mut node = Command::new("node");
        let made = node.args(["make.mjs", MANY, seed]).current_dir(folder()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert_eq!(check(&String::from_utf8(made.stdout).unwrap()), 450);
    }
}
