//! `diff`: two runs side by side.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use super::{Exit, Session, output, policy};
use crate::report::diff::{self, DiffFormat};

/// `pixelwarden diff`.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The older capture, or its report.json
    pub(super) old: PathBuf,
    /// The newer capture, or its report.json
    pub(super) new: PathBuf,
    /// text, json, markdown or html
    #[arg(long, value_name = "FORMAT", default_value_t)]
    pub(super) format: DiffFormat,
    /// The file to write
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(super) output: PathBuf,
}

/// `pixelwarden diff`: 1 when something changed for the worse.
pub(super) fn diff(args: &DiffArgs, session: &mut Session<'_>) -> Result<Exit> {
    let database = session.database()?;
    let old = policy::document(&args.old, &database)?;
    let new = policy::document(&args.new, &database)?;
    let found = diff::diff(&old, &new);
    let bytes = diff::render(args.format, &found)?;
    if output::is_stdout(&args.output) {
        session.out.write_all(&bytes)?;
    } else {
        output::write_whole(&args.output, |out| out.write_all(&bytes))
            .with_context(|| output::cannot_write(&args.output))?;
    }
    Ok(if found.is_worse() { Exit::Findings } else { Exit::Clean })
}
