//! A made-up capture in which every section of the page has something to show, and an empty
//! one: what a user's own templates are tried out on before a long run begins.

use anyhow::Result;

use super::judge::judge;
use crate::audit::Policy;
use crate::model::{
    BrowserInfo, Capture, Choice, ChoiceOutcome, ChoicePath, Cmp, ConsentReading, ConsentState,
    Coverage, Decision, JourneyPart, JourneyPlan, Manifest, MissingRequest, Outcome, Phase,
    ReadingSource, Request, RequestId, ResourceKind, Screenshot, SkippedPage, StepFailure,
    StepTaken, TemplateSample, Via, Visit, VisitId,
};
use crate::report::{Format, Look, Report, render};
use crate::signature::Database;

const SITE: &str = "clinic.example";
const HOME: &str = "https://clinic.example/oncology/book-appointment";
/// One grey pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cch\0\0\0\x82\0\x81w\xcdr\xb6\0\0\0\0IEND\xaeB`\x82";

/// Fills the page in with what it will meet.
///
/// # Errors
/// When a template asks for what there is not, with its line.
pub(super) fn try_out(look: &Look, database: &Database) -> Result<()> {
    for capture in [sample(), Capture::default()] {
        let policy = Policy::on(jiff::civil::date(2026, 1, 1));
        judge(&capture, None, database, &policy, look, |report| {
            let pictures = |_: &str| Some(PNG.to_vec());
            let report = Report { screenshots: &pictures, ..*report };
            Ok(render(Format::Html, &report).map(drop)?)
        })?;
    }
    Ok(())
}

fn sample() -> Capture {
    let states = [ConsentState::BeforeChoice, ConsentState::AfterReject];
    let mut visits: Vec<Visit> = states.into_iter().map(visit).collect();
    visits[1].choice = Some(choice());
    visits.push(Visit {
        outcome: Outcome::Failed { message: "connection reset".to_owned() },
        journey: Some(JourneyPart { name: "portal".to_owned(), steps: vec![step()] }),
        ..visit(ConsentState::BeforeChoice)
    });
    for (number, visit) in visits.iter_mut().enumerate() {
        visit.id = VisitId::numbered(number + 1);
    }
    let missing = MissingRequest { method: "POST".to_owned(), url: HOME.to_owned() };
    let mut manifest = manifest();
    manifest.states = visits[..2].iter().map(Visit::pass).collect();
    manifest.coverage = visits.iter().map(|v| (v.id.clone(), Coverage::default())).collect();
    let gap = Coverage { tap: 1, ledger: Some(2), missing: vec![missing] };
    manifest.coverage.insert(VisitId::numbered(1), gap);
    Capture::new(manifest, visits)
}

fn manifest() -> Manifest {
    let mut manifest = Manifest {
        targets: vec![HOME.to_owned()],
        browser: Some(BrowserInfo::default()),
        journeys: vec![JourneyPlan {
            name: "portal".to_owned(),
            site: SITE.to_owned(),
            states: vec![ConsentState::BeforeChoice.into()],
            steps: vec!["click “Log in”".to_owned(), "type a name".to_owned()],
        }],
        ..Manifest::default()
    };
    let run = &mut manifest.run;
    run.gaps = vec!["a gap".to_owned()];
    run.notes = vec!["a note".to_owned()];
    run.skipped = vec![SkippedPage { url: HOME.to_owned(), reason: "page budget".to_owned() }];
    run.skipped_totals = [("page budget".to_owned(), 9)].into();
    let pattern = "clinic.example/doctors/{name}".to_owned();
    run.templates = vec![TemplateSample { pattern, known: 9, visited: 3 }];
    manifest
}

fn visit(state: ConsentState) -> Visit {
    let phase = if state.needs_choice() { Phase::After } else { Phase::Before };
    let request = |number, url: &str, kind| Request {
        id: RequestId::numbered(number),
        url: url.to_owned(),
        method: "GET".to_owned(),
        kind,
        time_ms: 100.0 * number as f64,
        phase,
        ..Request::default()
    };
    let address = "https%3A%2F%2Fclinic.example%2Foncology%2Fbook-appointment";
    let pixel = format!("https://www.facebook.com/tr/?id=123456789012345&ev=PageView&dl={address}");
    let stranger = "https://px.stranger.example/p.gif?uid=8d2f6a1b9c3e4f5a&r=1";
    let screenshot = |shows: &str| Screenshot {
        file: format!("screenshots/{shows}.png"),
        shows: shows.to_owned(),
    };
    let mut visit = Visit {
        site: SITE.to_owned(),
        page: HOME.to_owned(),
        final_url: HOME.to_owned(),
        title: "Book an oncology appointment".to_owned(),
        state,
        requests: vec![
            request(1, HOME, ResourceKind::Document),
            request(2, &pixel, ResourceKind::Image),
            request(3, stranger, ResourceKind::Image),
        ],
        cmp: Some(Cmp {
            name: "Banner".to_owned(),
            banner_visible: true,
            banner_text: "We value your privacy".to_owned(),
            buttons: vec!["Accept".to_owned()],
            ..Cmp::default()
        }),
        ..Visit::default()
    };
    visit.collected.screenshots = ["page", "banner"].map(screenshot).into();
    visit
}

fn choice() -> Choice {
    let label = "Reject all".to_owned();
    let note = "a note".to_owned();
    Choice {
        outcome: ChoiceOutcome::Verified,
        via: Some(Via::Click),
        clicks: 1,
        verified: true,
        path: vec![ChoicePath { action: "click".to_owned(), label, by: String::new() }],
        sources: vec![ReadingSource::StoredRecord],
        disagreements: vec![note.clone()],
        readings: vec![ConsentReading {
            source: ReadingSource::StoredRecord,
            name: "consent".to_owned(),
            after: true,
            value: "no".to_owned(),
            purposes: [("ads".to_owned(), false)].into(),
        }],
        note,
        ..Choice::new(Decision::Reject)
    }
}

fn step() -> StepTaken {
    let failure = StepFailure {
        message: "there is no such button".to_owned(),
        url: HOME.to_owned(),
        title: "Portal".to_owned(),
        screenshot: Some("screenshots/step.png".to_owned()),
    };
    StepTaken {
        number: 1,
        step: "click “Log in”".to_owned(),
        notes: vec!["a dialog".to_owned()],
        failure: Some(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::html;

    #[test]
    fn a_mistake_in_any_template_is_found_before_a_run() {
        let database = Database::builtin().unwrap();
        try_out(&Look::default(), &database).unwrap();
        let tried = html::template_files().filter(|(name, _)| *name != "script");
        for (name, file) in tried {
            let text = std::fs::read_to_string(format!("reports/html/{file}")).unwrap();
            let mut look = Look::default();
            look.templates.insert(name.to_owned(), text + "{{no_such_thing}}");
            let error = try_out(&look, &database).unwrap_err();
            assert!(format!("{error:#}").contains("no_such_thing"), "{file}: {error:#}");
        }
    }
}
