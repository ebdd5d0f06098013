//! No process is left behind: a driver, its browser and their files go away
//! together, also when this process is killed.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::error::BrowserError;

/// Waits for the end of its input, which comes when this process is gone, however it
/// went; then kills the process groups that it was told of and removes the folder.
const WATCH: &str = r#"while read -r group; do groups="$groups $group"; done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
[ -d "$1" ] && rm -rf -- "$1""#;

/// Owns the process groups and the folder of one browser.
#[derive(Debug)]
pub(super) struct Guard {
    groups: Vec<Pid>,
    watcher: Option<Child>,
    folder: Option<TempDir>,
}

impl Guard {
    /// Makes the folder and starts the watcher.
    pub(super) fn new() -> Result<Self, BrowserError> {
        let folder = tempfile::Builder::new()
            .prefix("pixelwarden-browser-")
            .tempdir()
            .map_err(|error| BrowserError::new("cannot make a folder for the browser", error))?;
        let watcher = Command::new("/bin/sh")
            .args(["-c", WATCH, "pixelwarden-watch"])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| BrowserError::new("cannot watch over the browser", error))?;
        Ok(Self { groups: Vec::new(), watcher: Some(watcher), folder: Some(folder) })
    }

    /// The folder for all that driver and browser write.
    pub(super) fn folder(&self) -> &Path {
        self.folder.as_ref().map_or(Path::new(""), TempDir::path)
    }

    /// Takes a process group under guard.
    pub(super) async fn watch(&mut self, group: u32) {
        use tokio::io::AsyncWriteExt;
        let Ok(group) = i32::try_from(group) else { return };
        self.groups.push(Pid::from_raw(group));
        if let Some(stdin) = self.watcher.as_mut().and_then(|watcher| watcher.stdin.as_mut()) {
            // Without a watcher the groups are still killed when this is dropped.
            drop(stdin.write_all(format!("{group}\n").as_bytes()).await);
            drop(stdin.flush().await);
        }
    }

    /// Kills what is left and removes the folder.
    pub(super) fn end(&mut self) {
        for group in self.groups.drain(..) {
            // It is usually gone already, which is what is wanted.
            let _gone_already = killpg(group, Signal::SIGKILL);
        }
        if let Some(folder) = self.folder.take() {
            let path: PathBuf = folder.path().to_owned();
            if let Err(error) = folder.close() {
                tracing::debug!("{} not removed at once: {error}", path.display());
            }
        }
        // Closing its input ends the watcher, which tries the same once more.
        self.watcher = None;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.end();
    }
}
