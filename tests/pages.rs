//! Which pages a scan visits, with a real browser over the example site.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;

use pixelwarden::bundle;
use pixelwarden::lab::{Lab, LabOptions, hosts};
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
