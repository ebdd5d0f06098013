//! The signature database: its own proof, and what its readers promise.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use pixelwarden::signature::{Database, check};

#[test]
fn every_builtin_signature_proves_itself() {
    let db = Database::builtin().unwrap();
    let checked = check::check(db.files(), jiff::ZonedDateTime::now().date());
    let problems: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(checked.examples >= checked.signatures / 2);
}

fn meta() -> String {
    let db = Database::builtin().unwrap();
    let found = db.files().iter().find(|(name, _)| name.ends_with("meta.toml"));
    found.unwrap().1.clone()
}

#[test]
fn a_file_of_the_users_own_replaces_the_vendor() {
    let folder = tempfile::tempdir().unwrap();
    let own = meta().replace("name = \"Meta\"", "name = \"Meta of mine\"");
    std::fs::write(folder.path().join("meta.toml"), own).unwrap();
    let db = Database::with_overlay(folder.path()).unwrap();
    assert_eq!(db.vendor("meta").unwrap().name, "Meta of mine");
    assert!(db.version().ends_with("+own"));
    assert_ne!(db.hash(), Database::builtin().unwrap().hash());
}

#[test]
fn a_mistake_is_named_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("acme.toml"), "[vendor]\nnome = \"Acme\"\n").unwrap();
    let error = Database::with_overlay(folder.path()).unwrap_err().to_string();
    assert!(error.contains("acme.toml:2: unknown field `nome`"), "{error}");
}
