//! What only a real browser shows of the command line: a report on paper, and a site that
//! is started for the scan.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "cli/stored.rs"]
mod stored;

mod captures;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

fn said(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("pixelwarden").unwrap();
    let output = command.current_dir(dir).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// The document without what tells one printing from the next: its dates and its id.
fn normalised(pdf: &[u8]) -> String {
    let text = String::from_utf8_lossy(pdf);
    let changing =
        |line: &&str| !["CreationDate", "ModDate", "/ID"].iter().any(|k| line.contains(k));
    text.lines().filter(changing).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_report_is_printed_tagged_with_bookmarks_and_alike() {
    let dir = TempDir::new().unwrap();
    stored::bundle(&dir.path().join("run"), stored::tracked());
    for file in ["a.pdf", "b.pdf"] {
        let (code, _, err) = said(dir.path(), &["report", "run", "--format", "pdf", "-o", file]);
        assert_eq!(code, 0, "{err}");
    }
    let read = |file: &str| fs::read(dir.path().join(file)).unwrap();
    let (first, second) = (read("a.pdf"), read("b.pdf"));
    assert!(first.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&first);
    for sign in ["/StructTreeRoot", "/Outlines", "/MarkInfo", "/Lang (en)"] {
        assert!(text.contains(sign), "no {sign}");
    }
    assert_eq!(normalised(&first), normalised(&second));
}

#[test]
fn the_site_under_test_is_started_and_ended() {
    let dir = TempDir::new().unwrap();
    let site = dir.path().join("the site");
    fs::create_dir(&site).unwrap();
    fs::write(site.join("index.html"), "<title>Served</title><p>Hello</p>").unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let address = format!("http://127.0.0.1:{port}/");
    let serve = format!("python3 -m http.server {port} --bind 127.0.0.1 --directory 'the site'");
    let flags = ["--states", "before-choice", "--stay", "0", "--no-dns", "-o", "out", "--report"];
    let mut args = vec!["scan", &address, "--serve", &serve];
    args.extend(flags);
    args.push("json=-");
    let (code, out, err) = said(dir.path(), &args);
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["visits"][0]["title"], "Served");
    // Nobody holds the port any more.
    std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
}
