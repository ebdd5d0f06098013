//! `bundle redact`: a capture that may be handed on.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;

use super::{Exit, Session, har, input};
use crate::bundle::har::Values;
use crate::bundle::{Bundle, redact};
use crate::model::Sink;

/// What is done with captures on disk.
#[derive(Debug, Subcommand)]
pub(super) enum BundleCommand {
    /// Write a copy of a capture with personal values, cookies and credentials masked
    ///
    /// Bodies that masking cannot look into (binary, compressed) and pictures are left out.
    /// The copy can be audited, but shows only what masks leave: keep the original.
    #[command(after_help = "Example:\n  pixelwarden bundle redact audit -o audit-redacted")]
    Redact {
        /// The folder of a capture, or a HAR file
        capture: PathBuf,
        /// The folder of the copy: a new or an empty one
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,
        /// Keep every value as captured, and leave out pictures only: keep the copy as safe
        /// as the capture
        #[arg(long)]
        keep_values: bool,
    },
}

/// Runs `pixelwarden bundle`.
pub(super) fn run(command: &BundleCommand, session: &mut Session<'_>) -> Result<Exit> {
    let BundleCommand::Redact { capture, output, keep_values } = command;
    let capture = input::capture(capture)?;
    let values = if *keep_values { Values::Kept } else { Values::Masked(&har::masked) };
    let redacted = redact(&capture, &values);
    let mut bundle = Bundle::create(output.as_path())?;
    for visit in &redacted.visits {
        bundle.visit(visit).context("the copy cannot be written")?;
    }
    bundle.finish(&redacted.manifest).context("the copy cannot be written")?;
    let how = if *keep_values { "values as captured" } else { "values masked" };
    session.remark(&format!("{} ({how}, without pictures)", output.display()))?;
    Ok(Exit::Clean)
}
