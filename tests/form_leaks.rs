//! A form that tells on whoever fills it in, in a real browser: every way that its script
//! takes is found, nothing is sent off, no password is typed.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and tell its matrix"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pixelwarden::audit::{self, Policy, Severity};
use pixelwarden::crawl::{self, Options};
use pixelwarden::detect::{Detected, Leak, detect};
use pixelwarden::health::{CanaryField, Lexicon};
use pixelwarden::lab::{Lab, LabOptions, Received, forms, hosts};
use pixelwarden::model::{Capture, ConsentState, Phase};
use pixelwarden::signature::Database;

async fn crawled(fill_forms: bool) -> (Capture, Vec<Received>) {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let mut options = Options::new(vec![lab.url(hosts::FORMS, "/").parse().unwrap()]);
    options.states = vec![ConsentState::BeforeChoice.into()];
    options.fill_forms = fill_forms;
    let capture = crawl::to_memory(&options).await.unwrap();
    let log = lab.log();
    lab.stop().await;
    (capture, log)
}

fn detected(capture: &Capture) -> Detected {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/signatures");
    detect(capture, &Database::from_folder(&folder).unwrap(), &Lexicon::builtin().unwrap())
}

/// What each field of the form is given.
fn canary(field: &str) -> CanaryField {
    match field {
        "email" => CanaryField::Email,
        "phone" => CanaryField::Phone,
        "first_name" => CanaryField::FirstName,
        "last_name" => CanaryField::LastName,
        "dob" => CanaryField::BirthDate,
        "mrn" => CanaryField::RecordNumber,
        "zip" => CanaryField::Postcode,
        "town" => CanaryField::City,
        "birth_date" => CanaryField::BirthDate,
        "member" => CanaryField::MemberNumber,
        _ => CanaryField::Reason,
    }
}

/// The leaks by the case that their request names.
fn by_case<'a>(capture: &'a Capture, leaks: &'a [Leak]) -> BTreeMap<&'a str, Vec<&'a Leak>> {
    let mut cases: BTreeMap<&str, Vec<&Leak>> = BTreeMap::new();
    for leak in leaks {
        let visit = capture.visits.iter().find(|visit| visit.id == leak.visit).unwrap();
        let request = visit.requests.iter().find(|request| request.id == leak.request).unwrap();
        cases.entry(forms::case(&request.url).unwrap_or(&request.url)).or_default().push(leak);
    }
    cases
}

/// What a row of the log tells was chosen.
fn choice(row: &Received) -> Option<String> {
    let (_, chosen) = row.path_and_query.split_once("choice=")?;
    Some(percent_encoding::percent_decode_str(chosen).decode_utf8().unwrap().into_owned())
}

/// Prints what was found, as a table of fields by encodings, with the ways in the cells.
fn print_matrix(found: &BTreeSet<String>) {
    for field in forms::FIELDS {
        for encoding in forms::ENCODINGS {
            let ways = forms::WAYS.iter();
            let ways: Vec<&str> = ways
                .filter(|way| found.contains(&format!("{field}.{encoding}.{way}")))
                .copied()
                .collect();
            println!("{field:<10} {encoding:<11} {}/{}", ways.len(), forms::WAYS.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_telling_on_a_form_is_found_and_nothing_is_sent_off() {
    let (capture, log) = crawled(true).await;
    let detected = detected(&capture);
    let cases = by_case(&capture, &detected.leaks);
    let found: BTreeSet<String> = cases
        .iter()
        .filter(|(case, leaks)| {
            let field = canary(case.split('.').next().unwrap_or_default());
            leaks.iter().any(|leak| leak.field == field)
        })
        .map(|(case, _)| (*case).to_owned())
        .collect();
    print_matrix(&found);
    // What arrived is the matrix: a page on a busy machine may be left before it has told all.
    let told = forms::told(&log);
    let missed: Vec<&String> =
        told.iter().filter(|case| *case != "results" && !found.contains(*case)).collect();
    assert_eq!(missed, Vec::<&String>::new(), "told by the page and not found");
    let fields = forms::FIELDS.iter().chain(forms::MORE_FIELDS);
    for part in fields.chain(forms::ENCODINGS).chain(forms::WAYS) {
        let shown = |case: &&String| case.split('.').any(|told| told == *part);
        let typed = capture.visits[0].collected.typed.iter().flatten();
        let typed: Vec<&str> = typed.map(|typed| typed.field.name.as_str()).collect();
        assert!(told.iter().any(|case| shown(&case)), "{part} was not told at all, of {typed:?}");
    }

    let sent: Vec<&Received> = log.iter().filter(|row| row.path() == "/sent").collect();
    assert!(sent.is_empty(), "the form was sent off");
    let front = &capture.visits[0];
    let typed: Vec<&str> =
        front.collected.typed.iter().flatten().map(|typed| typed.field.name.as_str()).collect();
    let mut chosen: Vec<String> = log.iter().filter_map(choice).collect();
    chosen.sort();
    let mut wanted = forms::CHOICES.to_vec();
    wanted.sort_unstable();
    assert_eq!(chosen, wanted);
    let fields = forms::FIELDS.len() + forms::MORE_FIELDS.len() + forms::CHOICES.len();
    assert_eq!(typed.len(), fields + 1, "{typed:?}");
    assert!(typed.contains(&"q") && !typed.contains(&"secret") && !typed.contains(&"card"));
    assert!(!typed.contains(&"trap"), "what nobody sees stays empty");

    // The search was run, as a page of its own, and its words were told on.
    let results = cases["results"].iter().find(|leak| leak.field == CanaryField::Search).unwrap();
    assert!(results.typed.is_none());
    let mail = cases["email.sha256.body"][0];
    assert!(mail.after_ms.unwrap() < 60_000.0 && mail.phase == Phase::Before);

    let findings = audit::run(&capture, &detected, &Policy::on("2026-11-24".parse().unwrap()));
    let leaks: Vec<_> = findings.iter().filter(|f| f.audit == "form-leak").collect();
    let to_sink = |text: &str| text.contains("e-mail address") && text.contains(hosts::SINK);
    let of_mail = leaks.iter().find(|f| to_sink(f.message.as_str())).unwrap();
    assert_eq!(of_mail.severity, Severity::High);
    let details = &of_mail.evidence[0].details;
    assert!(
        details
            .iter()
            .any(|(name, value)| name == "typed into" && value.as_str().contains("email"))
    );
    let script = of_mail.evidence.iter().filter_map(|evidence| evidence.initiator.as_ref());
    assert!(script.into_iter().any(|script| script.as_str().ends_with("/leak.js")));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_being_asked_nothing_is_typed() {
    let (capture, log) = crawled(false).await;
    assert!(capture.visits.iter().all(|visit| visit.collected.typed.is_none()));
    assert_eq!(forms::told(&log), ["results"], "a search form is a link like others");
    assert_eq!(detected(&capture).leaks, []);
}
