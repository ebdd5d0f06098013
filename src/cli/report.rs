//! `report`: a stored capture once more in any format, as it was judged then.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::args::BrowserArgs;
use super::judge::judge;
use super::output::Output;
use super::written::Written;
use super::{Exit, Session, input, look, policy, scan, settings};

/// `pixelwarden report`.
#[derive(Debug, Args)]
pub(super) struct ReportCommand {
    /// The folder of a capture, or a HAR file
    pub(super) capture: PathBuf,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "html", help = Written::help())]
    pub(super) format: Written,
    /// The file to write
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(super) output: PathBuf,
    /// A folder of your own templates for the page
    #[arg(long, value_name = "DIR")]
    pub(super) templates: Option<PathBuf>,
    #[command(flatten)]
    pub(super) browser: BrowserArgs,
}

/// `pixelwarden report`.
pub(super) fn report(args: &ReportCommand, session: &mut Session<'_>) -> Result<Exit> {
    let database = session.database()?;
    let look = look::read(args.templates.as_deref(), &session.config.report, &database)?;
    let mut output = Output::prepare(None, &[(args.format, args.output.clone())])?;
    output.launch = settings::launch(&args.browser, &session.config);
    let capture = input::capture(&args.capture)?;
    let dir = args.capture.is_dir().then_some(args.capture.as_path());
    let stored = dir.map(policy::stored).transpose()?.flatten();
    let policy = match stored {
        Some(policy) => policy,
        None => session.config.policy.policy(scan::day_of(&capture), None),
    };
    judge(&capture, dir, &database, &policy, &look, |report| {
        output.write(report, session.out).map(drop)
    })?;
    Ok(Exit::Clean)
}
