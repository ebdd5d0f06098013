//! Journeys through the example clinic's portal, with a real browser: what only a patient
//! who is logged in would see, what is told when a step fails, and that no secret stays.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pixelwarden::bundle;
use pixelwarden::lab::{Lab, LabOptions, PORTAL_PASSWORD, PORTAL_USER, hosts};
use pixelwarden::model::{Capture, ConsentState, StepTaken, Visit};
use serde_json::Value;
use tempfile::TempDir;

/// The example of the README, which is made for the example clinic.
fn readme() -> &'static str {
    let readme = include_str!("../README.md");
    let begin = readme.find("[[journey]]").unwrap();
    readme[begin..].split("```").next().unwrap()
}

/// Its steps.
fn login() -> &'static str {
    let begin = readme().find("steps = [").unwrap() + "steps = [".len();
    readme()[begin..].trim_end().strip_suffix(']').unwrap()
}

const BOOK: &str = r##"
    { click = { text = "Show my results" } },
    { expect = { text = "Hemoglobin A1c" } },
    { screenshot = "results" },
    { click = { text = "Open your letter" } },
    { goto = "/portal/home" },
    { click = { text = "Book an appointment" } },
    { select = { label = "Reason for visit", option = "Diabetes care" } },
    { type = { label = "First day that suits you", text = "2026-12-01" } },
    { type = { label = "Anything else?", text = "Numb feet" } },
    { scroll = "#book" },
    { click = { text = "Choose a time" } },
    { check = { label = "Tuesday, 9:30" } },
    { check = { label = "I agree to be called" } },
    { click = { text = "Confirm appointment" } },
    { expect = { text = "is booked" } },
    { click = { text = "Show as a card" } },
    { goto = "/portal/search" },
    { type = { label = "Search your records", text = "insulin" } },
    { press = "Enter" },
    { wait-for = { url = "q=insulin" } },
    { wait-for = { quiet = true } },
    { expect = { selector = ".error", absent = true } },"##;

/// A run on the clinic, with journeys and nothing but its first page.
struct Run {
    lab: Lab,
    dir: TempDir,
}

impl Run {
    async fn new(config: &str) -> Self {
        let lab = Lab::start(LabOptions::default()).await.unwrap();
        let dir = TempDir::new().unwrap();
        fs::write(dir.path().join("pixelwarden.toml"), config).unwrap();
        Self { lab, dir }
    }

    fn out(&self) -> std::path::PathBuf {
        self.dir.path().join("out")
    }

    fn scan(&self, args: &[&str]) -> Output {
        let resolve = self.lab.resolve();
        let resolve = resolve.iter().map(|(host, to)| format!("--resolve={host}:{to}"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_pixelwarden"));
        command
            .current_dir(self.dir.path())
            .arg("scan")
            .args(resolve)
            .args(["--insecure", "--max-pages", "1", "-o", "out"])
            .args(args)
            .arg(self.lab.url(hosts::CLINIC, "/"))
            .env("PORTAL_USER", PORTAL_USER)
            .env("PORTAL_PASSWORD", PORTAL_PASSWORD);
        tokio::task::block_in_place(|| command.output().unwrap())
    }

    fn capture(&self) -> Capture {
        bundle::open(self.out()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&fs::read(self.out().join("report.json")).unwrap()).unwrap()
    }
}

fn journey(steps: &[&str]) -> String {
    format!("[[journey]]\nname = \"portal\"\nsteps = [{}\n]\n", steps.concat())
}

fn told(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    err.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The pages of the journey in a state.
fn pages<'c>(capture: &'c Capture, state: &ConsentState) -> Vec<&'c Visit> {
    let visits = capture.visits.iter();
    visits.filter(|v| v.journey.is_some() && v.state == *state).collect()
}

fn paths(pages: &[&Visit]) -> Vec<String> {
    pages.iter().map(|v| v.final_url.split(".example").nth(1).unwrap().to_owned()).collect()
}

fn steps<'c>(pages: &[&'c Visit]) -> Vec<&'c StepTaken> {
    pages.iter().flat_map(|visit| &visit.journey.as_ref().unwrap().steps).collect()
}

