//! Flags on how banners are answered.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;

use super::Session;
use super::errors::Hinted;
use crate::config::Config;
use crate::consent::{Autoconsent, MOST_BYTES};
use crate::crawl::Options;

/// How banners are answered.
#[derive(Debug, Args)]
#[command(next_help_heading = "Consent")]
pub(super) struct ConsentArgs {
    /// Your own copy of autoconsent's rules.json or compact-rules.json: rules between the
    /// built-in ones and the words on buttons. Those that only hide a banner, and those
    /// that call code, are left out
    #[arg(long, value_name = "FILE")]
    pub(super) consent_rules: Option<PathBuf>,
}

impl ConsentArgs {
    /// The user's rules, if there are some; flags come before the file.
    pub(super) fn rules(&self, config: &Config) -> Result<Option<Arc<Autoconsent>>> {
        let file = self.consent_rules.as_ref().or(config.consent_rules.as_ref());
        file.map(|file| read(file).map(Arc::new)).transpose()
    }
}

fn read(file: &Path) -> Result<Autoconsent> {
    let mut text = String::new();
    let most = MOST_BYTES as u64 + 1;
    File::open(file)
        .and_then(|open| open.take(most).read_to_string(&mut text))
        .with_context(|| format!("cannot read the consent rules {}", file.display()))?;
    Autoconsent::parse(&text).map_err(|error| {
        let hint = "rules/rules.json of the npm package @duckduckgo/autoconsent has the form";
        Hinted::new(format!("{}: {error}", file.display()), hint).into()
    })
}

/// Says how many of the user's rules are used.
pub(super) fn tell(crawls: &[Options], session: &mut Session<'_>) -> Result<()> {
    let Some(rules) = crawls.first().and_then(|options| options.consent_rules.as_ref()) else {
        return Ok(());
    };
    let out = rules.left_out;
    let text = format!(
        "consent rules: {} used; left out: {} that only hide, {} that call code, {} of an \
         unknown form",
        rules.len(),
        out.hiding,
        out.code,
        out.unknown
    );
    Ok(session.remark(&text)?)
}
