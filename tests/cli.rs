//! Exit codes and messages that need no browser, as a table.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/evidence.rs"]
mod evidence;
#[path = "cli/mail.rs"]
mod mail;
#[path = "cli/reports.rs"]
mod reports;
#[path = "cli/stored.rs"]
mod stored;

mod captures;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// Arguments, exit code, and what is said: on stdout for 0, on stderr else.
const CASES: &[(&[&str], i32, &[&str])] = &[
    (&["--version"], 0, &["pixelwarden", "\nsignatures 20"]),
    (&["completions", "bash"], 0, &["_pixelwarden()", "--fail-on"]),
    (&["completions", "zsh"], 0, &["#compdef pixelwarden"]),
    (&["manual"], 0, &[".TH pixelwarden", ".TH pixelwarden-scan", "fail\\-on"]),
    (&["scan", "http://127.0.0.1:9/", "--serve", "'npm"], 2, &["a quote is not closed"]),
    (&["scan", "http://127.0.0.1:9/", "--serve", "/nowhere/x"], 2, &["cannot start `/nowhere/x`"]),
    (
        &["scan", "http://127.0.0.1:9/", "--serve", "true"],
        2,
        &["the server ended before http://127.0.0.1:9/ answered", "hint:"],
    ),
    (
        &["scan", "a.example", "--wait-for", "http://127.0.0.1:9/", "--wait-timeout", "0"],
        2,
        &["http://127.0.0.1:9/ did not answer within 0 s", "caused by:"],
    ),
    (&["--help"], 0, &["Examples:", "Exit codes: 0 clean"]),
    (&["scan", "--help"], 0, &["--resolve", "CHROMEWEBDRIVER", "Examples:"]),
    (&[], 2, &["Usage"]),
    (&["scan"], 2, &["error: there is no site to scan", "hint: name one"]),
    (&["scan", "ftp://clinic.example"], 2, &["error:", "only http and https"]),
    (&["scan", "a.example", "--states", "after-lunch"], 2, &["not a consent state"]),
    (&["scan", "a.example", "--states", "unknown"], 2, &["cannot be scanned", "hint:"]),
    (&["scan", "a.example", "--resolve", "a.example"], 2, &["HOST:ADDR"]),
    (&["scan", "a.example", "--fail-on", "grave"], 2, &["not a severity"]),
    (&["scan", "a.example", "--max-pages", "0"], 2, &["1 or more"]),
    (&["scan", "a.example", "--report", "pdf2=x"], 2, &["not a report format"]),
    (&["scan", "a.example", "--report", "json=/nowhere/x.json"], 2, &["cannot write", "hint:"]),
    (
        &["scan", "a.example", "--report", "json=-", "--report", "html=-"],
        2,
        &["standard output takes one report", "hint:"],
    ),
    (
        &["scan", "a.example", "b.example", "--report", "json=out.json"],
        2,
        &["several sites cannot all go to out.json", "{site}"],
    ),
    (
        &["scan", "a.example", "b.example", "--har", "out.har"],
        2,
        &["HAR files of several sites cannot all go to out.har", "{site}"],
    ),
    (&["scan", "a.example", "--har", "/nowhere/x.har"], 2, &["cannot write", "hint:"]),
    (&["audit", "x", "--keep-values"], 2, &["--har"]),
    (&["scan", "a.example", "-o", "/proc/nope/x"], 2, &["error: cannot create /proc/nope"]),
    (
        &["scan", "a.example", "--chromedriver", "/nowhere/driver"],
        2,
        &["error:", "/nowhere/driver"],
    ),
    (&["audit", "/nowhere"], 2, &["error: cannot read /nowhere"]),
    (&["audit", "/proc/self/fd"], 2, &["is not a capture", "hint:"]),
    (&["signatures", "stats", "--format", "markdown"], 0, &["| vendors |", "| purposes |"]),
    (&["signatures", "schema"], 0, &["pixelwarden signature file", "session-replay"]),
    (&["signatures", "diff", "builtin", "builtin"], 0, &["nothing changed"]),
    (&["signatures", "unmatched", "/nowhere"], 2, &["error: cannot read /nowhere"]),
    (&["signatures", "test", "/nowhere.toml"], 2, &["cannot read /nowhere.toml"]),
    (&["signatures", "new", "A Me", "--from", "https://a.example/"], 2, &["is no id"]),
    (&["signatures", "new", "acme", "--from", "/nowhere"], 2, &["cannot read /nowhere"]),
    (&["decode"], 2, &["STRING"]),
    (&["decode", "1YNN"], 0, &["US Privacy string", "opted out of sale             no"]),
    (
        &["decode", "gcd=13r3p3q3u5l1"],
        0,
        &["ad_storage                    granted (update granted, default denied"],
    ),
    (&["decode", "1YNN", "--format", "json"], 0, &[r#"{"kind":"us-privacy","notice":"yes""#]),
    (&["decode", "CPXxRf!PXxRfAAfKABENB"], 1, &["error: not a TCF string: character 7: `!`"]),
    (&["decode", "gibberish"], 1, &["character 1: neither a consent string nor a record"]),
    (&["signatures", "import", "--format", "abp", "/nowhere"], 2, &["cannot read /nowhere"]),
    (&["audit", "x", "--list", "/dev/null"], 2, &["/dev/null: this is no imported list", "hint:"]),
    (&["explain"], 0, &["ep-preconsent"]),
    (&["explain", "ep-preconsent"], 0, &["What to do:", "Provisions"]),
    (
        &["explain", "ep-preconsend"],
        2,
        &["no audit `ep-preconsend`", "did you mean `ep-preconsent`"],
    ),
    (&["report", "--help"], 0, &["- sarif:", "- markdown:", "- csv-requests:", "- pdf:"]),
    (&["report", "/nowhere"], 2, &["cannot read /nowhere"]),
    (&["scan", "a.example", "--fail-on", "new:high"], 2, &["new, since when", "hint: name an"]),
    (&["scan", "a.example", "--baseline", "/nowhere.json"], 2, &["cannot read /nowhere.json"]),
    (&["scan", "a.example", "--preset", "hippa"], 2, &["not a preset: hipaa, gdpr"]),
    (&["diff", "/nowhere", "/nowhere"], 2, &["cannot read /nowhere"]),
    (&["demo", "-o", "/proc/nope/x"], 2, &["error: cannot create /proc/nope"]),
    (&["signatures", "show", "nobody"], 2, &["error:", "did you mean"]),
    (&["signatures", "show", "Facebook"], 0, &["Meta (Meta Platforms, Inc.), US, also Facebook"]),
    (&["signatures", "list", "ga4"], 0, &["Google Analytics 4"]),
];

fn pixelwarden(dir: &Path) -> Command {
    let mut command = Command::cargo_bin("pixelwarden").unwrap();
    command.current_dir(dir).env_remove("CHROMEWEBDRIVER").env("NO_COLOR", "1");
    command
}

fn said(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let output = pixelwarden(dir).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn every_case_ends_with_its_code_and_words() {
    for (args, code, words) in CASES {
        let dir = TempDir::new().unwrap();
        let (exit, out, err) = said(dir.path(), args);
        assert_eq!(exit, *code, "{args:?}\n{out}\n{err}");
        let text = if *code == 0 { &out } else { &err };
        for word in *words {
            assert!(text.contains(word), "{args:?}: no `{word}` in\n{text}");
        }
        if *code != 0 {
            assert!(out.is_empty(), "{args:?} wrote to stdout: {out}");
        }
    }
}

#[test]
fn init_writes_a_file_once() {
    let dir = TempDir::new().unwrap();
    assert_eq!(said(dir.path(), &["init"]).0, 0);
    let (code, _, err) = said(dir.path(), &["init"]);
    assert_eq!(code, 2);
    assert!(err.contains("already") && err.contains("hint: --force"), "{err}");
    assert_eq!(said(dir.path(), &["init", "--force"]).0, 0);
    assert_eq!(said(dir.path(), &["init", "--ci", "github"]).0, 0);
    let pipeline = dir.path().join(".github/workflows/pixelwarden.yml");
    assert!(fs::read_to_string(pipeline).unwrap().contains("upload-sarif"));
    let (code, _, err) = said(dir.path(), &["init", "--ci", "github"]);
    assert!(code == 2 && err.contains("pixelwarden.yml already"), "{err}");
}

#[test]
fn a_wrong_key_is_named_with_its_line() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("pixelwarden.toml"), "max-pages = 3\nfial-on = \"high\"\n").unwrap();
    let (code, _, err) = said(dir.path(), &["scan", "a.example"]);
    assert_eq!(code, 2);
    assert!(err.contains("pixelwarden.toml:2: unknown key `fial-on`"), "{err}");
    assert!(err.contains("hint: did you mean `fail-on`?"), "{err}");
}

#[test]
fn a_har_file_without_findings_is_incomplete_and_never_clean() {
    let dir = TempDir::new().unwrap();
    let har = r#"{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[{"startedDateTime":"2026-11-24T09:00:00Z",
        "request":{"method":"GET","url":"https://clinic.example/?mail=jane.roe%40mail.example","headers":[{"name":"Cookie","value":"sid=s3cr3t-session"}]},
        "response":{"status":200,"content":{"mimeType":"text/html"}}}]}}"#;
    fs::write(dir.path().join("session.har"), har).unwrap();
    let (code, out, err) = said(dir.path(), &["audit", "session.har", "--report", "json=-"]);
    assert_eq!(code, 3, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["run"]["complete"], false);
    let reasons = report["run"]["reasons"].to_string();
    assert!(reasons.contains("its recorder left out"), "{reasons}");
    assert!(reasons.contains("which consent choice"), "{reasons}");

    let export = |file: &str, more: &[&str]| {
        let (_, _, err) =
            said(dir.path(), &[&["audit", "session.har", "--har", file], more].concat());
        assert!(err.contains(file), "{err}");
        fs::read_to_string(dir.path().join(file)).unwrap()
    };
    let masked = export("masked.har", &[]);
    assert!(!masked.contains("jane.roe") && !masked.contains("s3cr3t"), "{masked}");
    let raw = export("raw.har", &["--keep-values"]);
    assert!(raw.contains("jane.roe%40mail.example") && raw.contains("s3cr3t-session"), "{raw}");

    fs::write(dir.path().join("cut.har"), &har[..har.len() - 30]).unwrap();
    let (code, _, err) = said(dir.path(), &["audit", "cut.har"]);
    assert_eq!(code, 2);
    assert!(err.contains("log.entries[0].response") && err.contains("line 3"), "{err}");
}

