//! What only a real browser shows of the command line: a report on paper, whether everyone
//! can read it on a screen, and a site that is started for the scan.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "cli/stored.rs"]
mod stored;

mod captures;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use captures::{Page, accepted, banner, before, gpc, meta, rejected, verified};
use pixelwarden::model::Decision;
use tempfile::TempDir;

/// The builds of the browser, the quickest first.
const BROWSERS: &[&str] =
    &["chromium-headless-shell", "chrome-headless-shell", "chromium", "google-chrome", "chrome"];
/// Searches the page, unfolds all of it, checks it, and leaves nothing but what came of it.
const CHECK: &str = "{
    const search = document.querySelector('#filter input[type=search]');
    const rows = [...document.querySelectorAll('.finding, main tbody tr')];
    const left = text => {
        search.value = text;
        search.dispatchEvent(new Event('input', { bubbles: true }));
        return rows.filter(one => !one.classList.contains('left-out')).length;
    };
    const found = { rows: rows.length, left: left('stranger.example'), again: left('') };
    document.querySelectorAll('details').forEach(one => { one.open = true; });
    const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    axe.run(document, { runOnly: { type: 'tag', values } }).then(result => {
        found.passed = result.passes.length;
        found.said = result.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200));
    }).catch(error => { found.said = [String(error)]; }).then(() => {
        document.body.textContent = 'FOUND' + JSON.stringify(found) + 'DNUOF';
    });
}";

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

/// A page in every state: a banner, choices, forms, personal and health data.
fn every_state() -> [Page; 4] {
    let path = "/oncology/book-appointment";
    let page = |page: Page| {
        page.titled("Book an oncology appointment")
            .asking(&["First name", "Date of birth"])
            .cmp(banner(false))
            .sends(&meta(
                "Schedule",
                path,
                "&ud[em]=8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92",
            ))
            .sends("https://px.stranger.example/p.gif?uid=8d2f6a1b9c3e4f5a")
    };
    let refused = rejected(path).chose(verified(Decision::Reject));
    let agreed = accepted(path).chose(verified(Decision::Accept));
    [page(before(path)), page(refused), page(agreed), page(gpc(path))]
}

#[test]
fn everyone_can_read_and_search_a_report() {
    let dir = TempDir::new().unwrap();
    stored::bundle(&dir.path().join("run"), every_state());
    let audit = ["audit", "run", "-o", "run"];
    assert_eq!(said(dir.path(), &audit).0, 1);
    let light = fs::read_to_string(dir.path().join("run/report.html")).unwrap();
    let dark = light.replace("@media screen and (prefers-color-scheme: dark)", "@media screen");
    assert_ne!(light, dark);
    let axe = "tests/accessibility/node_modules/axe-core/axe.min.js";
    let axe = fs::read_to_string(axe).expect("`make test` installs it");
    for (theme, html) in [("light", &light), ("dark", &dark)] {
        // The page's own policy lets no other script run.
        let end = format!("<script>{axe}</script><script>{CHECK}</script></body>");
        let open = html.replacen("http-equiv=\"Content-Security-Policy\"", "", 1);
        let file = dir.path().join(format!("{theme}.html"));
        fs::write(&file, open.replacen("</body>", &end, 1)).unwrap();
        for width in [1280, 390] {
            let found = dumped(&file, width);
            assert_eq!(found["said"], serde_json::json!([]), "{theme} at {width}");
            assert!(found["passed"].as_u64().unwrap() > 20, "the page was checked: {found}");
            let number = |name: &str| found[name].as_u64().unwrap();
            assert!((1..number("rows")).contains(&number("left")), "{found}");
            assert_eq!(number("again"), number("rows"));
        }
    }
}

/// What the check of a page leaves behind, in a window of that width.
fn dumped(page: &Path, width: u32) -> serde_json::Value {
    let flags = ["--headless", "--no-sandbox", "--virtual-time-budget=60000", "--dump-dom"];
    let address = format!("file://{}", page.display());
    let run = |name: &&str| {
        let size = format!("--window-size={width},900");
        std::process::Command::new(name).args(flags).args([size, address.clone()]).output().ok()
    };
    let dumped = BROWSERS.iter().find_map(run).expect("`make test` installs a browser");
    let text = String::from_utf8(dumped.stdout).unwrap();
    let found = text.rsplit_once("FOUND").and_then(|(_, rest)| rest.split_once("DNUOF"));
    let (found, _) = found.unwrap_or_else(|| panic!("no answer: {text:.300}"));
    let found = found.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&");
    serde_json::from_str(&found).unwrap()
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
    args.extend(["json=-", "--report", "pdf=report.pdf"]);
    let (code, out, err) = said(dir.path(), &args);
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["visits"][0]["title"], "Served");
    assert!(fs::read(dir.path().join("report.pdf")).unwrap().starts_with(b"%PDF-"));
    // Nobody holds the port any more.
    std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
}
