//! `report`: a stored capture once more in any format, as it was judged then.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::judge::judge;
use super::output::Output;
use super::{Exit, Session, input, policy, scan};
use crate::report::{FORMATS, Format};

/// `pixelwarden report`.
#[derive(Debug, Args)]
pub(super) struct ReportCommand {
    /// The folder of a capture, or a HAR file
    pub(super) capture: PathBuf,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "html", help = formats())]
    pub(super) format: Format,
    /// The file to write
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(super) output: PathBuf,
}

/// Every format with whom it is for, as help shows it.
pub(super) fn formats() -> String {
    let rows = FORMATS.iter().map(|format| format!("- {format}: {}", format.summary()));
    let rows: Vec<String> = rows.collect();
    format!("The format:\n{}", rows.join("\n"))
}

/// `pixelwarden report`.
pub(super) fn report(args: &ReportCommand, session: &mut Session<'_>) -> Result<Exit> {
    let database = session.database()?;
    let output = Output::prepare(None, &[(args.format, args.output.clone())])?;
    let capture = input::capture(&args.capture)?;
    let dir = args.capture.is_dir().then_some(args.capture.as_path());
    let stored = dir.map(policy::stored).transpose()?.flatten();
    let policy = match stored {
        Some(policy) => policy,
        None => session.config.policy.policy(scan::day_of(&capture), None),
    };
    judge(&capture, dir, &database, &policy, |report| output.write(report, session.out).map(drop))?;
    Ok(Exit::Clean)
}