#[test]
fn a_driver_that_does_not_fit_is_told() {
    let dir = TempDir::new().unwrap();
    let driver = dir.path().join("chromedriver");
    fs::write(&driver, "#!/bin/sh\necho 'ChromeDriver 90.0.1.2 (x)'\n").unwrap();
    fs::set_permissions(&driver, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = pixelwarden(dir.path());
    command.env("CHROMEWEBDRIVER", dir.path()).args(["scan", "a.example", "-o", "out"]);
    let output = command.timeout(std::time::Duration::from_secs(90)).output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{err}");
    let shown = err.lines().any(|line| line.starts_with("error:"));
    assert!(shown && err.contains("hint:"), "{err}");
}

#[test]
fn a_port_in_use_is_told() {
    let dir = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, _, err) = said(dir.path(), &["demo", "--http-port", &port]);
    assert_eq!(code, 2);
    assert!(err.contains("the port is in use") && err.contains("hint:"), "{err}");
}

/// In a pipe every line is answered, a bad one with where and why.
#[test]
fn consent_strings_are_decoded_line_by_line() {
    let input = "1YNN\n\nG1x0\nOptanonConsent=groups=C0001%3A1%2CC0002%3A0\n";
    let mut decode = Command::cargo_bin("pixelwarden").unwrap();
    let output = decode.args(["decode", "-", "--format", "json"]).write_stdin(input).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<serde_json::Value> =
        answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 3, "{answers:?}");
    assert_eq!(answers[0]["opted_out"], "no");
    assert_eq!(answers[1]["error"]["line"], 3);
    let message = answers[1]["error"]["message"].as_str().unwrap();
    assert!(message.contains("character 3"), "{message}");
    assert_eq!(answers[2]["purposes"]["C0002"], false);
    assert_eq!(answers[2]["platforms"][0], "OneTrust");
}
