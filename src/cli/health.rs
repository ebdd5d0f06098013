//! `pixelwarden health`: what the classifier says, for people and for pipes.

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// What `pixelwarden health` can do.
#[derive(Debug, Subcommand)]
pub enum HealthCommand {
    /// Classify lines of JSON from standard input
    Classify,
}

/// Runs `pixelwarden health`. Data goes to `out`, remarks to `err`.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn run(
    command: &HealthCommand,
    _out: &mut dyn Write,
    _err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    match command {
        HealthCommand::Classify => Ok(Exit::CannotRun),
    }
}
