//! `pixelwarden signatures`: look into the database, check it, match against it.

use std::io::Write;
use std::path::Path;

use clap::Subcommand;

use super::Exit;

/// What `pixelwarden signatures` can do.
#[derive(Debug, Subcommand)]
pub enum SignaturesCommand {
    /// Check every signature against its own examples
    Check,
}

/// Runs `pixelwarden signatures`; `overlay` is the folder given with `--signatures`.
/// Data goes to `out`, remarks to `err`.
///
/// # Errors
/// When the database cannot be loaded or the output cannot be written.
pub fn run(
    command: &SignaturesCommand,
    _overlay: Option<&Path>,
    _out: &mut dyn Write,
    _err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    match command {
        SignaturesCommand::Check => Ok(Exit::CannotRun),
    }
}
