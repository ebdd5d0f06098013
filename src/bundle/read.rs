//! Reads a bundle back. It may come from anywhere: names, sizes and hashes are
//! checked before anything is believed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::stored::{
    BODIES, MANIFEST, StoredManifest, VISITS, hash_file, is_bundle_name, is_hash, open_plain,
};
use super::{BundleError, FORMAT_VERSION};
use crate::model::{Body, Capture, Collected, Manifest, Visit};

/// The largest visit, unpacked. A frame that unpacks to more is not ours.
const VISIT_LIMIT: u64 = 512 << 20;
/// All visits of one bundle, unpacked.
const TOTAL_LIMIT: u64 = 2048 << 20;
/// The largest body or picture.
const FILE_LIMIT: u64 = 512 << 20;
/// The most visits of one bundle.
const VISITS_LIMIT: usize = 1_000_000;

/// Reads the capture in `dir`, with request bodies filled in.
///
/// A bundle without a manifest is a run that was killed: the visits that are whole
/// are read, and the capture's gaps say so.
///
/// # Errors
/// When the folder holds no capture, a newer one, or one that was altered.
pub fn open(dir: impl AsRef<Path>) -> Result<Capture, BundleError> {
    read(dir.as_ref(), |visit| visit)
}

/// [`open`] for those who want to know how each visit went and nothing of what it sent or
/// what the page held: the memory of the whole stays that of one visit.
///
/// # Errors
/// As [`open`].
pub fn outline(dir: impl AsRef<Path>) -> Result<Capture, BundleError> {
    read(dir.as_ref(), |visit| {
        let failures = visit.collected.failures;
        let collected = Collected { failures, ..Collected::default() };
        Visit { requests: Vec::new(), collected, ..visit }
    })
}

fn read(dir: &Path, keep: impl Fn(Visit) -> Visit) -> Result<Capture, BundleError> {
    let stored = StoredManifest::read(dir)?;
    match stored {
        Some(stored) => {
            stored.check(dir)?;
            let (visits, cut) = read_visits(dir, keep)?;
            if let Some(cut) = cut {
                return Err(cut);
            }
            let mut bodies = Bodies::new(dir, Some(&stored));
            let visits = filled(visits, &mut bodies)?;
            Ok(Capture::new(stored.manifest, visits))
        }
        None if dir.join(VISITS).exists() => {
            let (visits, cut) = read_visits(dir, keep)?;
            let visits = filled(visits, &mut Bodies::new(dir, None))?;
            let manifest = manifest_of_crash(dir, &visits, cut.is_some())?;
            Ok(Capture::new(manifest, visits))
        }
        None => {
            std::fs::read_dir(dir).map_err(BundleError::io("read", dir))?;
            Err(BundleError::NotABundle(dir.to_owned()))
        }
    }
}

/// Every file of the capture in `dir` with its SHA-256, the manifest among them. A run that
/// was killed has none.
///
/// # Errors
/// When the folder holds no capture, or one that cannot be read.
pub fn files(dir: impl AsRef<Path>) -> Result<BTreeMap<String, String>, BundleError> {
    let dir = dir.as_ref();
    let Some(stored) = StoredManifest::read(dir)? else { return Ok(BTreeMap::new()) };
    let mut files = stored.files;
    files.insert(MANIFEST.to_owned(), hash_file(&dir.join(MANIFEST))?);
    Ok(files)
}

/// The picture that a visit names (`screenshots/v0001-page.png`), as PNG.
///
/// # Errors
/// When the name is not a picture's, or the file is missing or too large.
pub fn screenshot(dir: impl AsRef<Path>, name: &str) -> Result<Vec<u8>, BundleError> {
    let place = dir.as_ref().join(name);
    if !is_bundle_name(name) || !name.starts_with("screenshots/") {
        return Err(BundleError::damaged(dir.as_ref().join(VISITS), "it names a foreign picture"));
    }
    read_limited(&place)
}

/// Every whole visit, and what is wrong with the first that is not.
fn read_visits(
    dir: &Path,
    keep: impl Fn(Visit) -> Visit,
) -> Result<(Vec<Visit>, Option<BundleError>), BundleError> {
    let mut visits = Vec::new();
    let whole = each_visit(dir, |visit| visits.push(keep(visit)))?;
    Ok((visits, whole.cut))
}

/// How far a file of visits is whole.
pub(super) struct Whole {
    /// Bytes of whole visits.
    pub(super) bytes: u64,
    /// What is wrong with the visit behind them.
    pub(super) cut: Option<BundleError>,
}

