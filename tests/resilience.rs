//! Runs that lose their browser, their driver, their disk or themselves, with a real
//! browser: what was seen is kept, what was not is said, and nothing stays behind.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use pixelwarden::bundle;
use pixelwarden::lab::{Lab, LabOptions, Received, bad, hosts};
use pixelwarden::model::{Capture, ConsentState, Pass};
use tempfile::TempDir;

/// Marks every process that a run starts, through the environment that they inherit.
const MARK: &str = "PIXELWARDEN_TEST_RUN";
const PATIENCE: Duration = Duration::from_secs(90);

struct Run {
    lab: Lab,
    dir: TempDir,
    mark: String,
}

impl Run {
    async fn new(name: &str) -> Self {
        let lab = Lab::start(LabOptions::default()).await.unwrap();
        let mark = format!("{name}-{}", std::process::id());
        Self { lab, dir: TempDir::new().unwrap(), mark }
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    /// `pixelwarden capture` of the clinic, or of another address.
    fn start(&self, args: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pixelwarden"));
        command.current_dir(self.dir.path()).env(MARK, &self.mark).env("TMPDIR", self.dir.path());
        command.args(["capture", "--insecure", "--no-dns"]).args(args);
        for (host, to) in self.lab.resolve() {
            command.arg(format!("--resolve={host}:{to}"));
        }
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn clinic(&self) -> String {
        self.lab.url(hosts::CLINIC, "/")
    }

    fn finish(&self, child: Child) -> (Option<i32>, String) {
        let output = tokio::task::block_in_place(|| child.wait_with_output().unwrap());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    async fn wait_for(&self, what: &str, seen: impl Fn(&[Received]) -> bool) {
        assert!(self.lab.wait_for(PATIENCE, seen).await, "{what} never came");
    }

    /// Processes of the run: their ids and command lines.
    fn processes(&self) -> Vec<(i32, String)> {
        let mark = format!("{MARK}={}", self.mark);
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let place = entry.path();
            let environment = fs::read(place.join("environ")).unwrap_or_default();
            if String::from_utf8_lossy(&environment).contains(&mark) {
                let line = fs::read(place.join("cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).replace('\0', " ");
                let id = place.file_name().and_then(|name| name.to_str()?.parse().ok());
                found.extend(id.map(|id| (id, line)));
            }
        }
        found
    }

    /// The processes that show pages. They write over their environment, so that they are
    /// known by their parents only.
    fn renderers(&self) -> Vec<i32> {
        let mine: Vec<i32> = self.processes().into_iter().map(|(id, _)| id).collect();
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let id = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok());
            let Some(id) = id.filter(|_| is_renderer(&String::from_utf8_lossy(&line))) else {
                continue;
            };
            let parents = std::iter::successors(Some(id), |id| parent(*id));
            if parents.skip(1).any(|parent| mine.contains(&parent)) {
                found.push(id);
            }
        }
        found
    }

    /// Kills the processes whose command line fits.
    fn kill(&self, fits: impl Fn(&str) -> bool) {
        let hit = self.processes().into_iter().filter(|(_, line)| fits(line));
        self.kill_all(hit.map(|(id, _)| id).collect());
    }

    fn kill_all(&self, hit: Vec<i32>) {
        assert!(!hit.is_empty(), "{:#?}", self.processes());
        for id in hit {
            // A child goes with its parent.
            let _gone_already = kill(Pid::from_raw(id), Signal::SIGKILL);
        }
    }

    /// No process, no profile folder and no port is left.
    fn assert_clean(&self) {
        let folders = || {
            let entries = fs::read_dir(self.dir.path()).unwrap().flatten();
            let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
            names.filter(|name| name != "out" && name != "small").collect::<Vec<_>>()
        };
        let patience = Instant::now() + Duration::from_secs(20);
        while (!self.processes().is_empty() || !folders().is_empty()) && Instant::now() < patience {
            std::thread::yield_now();
        }
        // A port is held by a process: with none there is no port.
        assert_eq!(self.processes(), Vec::new());
        assert_eq!(folders(), Vec::<String>::new());
    }
}

/// The browser itself, none of the processes that it starts.
fn is_browser(line: &str) -> bool {
    line.contains("--remote-debugging-port") && !line.contains("--type=")
}

fn is_renderer(line: &str) -> bool {
    line.contains("--type=renderer")
}

/// The process that started this one.
fn parent(id: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, after) = stat.rsplit_once(')')?;
    after.split_whitespace().nth(1)?.parse().ok().filter(|parent| *parent > 1)
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
}

fn documents(rows: &[Received], path: &str) -> usize {
    rows.iter().filter(|row| row.host == hosts::CLINIC && row.path() == path).count()
}

/// Pages of the clinic that were asked for, the first one left out.
fn further_pages(rows: &[Received]) -> usize {
    let pages = rows.iter().filter(|row| row.host == hosts::CLINIC);
    pages
        .filter(|row| row.header("sec-fetch-dest") == Some("document") && row.path() != "/")
        .count()
}

/// How often each page loaded in each state.
fn loads(capture: &Capture) -> BTreeMap<(Pass, String), usize> {
    let mut loads = BTreeMap::new();
    for visit in capture.visits.iter().filter(|visit| visit.outcome.is_loaded()) {
        *loads.entry((visit.pass(), visit.page.clone())).or_default() += 1;
    }
    loads
}

fn pages_in(capture: &Capture, state: ConsentState) -> Vec<String> {
    let pass = Pass::from(state);
    let loads = loads(capture);
    loads.into_keys().filter(|(of, _)| *of == pass).map(|(_, page)| page).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_browser_is_started_again_and_the_choice_is_made_again() {
    let run = Run::new("browser").await;
    let states = ["--states", "before-choice,after-reject", "--max-pages", "5", "--jobs", "2"];
    let child = run.start(&[&[&*run.clinic(), "-o", "out"][..], &states].concat());
    run.wait_for("a further page", |rows| further_pages(rows) > 0).await;
    run.kill(is_browser);
    let (code, err) = run.finish(child);
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("was started again"), "{err}");
    let capture = bundle::open(run.out()).unwrap();
    assert_eq!(pages_in(&capture, ConsentState::BeforeChoice).len(), 5, "{err}");
    let rejected = pages_in(&capture, ConsentState::AfterReject);
    assert_eq!(rejected, pages_in(&capture, ConsentState::BeforeChoice), "{err}");
    for visit in capture.visits.iter().filter(|visit| visit.state == ConsentState::AfterReject) {
        assert!(visit.choice.as_ref().unwrap().verified, "{}: {:?}", visit.id, visit.choice);
    }
    run.assert_clean();
    run.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_driver_is_not_needed_any_more() {
    let run = Run::new("driver").await;
    let url = run.clinic();
    let child = run.start(&[&url, "-o", "out", "--states", "before-choice", "--max-pages", "3"]);
    run.wait_for("the first page", |rows| documents(rows, "/") > 0).await;
    run.kill(|line| line.contains("chromedriver"));
    let (code, err) = run.finish(child);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(loads(&bundle::open(run.out()).unwrap()).len(), 3);
    run.assert_clean();
    run.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_process_crashes_is_loaded_again() {
    let run = Run::new("renderer").await;
    let url = run.lab.url(hosts::BAD, bad::NEVER_IDLE);
    let child = run.start(&[&url, "-o", "out", "--states", "before-choice", "--max-pages", "1"]);
    run.wait_for("a busy page", |rows| rows.iter().any(|row| row.path() == "/poll")).await;
    run.kill_all(run.renderers());
    let (code, err) = run.finish(child);
    assert_eq!(code, Some(0), "{err}");
    let capture = bundle::open(run.out()).unwrap();
    assert_eq!(capture.visits.len(), 1);
    assert!(capture.visits[0].outcome.is_loaded());
    let earlier = &capture.visits[0].earlier_attempts;
    assert!(earlier.len() == 1 && earlier[0].contains("crashed"), "{earlier:?}");
    run.assert_clean();
    run.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_is_gone_on_with_and_repeats_no_visit() {
    let run = Run::new("resume").await;
    let url = run.clinic();
    let options = ["--states", "before-choice,after-reject", "--max-pages", "6", "--jobs", "2"];
    let child = run.start(&[&[&*url, "-o", "out"][..], &options].concat());
    run.wait_for("some further pages", |rows| further_pages(rows) > 4).await;
    signal(&child, Signal::SIGKILL);
    let (code, _) = run.finish(child);
    assert_eq!(code, None, "it was killed");
    run.assert_clean();

    let killed = bundle::open(run.out()).unwrap();
    assert!(killed.manifest.run.gaps.iter().any(|gap| gap.contains("killed")), "{killed:?}");
    assert_eq!(killed.manifest.targets, std::slice::from_ref(&url));
    let finished = loads(&killed);
    assert!(!finished.is_empty() && finished.len() < 12, "{finished:?}");

    let other = ["--resume", "out", "--states", "before-choice,after-reject", "--max-pages", "7"];
    let (code, err) = run.finish(run.start(&other));
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("max-pages was 6, and is now 7"), "{err}");

    let (code, err) = run.finish(run.start(&[&["--resume", "out"][..], &options].concat()));
    assert_eq!(code, Some(3), "the ledger of the killed part is lost: {err}");
    assert!(err.contains("No ledger was kept"), "{err}");
    let capture = bundle::open(run.out()).unwrap();
    assert!(capture.manifest.run.resumed && !run.out().join("plan.json").exists());
    let mut before = 0;
    for ((pass, page), times) in loads(&capture) {
        // The choice needs its first page twice, and again in the new profile.
        let first = pass.state == ConsentState::AfterReject && page == url;
        assert!(times == 1 || first && times <= 4, "{pass} {page}: {times} times");
        before += usize::from(pass.state == ConsentState::BeforeChoice);
    }
    assert_eq!(before, 6);
    assert_eq!(pages_in(&capture, ConsentState::AfterReject).len(), 6);
    for visit in &killed.visits {
        assert!(capture.visits.iter().any(|kept| kept.id == visit.id && kept.page == visit.page));
    }
    let (code, err) = run.finish(run.start(&[&["--resume", "out"][..], &options].concat()));
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("is finished"), "{err}");
    run.assert_clean();
    run.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_polite_signal_keeps_what_was_captured() {
    for polite in [Signal::SIGTERM, Signal::SIGHUP] {
        let run = Run::new(polite.as_str()).await;
        let url = run.lab.url(hosts::BAD, bad::NEVER_ANSWERS);
        let child = run.start(&[&url, "-o", "out", "--max-pages", "1"]);
        let asked = |rows: &[Received]| rows.iter().any(|row| row.path() == bad::NEVER_ANSWERS);
        run.wait_for("the page", asked).await;
        signal(&child, polite);
        let (code, err) = run.finish(child);
        assert_eq!(code, Some(3), "{polite}: {err}");
        assert!(bundle::open(run.out()).unwrap().manifest.run.interrupted);
        run.assert_clean();
        run.lab.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_ctrl_c_ends_at_once_and_leaves_nothing() {
    let run = Run::new("twice").await;
    let url = run.lab.url(hosts::BAD, bad::NEVER_ANSWERS);
    let child = run.start(&[&url, "-o", "out", "--max-pages", "1"]);
    let asked = |rows: &[Received]| rows.iter().any(|row| row.path() == bad::NEVER_ANSWERS);
    run.wait_for("the page", asked).await;
    // A browser that is stopped answers nobody: the run cannot end before the second one.
    for (id, _) in run.processes().iter().filter(|(_, line)| is_browser(line)) {
        kill(Pid::from_raw(*id), Signal::SIGSTOP).unwrap();
    }
    signal(&child, Signal::SIGINT);
    let mut child = child;
    let mut said = std::io::BufReader::new(child.stderr.take().unwrap());
    // Lines of progress may come before it.
    let mut lines = std::io::BufRead::lines(&mut said).map_while(Result::ok);
    assert!(lines.any(|line| line.contains("stopping")));
    signal(&child, Signal::SIGINT);
    let (code, err) = run.finish(child);
    assert_eq!(code, Some(130), "{err}");
    run.assert_clean();
    run.lab.stop().await;
}

/// A file system of 300 KB, where the test may mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(place: &Path) -> Option<Self> {
        fs::create_dir(place).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=300k", "pixelwarden-test"]).arg(place);
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then(|| Self(place.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_the_run_and_is_named() {
    let run = Run::new("disk").await;
    let place = run.dir.path().join("small");
    // Only root may mount; the crawl's own test fills a sink for everyone else.
    let Some(_disk) = SmallDisk::mount(&place) else { return };
    let out = place.join("out");
    let child = run.start(&[&run.clinic(), "-o", out.to_str().unwrap()]);
    let (code, err) = run.finish(child);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("cannot write") && err.contains(out.to_str().unwrap()), "{err}");
    assert!(err.contains("No space left"), "{err}");
    run.assert_clean();
    run.lab.stop().await;
}
