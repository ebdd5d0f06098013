//! `scan`, `capture` and `audit`: the whole pipe, and its two halves.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::args::{AuditArgs, BrowserArgs, CrawlArgs, ScanArgs};
use super::judge::judge;
use super::output::{self, Output};
use super::progress::Watcher;
use super::serve::Server;
use super::sites::{self, Ended, Site};
use super::{Exit, Session, consent, input, interrupt, look, policy, settings};
use crate::audit::{self, Policy, Severity};
use crate::bundle::{self, Bundle};
use crate::crawl::{self, Done, Options};
use crate::model::{Capture, Manifest, Visit, host_of};
use crate::report::terminal;
use crate::signature::Database;

/// How it shows that nobody speaks TLS at an address.
const NO_TLS: &[&str] =
    &["ERR_CONNECTION_REFUSED", "ERR_SSL_PROTOCOL_ERROR", "ERR_CONNECTION_CLOSED"];

/// What came of an audit.
pub(super) struct Audited {
    pub(super) exit: Exit,
    /// Whether everything that was asked for was seen.
    pub(super) complete: bool,
    /// How many findings, by severity.
    pub(super) findings: BTreeMap<Severity, usize>,
    /// The tool's own time: reading, detecting, auditing, writing.
    pub(super) took: Duration,
}

/// `pixelwarden scan`.
pub(super) fn scan(args: &ScanArgs, session: &mut Session<'_>) -> Result<Exit> {
    let database = session.database()?;
    let crawls = settings::crawls(&args.crawl, &session.config, &database)?;
    consent::tell(&crawls, session)?;
    let several = crawls.len() > 1;
    output::check(&args.report.report, several)?;
    // A baseline that cannot be read is told before any work is done.
    let policy = args.policy.policy(today(), &database, session)?;
    policy::tell_strangers(&policy, &database, session)?;
    let look = look::read(args.report.templates.as_deref(), &session.config.report, &database)?;
    let mut outputs = BTreeMap::new();
    let sites = sites::prepare(crawls, &args.crawl, session)?;
    args.crawl.har.check(&names(&sites))?;
    for site in &sites {
        let more = output::of_site(&args.report.report, &sites::file_name(&site.host));
        let mut output = Output::prepare(Some(&site.dir), &more)?;
        output.in_lines = several;
        output.look.clone_from(&look);
        output.launch = settings::launch(&args.crawl.browser, &session.config);
        outputs.insert(site.dir.clone(), output);
    }
    let _server = serve(&args.crawl, &sites, session)?;
    sites::each(sites, style(), session, |site, session| {
        let Site { options, dir, bundle, done, host } = site;
        let Some(manifest) = crawl_into(&options, bundle, done, session)? else {
            return Ok(Ended::killed());
        };
        let output = outputs.remove(&dir).context("a site has no reports")?;
        let capture = bundle::open(&dir)?;
        hint_at_http(&capture, session)?;
        let audited = audit_capture(&capture, Some(&dir), &database, &policy, &output, session)?;
        args.crawl.har.write(&capture, &sites::file_name(&host), session)?;
        Ok(Ended {
            exit: audited.exit,
            complete: audited.complete,
            visits: capture.visits.len(),
            findings: Some(audited.findings),
            stopped: manifest.run.interrupted,
        })
    })
}

/// `pixelwarden capture`.
pub(super) fn capture(args: &CrawlArgs, session: &mut Session<'_>) -> Result<Exit> {
    let database = session.database()?;
    let crawls = settings::crawls(args, &session.config, &database)?;
    consent::tell(&crawls, session)?;
    let sites = sites::prepare(crawls, args, session)?;
    args.har.check(&names(&sites))?;
    let _server = serve(args, &sites, session)?;
    sites::each(sites, style(), session, |site, session| {
        let Site { options, dir, bundle, done, host } = site;
        let Some(manifest) = crawl_into(&options, bundle, done, session)? else {
            return Ok(Ended::killed());
        };
        if args.har.har.is_some() {
            args.har.write(&bundle::open(&dir)?, &sites::file_name(&host), session)?;
        }
        let capture = bundle::outline(&dir)?;
        hint_at_http(&capture, session)?;
        let completeness = audit::completeness(&capture);
        for reason in &completeness.reasons {
            session.remark(&format!("incomplete: {reason}"))?;
        }
        let visits = capture.visits.len();
        session.remark(&format!("{visits} visits are in {}", dir.display()))?;
        let complete = completeness.complete;
        let exit = if complete { Exit::Clean } else { Exit::Incomplete };
        let stopped = manifest.run.interrupted;
        Ok(Ended { exit, complete, visits, findings: None, stopped })
    })
}

