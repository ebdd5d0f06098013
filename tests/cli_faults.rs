//! Sites that misbehave, with a real browser: the exit code is never 0, the report says
//! so, and no browser or driver is left behind.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use pixelwarden::bundle;
use pixelwarden::lab::{Lab, LabOptions, bad, hosts};
use tempfile::TempDir;

/// Marks every process that a run starts, through the environment that they inherit.
const MARK: &str = "PIXELWARDEN_TEST_RUN";

struct Run {
    dir: TempDir,
    mark: String,
}

impl Run {
    fn new(name: &str) -> Self {
        let dir = TempDir::new().unwrap();
        Self { mark: format!("{name}-{}", std::process::id()), dir }
    }

    fn start(&self, args: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_pixelwarden"))
            .current_dir(self.dir.path())
            .env(MARK, &self.mark)
            .args(["scan", "--states", "before-choice", "--max-pages", "1", "--timeout", "6"])
            .args(["-o", "out"])
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Exit code and what was said on stderr.
    fn finish(&self, child: Child) -> (i32, String) {
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = output.status.code().unwrap_or_else(|| panic!("killed: {err}"));
        (code, err)
    }

    /// Processes that the run started and that still live.
    fn left_behind(&self) -> Vec<String> {
        let mark = format!("{MARK}={}", self.mark);
        let mut left = Vec::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let place = entry.path();
            let environment = fs::read(place.join("environ")).unwrap_or_default();
            if String::from_utf8_lossy(&environment).contains(&mark) {
                let name = fs::read_to_string(place.join("comm")).unwrap_or_default();
                left.push(format!("{} {}", place.display(), name.trim()));
            }
        }
        left
    }

    fn assert_clean(&self) {
        // A killed process takes a moment to be gone from the table.
        let patience = Instant::now() + Duration::from_secs(5);
        while !self.left_behind().is_empty() && Instant::now() < patience {
            std::thread::yield_now();
        }
        assert_eq!(self.left_behind(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_misbehaves_never_looks_clean() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let resolve: Vec<String> =
        lab.resolve().iter().map(|(host, to)| format!("--resolve={host}:{to}")).collect();
    let refused = format!("http://localhost:{}/", lab.closed_port());
    let page = |path: &str| lab.url(hosts::BAD, path);
    let cases = [
        ("unknown host", "https://nowhere.invalid/".to_owned(), "there is no host"),
        ("refused", refused, "refused the connection"),
        ("certificate", lab.url(hosts::WRONG_CERTIFICATE, "/"), "certificate"),
        ("silence", page(bad::NEVER_ANSWERS), "did not answer within 6 s"),
        ("alert boxes", page(bad::ALERTS), "timed out"),
        ("redirect loop", page(bad::REDIRECT_LOOP), "redirects in a circle"),
        ("download", page(bad::DOWNLOAD), "download"),
        ("bot wall", page(bad::BOT_WALL), "blocked"),
        ("server error", page(bad::SERVER_ERROR), "HTTP 500"),
    ];
    for (name, url, words) in cases {
        let run = Run::new(name);
        let mut args = vec![url.as_str()];
        args.extend(resolve.iter().map(String::as_str));
        let child = run.start(&args);
        let (code, err) = tokio::task::block_in_place(|| run.finish(child));
        assert_eq!(code, 3, "{name}: {err}");
        let flat = err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("INCOMPLETE") && flat.contains(words), "{name}: {err}");
        let html = fs::read_to_string(run.dir.path().join("out/report.html")).unwrap();
        assert!(html.to_lowercase().contains("incomplete"), "{name}: the report says so");
        let capture = bundle::open(run.dir.path().join("out")).unwrap();
        assert_eq!(capture.visits.len(), 1, "{name}");
        run.assert_clean();
    }
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_keeps_what_was_captured_and_leaves_nothing_running() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let run = Run::new("ctrl-c");
    let page = lab.url(hosts::BAD, bad::NEVER_ANSWERS);
    let child = run.start(&[&page]);
    // The browser has asked and gets no answer: the run is in the middle of a visit.
    let asked = lab.wait_for(Duration::from_secs(60), |rows| {
        rows.iter().any(|row| row.path() == bad::NEVER_ANSWERS)
    });
    assert!(asked.await, "it never asked");
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGINT).unwrap();
    let (code, err) = tokio::task::block_in_place(|| run.finish(child));
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("stopping: keeping what was captured"), "{err}");
    let capture = bundle::open(run.dir.path().join("out")).unwrap();
    assert!(capture.manifest.run.interrupted);
    assert_eq!(capture.visits.len(), 1);
    run.assert_clean();
    lab.stop().await;
}
