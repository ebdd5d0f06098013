//! How the page is to look: a user's own templates, name and logo, read and tried before
//! any work is done.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::errors::Hinted;
use super::sample;
use crate::config::{ReportConfig, nearest};
use crate::report::{LOGO_LIMIT, Logo, Look, Templates, html};
use crate::signature::Database;

/// The largest template, in bytes.
const LIMIT: u64 = 4 << 20;

/// The look of the page: the templates in a folder, by the names of ours that they take
/// the place of, and what the configuration says.
///
/// # Errors
/// When a file cannot be read, a template has a mistake (with its line), or takes nobody's
/// place.
pub(super) fn read(
    folder: Option<&Path>,
    config: &ReportConfig,
    database: &Database,
) -> Result<Look> {
    let logo = config.logo.as_deref().map(logo).transpose()?;
    let brand = config.brand.clone().unwrap_or_default();
    let templates = folder.map(templates).transpose()?.unwrap_or_default();
    let look = Look { templates, brand, logo };
    if let Some(folder) = folder {
        // A name that a template has wrong is found only where the template is filled in.
        sample::try_out(&look, database)
            .with_context(|| format!("{} cannot be used", folder.display()))?;
    }
    Ok(look)
}

fn logo(place: &Path) -> Result<Logo> {
    let bytes = bounded(place, LOGO_LIMIT as u64);
    let bytes = bytes.with_context(|| format!("cannot read {}", place.display()))?;
    Logo::read(&bytes).map_err(|why| {
        let hint = "a logo is a PNG, JPEG or SVG file of at most 128 kB";
        Hinted::new(format!("{} cannot be a logo: {why}", place.display()), hint).into()
    })
}

fn templates(folder: &Path) -> Result<Templates> {
    let mut templates = Templates::new();
    let cannot = || format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.starts_with('.') {
            continue;
        }
        let place = entry.path();
        let Some((name, _)) = html::template_files().find(|(_, known)| *known == file) else {
            return Err(unknown(&place, &file).into());
        };
        let read = || -> std::io::Result<String> {
            String::from_utf8(bounded(&place, LIMIT)?).map_err(std::io::Error::other)
        };
        let text = read().with_context(|| format!("cannot read {}", place.display()))?;
        templates.insert(name.to_owned(), text);
    }
    Ok(templates)
}

fn bounded(place: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let told = fs::metadata(place)?;
    match told.len() {
        _ if !told.is_file() => Err(std::io::Error::other("it is not a file")),
        length if length <= limit => fs::read(place),
        _ => Err(std::io::Error::other(format!("it is larger than {} kB", limit / 1024))),
    }
}

fn unknown(place: &Path, file: &str) -> Hinted {
    let files: Vec<String> = html::template_files().map(|(_, file)| file).collect();
    let known: Vec<&str> = files.iter().map(String::as_str).collect();
    let hint = match nearest(file, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    Hinted::new(format!("{} takes the place of no template", place.display()), hint)
}
