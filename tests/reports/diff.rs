//! What changed between two runs, as a reader of a comparison meets it.

use pixelwarden::report::diff::{
    ChangeKind, DIFF_FORMATS, Diff, DiffFormat, Direction, diff, render,
};
use pixelwarden::report::json::{self, v1::Document};

use crate::clinic::Clinic;
use crate::page::Page;

fn document(clinic: &Clinic) -> Document {
    clinic.with_report(json::document)
}

fn compared(old: &Clinic, new: &Clinic) -> Diff {
    diff(&document(old), &document(new))
}

fn text(format: DiffFormat, diff: &Diff) -> String {
    String::from_utf8(render(format, diff).unwrap()).unwrap()
}

#[test]
fn a_run_does_not_differ_from_itself() {
    let same = compared(&Clinic::incomplete(), &Clinic::incomplete());
    assert_eq!(same.changes, []);
    assert!(!same.is_worse());
    assert!(text(DiffFormat::Text, &same).contains("Nothing changed."));
}

#[test]
fn what_came_is_worse_and_what_went_is_better() {
    let (clean, tracked) = (Clinic::clean(), Clinic::incomplete());
    let worse = compared(&clean, &tracked);
    assert!(worse.is_worse());
    let has = |diff: &Diff, kind, direction, subject: &str| {
        let mut changes = diff.changes.iter();
        changes.any(|c| c.kind == kind && c.direction == direction && c.subject.contains(subject))
    };
    assert!(has(&worse, ChangeKind::Vendor, Direction::Worse, "Meta Pixel"), "{worse:#?}");
    assert!(has(&worse, ChangeKind::Event, Direction::Worse, "Meta Pixel: PageView"));
    assert!(has(&worse, ChangeKind::Data, Direction::Worse, "Meta Pixel"));
    assert!(has(&worse, ChangeKind::Finding, Direction::Worse, "ep-after-reject"));
    let better = compared(&tracked, &clean);
    assert!(!better.is_worse() || better.changes.iter().all(|c| c.kind == ChangeKind::Consent));
    assert!(has(&better, ChangeKind::Vendor, Direction::Better, "Meta Pixel"));
}

#[test]
fn a_vendor_that_now_ignores_a_refusal_is_a_change_of_consent() {
    let new = Clinic::incomplete();
    let mut old = Clinic::incomplete();
    let refused: Vec<_> = old.capture.visits.iter().filter(|v| v.state.needs_choice()).collect();
    let refused: Vec<_> = refused
        .iter()
        .filter(|v| v.state.to_string() == "after-reject")
        .map(|v| v.id.clone())
        .collect();
    old.detected.detections.retain(|d| !(d.product == "Meta Pixel" && refused.contains(&d.visit)));
    let found = compared(&old, &new);
    let change = found.changes.iter().find(|c| c.subject == "Meta Pixel, after-reject").unwrap();
    assert_eq!((change.kind, change.direction), (ChangeKind::Consent, Direction::Worse));
}

#[test]
fn what_only_one_run_visited_is_neither_better_nor_worse() {
    let all = Clinic::incomplete();
    let mut few = Clinic::incomplete();
    let home = few.capture.visits[0].page.clone();
    few.capture.visits.retain(|visit| visit.page == home);
    let kept: Vec<_> = few.capture.visits.iter().map(|visit| visit.id.clone()).collect();
    few.detected.detections.retain(|detection| kept.contains(&detection.visit));
    few.findings.retain(|finding| {
        finding.evidence.is_empty() || finding.evidence.iter().any(|e| kept.contains(&e.visit))
    });
    assert!(few.findings.len() < all.findings.len());
    let found = compared(&all, &few);
    assert_eq!(found.changes, [], "nothing is better for not having been looked at");
    assert!(found.notes.iter().any(|note| note.contains("that only the older run visited")));
    assert!(found.notes.iter().any(|note| note.contains("where the newer one did not look")));
    let back = compared(&few, &all);
    assert!(!back.is_worse() && !back.changes.is_empty(), "{back:#?}");
    assert!(back.changes.iter().all(|change| change.direction == Direction::Neutral));
}

/// `UPDATE_SCHEMA=1 cargo test --test reports` writes it anew.
#[test]
fn the_published_schema_is_current_and_fits() {
    let path = "docs/diff.schema.json";
    let schema = pixelwarden::report::diff::schema().unwrap();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &schema).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == schema, "{path} is out of date");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for (old, new) in [(Clinic::clean(), Clinic::hostile()), (Clinic::empty(), Clinic::small())] {
        let found = text(DiffFormat::Json, &compared(&old, &new));
        let found = serde_json::from_str(&found).unwrap();
        let errors: Vec<String> = validator.iter_errors(&found).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"format": "diff-v1"})));
}

#[test]
fn every_form_is_text_whatever_was_captured() {
    let found = compared(&Clinic::clean(), &Clinic::hostile());
    for (name, format) in DIFF_FORMATS {
        let text = text(*format, &found);
        let live = matches!(format, DiffFormat::Markdown | DiffFormat::Html);
        assert!(!live || !text.contains("<script>alert"), "{name}");
        assert!(!text.contains('\u{1b}') && text.contains("worse"), "{name}");
    }
    let page = Page::read(&text(DiffFormat::Html, &found));
    assert_eq!(page.count("script, img, iframe, link"), 0);
    assert_eq!(page.count("h1"), 1);
    assert!(text(DiffFormat::Markdown, &found).len() <= 65_536);
}
