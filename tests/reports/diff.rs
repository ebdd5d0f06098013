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
