//! Pages a minute: a bare browser that loads pages over CDP, and `pixelwarden capture`
//! on the same pages with the same waits and number of tabs. Run in turn, so that what
//! else the machine does harms both alike. Prints a table for `docs/performance.md`.
//!
//! `PIXELWARDEN_BENCH_PAGES`, `_JOBS` and `_ROUNDS` change the numbers; `_BROWSERS` is a
//! list of `headless-shell` and `chromium`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may panic and tells")]

mod bare;
mod usage;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pixelwarden::bundle;
use pixelwarden::lab::{Lab, LabOptions, hosts, weight};
use usage::Usage;

/// What one run gave.
struct Run {
    pages: usize,
    took: Duration,
    usage: Usage,
    /// Requests captured, and missed by the ledger's word; of a bare run none are known.
    requests: Option<(usize, usize)>,
}

#[tokio::main]
async fn main() {
    let pages = setting("PAGES").map_or(150, |n| n.parse().unwrap());
    let jobs = setting("JOBS").map_or(12, |n| n.parse().unwrap());
    let rounds: usize = setting("ROUNDS").map_or(2, |n| n.parse().unwrap());
    let browsers = setting("BROWSERS").unwrap_or_else(|| "headless-shell,chromium".to_owned());
    let cores = std::thread::available_parallelism().unwrap();
    println!("{cores} cores, {jobs} tabs, {rounds} rounds; {}", load());
    println!(
        "\n| browser | run | pages | pages/min | browser CPU s/page | tool CPU s/page | tool peak RSS | requests | missed |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for browser in browsers.split(',') {
        // The full browser is several times slower: fewer pages give the same answer.
        let pages = if browser == "chromium" { pages / 3 } else { pages };
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let lab = Lab::start(LabOptions::default()).await.unwrap();
            let (ours, arguments) = captured(&lab, browser, pages, jobs).await;
            row(browser, "pixelwarden", &ours);
            lab.clear_log();
            let bare = bare(&lab, browser, &arguments, pages, jobs).await;
            row(browser, "bare CDP", &bare);
            ratios.push(per_minute(&ours) / per_minute(&bare));
            lab.stop().await;
        }
        ratios.sort_by(f64::total_cmp);
        let told: Vec<String> = ratios.iter().map(|r| format!("{:.0} %", r * 100.0)).collect();
        println!("| {browser} | pixelwarden ÷ bare | | {} | | | | | |", told.join(", "));
    }
    println!("\n{}", load());
}

fn setting(name: &str) -> Option<String> {
    std::env::var(format!("PIXELWARDEN_BENCH_{name}")).ok()
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!("load average {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "))
}

fn per_minute(run: &Run) -> f64 {
    run.pages as f64 * 60.0 / run.took.as_secs_f64()
}

fn row(browser: &str, name: &str, run: &Run) {
    let pages = run.pages as f64;
    let of_tool = |text: String| if run.requests.is_some() { text } else { "–".to_owned() };
    let (requests, missed) = match run.requests {
        Some((requests, missed)) => (requests.to_string(), missed.to_string()),
        None => ("–".to_owned(), "–".to_owned()),
    };
    println!(
        "| {browser} | {name} | {} | {:.0} | {:.2} | {} | {} | {requests} | {missed} |",
        run.pages,
        per_minute(run),
        run.usage.browser_s / pages,
        of_tool(format!(
            "{:.3} ({:.0} %)",
            run.usage.tool_s / pages,
            run.usage.tool_s / run.usage.browser_s * 100.0
        )),
        of_tool(format!("{:.0} MB", run.usage.tool_peak_mb)),
    );
}

/// `pixelwarden capture` on the site; also the arguments that it gave the browser.
async fn captured(lab: &Lab, browser: &str, pages: usize, jobs: usize) -> (Run, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("capture");
    let clock = Instant::now();
    // All by name: of pages in one form a crawl would take a sample.
    let mut child = Command::new(env!("CARGO_BIN_EXE_pixelwarden"))
        .arg("capture")
        .args(addresses(lab, pages))
        .args(["--states", "before-choice", "--quiet", "--browser", browser])
        .args(["--max-pages", &pages.to_string()])
        .args(["--jobs", &jobs.to_string(), "-o"])
        .arg(&out)
        .args(setting("ARGS").iter().flat_map(|args| args.split(' ')))
        .current_dir(dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let watch = usage::watch(child.id());
    let status = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    let took = clock.elapsed();
    let usage = watch.end();
    let capture = bundle::open(&out).unwrap();
    assert!(status.code().is_some_and(|code| code == 0 || code == 3), "{status}");
    for gap in &capture.manifest.run.gaps {
        println!("gap: {gap}");
    }
    let loaded = capture.visits.iter().filter(|visit| visit.outcome.is_loaded()).count();
    let requests = capture.visits.iter().map(|visit| visit.requests.len()).sum();
    let missed = capture.visits.iter().map(|visit| visit.coverage.missing.len()).sum();
    told_missing(&capture.visits);
    timings(&capture.visits);
    let arguments = capture.manifest.browser.map(|browser| browser.arguments).unwrap_or_default();
    (Run { pages: loaded, took, usage, requests: Some((requests, missed)) }, arguments)
}

fn addresses(lab: &Lab, pages: usize) -> Vec<String> {
    (0..pages).map(|page| lab.url(hosts::WEIGHT, &weight::path(page))).collect()
}

/// Which requests were missed, the first of each visit: a benchmark that misses some is a find.
fn told_missing(visits: &[pixelwarden::model::Visit]) {
    for visit in visits {
        if let Some(first) = visit.coverage.missing.first() {
            let (id, many) = (&visit.id, visit.coverage.missing.len());
            println!("missed in {id}: {many}, the first {} {}", first.method, first.url);
        }
    }
}

/// How long visits took, on demand.
fn timings(visits: &[pixelwarden::model::Visit]) {
    if setting("TIMINGS").is_some() {
        let mut ms: Vec<u64> = visits.iter().map(|visit| visit.duration_ms).collect();
        ms.sort_unstable();
        println!("visits of {visits} took {ms:?} ms", visits = visits.len());
    }
}

async fn bare(lab: &Lab, browser: &str, arguments: &[String], pages: usize, jobs: usize) -> Run {
    let profile = tempfile::tempdir().unwrap();
    let urls = addresses(lab, pages);
    let clock = Instant::now();
    let started = bare::start(browser, arguments, profile.path()).await;
    let watch = usage::watch(started.id());
    let loaded = bare::load_all(&started, urls, jobs).await;
    let usage = watch.sample();
    started.end().await;
    let took = clock.elapsed();
    Run { pages: loaded, took, usage, requests: None }
}

/// The browser's program on this machine.
fn program(browser: &str) -> &'static Path {
    Path::new(match browser {
        "headless-shell" => "chromium-headless-shell",
        _ => "chromium",
    })
}
