//! What a package installs beside the program, made from its own arguments: completions
//! for shells, manual pages, the long version.

use std::io::Write;

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Exit;
use super::args::Cli;
use crate::signature::Database;

/// `pixelwarden completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionArgs {
    /// The shell
    shell: Shell,
}

/// Writes the completions of one shell.
pub(super) fn completions(args: &CompletionArgs, out: &mut dyn Write) -> Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "pixelwarden", &mut text);
    out.write_all(&text)?;
    Ok(Exit::Clean)
}

/// Writes the manual: a page for the program, then one for each command.
pub(super) fn manual(out: &mut dyn Write) -> Result<Exit> {
    let mut command = Cli::command();
    command.build();
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for part in command.get_subcommands().filter(|part| part.get_name() != "help") {
        clap_mangen::Man::new(part.clone()).render(&mut text)?;
    }
    out.write_all(&text)?;
    Ok(Exit::Clean)
}

/// The program's version and that of its signatures.
pub(super) fn version() -> String {
    let program = concat!("pixelwarden ", env!("CARGO_PKG_VERSION"));
    match Database::builtin() {
        Ok(database) => {
            format!("{program}\nsignatures {} ({})\n", database.version(), database.hash())
        }
        Err(_) => format!("{program}\n"),
    }
}
