//! What readers of a report notice: that it renders, what it says first, that
//! nothing captured can act in it, and that it stays small.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "reports/clinic.rs"]
mod clinic;

use clinic::Clinic;
use pixelwarden::report::{Format, json, render, terminal};

fn html(clinic: &Clinic) -> String {
    let bytes = clinic.with_report(|report| render(Format::Html, report)).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn json_of(clinic: &Clinic) -> String {
    let bytes = clinic.with_report(|report| render(Format::Json, report)).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn summary(clinic: &Clinic) -> String {
    clinic.with_report(|report| terminal::summary(report, terminal::Style::plain()))
}

/// With `PIXELWARDEN_WRITE_REPORTS=DIR` the pages are written there, to be looked at.
#[test]
fn pages_render_for_incomplete_clean_and_empty_runs() {
    let mut empty = Clinic::clean();
    empty.capture.visits.clear();
    let runs = [("incomplete", Clinic::incomplete()), ("clean", Clinic::clean()), ("empty", empty)];
    for (name, clinic) in runs {
        let page = html(&clinic);
        assert!(page.contains("<h1>"), "{name}");
        if let Some(dir) = std::env::var_os("PIXELWARDEN_WRITE_REPORTS") {
            let dir = std::path::PathBuf::from(dir);
            std::fs::write(dir.join(format!("{name}.html")), page).unwrap();
            std::fs::write(dir.join(format!("{name}.txt")), summary(&clinic)).unwrap();
            std::fs::write(dir.join(format!("{name}.json")), json_of(&clinic)).unwrap();
        }
    }
}
