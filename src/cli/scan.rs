//! `scan`, `capture` and `audit`: the whole pipe, and its two halves.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::args::{AuditArgs, CrawlArgs, ReportArgs, ScanArgs};
use super::output::Output;
use super::progress::Bar;
use super::{Exit, Session, interrupt, settings};
use crate::audit::{self, Policy};
use crate::bundle::{self, Bundle};
use crate::crawl::{self, Options};
use crate::detect;
use crate::health::Lexicon;
use crate::model::{Capture, Manifest, host_of};
use crate::report::{Report, SignatureStamp, terminal};
use crate::signature::Database;

/// What came of an audit.
pub(super) struct Audited {
    pub(super) exit: Exit,
    /// The tool's own time: reading, detecting, auditing, writing.
    pub(super) took: Duration,
}

/// `pixelwarden scan`.
pub(super) fn scan(args: &ScanArgs, session: &mut Session<'_>) -> Result<Exit> {
    let database = settings::database(session.signatures())?;
    let options = crawl_options(&args.crawl, session, &database)?;
    let dir = folder(&args.crawl, session, &options);
    let bundle = Bundle::create(&dir)?;
    let output = Output::prepare(Some(&dir), &args.report.report)?;
    if !crawl_into(&options, bundle, session)? {
        return Ok(Exit::Killed);
    }
    let capture = bundle::open(&dir)?;
    let policy = policy(&args.report, session, today());
    let audited = audit_capture(&capture, Some(&dir), &database, &policy, &output, session)?;
    Ok(audited.exit)
}

/// `pixelwarden capture`.
pub(super) fn capture(args: &CrawlArgs, session: &mut Session<'_>) -> Result<Exit> {
    let database = settings::database(session.signatures())?;
    let options = crawl_options(args, session, &database)?;
    let dir = folder(args, session, &options);
    let bundle = Bundle::create(&dir)?;
    if !crawl_into(&options, bundle, session)? {
        return Ok(Exit::Killed);
    }
    let capture = bundle::open(&dir)?;
    let completeness = audit::completeness(&capture);
    for reason in &completeness.reasons {
        session.remark(&format!("incomplete: {reason}"))?;
    }
    let visits = capture.visits.len();
    session.remark(&format!("{visits} visits are in {}", dir.display()))?;
    Ok(if completeness.complete { Exit::Clean } else { Exit::Incomplete })
}

/// `pixelwarden audit`.
pub(super) fn audit(args: &AuditArgs, session: &mut Session<'_>) -> Result<Exit> {
    let database = settings::database(session.signatures())?;
    if let Some(folder) = &args.output {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let output = Output::prepare(args.output.as_deref(), &args.report.report)?;
    let (capture, dir) = if args.capture.is_file() {
        (bundle::har::read(&args.capture)?, None)
    } else {
        (bundle::open(&args.capture)?, Some(args.capture.as_path()))
    };
    // An old capture is judged by its own day, so that the same capture gives the same report.
    let day = args.as_of.or_else(|| capture.manifest.started.map(day_of)).unwrap_or_else(today);
    let policy = policy(&args.report, session, day);
    let audited = audit_capture(&capture, dir, &database, &policy, &output, session)?;
    if args.output.is_none() && args.report.report.is_empty() {
        session.remark("no report is written: -o DIR writes report.html and report.json")?;
    }
    Ok(audited.exit)
}

/// Runs a crawl into a bundle; `false` when it was stopped twice.
pub(super) fn crawl_into(
    options: &Options,
    mut bundle: Bundle,
    session: &mut Session<'_>,
) -> Result<bool> {
    let bar = Bar::new(session.quiet);
    let finished = interrupt::run(|stop| {
        let (bundle, bar) = (&mut bundle, &bar);
        async move { crawl::run(options, bundle, bar, &stop).await }
    });
    bar.clear();
    match finished? {
        Some(manifest) => {
            tell_of_sandbox(&manifest?, session)?;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// Root's Chromium does not start with its sandbox; whoever runs it so is told.
pub(super) fn tell_of_sandbox(manifest: &Manifest, session: &mut Session<'_>) -> Result<()> {
    let arguments = manifest.browser.iter().flat_map(|browser| &browser.arguments);
    if arguments.into_iter().any(|argument| argument == "--no-sandbox") {
        session.remark("as root, the browser ran without its sandbox")?;
    }
    Ok(())
}

/// From a capture to reports, summary and exit code.
pub(super) fn audit_capture(
    capture: &Capture,
    dir: Option<&Path>,
    database: &Database,
    policy: &Policy,
    output: &Output,
    session: &mut Session<'_>,
) -> Result<Audited> {
    let clock = Instant::now();
    let lexicon = Lexicon::builtin().context("the health lexicon cannot be used")?;
    let detected = detect::detect(capture, database, &lexicon);
    let findings = audit::run(capture, &detected, policy);
    let completeness = audit::completeness(capture);
    let pictures = |name: &str| bundle::screenshot(dir?, name).ok();
    let report = Report {
        capture,
        detected: &detected,
        findings: &findings,
        completeness: &completeness,
        signatures: SignatureStamp { version: database.version(), hash: database.hash() },
        screenshots: &pictures,
    };
    let files = output.write(&report, session.out)?;
    session.remark(&terminal::summary(&report, style()))?;
    for file in files {
        session.remark(&format!("report: {}", file.display()))?;
    }
    let exit = match (policy.fails(&findings), completeness.complete) {
        (true, _) => Exit::Findings,
        (false, false) => Exit::Incomplete,
        (false, true) => Exit::Clean,
    };
    Ok(Audited { exit, took: clock.elapsed() })
}

/// The date of a scan is the day it is made.
pub(super) fn today() -> Date {
    day_of(Timestamp::now())
}

fn day_of(time: Timestamp) -> Date {
    time.to_zoned_datetime(TimeZone::UTC).date()
}

fn policy(args: &ReportArgs, session: &Session<'_>, day: Date) -> Policy {
    let mut policy = Policy::on(day);
    policy.fail_on = args.fail_on.or(session.config.fail_on).unwrap_or(policy.fail_on);
    policy
}

fn crawl_options(args: &CrawlArgs, session: &Session<'_>, database: &Database) -> Result<Options> {
    let mut options = settings::options(args, &session.config)?;
    options.globals = database.globals().into_iter().map(str::to_owned).collect();
    Ok(options)
}

/// Where a run goes that was not told.
fn folder(args: &CrawlArgs, session: &Session<'_>, options: &Options) -> PathBuf {
    let told = args.output.as_ref().or(session.config.output.as_ref());
    told.cloned().unwrap_or_else(|| {
        let host = options.targets.first().map(|url| host_of(url.as_str())).unwrap_or_default();
        let host: String =
            host.chars().filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-')).collect();
        let time = Timestamp::now().strftime("%Y%m%d-%H%M%S");
        PathBuf::from(format!("pixelwarden-{host}-{time}"))
    })
}

fn style() -> terminal::Style {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let width = comfy_table::Table::new().width();
    terminal::Style::detect(std::io::stderr().is_terminal(), no_color, width)
}
