//! Reports to files and standard output. A file is written beside its place and
//! renamed, so that it is there whole or not at all; a device or a pipe is written to.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::errors::Hinted;
use super::policy;
use super::written::Written;
use crate::browser::LaunchOptions;
use crate::report::{Format, Look, Report};

/// Stands for the site in the name of a report's file.
pub(super) const SITE: &str = "{site}";

/// What every folder of reports has.
const USUAL: [Format; 2] = [Format::Html, Format::Json];

/// Where reports go.
pub(super) struct Output {
    /// The folder that gets the usual reports, if one does.
    folder: Option<PathBuf>,
    files: Vec<(Written, PathBuf)>,
    /// Standard output takes one report a line, since more are to come.
    pub(super) in_lines: bool,
    /// How the page is to look.
    pub(super) look: Look,
    /// How the browser that prints it is started.
    pub(super) launch: LaunchOptions,
}

/// Whether all reports have a place of their own, said before any work is done.
///
/// # Errors
/// When reports, or several sites' reports, would mix or write over each other.
pub(super) fn check(reports: &[(Written, PathBuf)], several_sites: bool) -> Result<()> {
    if reports.iter().filter(|(_, file)| is_stdout(file)).count() > 1 {
        let hint = "give the others a file, as in html=report.html";
        return Err(Hinted::new("standard output takes one report, not several", hint).into());
    }
    let shared = |(format, file): &&(Written, PathBuf)| {
        let lines = is_stdout(file) && *format == Written::Format(Format::Json);
        several_sites && !lines && !file.to_string_lossy().contains(SITE)
    };
    let Some((format, file)) = reports.iter().find(shared) else { return Ok(()) };
    let message = format!("the reports of several sites cannot all go to {}", file.display());
    let extension = format.extension();
    let hint = format!("put {SITE} into the name: --report {format}=report-{SITE}.{extension}");
    Err(Hinted::new(message, hint).into())
}

/// The reports with the site's name for `{site}`.
pub(super) fn of_site(reports: &[(Written, PathBuf)], site: &str) -> Vec<(Written, PathBuf)> {
    reports.iter().map(|(format, file)| (*format, named(file, site))).collect()
}

/// A file's name with the site's for `{site}`.
pub(super) fn named(file: &Path, site: &str) -> PathBuf {
    match file.to_str() {
        Some(name) => PathBuf::from(name.replace(SITE, site)),
        None => file.to_owned(),
    }
}

impl Output {
    /// `report.html` and `report.json` in `folder`, and what else was asked for. Fails
    /// before any work is done when one of them could not be written.
    pub(super) fn prepare(folder: Option<&Path>, more: &[(Written, PathBuf)]) -> Result<Self> {
        let mut files = Vec::new();
        for format in USUAL.iter().filter(|_| folder.is_some()) {
            let folder = folder.unwrap_or(Path::new(""));
            files.push((
                Written::Format(*format),
                folder.join(format!("report.{}", format.extension())),
            ));
        }
        files.extend(more.iter().cloned());
        // A browser that cannot be started keeps nothing else from being written.
        files.sort_by_key(|(written, _)| *written == Written::Pdf);
        for (_, file) in files.iter().filter(|(_, file)| !is_stdout(file)) {
            writable(file)?;
        }
        let folder = folder.map(Path::to_owned);
        let (look, launch) = (Look::default(), LaunchOptions::default());
        Ok(Self { folder, files, in_lines: false, look, launch })
    }

    /// Writes all of them and returns the files.
    pub(super) fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> Result<Vec<&Path>> {
        if let Some(folder) = &self.folder {
            policy::store(report.policy, folder)?;
        }
        let mut written = Vec::new();
        for (format, file) in &self.files {
            let mut bytes = format.bytes(report, &self.launch)?;
            if is_stdout(file) {
                if self.in_lines {
                    bytes = one_line(&bytes)?;
                }
                out.write_all(&bytes)?;
                out.flush()?;
                continue;
            }
            write_whole(file, |out| out.write_all(&bytes)).with_context(|| cannot_write(file))?;
            written.push(file.as_path());
        }
        Ok(written)
    }
}

