//! Bundles as their readers meet them: whole, cut off, altered, foreign.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use pixelwarden::bundle::{self, Bundle, BundleError, FORMAT_VERSION};
use pixelwarden::model::{
    Body, Capture, ConsentState, Coverage, Manifest, Request, RequestId, Sink, Visit, VisitId,
};
use serde_json::{Value, json};
use tempfile::TempDir;

fn visit(number: usize, body: &[u8]) -> Visit {
    let request = Request {
        id: RequestId::numbered(1),
        url: "https://pixel.example/tr".into(),
        method: "POST".into(),
        body: Some(Body::new(body.to_vec())),
        ..Request::default()
    };
    Visit {
        id: VisitId::numbered(number),
        site: "clinic.example".into(),
        page: "https://clinic.example/".into(),
        state: ConsentState::BeforeChoice,
        requests: vec![request],
        ..Visit::default()
    }
}

/// A finished bundle of three visits, the last one written first, two bodies alike.
fn written() -> (TempDir, Capture) {
    let dir = TempDir::new().unwrap();
    let mut bundle = Bundle::create(dir.path().join("run")).unwrap();
    let visits = vec![visit(3, b"\x00\xffbinary"), visit(1, b"alike"), visit(2, b"alike")];
    for visit in &visits {
        bundle.visit(visit).unwrap();
    }
    assert_eq!(bundle.screenshot("v0001-page.png", b"png").unwrap(), "screenshots/v0001-page.png");
    let mut manifest =
        Manifest { format: FORMAT_VERSION, tool: "test".into(), ..Manifest::default() };
    let coverage = Coverage { tap: 1, ledger: Some(1), missing: Vec::new() };
    manifest.coverage.insert(VisitId::numbered(1), coverage);
    bundle.finish(&manifest).unwrap();
    (dir, Capture::new(manifest, visits))
}

fn run(dir: &TempDir) -> std::path::PathBuf {
    dir.path().join("run")
}

fn message(result: Result<Capture, BundleError>) -> String {
    result.unwrap_err().to_string()
}

fn edit_manifest(dir: &Path, edit: impl FnOnce(&mut Value)) {
    let place = dir.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&place).unwrap()).unwrap();
    edit(&mut manifest);
    fs::write(&place, manifest.to_string()).unwrap();
}

#[test]
fn what_was_written_is_read_back_with_its_bodies() {
    let (dir, capture) = written();
    let read = bundle::open(run(&dir)).unwrap();
    assert_eq!(read, capture);
    assert_eq!(read.visits[2].requests[0].body_bytes(), b"\x00\xffbinary");
    assert_eq!(read.visits[0].coverage.ledger, Some(1));
    assert_eq!(fs::read_dir(run(&dir).join("bodies")).unwrap().count(), 2);
    assert_eq!(bundle::screenshot(run(&dir), "screenshots/v0001-page.png").unwrap(), b"png");
    bundle::screenshot(run(&dir), "../run/screenshots/v0001-page.png").unwrap_err();
}

#[test]
fn an_outline_tells_how_visits_went_and_holds_nothing_that_they_sent() {
    let (dir, capture) = written();
    let outline = bundle::outline(run(&dir)).unwrap();
    assert_eq!(outline.manifest, capture.manifest);
    assert!(outline.visits.iter().all(|visit| visit.requests.is_empty()));
    let how = |capture: &Capture| {
        let visits = capture.visits.iter();
        visits.map(|v| (v.id.clone(), v.outcome.clone(), v.coverage.clone())).collect::<Vec<_>>()
    };
    assert_eq!(how(&outline), how(&capture));
}

#[test]
fn only_the_owner_can_look_inside() {
    let (dir, _) = written();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&run(&dir)), 0o700);
    assert_eq!(mode(&run(&dir).join("bodies")), 0o700);
    assert_eq!(mode(&run(&dir).join("visits.jsonl.zst")), 0o600);
    assert_eq!(mode(&run(&dir).join("manifest.json")), 0o600);
}

#[test]
fn a_folder_in_use_is_not_written_to_unless_asked() {
    let (dir, _) = written();
    let refused = Bundle::create(run(&dir)).unwrap_err();
    assert!(matches!(refused, BundleError::NotEmpty(_)), "{refused}");
    fs::write(run(&dir).join("notes.txt"), "mine").unwrap();
    let mut again = Bundle::replace(run(&dir)).unwrap();
    again.finish(&Manifest::default()).unwrap();
    assert_eq!(bundle::open(run(&dir)).unwrap().visits.len(), 0);
    assert_eq!(fs::read_to_string(run(&dir).join("notes.txt")).unwrap(), "mine");
}