fn findings(json: &Value, audit: &str) -> Vec<Value> {
    let findings = json["findings"].as_array().unwrap();
    findings.iter().filter(|finding| finding["audit"] == audit).cloned().collect()
}

/// Every file below a folder, zstd frames unpacked.
fn contents(dir: &Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let place = entry.unwrap().path();
        if place.is_dir() {
            contents(&place, all);
            continue;
        }
        let raw = fs::read(&place).unwrap();
        let name = place.display().to_string();
        if place.extension().is_some_and(|e| e == "zst") {
            all.push((format!("{name} unpacked"), zstd::stream::decode_all(&raw[..]).unwrap()));
        }
        all.push((name, raw));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journey_shows_in_three_states_what_only_a_patient_sees() {
    let run = Run::new(&journey(&[login(), BOOK])).await;
    let output = run.scan(&["--states", "before-choice,after-reject,after-accept"]);
    let capture = run.capture();
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let missing: Vec<_> = capture.visits.iter().flat_map(|v| &v.coverage.missing).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    assert_eq!(run.json()["run"]["complete"], true, "{}", told(&output));

    let states = [ConsentState::BeforeChoice, ConsentState::AfterReject, ConsentState::AfterAccept];
    for state in &states {
        let pages = pages(&capture, state);
        assert_eq!(
            paths(&pages),
            [
                "/portal",
                "/portal/home",
                "/portal/letter",
                "/portal/home",
                "/portal/appointments",
                "/portal/time",
                "/portal/booked",
                "/portal/search",
                "/portal/search?q=insulin"
            ],
            "{state}"
        );
        let numbers: Vec<usize> = steps(&pages).iter().map(|step| step.number).collect();
        assert_eq!(numbers, (1..=28).collect::<Vec<_>>(), "{state}");
        assert!(pages.iter().all(|v| v.outcome.is_loaded() && v.coverage.is_complete()), "{state}");
        assert_eq!(pages[6].title, "Your appointment is booked | Lakeside patient portal");
        let opened = steps(&pages).into_iter().find(|s| s.step.contains("letter")).unwrap();
        assert!(opened.notes[0].contains("new tab"), "{:?}", opened.notes);
        let card = steps(&pages).into_iter().find(|s| s.step.contains("card")).unwrap();
        assert!(card.notes[0].contains("window"), "{:?}", card.notes);
        assert!(pages[6].requests.iter().any(|r| r.url.ends_with("/portal/letter")), "{state}");
        // What the booking page told Meta belongs to the booking page.
        let told = pages[6].requests.iter().any(|r| r.url.contains("ev=Schedule"));
        assert!(told, "{state}");
        assert!(!pages[5].requests.iter().any(|r| r.url.contains("ev=Schedule")), "{state}");
    }
    let json = run.json();
    let portal = findings(&json, "phi-auth-tracker");
    assert!(portal.iter().any(|f| f["product"] == "Meta Pixel"), "{portal:#?}");
    assert!(findings(&json, "phi-appt-form").iter().any(|f| f["product"] == "Meta Pixel"));
    let journeys = json["run"]["journeys"].as_array().unwrap();
    assert_eq!(journeys.len(), 3);
    assert!(journeys.iter().all(|j| j["outcome"] == "completed" && j["name"] == "portal"));
    assert!(told(&output).contains("portal (after rejecting) all 28 steps, 9 pages"));
    run.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_journey_the_portal_is_not_seen_and_no_secret_stays_with_it() {
    let run = Run::new("").await;
    run.scan(&["--states", "before-choice"]);
    assert!(findings(&run.json(), "phi-auth-tracker").is_empty());
    fs::remove_dir_all(run.out()).unwrap();

    fs::write(run.dir.path().join("pixelwarden.toml"), readme()).unwrap();
    run.lab.clear_log();
    let output = run.scan(&["--states", "before-choice", "-vv"]);
    assert!(!findings(&run.json(), "phi-auth-tracker").is_empty(), "{}", told(&output));
    // The page did pass the password on, in three spellings.
    let rows = run.lab.log();
    let form = rows.iter().find(|row| row.path() == "/form").unwrap();
    let sent = String::from_utf8_lossy(&form.body);
    assert!(sent.contains(r#"Lake & Side/2026+\"42\""#), "{sent}");

    let mut files = Vec::new();
    contents(&run.out(), &mut files);
    files.push(("stderr".into(), output.stderr.clone()));
    assert!(files.len() > 8);
    let packed = ["TGFrZSAmIFNpZGUv", "YWtlICYgU2lkZS8y", "FrZSAmIFNpZGUvMj", "a2UgJiBTaWRlLzIw"];
    let spellings =
        ["Lake & Side", "Lake+%26+Side", "Lake%20%26%20Side", "%2526", "Lake &amp; Side"];
    for (name, bytes) in &files {
        for spelt in spellings.iter().chain(&packed) {
            let found = bytes.windows(spelt.len()).any(|window| window == spelt.as_bytes());
            assert!(!found, "{spelt} is in {name}");
        }
    }
    // The address of the user is one no more, and still one: its passing on is seen.
    let capture = run.capture();
    let form = capture.visits.iter().flat_map(|v| &v.requests).find(|r| r.url.contains("/form?"));
    let body = String::from_utf8_lossy(form.unwrap().body_bytes()).into_owned();
    assert!(body.contains("\"password\":\"[PORTAL_PASSWORD]\""), "{body}");
    assert!(body.contains("portal-user@secret.invalid"), "{body}");
    assert!(capture.manifest.options["secrets"].contains("digests"));
    run.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_names_itself_and_shows_the_page() {
    let wrong =
        "\n    { click = { text = \"Pay everything\" }, timeout = 2 },\n    { press = \"Enter\" },";
    let run = Run::new(&journey(&["\n    { goto = \"/portal\" },", wrong])).await;
    let output = run.scan(&["--states", "before-choice", "--fail-on", "high"]);
    let err = told(&output);
    assert!(err.contains("INCOMPLETE"), "{err}");
    let said =
        "The journey `portal` (before-choice) failed at step 2 of 3 (click \"Pay everything\")";
    assert!(err.contains(said), "{err}");
    let capture = run.capture();
    let pages = pages(&capture, &ConsentState::BeforeChoice);
    let steps = steps(&pages);
    assert_eq!(steps.len(), 2, "later steps are not taken");
    let failure = steps[1].failure.as_ref().unwrap();
    assert!(failure.message.contains("not on the page"), "{failure:?}");
    assert!(failure.message.contains("banner is open"), "{failure:?}");
    assert!(failure.url.ends_with("/portal"));
    assert!(failure.title.starts_with("Sign in to the patient portal"));
    let picture = bundle::screenshot(run.out(), failure.screenshot.as_deref().unwrap()).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    let json = run.json();
    assert_eq!(json["run"]["complete"], false);
    assert_eq!(json["run"]["journeys"][0]["outcome"], "failed");
    let html = fs::read_to_string(run.out().join("report.html")).unwrap();
    assert!(html.contains("Failed at step 2 of 3"), "the report tells");
    run.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_variable_ends_the_run_before_it_begins() {
    let run = Run::new(&journey(&[&login().replace("PORTAL_PASSWORD", "NOT_SET_ANYWHERE")])).await;
    let output = run.scan(&[]);
    let err = told(&output);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("journey `portal`, step 3"), "{err}");
    assert!(err.contains("`NOT_SET_ANYWHERE` is not set"), "{err}");
    assert!(!run.out().exists() && run.lab.log().is_empty(), "nothing was begun");
    run.lab.stop().await;
}
