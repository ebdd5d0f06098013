//! Reports of a stored capture: written again alike, held against an earlier one.

use std::fs;

use pixelwarden::report::FORMATS;
use tempfile::TempDir;

use crate::captures::rejected;
use crate::said;
use crate::stored::{bundle, tracked};

#[test]
fn a_report_is_written_again_byte_for_byte() {
    let dir = TempDir::new().unwrap();
    bundle(&dir.path().join("run"), tracked());
    let config = dir.path().join("pixelwarden.toml");
    let text = "targets = [\"https://www.northfield-clinic.example\"]\n[[waiver]]\n\
        audit = \"ep-preconsent\"\nreason = \"relaunch\"\nowner = \"Web team\"\nexpires = 2027-01-01\n";
    fs::write(&config, text).unwrap();
    let reports: Vec<String> =
        FORMATS.iter().map(|format| format!("--report={format}={format}.first")).collect();
    let mut args = vec!["audit", "run", "-o", "run"];
    args.extend(reports.iter().map(String::as_str));
    let (code, _, err) = said(dir.path(), &args);
    assert_eq!(code, 1, "{err}");
    // What was decided then is stored; what is decided today is not asked.
    fs::remove_file(config).unwrap();
    for format in FORMATS {
        let name = format.to_string();
        let again = format!("{name}.again");
        let (code, _, err) = said(dir.path(), &["report", "run", "--format", &name, "-o", &again]);
        assert_eq!(code, 0, "{name}: {err}");
        let read = |file: String| fs::read(dir.path().join(file)).unwrap();
        assert!(read(format!("{name}.first")) == read(again), "{name} differs");
    }
    let page = fs::read_to_string(dir.path().join("html.again")).unwrap();
    assert!(page.contains("Accepted by Web team until 2027-01-01: relaunch"));
    let (_, out, _) = said(dir.path(), &["report", "run", "--format", "github"]);
    assert!(out.starts_with("::error file=pixelwarden.toml,line=1,"), "{out}");
}

#[test]
fn the_requests_are_a_report_too() {
    let dir = TempDir::new().unwrap();
    bundle(&dir.path().join("run"), tracked());
    let args = ["audit", "run", "--report", "har=a.har", "--har", "b.har"];
    assert_eq!(said(dir.path(), &args).0, 1);
    assert_eq!(said(dir.path(), &["report", "run", "--format", "har", "-o", "c.har"]).0, 0);
    let read = |file: &str| fs::read(dir.path().join(file)).unwrap();
    assert!(read("a.har") == read("b.har") && read("a.har") == read("c.har"));
}

#[test]
fn a_waiver_that_fits_nothing_is_told() {
    let dir = TempDir::new().unwrap();
    bundle(&dir.path().join("run"), tracked());
    let text = "[[waiver]]\naudit = \"ep-preconsent\"\nvendor = \"Google\"\nreason = \"x\"\n\
        owner = \"Ann\"\nexpires = 2027-01-01\n[[vendor]]\nname = \"LinkedIn\"\n";
    fs::write(dir.path().join("pixelwarden.toml"), text).unwrap();
    let (_, html, err) = said(dir.path(), &["audit", "run", "--report", "html=-"]);
    let flat = err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("The waiver of ep-preconsent for Google by Ann fits no finding."),
        "{err}"
    );
    assert!(html.contains("LinkedIn is declared and was not seen."));
}

#[test]
fn a_vendor_that_nobody_knows_is_told() {
    let dir = TempDir::new().unwrap();
    bundle(&dir.path().join("run"), tracked());
    let text = "[allowed]\nbefore-choice = [\"Metaa\", \"google\"]\n";
    fs::write(dir.path().join("pixelwarden.toml"), text).unwrap();
    let (_, _, err) = said(dir.path(), &["audit", "run"]);
    assert!(err.contains("no signature is of `Metaa`"), "{err}");
    assert!(err.contains("did you mean `Meta`?") && !err.contains("`google`"), "{err}");
}

#[test]
fn a_baseline_and_a_comparison_see_only_what_is_new() {
    let dir = TempDir::new().unwrap();
    let [first, second] = tracked();
    let refused = [first.clone(), rejected("/")];
    bundle(&dir.path().join("old"), refused.clone());
    bundle(&dir.path().join("same"), refused);
    bundle(&dir.path().join("new"), [first, second]);
    let code = |args: &[&str]| {
        let (code, out, err) = said(dir.path(), args);
        (code, format!("{out}{err}"))
    };
    assert_eq!(code(&["audit", "old", "--report", "json=old.json"]).0, 1);
    for baseline in ["old", "old.json"] {
        assert_eq!(code(&["audit", "same", "--baseline", baseline]).0, 0);
        let (new, text) = code(&["audit", "new", "--baseline", baseline]);
        assert_eq!(new, 1, "{text}");
        assert!(text.contains("Against the baseline:"), "{text}");
        assert!(text.contains(" new, ") && text.contains(" known."), "{text}");
    }
    assert_eq!(code(&["audit", "same", "--baseline", "old", "--fail-on", "all:high"]).0, 1);
    assert_eq!(code(&["diff", "old.json", "same"]).0, 0);
    let (worse, text) = code(&["diff", "old", "new"]);
    assert_eq!(worse, 1);
    assert!(text.contains("ep-after-reject"), "{text}");
    let (_, text) = code(&["diff", "old", "new", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["format"], "diff-v1");
    fs::write(dir.path().join("x.json"), "{\"format\":\"json-v2\"}").unwrap();
    let (wrong, text) = code(&["audit", "old", "--baseline", "x.json"]);
    assert!(wrong == 2 && text.contains("x.json is not a report"), "{text}");
}