/// Hands over every whole visit in the order of the file.
pub(super) fn each_visit(dir: &Path, mut take: impl FnMut(Visit)) -> Result<Whole, BundleError> {
    let place = dir.join(VISITS);
    let mut reader = BufReader::new(open_plain(&place)?);
    let (mut whole, mut count, mut unpacked) = (Whole { bytes: 0, cut: None }, 0, 0);
    while !reader.fill_buf().map_err(BundleError::io("read", &place))?.is_empty() {
        count += 1;
        if count > VISITS_LIMIT {
            return Err(BundleError::damaged(&place, "it has too many visits"));
        }
        match next_visit(&mut reader) {
            Ok((visit, size)) => {
                unpacked += size;
                if unpacked > TOTAL_LIMIT {
                    let problem = format!("it unpacks to more than {} MiB", TOTAL_LIMIT >> 20);
                    return Err(BundleError::damaged(&place, problem));
                }
                take(visit);
            }
            Err(problem) => {
                let problem = format!("visit {count} of the file: {problem}");
                whole.cut = Some(BundleError::damaged(&place, problem));
                break;
            }
        }
        whole.bytes = reader.stream_position().map_err(BundleError::io("read", &place))?;
    }
    Ok(whole)
}

/// Unpacks one frame and parses it; with its size. The reader then stands behind the frame.
fn next_visit(reader: &mut BufReader<File>) -> Result<(Visit, u64), String> {
    let decoder = zstd::stream::read::Decoder::with_buffer(reader)
        .map_err(|error| error.to_string())?
        .single_frame();
    let mut text = Vec::new();
    let mut limited = decoder.take(VISIT_LIMIT + 1);
    limited.read_to_end(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > VISIT_LIMIT {
        return Err(format!("it unpacks to more than {} MiB", VISIT_LIMIT >> 20));
    }
    let visit = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    Ok((visit, text.len() as u64))
}

/// Reads bodies by hash, each once.
struct Bodies<'a> {
    dir: &'a Path,
    /// With a manifest, only what it lists is part of the capture.
    listed: Option<&'a BTreeMap<String, String>>,
    known: BTreeMap<String, Arc<[u8]>>,
}

impl<'a> Bodies<'a> {
    fn new(dir: &'a Path, stored: Option<&'a StoredManifest>) -> Self {
        Self { dir, listed: stored.map(|stored| &stored.files), known: BTreeMap::new() }
    }

    fn bytes(&mut self, body: &Body, visits: &Path) -> Result<Arc<[u8]>, BundleError> {
        if !is_hash(&body.sha256) {
            return Err(BundleError::damaged(visits, "it names a body by something not a hash"));
        }
        if let Some(bytes) = self.known.get(&body.sha256) {
            return Ok(bytes.clone());
        }
        let name = format!("{BODIES}/{}", body.sha256);
        let place = self.dir.join(&name);
        if self.listed.is_some_and(|listed| !listed.contains_key(&name)) {
            return Err(BundleError::damaged(place, "the manifest does not list it"));
        }
        let read = Body::new(read_limited(&place)?);
        if read.sha256 != body.sha256 || read.length != body.length {
            return Err(BundleError::damaged(place, "it is not the body that was captured"));
        }
        self.known.insert(read.sha256, read.bytes.clone());
        Ok(read.bytes)
    }
}

fn filled(mut visits: Vec<Visit>, bodies: &mut Bodies<'_>) -> Result<Vec<Visit>, BundleError> {
    let mut ids = BTreeSet::new();
    let place = bodies.dir.join(VISITS);
    for visit in &mut visits {
        if !ids.insert(visit.id.clone()) {
            let problem = format!("visit {} stands in it twice", visit.id);
            return Err(BundleError::damaged(place, problem));
        }
        for body in visit.requests.iter_mut().filter_map(|request| request.body.as_mut()) {
            body.bytes = bodies.bytes(body, &place)?;
        }
    }
    Ok(visits)
}

fn read_limited(place: &PathBuf) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    let mut limited = open_plain(place)?.take(FILE_LIMIT + 1);
    limited.read_to_end(&mut bytes).map_err(BundleError::io("read", place))?;
    if bytes.len() as u64 > FILE_LIMIT {
        return Err(BundleError::damaged(place, "it is larger than any body"));
    }
    Ok(bytes)
}

/// What can be said of a run that was killed before it wrote its manifest: what it noted
/// on the way.
fn manifest_of_crash(dir: &Path, visits: &[Visit], cut: bool) -> Result<Manifest, BundleError> {
    let noted = StoredManifest::read_plan(dir)?.map(|stored| stored.manifest);
    let mut manifest = noted.unwrap_or_else(|| Manifest {
        format: FORMAT_VERSION,
        tool: format!("pixelwarden {}", env!("CARGO_PKG_VERSION")),
        started: visits.iter().filter_map(|visit| visit.started).min(),
        states: visits.iter().map(Visit::pass).collect::<BTreeSet<_>>().into_iter().collect(),
        contains_personal_values: true,
        ..Manifest::default()
    });
    let count = visits.len();
    manifest.run.gaps.push(format!(
        "The run was killed before it wrote {MANIFEST}: {count} visits are whole, later ones are lost."
    ));
    if cut {
        manifest.run.gaps.push("The last visit was cut off in the middle and is left out.".into());
    }
    Ok(manifest)
}
