//! Holds the rooms of `src/` apart: an arrow that the table lacks is an error.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Room, and the rooms it may use. `*` may use everything.
const ROOMS: &[(&str, &str)] = &[
    ("model", ""),
    ("decode", "model"),
    ("signature", "model decode"),
    ("health", "model signature decode"),
    ("dom", "model"),
    ("consent", "model decode signature dom"),
    ("browser", "model dom"),
    ("net", "model"),
    ("crawl", "model signature decode health dom consent browser net"),
    ("detect", "model decode signature health"),
    ("audit", "model signature health detect"),
    ("report", "model signature health detect audit"),
    ("bundle", "model decode"),
    ("upkeep", "model decode signature health detect bundle"),
    ("lab", "model"),
    ("config", "*"),
    ("cli", "*"),
];

#[test]
fn every_arrow_between_rooms_is_in_the_table() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = BTreeSet::new();
    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).unwrap();
        let room = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if matches!(room, "lib" | "main") {
            continue;
        }
        let allowed = ROOMS.iter().find(|(name, _)| *name == room);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("room `{room}` is not in the table"));
        for used in rooms_used(&fs::read_to_string(&file).unwrap()) {
            let fits = used == room || *allowed == "*" || allowed.split(' ').any(|a| a == used);
            if !fits {
                wrong.insert(format!("{} uses crate::{used}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that the table does not have:\n{wrong:#?}");
}

/// The names after every `crate::`, also in `crate::{a, b}`.
fn rooms_used(source: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut used = BTreeSet::new();
    for part in source.split("crate::").skip(1) {
        match part.strip_prefix('{') {
            Some(list) => used.extend(list.split([',', '}', '{']).map(|p| name(p.trim()))),
            None => drop(used.insert(name(part))),
        }
    }
    used.retain(|room| ROOMS.iter().any(|(name, _)| name == room));
    used
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}
