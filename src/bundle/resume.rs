//! Goes on with a bundle whose run was cut off: by a kill, or by the user.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::read::each_visit;
use super::stored::{
    BODIES, MANIFEST, SCREENSHOTS, StoredManifest, VISITS, hash_file, is_bundle_name, is_hash,
    open_plain,
};
use super::{Bundle, BundleError};
use crate::model::{Manifest, Sink, Visit};

impl Bundle {
    /// Opens the bundle in `dir` to go on with it, and hands over every visit that is
    /// whole. One that was cut off in the middle is cut away. Returns what the run had noted.
    ///
    /// # Errors
    /// When the folder holds no capture, a finished or altered one, or cannot be written.
    pub fn resume(
        dir: impl AsRef<Path>,
        take: impl FnMut(Visit),
    ) -> Result<(Self, Manifest), BundleError> {
        let dir = dir.as_ref();
        let manifest = noted(dir)?;
        let whole = each_visit(dir, take)?;
        let place = dir.join(VISITS);
        let io = |action| BundleError::io(action, &place);
        let visits = OpenOptions::new().append(true).open(&place).map_err(io("go on writing"))?;
        visits.set_len(whole.bytes).map_err(io("go on writing"))?;
        let mut hash = Sha256::new();
        let mut reader = open_plain(&place)?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            match reader.read(&mut buffer).map_err(io("read"))? {
                0 => break,
                read => hash.update(&buffer[..read]),
            }
        }
        let files = files(dir)?;
        let mut bundle = Self::going_on(dir.to_owned(), visits, hash, files);
        // First the plan, then the manifest away: at no time is the folder without both.
        bundle.note(&manifest).map_err(|error| BundleError::damaged(dir, error.to_string()))?;
        let place = dir.join(MANIFEST);
        if place.exists() {
            fs::remove_file(&place).map_err(BundleError::io("go on writing", &place))?;
        }
        Ok((bundle, manifest))
    }

    /// What a run that was cut off had set out to do.
    ///
    /// # Errors
    /// As for [`Bundle::resume`].
    pub fn plan(dir: impl AsRef<Path>) -> Result<Manifest, BundleError> {
        noted(dir.as_ref())
    }
}

/// What the run had noted: its plan, or the manifest of one that the user stopped.
fn noted(dir: &Path) -> Result<Manifest, BundleError> {
    if let Some(stored) = StoredManifest::read(dir)? {
        stored.check(dir)?;
        return match stored.manifest.run.interrupted {
            true => Ok(stored.manifest),
            false => Err(BundleError::Finished(dir.to_owned())),
        };
    }
    match StoredManifest::read_plan(dir)? {
        Some(stored) => Ok(stored.manifest),
        None if dir.join(VISITS).exists() => Err(BundleError::NoPlan(dir.to_owned())),
        None => {
            fs::read_dir(dir).map_err(BundleError::io("read", dir))?;
            Err(BundleError::NotABundle(dir.to_owned()))
        }
    }
}

/// The bodies and pictures that are there, with their hashes. What else lies beside them
/// was being written when the run was cut off, and goes.
fn files(dir: &Path) -> Result<BTreeMap<String, String>, BundleError> {
    let mut files = BTreeMap::new();
    for folder in [BODIES, SCREENSHOTS] {
        let place = dir.join(folder);
        // A link would lead the writing, and the clearing up, to another folder.
        if !fs::symlink_metadata(&place).is_ok_and(|place| place.is_dir()) {
            return Err(BundleError::damaged(dir, format!("{folder} is no folder")));
        }
        for entry in fs::read_dir(&place).map_err(BundleError::io("read", &place))? {
            let file = entry.map_err(BundleError::io("read", &place))?.path();
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let path = format!("{folder}/{name}");
            if file.extension().is_some_and(|extension| extension == "part") {
                fs::remove_file(&file).map_err(BundleError::io("remove", &file))?;
            } else if is_hash(&name) {
                files.insert(path, name);
            } else if is_bundle_name(&path) {
                files.insert(path, hash_file(&file)?);
            }
        }
    }
    Ok(files)
}
