//! What comes of input that is broken: an error with its place, and never half a report.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use crate::said;
use crate::stored::{bundle, tracked};

#[test]
fn a_template_of_ones_own_takes_its_place_or_is_told_with_its_line() {
    let dir = TempDir::new().unwrap();
    bundle(&dir.path().join("run"), tracked());
    let own = dir.path().join("own");
    fs::create_dir(&own).unwrap();
    let report = || said(dir.path(), &["report", "run", "--templates", "own", "-o", "r.html"]);
    fs::write(own.join("prose.hbs"), "<em>house style</em>").unwrap();
    assert_eq!(report().0, 0);
    assert!(fs::read_to_string(dir.path().join("r.html")).unwrap().contains("house style"));
    fs::remove_file(dir.path().join("r.html")).unwrap();

    fs::write(own.join("prose.hbs"), "<p>\n{{#if broken}}\n</p>\n").unwrap();
    let (code, _, err) = report();
    assert!(code == 2 && err.contains("prose") && err.contains("own cannot be used"), "{err}");
    fs::write(own.join("prose.hbs"), "{{no_such_thing}}").unwrap();
    let (code, _, err) = report();
    assert!(code == 2 && err.contains("prose") && err.contains("no_such_thing"), "{err}");
    // Told before a browser is started, not when the run has ended.
    let scan = ["scan", "http://127.0.0.1:9/", "-o", "out", "--templates", "own"];
    let (code, _, err) = said(dir.path(), &scan);
    assert!(code == 2 && err.contains("own cannot be used"), "{err}");
    assert!(!dir.path().join("out").exists(), "nothing was begun");
    fs::remove_file(own.join("prose.hbs")).unwrap();
    fs::write(own.join("findngs.hbs"), "").unwrap();
    let (code, _, err) = report();
    assert!(code == 2 && err.contains("did you mean `findings.hbs`"), "{err}");
    assert!(!dir.path().join("r.html").exists(), "no report is half written");
}

#[test]
fn a_logo_that_is_none_is_told() {
    let dir = TempDir::new().unwrap();
    bundle(&dir.path().join("run"), tracked());
    let config = "[report]\nbrand = \"Acme Privacy\"\nlogo = \"logo.svg\"\n";
    fs::write(dir.path().join("pixelwarden.toml"), config).unwrap();
    let report = || said(dir.path(), &["report", "run", "-o", "r.html"]);
    let (code, _, err) = report();
    assert!(code == 2 && err.contains("cannot read") && err.contains("logo.svg"), "{err}");
    fs::write(dir.path().join("logo.svg"), "<html>").unwrap();
    let (code, _, err) = report();
    assert!(code == 2 && err.contains("neither PNG, JPEG nor SVG"), "{err}");
    fs::write(dir.path().join("logo.svg"), "<svg/>").unwrap();
    assert_eq!(report().0, 0);
    let html = fs::read_to_string(dir.path().join("r.html")).unwrap();
    assert!(html.contains("Acme Privacy") && html.contains("data:image/svg+xml;base64,"));
}

#[test]
fn a_capture_that_was_changed_gives_no_report() {
    let dir = TempDir::new().unwrap();
    bundle(&dir.path().join("run"), tracked());
    let report = || said(dir.path(), &["report", "run", "--format", "sarif", "-o", "r.sarif"]);
    let manifest = dir.path().join("run/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let visits = dir.path().join("run/visits.jsonl.zst");
    let whole = fs::read(&visits).unwrap();
    for (file, bytes, said) in [
        (&visits, whole[..whole.len() - 9].to_vec(), "visits.jsonl.zst is damaged"),
        (&manifest, text.as_bytes()[..text.len() / 2].to_vec(), "manifest.json is damaged"),
        (&manifest, text.replacen("\"format\": 1", "\"format\": 9", 1).into_bytes(), "format 9"),
    ] {
        let before = fs::read(file).unwrap();
        fs::write(file, bytes).unwrap();
        let (code, _, err) = report();
        assert!(code == 2 && err.contains(said) && err.contains("hint:"), "{err}");
        assert!(!dir.path().join("r.sarif").exists());
        fs::write(file, before).unwrap();
    }
    fs::write(dir.path().join("run/policy.json"), "{\"today\": 1}").unwrap();
    let (code, _, err) = report();
    assert!(code == 2 && err.contains("policy.json cannot be used"), "{err}");
}

#[test]
fn a_report_is_there_whole_or_as_it_was() {
    let dir = TempDir::new().unwrap();
    bundle(&dir.path().join("run"), tracked());
    let (code, _, err) = said(dir.path(), &["report", "run", "-o", "nowhere/r.html"]);
    assert!(
        code == 2 && err.contains("cannot write nowhere/r.html") && err.contains("hint:"),
        "{err}"
    );
    let (code, _, err) = said(dir.path(), &["report", "run", "-o", "run"]);
    assert!(code == 2 && err.contains("it is a folder"), "{err}");
    // A device that is full: the error is told, and it stays a device.
    let (code, _, err) = said(dir.path(), &["report", "run", "-o", "/dev/full"]);
    assert!(code == 2 && err.contains("cannot write /dev/full"), "{err}");
    // What was there before stays when it cannot be replaced; root may write anywhere.
    let locked = dir.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::write(locked.join("r.html"), "before").unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    let (code, _, _) = said(dir.path(), &["report", "run", "-o", "locked/r.html"]);
    let left = fs::read_to_string(locked.join("r.html")).unwrap();
    assert!(code == 0 || left == "before");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
}
