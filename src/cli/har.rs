//! `--har FILE`: the requests of a capture for other tools, masked unless told otherwise.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::errors::Hinted;
use super::{Session, output};
use crate::bundle::har::{self, Shown, Values};
use crate::health::{mask, mask_param};
use crate::model::{Capture, Masked};

/// What is exported.
#[derive(Debug, Args)]
#[command(next_help_heading = "HAR export")]
pub(super) struct HarArgs {
    /// Write the requests as a HAR 1.2 file too, as Chrome's DevTools import it; personal
    /// values, cookies and credentials are masked (`{site}` for each of several sites)
    #[arg(long, value_name = "FILE", value_parser = file)]
    pub(super) har: Option<PathBuf>,
    /// Write every value into the HAR file as captured: keep it as safe as the capture
    #[arg(long, requires = "har")]
    pub(super) keep_values: bool,
}

fn file(text: &str) -> Result<PathBuf, String> {
    match text {
        "" | "-" => Err("not a file; /dev/stdout is one".to_owned()),
        file => Ok(PathBuf::from(file)),
    }
}

impl HarArgs {
    /// Whether the file can be written, said before any work is done. Where there are
    /// several sites each needs a name of its own; `site` is the one to try.
    pub(super) fn check(&self, sites: &[String]) -> Result<()> {
        let Some(har) = &self.har else { return Ok(()) };
        if sites.len() > 1 && !har.to_string_lossy().contains(output::SITE) {
            let message =
                format!("the HAR files of several sites cannot all go to {}", har.display());
            return Err(Hinted::new(message, "put {site} into the name: --har {site}.har").into());
        }
        sites.iter().try_for_each(|site| output::writable(&output::named(har, site)))
    }

    /// Writes the file, if one was asked for.
    pub(super) fn write(
        &self,
        capture: &Capture,
        site: &str,
        session: &mut Session<'_>,
    ) -> Result<()> {
        let Some(har) = &self.har else { return Ok(()) };
        let file = output::named(har, site);
        let values = if self.keep_values { Values::Kept } else { Values::Masked(&masked) };
        output::write_whole(&file, |out| har::write(capture, out, &values))
            .with_context(|| output::cannot_write(&file))?;
        session.remark(&remark(&file, self.keep_values))?;
        Ok(())
    }
}

fn remark(file: &Path, kept: bool) -> String {
    let values = if kept { "values as captured" } else { "values masked" };
    format!("HAR: {} ({values})", file.display())
}

/// How a value is shown in an export.
pub(super) fn masked(shown: Shown<'_>) -> String {
    match shown {
        Shown::Text(text) => mask(text).to_string(),
        Shown::Value { name, value } => mask_param(name, value).to_string(),
        // Who has any of it can act as the visitor: none of it is shown.
        Shown::Secret { value, .. } => {
            Masked::new(value, std::slice::from_ref(&(0..value.len()))).to_string()
        }
    }
}