#[test]
fn a_killed_run_keeps_its_whole_visits_and_says_so() {
    let (dir, _) = written();
    fs::remove_file(run(&dir).join("manifest.json")).unwrap();
    let read = bundle::open(run(&dir)).unwrap();
    assert_eq!(read.visits.len(), 3);
    assert_eq!(read.visits[0].coverage.ledger, None);
    assert!(read.manifest.run.gaps[0].contains("3 visits are whole"));

    let place = run(&dir).join("visits.jsonl.zst");
    let bytes = fs::read(&place).unwrap();
    fs::write(&place, &bytes[..bytes.len() - 5]).unwrap();
    let read = bundle::open(run(&dir)).unwrap();
    assert_eq!(read.visits.len(), 2);
    assert_eq!(read.manifest.run.gaps.len(), 2);
}

#[test]
fn every_change_is_noticed_and_its_place_named() {
    let files = ["visits.jsonl.zst", "screenshots/v0001-page.png", "bodies/"];
    for name in files {
        let (dir, _) = written();
        let mut place = run(&dir).join(name);
        if place.is_dir() {
            place = fs::read_dir(&place).unwrap().next().unwrap().unwrap().path();
        }
        let mut bytes = fs::read(&place).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(&place, bytes).unwrap();
        let said = message(bundle::open(run(&dir)));
        assert!(said.contains(place.to_str().unwrap()) && said.contains("SHA-256"), "{said}");
        fs::remove_file(&place).unwrap();
        let said = message(bundle::open(run(&dir)));
        assert!(said.contains(place.to_str().unwrap()) && said.contains("missing"), "{said}");
    }
}

#[test]
fn a_newer_format_is_told_from_a_damaged_one() {
    let (dir, _) = written();
    edit_manifest(&run(&dir), |manifest| {
        manifest["format"] = json!(2);
        manifest["new-field"] = json!(true);
    });
    let said = message(bundle::open(run(&dir)));
    assert!(said.contains("has format 2") && said.contains("up to format 1"), "{said}");
    edit_manifest(&run(&dir), |manifest| manifest["format"] = json!(1));
    let said = message(bundle::open(run(&dir)));
    assert!(said.contains("unknown field `new-field`"), "{said}");
}

#[test]
fn a_manifest_cannot_point_outside_its_bundle() {
    for foreign in ["../secret", "/etc/hostname", "bodies/../../secret", "notes.txt"] {
        let (dir, _) = written();
        edit_manifest(&run(&dir), |manifest| manifest["files"][foreign] = json!("00"));
        let said = message(bundle::open(run(&dir)));
        assert!(said.contains("foreign name"), "{foreign}: {said}");
    }
    let (dir, _) = written();
    let place = run(&dir).join("visits.jsonl.zst");
    let moved = dir.path().join("elsewhere");
    fs::rename(&place, &moved).unwrap();
    std::os::unix::fs::symlink(&moved, &place).unwrap();
    assert!(message(bundle::open(run(&dir))).contains("not an ordinary file"));
}

#[test]
fn a_manifest_that_is_a_pipe_is_not_waited_for() {
    let (dir, _) = written();
    let place = run(&dir).join("manifest.json");
    fs::remove_file(&place).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&place).status().unwrap().success());
    assert!(message(bundle::open(run(&dir))).contains("not an ordinary file"));
}

#[test]
fn what_is_no_bundle_is_said_to_be_none() {
    let dir = TempDir::new().unwrap();
    let error = bundle::open(dir.path()).unwrap_err();
    assert!(matches!(error, BundleError::NotABundle(_)), "{error}");
    assert!(message(bundle::open(dir.path().join("nowhere"))).contains("cannot read"));
    fs::write(dir.path().join("visits.jsonl.zst"), "no frame").unwrap();
    let read = bundle::open(dir.path()).unwrap();
    assert!(read.visits.is_empty() && read.manifest.run.gaps.len() == 2);
}

#[test]
fn a_small_file_cannot_unpack_to_a_large_one() {
    let dir = TempDir::new().unwrap();
    let zeros = std::io::repeat(b' ').take(600 << 20);
    let bomb = zstd::stream::encode_all(zeros, 1).unwrap();
    fs::write(dir.path().join("visits.jsonl.zst"), bomb).unwrap();
    let read = bundle::open(dir.path()).unwrap();
    assert!(read.visits.is_empty());
}
