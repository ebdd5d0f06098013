//! The manifest as it lies on disk, and which file names a bundle may hold.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{BundleError, FORMAT_VERSION};
use crate::model::Manifest;

/// Name of the manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// What is known of a run while it lasts, in the form of a manifest without files.
pub(super) const PLAN: &str = "plan.json";
/// Name of the file of visits.
pub(super) const VISITS: &str = "visits.jsonl.zst";
/// Folder of request bodies.
pub(super) const BODIES: &str = "bodies";
/// Folder of pictures.
pub(super) const SCREENSHOTS: &str = "screenshots";

/// The largest manifest that is read.
const MANIFEST_LIMIT: u64 = 64 << 20;

/// `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredManifest {
    /// Format version.
    pub format: u32,
    /// The run.
    pub manifest: Manifest,
    /// Every other file by its path within the bundle, with its SHA-256.
    pub files: BTreeMap<String, String>,
}

/// The one field that every format has.
#[derive(Deserialize)]
struct Version {
    format: u64,
}

impl StoredManifest {
    /// Reads a bundle's manifest; `None` when it has none.
    pub(super) fn read(dir: &Path) -> Result<Option<Self>, BundleError> {
        Self::read_file(dir.join(MANIFEST))
    }

    /// Reads what a run noted that never came to its end; `None` when it noted nothing.
    pub(super) fn read_plan(dir: &Path) -> Result<Option<Self>, BundleError> {
        Self::read_file(dir.join(PLAN))
    }

    fn read_file(place: PathBuf) -> Result<Option<Self>, BundleError> {
        if fs::symlink_metadata(&place).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            return Ok(None);
        }
        let file = open_plain(&place)?;
        let mut text = Vec::new();
        let mut limited = file.take(MANIFEST_LIMIT + 1);
        limited.read_to_end(&mut text).map_err(BundleError::io("read", &place))?;
        if text.len() as u64 > MANIFEST_LIMIT {
            return Err(BundleError::damaged(&place, "it is larger than any manifest"));
        }
        let version: Version = serde_json::from_slice(&text)
            .map_err(|error| BundleError::damaged(&place, error.to_string()))?;
        if version.format > u64::from(FORMAT_VERSION) {
            return Err(BundleError::Newer { place, found: version.format });
        }
        let stored: Self = serde_json::from_slice(&text)
            .map_err(|error| BundleError::damaged(&place, error.to_string()))?;
        Ok(Some(stored))
    }

    /// Checks that every listed file is there, unchanged, and inside the bundle.
    pub(super) fn check(&self, dir: &Path) -> Result<(), BundleError> {
        for (name, expected) in &self.files {
            if !is_bundle_name(name) {
                let problem = format!("it lists a file with a foreign name: {name:?}");
                return Err(BundleError::damaged(dir.join(MANIFEST), problem));
            }
            let place = dir.join(name);
            let actual = hash_file(&place)?;
            if &actual != expected {
                return Err(BundleError::damaged(
                    place,
                    "its SHA-256 is not the one in the manifest",
                ));
            }
        }
        if !self.files.contains_key(VISITS) {
            return Err(BundleError::damaged(dir.join(MANIFEST), "it lists no visits"));
        }
        Ok(())
    }
}

/// Whether a path within a bundle is one that this format has. Manifests may come
/// from anywhere, so nothing else is ever opened.
pub(super) fn is_bundle_name(name: &str) -> bool {
    match name.split_once('/') {
        None => name == VISITS,
        Some((BODIES, hash)) => is_hash(hash),
        Some((SCREENSHOTS, file)) => is_picture(file),
        Some(_) => false,
    }
}

/// Whether this is a SHA-256 in lower-case hex.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_picture(file: &str) -> bool {
    file.strip_suffix(".png").is_some_and(|stem| {
        (1..=100).contains(&stem.len())
            && stem.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    })
}

/// Opens an ordinary file: not a link, device or pipe, which a foreign bundle may hold.
pub(super) fn open_plain(place: &Path) -> Result<File, BundleError> {
    let meta = match fs::symlink_metadata(place) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(BundleError::damaged(place, "it is missing"));
        }
        meta => meta.map_err(BundleError::io("read", place))?,
    };
    if !meta.is_file() {
        return Err(BundleError::damaged(place, "it is not an ordinary file"));
    }
    File::open(place).map_err(BundleError::io("read", place))
}

pub(super) fn hash_file(place: &PathBuf) -> Result<String, BundleError> {
    let mut file = open_plain(place)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer).map_err(BundleError::io("read", place))? {
            0 => return Ok(hex::encode(hasher.finalize())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_format_are_opened() {
        let hash = "a".repeat(64);
        assert!(is_bundle_name(VISITS));
        assert!(is_bundle_name(&format!("bodies/{hash}")));
        assert!(is_bundle_name("screenshots/v0001-page.png"));
        for foreign in [
            "",
            "/etc/passwd",
            "../visits.jsonl.zst",
            "bodies/../../x",
            "bodies/abc",
            "screenshots/../a.png",
            "screenshots/.png",
            "screenshots/a/b.png",
            "screenshots\\a.png",
            "manifest.json",
        ] {
            assert!(!is_bundle_name(foreign), "{foreign:?}");
        }
    }
}