/// A JSON document without its line breaks, and one at its end.
fn one_line(json: &[u8]) -> Result<Vec<u8>> {
    let mut line = serde_json::from_slice::<serde_json::Value>(json)?.to_string();
    line.push('\n');
    Ok(line.into_bytes())
}

pub(super) fn is_stdout(file: &Path) -> bool {
    file == Path::new("-")
}

fn folder_of(file: &Path) -> &Path {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

pub(super) fn cannot_write(file: &Path) -> String {
    format!("cannot write {}", file.display())
}

/// Fails when the file could not be written.
pub(super) fn writable(file: &Path) -> Result<()> {
    if file.is_dir() {
        let message = format!("{}: it is a folder", cannot_write(file));
        return Err(Hinted::new(message, "name a file").into());
    }
    if is_device(file) {
        return Ok(());
    }
    let folder = folder_of(file);
    tempfile::Builder::new().prefix(".pixelwarden-").tempfile_in(folder).with_context(|| {
        Hinted::new(cannot_write(file), format!("is {} there, and yours?", folder.display()))
    })?;
    Ok(())
}

/// A device, pipe or socket (`/dev/null`, `/dev/stdout`): to rename over it would remove it.
fn is_device(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
}

/// Writes a file that is there whole or not at all, readable by its owner only.
pub(super) fn write_whole(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<()> {
    if is_device(file) {
        return write(&mut fs::OpenOptions::new().write(true).open(file)?);
    }
    let beside = tempfile::Builder::new().prefix(".pixelwarden-").tempfile_in(folder_of(file))?;
    let mut out = BufWriter::new(beside.as_file());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    beside.persist(file)?;
    Ok(())
}

/// Writes a file in which the writer may also go back, there whole or not at all like
/// that of [`write_whole`].
pub(super) fn write_file(
    file: &Path,
    write: impl FnOnce(&mut fs::File) -> Result<()>,
) -> Result<()> {
    let folder = if is_device(file) { std::env::temp_dir() } else { folder_of(file).to_owned() };
    let beside = tempfile::Builder::new().prefix(".pixelwarden-").tempfile_in(folder);
    let mut beside = beside.with_context(|| cannot_write(file))?;
    write(beside.as_file_mut())?;
    if !is_device(file) {
        beside.persist(file).with_context(|| cannot_write(file))?;
        return Ok(());
    }
    let copy = || -> std::io::Result<()> {
        let mut device = fs::OpenOptions::new().write(true).open(file)?;
        std::io::copy(&mut beside.reopen()?, &mut device).map(drop)
    };
    copy().with_context(|| cannot_write(file))
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::unix::fs::FileTypeExt;

    use super::*;

    #[test]
    fn several_sites_do_not_write_over_each_other() {
        let report = |format, file: &str| [(Written::Format(format), PathBuf::from(file))];
        let named = report(Format::Html, "out/{site}.html");
        check(&named, true).unwrap();
        assert_eq!(of_site(&named, "a.example")[0].1, PathBuf::from("out/a.example.html"));
        check(&report(Format::Json, "-"), true).unwrap();
        for shared in [report(Format::Html, "-"), report(Format::Json, "report.json")] {
            check(&shared, false).unwrap();
            let error = check(&shared, true).unwrap_err();
            assert!(error.to_string().contains("several sites"), "{error}");
        }
        let both = [report(Format::Html, "-"), report(Format::Json, "-")].concat();
        check(&both, false).unwrap_err();
        assert_eq!(one_line(b"{\n \"b\": 1,\n \"a\": [\n]}\n").unwrap(), b"{\"b\":1,\"a\":[]}\n");
    }

    #[test]
    fn a_pipe_is_written_to_and_stays_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("report.json");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let from = pipe.clone();
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            fs::File::open(from).unwrap().read_to_string(&mut text).unwrap();
            text
        });
        writable(&pipe).unwrap();
        write_whole(&pipe, |out| out.write_all(b"{}")).unwrap();
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
        assert_eq!(reader.join().unwrap(), "{}");
    }
}
