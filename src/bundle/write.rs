//! Writes a bundle while the crawl runs.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::stored::{
    BODIES, MANIFEST, PLAN, SCREENSHOTS, StoredManifest, VISITS, is_bundle_name, is_hash,
};
use super::{BundleError, FORMAT_VERSION};
use crate::model::{Body, Manifest, Sink, SinkError, Visit};

/// zstd's own default: visits shrink about fifteenfold.
const LEVEL: i32 = 3;

/// A bundle that is being written.
#[derive(Debug)]
pub struct Bundle {
    dir: PathBuf,
    visits: File,
    /// Grows with the file, so that the manifest needs no second reading.
    visits_hash: Sha256,
    /// Bodies and pictures so far, with their hashes.
    files: BTreeMap<String, String>,
}

impl Bundle {
    /// A new bundle in `dir`, which is created (mode 0700) or must be empty.
    ///
    /// # Errors
    /// When the folder holds something already or cannot be written.
    pub fn create(dir: impl Into<PathBuf>) -> Result<Self, BundleError> {
        let dir = dir.into();
        make_private(&dir)?;
        let mut entries = fs::read_dir(&dir).map_err(BundleError::io("read", &dir))?;
        if entries.next().is_some() {
            return Err(BundleError::NotEmpty(dir));
        }
        Self::start(dir)
    }

    /// A new bundle in `dir` that takes the place of one that may be there. Files that
    /// no bundle has are left alone.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn replace(dir: impl Into<PathBuf>) -> Result<Self, BundleError> {
        let dir = dir.into();
        make_private(&dir)?;
        // The manifest goes first: what is left without it is no bundle.
        for name in [MANIFEST, PLAN, VISITS] {
            let place = dir.join(name);
            absent_is_fine(fs::remove_file(&place)).map_err(BundleError::io("replace", &place))?;
        }
        for name in [BODIES, SCREENSHOTS] {
            let place = dir.join(name);
            absent_is_fine(fs::remove_dir_all(&place))
                .map_err(BundleError::io("replace", &place))?;
        }
        Self::start(dir)
    }

    fn start(dir: PathBuf) -> Result<Self, BundleError> {
        for name in [BODIES, SCREENSHOTS] {
            make_private(&dir.join(name))?;
        }
        let place = dir.join(VISITS);
        let visits = OpenOptions::new()
            .create_new(true)
            .append(true)
            .mode(0o600)
            .open(&place)
            .map_err(BundleError::io("create", &place))?;
        Ok(Self { dir, visits, visits_hash: Sha256::new(), files: BTreeMap::new() })
    }

    /// Takes away a bundle that a run made and never wrote a visit to.
    pub fn discard(dir: &Path) {
        let is_empty = fs::metadata(dir.join(VISITS)).is_ok_and(|visits| visits.len() == 0);
        if !is_empty || dir.join(MANIFEST).exists() {
            return;
        }
        for name in [PLAN, VISITS] {
            drop(fs::remove_file(dir.join(name)));
        }
        // Folders that hold something stay.
        for place in [dir.join(BODIES), dir.join(SCREENSHOTS), dir.to_owned()] {
            drop(fs::remove_dir(place));
        }
    }

    /// One whose earlier part is there.
    pub(super) fn going_on(
        dir: PathBuf,
        visits: File,
        visits_hash: Sha256,
        files: BTreeMap<String, String>,
    ) -> Self {
        Self { dir, visits, visits_hash, files }
    }

    /// The bundle's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn body(&mut self, body: &Body) -> Result<(), SinkError> {
        let name = format!("{BODIES}/{}", body.sha256);
        if self.files.contains_key(&name) {
            return Ok(());
        }
        if !is_hash(&body.sha256) {
            return Err(self.failed(BODIES, "a body has no hash"));
        }
        write_whole(&self.dir.join(&name), &body.bytes)?;
        self.files.insert(name, body.sha256.clone());
        Ok(())
    }

    fn write_manifest(
        &self,
        name: &str,
        manifest: &Manifest,
        files: BTreeMap<String, String>,
    ) -> Result<(), SinkError> {
        let mut manifest = manifest.clone();
        manifest.format = FORMAT_VERSION;
        let stored = StoredManifest { format: FORMAT_VERSION, manifest, files };
        let text = serde_json::to_vec_pretty(&stored).map_err(|error| self.failed(name, error))?;
        write_whole(&self.dir.join(name), &text)
    }

    fn failed(&self, name: &str, cause: impl ToString) -> SinkError {
        SinkError { place: self.dir.join(name).display().to_string(), cause: cause.to_string() }
    }
}

impl Sink for Bundle {
    fn visit(&mut self, visit: &Visit) -> Result<(), SinkError> {
        for body in visit.requests.iter().filter_map(|request| request.body.as_ref()) {
            self.body(body)?;
        }
        let mut line = serde_json::to_vec(visit).map_err(|error| self.failed(VISITS, error))?;
        line.push(b'\n');
        let frame = zstd::bulk::compress(&line, LEVEL).map_err(|e| self.failed(VISITS, e))?;
        // One write per frame: a crash leaves whole frames, or one that is cut.
        self.visits.write_all(&frame).map_err(|error| self.failed(VISITS, error))?;
        self.visits_hash.update(&frame);
        Ok(())
    }

    fn screenshot(&mut self, name: &str, png: &[u8]) -> Result<String, SinkError> {
        let name = format!("{SCREENSHOTS}/{name}");
        if !is_bundle_name(&name) {
            return Err(self.failed(&name, "not a picture's name"));
        }
        write_whole(&self.dir.join(&name), png)?;
        self.files.insert(name.clone(), hex::encode(Sha256::digest(png)));
        Ok(name)
    }

    fn note(&mut self, so_far: &Manifest) -> Result<(), SinkError> {
        self.write_manifest(PLAN, so_far, BTreeMap::new())
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<(), SinkError> {
        self.visits.sync_all().map_err(|error| self.failed(VISITS, error))?;
        let mut files = self.files.clone();
        files.insert(VISITS.to_owned(), hex::encode(self.visits_hash.clone().finalize()));
        self.write_manifest(MANIFEST, manifest, files)?;
        absent_is_fine(fs::remove_file(self.dir.join(PLAN))).map_err(|e| self.failed(PLAN, e))
    }
}

/// Writes a file beside its place and renames it, so that it is there whole or not at all.
fn write_whole(place: &Path, bytes: &[u8]) -> Result<(), SinkError> {
    let beside = place.with_extension("part");
    let write = || -> std::io::Result<()> {
        // What lies there may be a link to another file: it goes, and nothing is followed.
        absent_is_fine(fs::remove_file(&beside))?;
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&beside)?;
        file.write_all(bytes)?;
        fs::rename(&beside, place)
    };
    write().map_err(|error| {
        drop(fs::remove_file(&beside));
        SinkError { place: place.display().to_string(), cause: error.to_string() }
    })
}

/// Creates a folder that only its owner can open; its parents as usual.
fn make_private(dir: &Path) -> Result<(), BundleError> {
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent).map_err(BundleError::io("create", parent))?;
    }
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            fs::set_permissions(dir, Permissions::from_mode(0o700))
                .map_err(BundleError::io("make private", dir))
        }
        created => created.map_err(BundleError::io("create", dir)),
    }
}

fn absent_is_fine(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
