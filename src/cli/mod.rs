//! The command line: arguments in, files and an exit code out.
//!
//! Data goes to stdout only where it was asked for; everything else to stderr.

mod accuracy;
mod args;
mod bundle;
mod consent;
mod decode;
mod demo;
mod diff;
mod errors;
mod evidence;
mod exit;
mod explain;
mod forms;
mod har;
mod init;
mod input;
mod install;
mod interrupt;
mod journeys;
mod judge;
mod lines;
mod look;
mod match_lines;
mod network;
mod output;
mod pages;
mod pdf;
mod policy;
mod progress;
mod report;
mod review;
mod sample;
mod scan;
mod serve;
mod settings;
mod sites;
mod vantage;
mod written;

pub mod health;
mod import;
pub mod signatures;
pub mod upkeep;

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::signature::Database;
use args::{Cli, Command};

pub use exit::Exit;

/// Runs the command line on these arguments and says how it ended.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) if error.kind() == ErrorKind::DisplayVersion => {
            drop(std::io::stdout().write_all(install::version().as_bytes()));
            return Exit::Clean;
        }
        Err(error) => {
            // Help and version are asked for: they go to stdout. Nothing to do if that fails.
            drop(error.print());
            return if error.use_stderr() { Exit::CannotRun } else { Exit::Clean };
        }
    };
    log(cli.verbose);
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr());
    match run(&cli, &mut out, &mut err) {
        Ok(exit) => exit,
        Err(error) if errors::is_broken_pipe(&error) => Exit::Clean,
        Err(error) => {
            drop(errors::show(&error, &mut err));
            Exit::CannotRun
        }
    }
}

/// What every command shares.
struct Session<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    quiet: bool,
    config: Config,
    overlay: Option<PathBuf>,
    lists: Vec<PathBuf>,
}

impl Session<'_> {
    /// A remark for the person who runs it; nothing when it is to be quiet.
    fn remark(&mut self, text: &str) -> std::io::Result<()> {
        if self.quiet { Ok(()) } else { writeln!(self.err, "{text}") }
    }

    /// The signatures, with the user's own on top and the user's lists below.
    fn database(&self) -> Result<Database> {
        let folder = self.overlay.as_deref().or(self.config.signatures.as_deref());
        let lists = if self.lists.is_empty() { &self.config.lists } else { &self.lists };
        settings::database(folder, lists)
    }
}

fn run(cli: &Cli, out: &mut dyn Write, err: &mut dyn Write) -> Result<Exit> {
    let overlay = cli.signatures.clone();
    match &cli.command {
        Command::Explain { id } => return explain::explain(id.as_deref(), out),
        Command::Decode(args) => return decode::run(args, out, err),
        Command::Signatures(command) => {
            return signatures::run(command, overlay.as_deref(), &cli.list, out, err);
        }
        Command::Health(command) => return health::run(command, out, err),
        Command::Init(args) => return init::init(args, err),
        Command::Completions(args) => return install::completions(args, out),
        Command::Manual => return install::manual(out),
        Command::Verify(args) => return evidence::verify(args, out),
        _ => {}
    }
    let here = std::env::current_dir().context("this folder is gone")?;
    // The demo shows the tool as it comes.
    let config = match &cli.command {
        Command::Demo(_) => Config::default(),
        _ => Config::find(&here)?,
    };
    let mut session =
        Session { out, err, quiet: cli.quiet, config, overlay, lists: cli.list.clone() };
    match &cli.command {
        Command::Scan(args) => scan::scan(args, &mut session),
        Command::Capture(args) => scan::capture(args, &mut session),
        Command::Audit(args) => scan::audit(args, &mut session),
        Command::Evidence(args) => evidence::evidence(args, &mut session),
        Command::Diff(args) => diff::diff(args, &mut session),
        Command::Report(args) => report::report(args, &mut session),
        Command::Bundle(command) => bundle::run(command, &mut session),
        Command::Review(args) => review::review(args, &mut session),
        Command::Demo(args) => demo::demo(args, &mut session),
        Command::Explain { .. }
        | Command::Decode(_)
        | Command::Signatures(_)
        | Command::Health(_)
        | Command::Completions(_)
        | Command::Manual
        | Command::Verify(_)
        | Command::Init(_) => Ok(Exit::Clean),
    }
}

/// Diagnostics to stderr: warnings, with `-v` what happens, with `-vv` everything.
fn log(verbose: u8) {
    let filter = match verbose {
        0 => "off",
        1 => "pixelwarden=debug",
        _ => "pixelwarden=trace,fantoccini=debug",
    };
    let colored = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(colored)
        .finish();
    // A second call in one process (tests) keeps the first.
    drop(tracing::subscriber::set_global_default(subscriber));
}
