//! `pixelwarden signatures import`: a user's own copy of a list becomes one file that
//! `--list` takes.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use super::errors::shown;
use super::output;
use crate::upkeep::{Imported, ListFormat, ListSource, import};

/// Files of a folder that are read at most, and bytes of all of them.
const MAX_FILES: usize = 50_000;
const MAX_BYTES: u64 = 512 << 20;

/// What to import.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// How it is written
    #[arg(long, value_enum)]
    format: ImportFormat,
    /// Your copy: a file, or the folder that its project keeps it in
    #[arg(value_name = "FILE")]
    place: PathBuf,
    /// What to call it in reports [default: what it calls itself]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The file to write [default: its name, as in easyprivacy.list.json]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ImportFormat {
    /// EasyPrivacy: filters in adblock syntax
    Easyprivacy,
    /// Any list in adblock syntax, as those of uBlock Origin
    Abp,
    /// Ghostery's trackerdb.json, or the folder db of its repository
    Trackerdb,
    /// DuckDuckGo's tds.json, or the folder domains of Tracker Radar
    TrackerRadar,
    /// Disconnect's services.json, which Firefox uses
    Disconnect,
    /// The Open Cookie Database as CSV: names products and purposes of cookies
    OpenCookieDatabase,
}

impl ImportFormat {
    fn format(self) -> ListFormat {
        match self {
            Self::Easyprivacy | Self::Abp => ListFormat::Abp,
            Self::Trackerdb => ListFormat::TrackerDb,
            Self::TrackerRadar => ListFormat::TrackerRadar,
            Self::Disconnect => ListFormat::Disconnect,
            Self::OpenCookieDatabase => ListFormat::OpenCookieDatabase,
        }
    }
}

/// Imports the list and says what became of it.
pub(super) fn run(args: &ImportArgs, err: &mut dyn Write) -> Result<()> {
    let format = args.format.format();
    let ending = match format {
        ListFormat::TrackerDb => "eno",
        ListFormat::OpenCookieDatabase => "csv",
        _ => "json",
    };
    let sources = sources(&args.place, ending)?;
    let Imported { list, left_out } = import(format, &sources, args.name.as_deref())?;
    let place = args.output.clone().unwrap_or_else(|| file_name(&list.name));
    let json = serde_json::to_vec(&list)?;
    output::write_whole(&place, |file| file.write_all(&json))
        .with_context(|| output::cannot_write(&place))?;
    let filters: usize = list.trackers.iter().map(|tracker| tracker.filters.len()).sum();
    let hosts: usize = list.trackers.iter().map(|tracker| tracker.hosts.len()).sum();
    let version =
        if list.version.is_empty() { String::new() } else { format!(" {}", list.version) };
    writeln!(
        err,
        "{}{}: {} filters, {hosts} hosts, {} trackers by name, {} cookies",
        shown(&list.name),
        shown(&version),
        filters + list.filters.len(),
        list.trackers.len(),
        list.cookies.len(),
    )?;
    for (what, count) in left_out {
        writeln!(err, "left out: {count} {what}")?;
    }
    writeln!(err, "{} is written: use it with --list {0}", place.display())?;
    Ok(())
}

fn file_name(list: &str) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = list.chars().take(60).map(plain).collect();
    PathBuf::from(format!("{}.list.json", name.trim_matches('-')))
}

/// The file, or all files with that ending in the folder, sorted by name.
fn sources(place: &Path, ending: &str) -> Result<Vec<ListSource>> {
    let mut files = Vec::new();
    if place.is_dir() {
        gather(place, ending, &mut files)?;
        files.sort();
    } else {
        files.push(place.to_owned());
    }
    if files.is_empty() {
        bail!("{} holds no .{ending} file", place.display());
    }
    let mut total = 0;
    let mut read = |file: &PathBuf| -> Result<ListSource> {
        let context = || format!("cannot read {}", file.display());
        let mut bytes = Vec::new();
        let left = MAX_BYTES - total;
        // A device has no size and no end.
        let open = File::open(file).with_context(context)?;
        open.take(left + 1).read_to_end(&mut bytes).with_context(context)?;
        total += bytes.len() as u64;
        if total > MAX_BYTES {
            bail!("{} is larger than {} MiB", place.display(), MAX_BYTES >> 20);
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(ListSource { name: file.display().to_string(), text })
    };
    files.iter().map(&mut read).collect()
}

fn gather(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) -> Result<()> {
    let context = || format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        // Links are not followed, so that no folder holds itself.
        let kind = entry.file_type().with_context(context)?;
        let path = entry.path();
        if kind.is_dir() {
            gather(&path, ending, files)?;
        } else if kind.is_file() && path.extension().is_some_and(|found| found == ending) {
            files.push(path);
        }
        if files.len() > MAX_FILES {
            bail!("{} holds more than {MAX_FILES} files", folder.display());
        }
    }
    Ok(())
}
