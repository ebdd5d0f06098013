//! `report`: a stored capture once more in any format, as it was judged then.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use super::args::BrowserArgs;
use super::judge::judge;
use super::output::{self, Output};
use super::{Exit, Session, input, pdf, policy, scan, settings, templates};
use crate::report::{FORMATS, Format, Report, render};

/// `pixelwarden report`.
#[derive(Debug, Args)]
pub(super) struct ReportCommand {
    /// The folder of a capture, or a HAR file
    pub(super) capture: PathBuf,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "html", help = formats(), value_parser = written)]
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

/// What can be written of a stored capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// A format that is a function of the capture.
    Format(Format),
    /// The page as a browser prints it.
    Pdf,
}

fn written(text: &str) -> Result<Written, String> {
    match text {
        "pdf" => Ok(Written::Pdf),
        text => text.parse().map(Written::Format).map_err(|error| format!("{error}, and pdf")),
    }
}

/// Every format with whom it is for, as help shows it.
fn formats() -> String {
    let rows = FORMATS.iter().map(|format| format!("- {format}: {}", format.summary()));
    let rows: Vec<String> = rows.collect();
    format!("The format:\n{}\n- pdf: the page on paper, printed by the browser", rows.join("\n"))
}

/// `pixelwarden report`.
pub(super) fn report(args: &ReportCommand, session: &mut Session<'_>) -> Result<Exit> {
    let database = session.database()?;
    let templates = templates::read(args.templates.as_deref())?;
    if !output::is_stdout(&args.output) {
        output::writable(&args.output)?;
    }
    let capture = input::capture(&args.capture)?;
    let dir = args.capture.is_dir().then_some(args.capture.as_path());
    let stored = dir.map(policy::stored).transpose()?.flatten();
    let policy = match stored {
        Some(policy) => policy,
        None => session.config.policy.policy(scan::day_of(&capture), None),
    };
    judge(&capture, dir, &database, &policy, &templates, |report| match args.format {
        Written::Format(format) => {
            let output = Output::prepare(None, &[(format, args.output.clone())])?;
            output.write(report, session.out).map(drop)
        }
        Written::Pdf => print(args, report, session),
    })?;
    Ok(Exit::Clean)
}

fn print(args: &ReportCommand, report: &Report<'_>, session: &mut Session<'_>) -> Result<()> {
    let page = render(Format::Html, report)?;
    let bytes = pdf::print(&page, settings::launch(&args.browser, &session.config))?;
    if output::is_stdout(&args.output) {
        return Ok(session.out.write_all(&bytes)?);
    }
    output::write_whole(&args.output, |out| out.write_all(&bytes))
        .with_context(|| output::cannot_write(&args.output))
}
