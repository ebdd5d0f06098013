//! Reports to files and standard output. A file is written beside its place and
//! renamed, so that it is there whole or not at all; a device or a pipe is written to.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::errors::Hinted;
use crate::report::{self, Format, Report};

/// Where reports go.
pub(super) struct Output(Vec<(Format, PathBuf)>);

impl Output {
    /// `report.html` and `report.json` in `folder`, and what else was asked for. Fails
    /// before any work is done when one of them could not be written.
    pub(super) fn prepare(folder: Option<&Path>, more: &[(Format, PathBuf)]) -> Result<Self> {
        let mut files = Vec::new();
        for format in report::FORMATS.iter().filter(|_| folder.is_some()) {
            let folder = folder.unwrap_or(Path::new(""));
            files.push((*format, folder.join(format!("report.{}", format.extension()))));
        }
        files.extend(more.iter().cloned());
        for (_, file) in files.iter().filter(|(_, file)| !is_stdout(file)) {
            writable(file)?;
        }
        Ok(Self(files))
    }

    /// Writes all of them and returns the files.
    pub(super) fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> Result<Vec<&Path>> {
        let mut written = Vec::new();
        for (format, file) in &self.0 {
            let bytes = report::render(*format, report)?;
            if is_stdout(file) {
                out.write_all(&bytes)?;
                out.flush()?;
                continue;
            }
            write_whole(file, &bytes).with_context(|| cannot_write(file))?;
            written.push(file.as_path());
        }
        Ok(written)
    }
}

fn is_stdout(file: &Path) -> bool {
    file == Path::new("-")
}

fn folder_of(file: &Path) -> &Path {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

fn cannot_write(file: &Path) -> String {
    format!("cannot write {}", file.display())
}

fn writable(file: &Path) -> Result<()> {
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

fn write_whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if is_device(file) {
        return fs::OpenOptions::new().write(true).open(file)?.write_all(bytes);
    }
    let beside = tempfile::Builder::new().prefix(".pixelwarden-").tempfile_in(folder_of(file))?;
    fs::write(beside.path(), bytes)?;
    beside.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::unix::fs::FileTypeExt;

    use super::*;

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
        write_whole(&pipe, b"{}").unwrap();
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
        assert_eq!(reader.join().unwrap(), "{}");
    }
}
