//! `--templates DIR`: a user's own templates of the page, read and checked before any
//! work is done.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::errors::Hinted;
use crate::config::nearest;
use crate::report::{Templates, html};

/// The largest template, in bytes.
const LIMIT: u64 = 4 << 20;

/// The templates in a folder, by the names of ours that they take the place of.
///
/// # Errors
/// When one cannot be read, has a mistake (with its line), or takes nobody's place.
pub(super) fn read(folder: Option<&Path>) -> Result<Templates> {
    let mut templates = Templates::new();
    let Some(folder) = folder else { return Ok(templates) };
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
            let told = fs::metadata(&place)?;
            match told.len() {
                _ if !told.is_file() => Err(std::io::Error::other("it is not a file")),
                0..=LIMIT => fs::read_to_string(&place),
                _ => Err(std::io::Error::other("it is larger than any template")),
            }
        };
        let text = read().with_context(|| format!("cannot read {}", place.display()))?;
        templates.insert(name.to_owned(), text);
    }
    html::check(&templates).with_context(|| format!("{} cannot be used", folder.display()))?;
    Ok(templates)
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
