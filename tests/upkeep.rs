//! A maintainer's tools: from a third party that nobody knows to a file that passes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod captures;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use captures::{before, capture};
use pixelwarden::health::Lexicon;
use pixelwarden::model::ResourceKind;
use pixelwarden::signature::{Database, check};
use pixelwarden::upkeep::{self, Sample};

const HIT: &str = "https://px.acme-metrics.example/v1/collect/8861?acct=GT-55Q1Z9&uid=9f2c41d8a7b6e5f0&u=https%3A%2F%2Fwww.northfield-clinic.example%2Fhiv&ev=view";

#[test]
fn unmatched_names_the_domain_and_what_a_signature_needs() {
    let page = before("/hiv")
        .sends(HIT)
        .sends("https://px.acme-metrics.example/v1/collect/8862?acct=GT-55Q1Z9&ev=view")
        .sends("https://www.facebook.com/tr/?id=1&ev=PageView")
        .loads("https://cdn.styles.example/a.css", ResourceKind::Stylesheet);
    let db = Database::builtin().unwrap();
    let rows = upkeep::unmatched(&capture(vec![page]), &db, &Lexicon::builtin().unwrap());
    let [row] = rows.as_slice() else { panic!("{rows:#?}") };
    assert_eq!((row.domain.as_str(), row.requests, row.pages), ("acme-metrics.example", 2, 1));
    assert_eq!(row.paths, [r"/v1/collect/\d+"]);
    assert_eq!(row.parameters, ["acct", "ev", "u", "uid"]);
    assert!(row.score >= 5, "{row:#?}");
    assert!(row.needs.iter().any(|need| need.contains("acct")), "{row:#?}");
    assert!(!row.example.to_string().contains("9f2c41d8a7b6e5f0"), "{}", row.example);
}

#[test]
fn a_draft_passes_once_it_is_completed_and_holds_no_visitors_value() {
    let sample = |url: &str| Sample { url: url.to_owned(), method: "GET".to_owned() };
    let samples = [sample(HIT), sample("https://other.example/x")];
    let today = "2026-11-24".parse().unwrap();
    let text = upkeep::draft("acme-metrics.example", &samples, today).unwrap();
    for value in ["8861", "GT-55Q1Z9", "9f2c41d8a7b6e5f0", "northfield", "hiv", "other.example"] {
        assert!(!text.contains(value), "{value} in\n{text}");
    }
    let done = text.replace("owner = \"\"", "owner = \"Acme\"");
    let files = BTreeMap::from([("acme.toml".to_owned(), done.clone())]);
    let problems = check::check(&files, today).problems;
    assert_eq!(problems, [], "{done}");
    let db = Database::of(files, "").unwrap();
    assert_eq!(db.recognise(HIT, "GET", b"").len(), 1, "{done}");
    assert_eq!(upkeep::draft("nobody.example", &samples, today), None);
}

#[test]
fn diff_tells_which_facts_changed_and_which_detections() {
    let old = Database::builtin().unwrap();
    let files = old.files().iter().filter(|(name, _)| !name.ends_with("hotjar.toml"));
    let mut files: BTreeMap<String, String> =
        files.map(|(name, text)| (name.clone(), text.clone())).collect();
    let linkedin = files.iter_mut().find(|(name, _)| name.ends_with("linkedin.toml")).unwrap();
    *linkedin.1 = linkedin.1.replacen("country = \"US\"", "country = \"IE\"", 1);
    let new = Database::of(files, "").unwrap();
    let page = before("/").sends("https://content.hotjar.io/?site_id=123456&gzip=1");
    let capture = capture(vec![page]);
    let lexicon = Lexicon::builtin().unwrap();
    let diff = upkeep::diff(&old, &new, Some((&capture, &lexicon)));
    let change = |id: &str| diff.changes.iter().find(|change| change.id == id).unwrap();
    assert_eq!(change("hotjar/recording").what, "removed");
    assert_eq!(
        (change("linkedin").what, &*change("linkedin").facts),
        ("changed", &["country"][..])
    );
    let shift = diff.detections.iter().find(|s| s.signature == "hotjar/recording").unwrap();
    assert_eq!((shift.before, shift.after), (1, 0));
    assert!(upkeep::diff(&old, &old, Some((&capture, &lexicon))).is_empty());
}

#[test]
fn the_page_shows_every_vendor_and_escapes_what_a_file_says() {
    let db = Database::builtin().unwrap();
    let page = upkeep::docs(&db).unwrap();
    for vendor in db.vendors() {
        assert!(page.contains(&format!("<section id=\"{}\">", vendor.id)), "{}", vendor.id);
    }
    let hostile = db.files().iter().map(|(name, text)| {
        (name.clone(), text.replace("name = \"Meta\"", "name = \"<script>alert(1)</script>\""))
    });
    let page = upkeep::docs(&Database::of(hostile.collect(), "").unwrap()).unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert(1)"));
}

/// The schema that editors read stands beside the files; `UPDATE_DOCS=1` writes it anew.
#[test]
fn every_file_fits_the_schema_and_the_schema_is_up_to_date() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("signatures/vendor.schema.json");
    let schema = upkeep::schema();
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&place, &text).unwrap();
    }
    let stored = fs::read_to_string(&place).unwrap_or_default();
    assert!(stored == text, "run UPDATE_DOCS=1 cargo test --test upkeep");
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, text) in Database::builtin().unwrap().files() {
        let value: toml::Value = toml::from_str(text).unwrap();
        let value = serde_json::to_value(value).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
    let wrong = serde_json::json!({ "vendor": { "nome": "x" }, "signature": {} });
    assert!(!validator.is_valid(&wrong));
}
