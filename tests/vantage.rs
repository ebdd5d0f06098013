//! Where from and as whom, on the command line: stated in the reports, and no secret in
//! anything that is kept or shown.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

use pixelwarden::bundle;
use pixelwarden::lab::signals::{PASSWORD, USER};
use pixelwarden::lab::{Lab, LabOptions, hosts};
use tempfile::TempDir;

const KEY: &str = "k3y to staging";

/// Runs a scan of one page; its exit code and what it said on stderr.
async fn scan(dir: &TempDir, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pixelwarden"));
    command.current_dir(dir.path());
    command.env("STAGING_KEY", KEY).env("PIXELWARDEN_PASSWORD", PASSWORD);
    command.args(["scan", "--states", "before-choice", "--max-pages", "1", "-o", "out"]);
    command.args(["--timeout", "20"]).args(args);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opened_the_site_is_named_and_its_values_are_nowhere() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let dir = TempDir::new().unwrap();
    let page = lab.url(hosts::SIGNALS, "/basic/");
    let given = ["--header", "X-Key: env:STAGING_KEY", "--cookie", "staff=s3same-street"];
    let who = ["--auth", USER, "--vantage", "Frankfurt office", "--lang", "de-DE"];
    let device = ["--timezone", "Europe/Berlin", "--device", "mobile", &page];
    let args: Vec<&str> = given.into_iter().chain(who).chain(device).collect();
    let (_, said) = scan(&dir, &args).await;

    let key = |host: &str| {
        let log = lab.log();
        let rows = log.iter().filter(move |row| row.host == host);
        rows.map(|row| row.header("x-key").map(str::to_owned)).collect::<Vec<_>>()
    };
    let (own, other) = (key(hosts::SIGNALS), key(hosts::SIGNALS_OTHER));
    assert!(!own.is_empty() && own.iter().all(|value| value.as_deref() == Some(KEY)));
    assert!(!other.is_empty() && other.iter().all(Option::is_none));
    let out = dir.path().join("out");
    let json = std::fs::read_to_string(out.join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let vantage = &report["run"]["vantage"];
    assert_eq!(vantage["headers"], serde_json::json!(["X-Key"]));
    assert_eq!(vantage["cookies"], serde_json::json!(["staff"]));
    assert_eq!(vantage["login"], USER);
    assert_eq!(vantage["label"], "Frankfurt office");
    assert_eq!(vantage["timezone"], "Europe/Berlin");
    assert_eq!(vantage["mobile"], true);
    let capture = bundle::open(&out).unwrap();
    assert!(capture.visits[0].outcome.is_loaded(), "{:?}", capture.visits[0].outcome);
    let html = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(html.contains("Headers given to the site") && said.contains("the headers X-Key"));
    let everything = format!("{capture:?}{json}{html}{said}");
    let basic = "amFuZTpvcGVuIHNlc2FtZSE";
    for secret in [KEY, PASSWORD, "s3same-street", basic, "open%20sesame"] {
        assert!(!everything.contains(secret), "`{secret}` was kept or shown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_work_says_what_to_do() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let dir = TempDir::new().unwrap();
    let page = lab.url(hosts::SIGNALS, "/");
    let nobody = format!("http://jane:s3cret@127.0.0.1:{}", lab.closed_port());
    let (code, said) = scan(&dir, &["--proxy", &nobody, &page]).await;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("hint: check the address of --proxy"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");

    let dir = TempDir::new().unwrap();
    let (code, said) = scan(&dir, &["--header", "X-Key: env:NO_SUCH_KEY", &page]).await;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("`NO_SUCH_KEY` is not set"), "{said}");

    // The site has no TLS, and its name alone is taken for https.
    let dir = TempDir::new().unwrap();
    let (code, said) = scan(&dir, &[page.trim_start_matches("http://")]).await;
    assert_eq!(code, 3, "{said}");
    assert!(said.contains(&format!("http://{} may be meant", hosts::SIGNALS)), "{said}");
    assert!(said.contains("starting the browser\n"), "a line for a log: {said}");
}
