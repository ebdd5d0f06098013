//! `demo`: the bundled example site, audited in a real browser in all consent states.

use std::time::Instant;

use anyhow::Result;

use super::args::DemoArgs;
use super::errors::Hinted;
use super::output::Output;
use super::progress::Watcher;
use super::{Exit, Session, interrupt, scan, settings};
use crate::audit::{self, Policy};
use crate::bundle::{self, Bundle};
use crate::config::{Config, value};
use crate::crawl::{self, Done, Options};
use crate::lab::{Lab, LabError, LabOptions, hosts};
use crate::net::Names;
use crate::signature::Database;

/// Pages side by side. The site is on this machine: nobody else is kept waiting.
const JOBS: usize = 8;

/// `pixelwarden demo`.
pub(super) fn demo(args: &DemoArgs, session: &mut Session<'_>) -> Result<Exit> {
    let database = session.database()?;
    let mut bundle = Bundle::replace(&args.output)?;
    let output = Output::prepare(Some(&args.output), &[])?;
    session.remark(
        "Scanning the example site: a fictional clinic and its vendors, all on this machine.",
    )?;
    let bar = Watcher::new(session.quiet);
    let clock = Instant::now();
    let ended = interrupt::run(|stop| {
        let (bundle, bar, database) = (&mut bundle, &bar, &database);
        async move {
            let ports = LabOptions { http_port: args.http_port, https_port: args.https_port };
            let lab = Lab::start(ports).await.map_err(hinted)?;
            let options = options(args, &lab, database)?;
            let manifest = crawl::run(&options, bundle, bar, &stop, Done::default()).await;
            lab.stop().await;
            anyhow::Ok(manifest?)
        }
    });
    bar.clear();
    let Some(manifest) = ended? else { return Ok(Exit::Killed) };
    let manifest = manifest?;
    let browser_time = clock.elapsed();
    scan::tell_of_sandbox(&manifest, session)?;

    let capture = bundle::open(&args.output)?;
    let policy = Policy::on(scan::today());
    let dir = Some(args.output.as_path());
    let audited = scan::audit_capture(&capture, dir, &database, &policy, &output, session)?;
    session.remark(&format!(
        "{} visits in {:.1} s of browser, audited in {:.2} s. Open {}",
        capture.visits.len(),
        browser_time.as_secs_f64(),
        audited.took.as_secs_f64(),
        args.output.join("report.html").display()
    ))?;
    // The example site has findings by design; a run that saw too little is no demo.
    let complete = audit::completeness(&capture).complete && !manifest.run.interrupted;
    Ok(if complete { Exit::Clean } else { Exit::Incomplete })
}

/// The crawl of the clinic, with the vendors' hosts at the lab's own address.
fn options(args: &DemoArgs, lab: &Lab, database: &Database) -> Result<Options> {
    let target = value::target(&lab.url(hosts::CLINIC, "/")).map_err(anyhow::Error::msg)?;
    let mut options = Options::new(vec![target]);
    options.max_pages = args.max_pages;
    options.jobs = JOBS;
    options.globals = database.globals().into_iter().map(str::to_owned).collect();
    options.selectors = database.selectors().into_iter().map(str::to_owned).collect();
    options.launch = settings::launch(&args.browser, &Config::default());
    options.launch.resolve.extend(lab.resolve());
    options.launch.trusted_keys = lab.trusted_keys();
    options.names = Names::Server(lab.name_server());
    Ok(options)
}

fn hinted(error: LabError) -> anyhow::Error {
    match &error {
        LabError::PortInUse { .. } => Hinted::new(
            error.to_string(),
            "leave --http-port and --https-port out to take any free ports",
        )
        .into(),
        _ => error.into(),
    }
}
