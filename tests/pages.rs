//! Which pages a scan visits, with a real browser over the example site.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;

use pixelwarden::bundle;
use pixelwarden::lab::{Lab, LabOptions, hosts, walk};
use serde_json::Value;
use tempfile::TempDir;

/// What a run said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

/// Runs the tool in a folder; hosts that are not below `localhost` are on the lab.
fn run(lab: &Lab, dir: &Path, args: &[&str]) -> Said {
    let resolve: Vec<String> =
        lab.resolve().iter().map(|(host, to)| format!("--resolve={host}:{to}")).collect();
    let output = tokio::task::block_in_place(|| {
        Command::new(env!("CARGO_BIN_EXE_pixelwarden"))
            .current_dir(dir)
            .args(args)
            .args(resolve)
            .args(["--insecure", "--states", "before-choice"])
            .output()
            .unwrap()
    });
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap();
    Said { code, out: text(&output.stdout), err: text(&output.stderr) }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_sites_are_several_audits_and_one_that_fails_stops_no_other() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let dir = TempDir::new().unwrap();
    let [first, second] = [hosts::cmp::NOTICE, hosts::cmp::NONE].map(|host| lab.url(host, "/"));
    let down = format!("http://down.example:{}/", lab.closed_port());
    let nowhere = "--resolve=down.example:127.0.0.1";
    let args = ["scan", &first, &down, &second, nowhere, "--max-pages", "1", "-o", "out"];
    let said = run(&lab, dir.path(), &[&args[..], &["--report", "json=-"]].concat());
    for host in [hosts::cmp::NOTICE, hosts::cmp::NONE, "down.example"] {
        let folder = dir.path().join("out").join(host);
        let capture = bundle::open(&folder).unwrap();
        assert_eq!(capture.sites(), [host], "{}", said.err);
        assert!(folder.join("report.html").is_file() && folder.join("report.json").is_file());
        let row = said.err.lines().rev().find(|line| line.contains(host)).unwrap();
        assert!(row.contains("out/"), "the table names the folder: {row}");
    }
    let reports: Vec<Value> =
        said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let complete: Vec<bool> =
        reports.iter().map(|report| report["run"]["complete"].as_bool().unwrap()).collect();
    assert_eq!(complete, [true, false, true], "{}", said.err);
    let fails = reports.iter().flat_map(|report| report["findings"].as_array().unwrap());
    let fails = fails.filter(|finding| finding["severity"] == "high").count();
    assert_eq!(said.code, if fails > 0 { 1 } else { 3 }, "{}", said.err);
    lab.stop().await;
}

/// Paths with queries that the walk's host was asked for, in order.
fn asked(lab: &Lab) -> Vec<String> {
    let rows = lab.log().into_iter().filter(|row| row.host == hosts::WALK);
    rows.map(|row| row.path_and_query).collect()
}

fn count(asked: &[String], start: &str) -> usize {
    asked.iter().filter(|path| path.starts_with(start)).count()
}

fn report(dir: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(dir.join("out/report.json")).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_of_many_pages_are_visited_and_nothing_is_changed() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let dir = TempDir::new().unwrap();
    let named = lab.url(hosts::WALK, walk::DISALLOWED[2]);
    std::fs::write(dir.path().join("list.txt"), format!("# by hand\n{named}\n")).unwrap();
    let start = lab.url(hosts::WALK, "/");
    let args = ["scan", &start, "--scope", "host", "--max-pages", "60", "-o", "out"];
    let said = run(&lab, dir.path(), &[&args[..], &["--start-list", "list.txt"]].concat());
    let asked = asked(&lab);
    assert_eq!(said.code, 0, "{}", said.err);
    for path in walk::DEEDS.iter().chain(&walk::DISALLOWED[..2]) {
        assert_eq!(count(&asked, path), 0, "{path} was asked for");
    }
    assert_eq!(count(&asked, walk::DISALLOWED[2]), 1, "named by hand: {asked:?}");
    for path in walk::HIDDEN.iter().chain(&[walk::LISTED_ONLY, "/about", "/book-appointment"]) {
        assert_eq!(count(&asked, path), 1, "{path}: {asked:?}");
    }
    for template in ["/doctors/", "/product?", "/calendar?"] {
        assert_eq!(count(&asked, template), 3, "{template}: {asked:?}");
    }
    assert_eq!(count(&asked, "/conditions/hiv"), 1, "the delicate one comes first: {asked:?}");
    assert!(count(&asked, "/conditions/") <= 6, "{asked:?}");

    let run = &report(dir.path())["run"];
    let doctors = run["templates"].as_array().unwrap().iter();
    let doctors = doctors.filter(|t| t["pattern"].as_str().unwrap().ends_with("/doctors/{n}"));
    let doctors: Vec<_> = doctors.map(|t| (t["known"].as_u64(), t["visited"].as_u64())).collect();
    assert_eq!(doctors, [(Some(60), Some(3))]);
    assert_eq!(run["skipped_totals"]["robots.txt"], 2);
    assert_eq!(run["skipped_totals"]["changes something"], 4);
    assert!(said.err.contains("Left out"), "{}", said.err);
    let html = std::fs::read_to_string(dir.path().join("out/report.html")).unwrap();
    assert!(html.contains("/doctors/{n}"), "the report tells of the sample");

    let agents = |path: &str| {
        let row = lab.log().into_iter().find(|row| row.host == hosts::WALK && row.path() == path);
        row.unwrap().header("user-agent").unwrap().to_owned()
    };
    assert_eq!(agents("/robots.txt"), agents("/"), "robots.txt is asked for as the browser asks");
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robots_file_that_cannot_be_read_is_a_gap_and_owners_may_ignore_it() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let dir = TempDir::new().unwrap();
    let start = lab.url(hosts::WALK, "/");
    let only = ["--include", "down.walk.localhost:*"];
    let said = run(&lab, dir.path(), &[&["scan", &start, "-o", "out"][..], &only].concat());
    let flat = said.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(
        flat.contains("robots.txt could not be read, so 1 found page was not visited"),
        "{flat}"
    );
    assert!(flat.contains("INCOMPLETE"), "{flat}");

    lab.clear_log();
    let dir = TempDir::new().unwrap();
    let narrow = ["--include", "/private/*", "--ignore-robots", "--no-sitemaps"];
    let said = run(&lab, dir.path(), &[&["scan", &start, "-o", "out"][..], &narrow].concat());
    let asked = asked(&lab);
    assert_eq!(said.code, 0, "{}", said.err);
    let pages: Vec<&String> = asked.iter().filter(|path| *path != "/favicon.ico").collect();
    assert_eq!(pages, ["/", walk::DISALLOWED[0]], "no robots.txt, no sitemap, nothing else");
    lab.stop().await;
}