/// `pixelwarden audit`.
pub(super) fn audit(args: &AuditArgs, session: &mut Session<'_>) -> Result<Exit> {
    let database = session.database()?;
    if let Some(folder) = &args.output {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    output::check(&args.report.report, false)?;
    args.har.check(&[String::new()])?;
    let mut output = Output::prepare(args.output.as_deref(), &args.report.report)?;
    let templates = args.report.templates.as_deref();
    output.look = look::read(templates, &session.config.report, &database)?;
    output.launch = settings::launch(&BrowserArgs::default(), &session.config);
    let capture = input::capture(&args.capture)?;
    let dir = args.capture.is_dir().then_some(args.capture.as_path());
    // An old capture is judged by its own day, so that the same capture gives the same report.
    let day = args.as_of.unwrap_or_else(|| day_of(&capture));
    let policy = args.policy.policy(day, &database, session)?;
    policy::tell_strangers(&policy, &database, session)?;
    let audited = audit_capture(&capture, dir, &database, &policy, &output, session)?;
    args.har.write(&capture, "", session)?;
    if args.output.is_none() && args.report.report.is_empty() && args.har.har.is_none() {
        session.remark("no report is written: -o DIR writes report.html and report.json")?;
    }
    Ok(audited.exit)
}

/// Starts the site under test. Where it does not come up, no empty bundle is left behind.
fn serve(args: &CrawlArgs, sites: &[Site], session: &mut Session<'_>) -> Result<Option<Server>> {
    let Some(first) = sites.first() else { return Ok(None) };
    let server = args.serve.start(&first.options, session);
    if server.is_err() {
        sites.iter().for_each(|site| Bundle::discard(&site.dir));
    }
    server
}

/// What each site is called in the name of a file.
fn names(sites: &[Site]) -> Vec<String> {
    sites.iter().map(|site| sites::file_name(&site.host)).collect()
}

/// Runs a crawl into a bundle; `None` when it was stopped twice.
pub(super) fn crawl_into(
    options: &Options,
    mut bundle: Bundle,
    done: Done,
    session: &mut Session<'_>,
) -> Result<Option<Manifest>> {
    let watcher = Watcher::new(session.quiet);
    let finished = interrupt::run(|stop| {
        let (bundle, watcher) = (&mut bundle, &watcher);
        async move { crawl::run(options, bundle, watcher, &stop, done).await }
    });
    watcher.clear();
    let finished = finished.and_then(|ended| Ok(ended.transpose()?));
    if finished.is_err() {
        // A run that never began leaves nothing in the way of the next one.
        Bundle::discard(bundle.dir());
    }
    let manifest = finished?;
    if let Some(manifest) = &manifest {
        tell_of_sandbox(manifest, session)?;
    }
    Ok(manifest)
}

/// Root's Chromium does not start with its sandbox; whoever runs it so is told.
pub(super) fn tell_of_sandbox(manifest: &Manifest, session: &mut Session<'_>) -> Result<()> {
    let arguments = manifest.browser.iter().flat_map(|browser| &browser.arguments);
    if arguments.into_iter().any(|argument| argument == "--no-sandbox") {
        session.remark("as root, the browser ran without its sandbox")?;
    }
    Ok(())
}

/// An address without a scheme is taken for https, which not every site speaks.
fn hint_at_http(capture: &Capture, session: &mut Session<'_>) -> Result<()> {
    let without_tls = |visit: &Visit| {
        let said = visit.outcome.message();
        visit.page.starts_with("https:") && NO_TLS.iter().any(|error| said.contains(error))
    };
    let any_loaded = capture.visits.iter().any(|visit| visit.outcome.is_loaded());
    if let Some(visit) = capture.visits.iter().find(|visit| !any_loaded && without_tls(visit)) {
        let host = host_of(&visit.page);
        session.remark(&format!(
            "hint: https is assumed where no scheme is given; if this site has no TLS, \
             http://{host} may be meant"
        ))?;
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
    let (exit, complete, findings) =
        judge(capture, dir, database, policy, &output.look, |report| {
            let files = output.write(report, session.out)?;
            session.remark(&terminal::summary(report, style()))?;
            for file in files {
                session.remark(&format!("report: {}", file.display()))?;
            }
            let complete = report.completeness.complete;
            let exit = match (policy.fails(report.findings), complete) {
                (true, _) => Exit::Findings,
                (false, false) => Exit::Incomplete,
                (false, true) => Exit::Clean,
            };
            let mut counts = BTreeMap::new();
            for finding in report.findings.iter().filter(|finding| finding.standing.is_open()) {
                *counts.entry(finding.severity).or_default() += 1;
            }
            Ok((exit, complete, counts))
        })?;
    Ok(Audited { exit, complete, findings, took: clock.elapsed() })
}

/// The date of a scan is the day it is made.
pub(super) fn today() -> Date {
    day(Timestamp::now())
}

/// The day of a capture, by which it is judged later; today if it does not tell.
pub(super) fn day_of(capture: &Capture) -> Date {
    capture.manifest.started.map_or_else(today, day)
}

fn day(time: Timestamp) -> Date {
    time.to_zoned_datetime(TimeZone::UTC).date()
}

fn style() -> terminal::Style {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let width = comfy_table::Table::new().width();
    terminal::Style::detect(std::io::stderr().is_terminal(), no_color, width)
}
