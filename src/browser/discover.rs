//! Finds a browser and a driver that fit each other.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::error::BrowserError;
use super::options::{BrowserKind, LaunchOptions};

/// What CI images call the folder with their chromedriver.
const DRIVER_FOLDER: &str = "CHROMEWEBDRIVER";
const INSTALL: &str = "install them with `apt-get install chromium-headless-shell chromium \
     chromium-driver` (Debian), or name them with --chromium and --chromedriver";

/// A browser and the driver that fits it.
#[derive(Debug, Clone)]
pub(super) struct Installation {
    pub(super) browser: Program,
    pub(super) driver: Program,
    pub(super) headless_shell: bool,
}

/// A program with its version.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) path: PathBuf,
    pub(super) version: String,
}

impl Program {
    fn major(&self) -> &str {
        self.version.split('.').next().unwrap_or_default()
    }
}

/// The first browser, in order of preference, that the driver fits.
pub(super) async fn installation(options: &LaunchOptions) -> Result<Installation, BrowserError> {
    let driver = driver(options).await?;
    let mut misfits = Vec::new();
    for (path, headless_shell) in browsers(options) {
        let browser = match version_of(&path).await {
            Ok(version) => Program { path, version },
            Err(error) if options.program.is_some() => return Err(error),
            Err(_) => continue,
        };
        if browser.major() == driver.major() {
            return Ok(Installation { browser, driver, headless_shell });
        }
        misfits.push(format!("{} is version {}", browser.path.display(), browser.version));
    }
    if misfits.is_empty() {
        return Err(BrowserError::new("cannot start a browser", "no Chrome or Chromium was found")
            .hint(INSTALL));
    }
    let cause = format!(
        "{} is version {} and fits none of the browsers here: {}",
        driver.path.display(),
        driver.version,
        misfits.join(", ")
    );
    Err(BrowserError::new("cannot start a browser", cause)
        .hint("driver and browser must have the same major version; name a pair with --chromium and --chromedriver"))
}

async fn driver(options: &LaunchOptions) -> Result<Program, BrowserError> {
    if let Some(path) = &options.driver {
        return Ok(Program { path: path.clone(), version: version_of(path).await? });
    }
    let folder = env::var_os(DRIVER_FOLDER).map(PathBuf::from);
    let found = folder
        .map(|folder| folder.join("chromedriver"))
        .filter(|path| path.is_file())
        .or_else(|| in_path("chromedriver"));
    let Some(path) = found else {
        return Err(
            BrowserError::new("cannot start a browser", "no chromedriver was found").hint(INSTALL)
        );
    };
    let version = version_of(&path).await?;
    Ok(Program { path, version })
}

/// Browsers in order of preference, each with whether it is the headless shell.
fn browsers(options: &LaunchOptions) -> Vec<(PathBuf, bool)> {
    if let Some(path) = &options.program {
        let shell = path.file_name().is_some_and(|n| n.to_string_lossy().contains("headless"));
        return vec![(path.clone(), shell)];
    }
    let shells = ["chromium-headless-shell", "chrome-headless-shell"].map(|name| (name, true));
    let full = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
        .map(|name| (name, false));
    let names: Vec<(&str, bool)> = match options.kind {
        BrowserKind::Auto => shells.into_iter().chain(full).collect(),
        BrowserKind::HeadlessShell => shells.to_vec(),
        BrowserKind::Chromium => full.to_vec(),
    };
    names.into_iter().filter_map(|(name, shell)| Some((in_path(name)?, shell))).collect()
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The first dotted number that a program's `--version` prints.
async fn version_of(path: &Path) -> Result<String, BrowserError> {
    let what = format!("cannot run {}", path.display());
    let running = Command::new(path)
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(Duration::from_secs(20), running)
        .await
        .map_err(|_| BrowserError::new(&what, "it did not tell its version within 20 s"))?
        .map_err(|error| BrowserError::new(&what, error).hint(INSTALL))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text
        .split_whitespace()
        .find(|word| word.contains('.') && word.starts_with(|first: char| first.is_ascii_digit()));
    version.map(str::to_owned).ok_or_else(|| {
        BrowserError::new(
            what,
            "it told no version; on Ubuntu the packaged chromium is only a stub",
        )
        .hint(INSTALL)
    })
}
