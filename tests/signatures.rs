//! The signature database: its own proof, and what its readers promise.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use pixelwarden::model::ResourceKind;
use pixelwarden::signature::{Database, Observation, Signature, Vendor, check};

#[test]
fn every_builtin_signature_proves_itself() {
    let db = Database::builtin().unwrap();
    let checked = check::check(db.files(), jiff::ZonedDateTime::now().date());
    let problems: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(checked.examples >= checked.signatures / 2);
}

#[test]
fn the_prebuilt_form_says_what_the_files_say() {
    let prebuilt = Database::builtin().unwrap();
    let written = Database::of(prebuilt.files().clone(), "").unwrap();
    assert_eq!(prebuilt.vendors().len(), written.vendors().len());
    for (prebuilt, written) in prebuilt.vendors().iter().zip(written.vendors()) {
        // Tables of parameters come in the order of a hash; `described_params` sorts them.
        let facts = |vendor: &Vendor| {
            let of = |s: &Signature| {
                let cookies = s.cookies.iter().map(|c| format!("{} {}", c.pattern(), c.lifetime));
                let requests = s.described_requests().chain(cookies);
                let lists = [&s.globals, &s.dom, &s.cname, &s.references, &s.categories];
                let keys: Vec<&str> = s.storage_keys().collect();
                let head = (&s.id, &s.product, &s.title, s.role, s.status, s.reviewed);
                let requests: Vec<String> = requests.collect();
                format!("{head:?} {lists:?} {keys:?} {requests:?} {}", s.described_decoding())
            };
            let Vendor { id, name, aliases, owner, country, homepage, privacy, gvl, hosts, .. } =
                vendor;
            let head = (id, name, aliases, owner, country, homepage, privacy, gvl, hosts);
            let signatures: Vec<String> = vendor.signatures.iter().map(of).collect();
            format!("{head:?}\n{}", signatures.join("\n"))
        };
        assert_eq!(facts(prebuilt), facts(written));
    }
    assert_eq!((prebuilt.version(), prebuilt.hash()), (written.version(), written.hash()));
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

const ACME: &str = r#"
[vendor]
name = "Acme"
owner = "Acme Ltd"
country = "FR"
homepage = "https://acme.example"
privacy = "https://acme.example/privacy"

[signature.other]
product = "Acme"
title = "Anything else of its hosts"
categories = ["analytics"]
role = "auxiliary"
status = "stable"
reviewed = 2026-01-02
references = ["https://acme.example/docs"]

[[signature.other.request]]
host = ["acme.example"]
examples = [{ url = "https://px.acme.example/style.css" }]
negative-examples = ["https://px.acme.example/p"]

[signature.pixel]
product = "Acme"
title = "Pixel"
categories = ["analytics"]
role = "hit"
status = "stable"
reviewed = 2026-01-02
references = ["https://acme.example/docs"]

[[signature.pixel.request]]
host = ["px.acme.example"]
path = '^/p$'
type = ["image", "beacon"]
examples = [{ url = "https://px.acme.example/p" }]
negative-examples = [{ url = "https://px.acme.example/p", type = "script" }]
"#;

fn acme() -> BTreeMap<String, String> {
    BTreeMap::from([("acme.toml".to_owned(), ACME.to_owned())])
}

fn recognised(db: &Database, url: &str, kind: Option<ResourceKind>) -> Vec<String> {
    let (method, body, content_encoding, content_type) = ("GET", &b""[..], "", "");
    let request = Observation::Request { url, method, body, content_encoding, content_type, kind };
    db.matches(&request).into_iter().map(|found| found.signature).collect()
}

#[test]
fn a_rule_of_hosts_alone_speaks_only_where_no_other_of_its_vendor_does() {
    let db = Database::of(acme(), "").unwrap();
    assert_eq!(recognised(&db, "https://px.acme.example/p", None), ["acme/pixel"]);
    assert_eq!(recognised(&db, "https://px.acme.example/other", None), ["acme/other"]);
    let checked = check::check(&acme(), "2026-02-01".parse().unwrap());
    assert_eq!(checked.problems, []);
}

#[test]
fn a_type_is_asked_where_the_browser_told_it() {
    let db = Database::of(acme(), "").unwrap();
    let of = |kind| recognised(&db, "https://px.acme.example/p", Some(kind));
    assert_eq!(of(ResourceKind::Image), ["acme/pixel"]);
    assert_eq!(of(ResourceKind::Script), ["acme/other"]);
}
