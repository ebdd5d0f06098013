//! `init`: a commented configuration, and a starting point for a build server.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use super::Exit;
use super::errors::Hinted;
use crate::config;

/// `pixelwarden init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
    /// Write a pipeline for this build server, too
    #[arg(long, value_name = "SERVER")]
    ci: Option<Ci>,
}

/// The build servers that there is a pipeline for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Ci {
    Github,
    Gitlab,
    Circleci,
    Jenkins,
}

impl Ci {
    /// Its file and what stands in it; `docs/ci.md` shows the same.
    fn pipeline(self) -> (&'static str, &'static str) {
        match self {
            Self::Github => (".github/workflows/pixelwarden.yml", include_str!("ci/github.yml")),
            Self::Gitlab => (".gitlab-ci.yml", include_str!("ci/gitlab.yml")),
            Self::Circleci => (".circleci/config.yml", include_str!("ci/circleci.yml")),
            Self::Jenkins => ("Jenkinsfile", include_str!("ci/Jenkinsfile")),
        }
    }
}

/// Writes the configuration's template, and the pipeline that was asked for.
pub(super) fn init(args: &InitArgs, err: &mut dyn Write) -> Result<Exit> {
    let there = Path::new(config::FILE).exists() && !args.force;
    // With a pipeline to write, a configuration that is there is as it should be.
    if !(there && args.ci.is_some()) {
        write(config::FILE, config::TEMPLATE, args.force)?;
        let next = "name your sites in it, then run `pixelwarden scan`";
        writeln!(err, "{} is written: {next}", config::FILE)?;
    }
    if let Some(ci) = args.ci {
        let (file, text) = ci.pipeline();
        write(file, text, args.force)?;
        writeln!(err, "{file} is written: say in it where pixelwarden comes from, and the site")?;
    }
    Ok(Exit::Clean)
}

fn write(file: &str, text: &str, force: bool) -> Result<()> {
    let write = || {
        if let Some(folder) = Path::new(file).parent().filter(|f| !f.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).truncate(true).create(true).create_new(!force);
        options.open(file)?.write_all(text.as_bytes())
    };
    match write() {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let message = format!("there is a {file} already");
            Err(Hinted::new(message, "--force overwrites it").into())
        }
        done => done.with_context(|| format!("cannot write {file}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_shows_what_is_written() {
        let docs = include_str!("../../docs/ci.md");
        for ci in Ci::value_variants() {
            let (file, text) = ci.pipeline();
            assert!(docs.contains(text), "docs/ci.md is not current for {file}");
        }
    }
}
