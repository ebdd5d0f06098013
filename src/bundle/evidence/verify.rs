//! Holds an archive of evidence against its own list, and its signature against a key. It
//! may come from anywhere: sizes and names are bounded before anything is believed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::form;
use super::{EVIDENCE_VERSION, EvidenceError, EvidenceList, LIST, PublicKey, SIGNATURE, Signature};

/// The largest list, the most that all files may unpack to, and the most files.
const LIST_LIMIT: u64 = 64 << 20;
const TOTAL_LIMIT: u64 = 16 << 30;
const MOST_FILES: usize = 1_000_000;

/// What came of it; every list is sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What the archive says of itself.
    pub list: EvidenceList,
    /// Files that are not what the list says.
    pub altered: Vec<String>,
    /// Files that the list does not have.
    pub added: Vec<String>,
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Who wrote it, as far as that is proved.
    pub origin: Origin,
}

/// Who wrote an archive, as far as that is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It has no signature.
    Unsigned,
    /// The signature is not one of the list, or not one at all.
    Broken(String),
    /// The list is signed, by a key that only the archive itself names.
    SignedBy(PublicKey),
    /// The list is signed by the key that the reader knows.
    Proved,
    /// The list is signed, and not by the key that the reader knows.
    OtherKey(PublicKey),
}

impl Verdict {
    /// Whether every file is there, as it was, and nothing else.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.altered.is_empty() && self.added.is_empty() && self.missing.is_empty()
    }
}

/// Checks an archive; `key` is the one that the reader knows its writer by.
///
/// # Errors
/// When it is no archive of evidence, a newer one, or cannot be read.
pub fn verify(place: &Path, key: Option<&PublicKey>) -> Result<Verdict, EvidenceError> {
    let wrong = |problem: &str| EvidenceError::NotEvidence {
        place: place.to_owned(),
        problem: problem.to_owned(),
    };
    let mut file = BufReader::new(File::open(place)?);
    if let Some(objection) = form::objection(&mut file)? {
        return Err(wrong(objection));
    }
    file.rewind()?;
    let mut archive = ZipArchive::new(file).map_err(|error| wrong(&error.to_string()))?;
    if archive.len() > MOST_FILES || archive.has_overlapping_files().unwrap_or(true) {
        return Err(wrong("its files lie over each other, or are too many"));
    }
    let text = small(&mut archive, LIST)
        .ok_or_else(|| wrong("it has no list of files that can be read"))?;
    let list = parse(&text, place)?;
    let origin = origin(&mut archive, &text, key);
    let found = hashes(&mut archive).map_err(|error| wrong(&error))?;
    Ok(compare(list, &found, origin))
}

/// The one field that every format has.
#[derive(Deserialize)]
struct Version {
    format: u64,
}

fn parse(text: &[u8], place: &Path) -> Result<EvidenceList, EvidenceError> {
    let wrong = |error: serde_json::Error| EvidenceError::NotEvidence {
        place: place.to_owned(),
        problem: format!("{LIST}: {error}"),
    };
    let version: Version = serde_json::from_slice(text).map_err(wrong)?;
    if version.format > u64::from(EVIDENCE_VERSION) {
        return Err(EvidenceError::Newer { place: place.to_owned(), found: version.format });
    }
    serde_json::from_slice(text).map_err(wrong)
}

/// The bytes of a small file; `None` when it is not there or cannot be read.
fn small<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Option<Vec<u8>> {
    let file = archive.by_name(name).ok()?;
    let mut bytes = Vec::new();
    file.take(LIST_LIMIT + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LIST_LIMIT).then_some(bytes)
}

fn origin<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    list: &[u8],
    known: Option<&PublicKey>,
) -> Origin {
    if archive.index_for_name(SIGNATURE).is_none() {
        return Origin::Unsigned;
    }
    let broken = |what: &str| Origin::Broken(what.to_owned());
    let Some(bytes) = small(archive, SIGNATURE) else { return broken("it cannot be read") };
    let Ok(told) = serde_json::from_slice::<Signature>(&bytes) else {
        return broken("it is not a signature");
    };
    let (key, signature) = (PublicKey::from_hex(&told.key), hex::decode(&told.signature));
    let (Some(key), Ok(signature)) = (key, signature) else {
        return broken("it is not a signature");
    };
    if told.algorithm != "ed25519" {
        return broken("its algorithm is not known");
    }
    if !key.verifies(list, &signature) {
        return broken("it is not one of this list of files");
    }
    match known {
        None => Origin::SignedBy(key),
        Some(known) if *known == key => Origin::Proved,
        Some(_) => Origin::OtherKey(key),
    }
}

/// The SHA-256 of every file but the list and its signature; `None` for one that cannot be
/// unpacked.
fn hashes<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
) -> Result<BTreeMap<String, Option<String>>, String> {
    let mut found = BTreeMap::new();
    let mut left = TOTAL_LIMIT;
    for index in 0..archive.len() {
        let name = match archive.name_for_index(index) {
            Some(LIST | SIGNATURE) => continue,
            Some(name) => name.to_owned(),
            None => String::new(),
        };
        let hash = match archive.by_index(index) {
            Ok(file) => hash(file.take(left.saturating_add(1)), &mut left),
            Err(_) => None,
        };
        if left == 0 {
            return Err(format!("it unpacks to more than {} GiB", TOTAL_LIMIT >> 30));
        }
        found.insert(name, hash);
    }
    Ok(found)
}

fn hash(mut file: impl Read, left: &mut u64) -> Option<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = file.read(&mut buffer).ok()?;
        if read == 0 {
            return Some(hex::encode(hasher.finalize()));
        }
        *left = left.saturating_sub(read as u64);
        hasher.update(&buffer[..read]);
    }
}

fn compare(
    list: EvidenceList,
    found: &BTreeMap<String, Option<String>>,
    origin: Origin,
) -> Verdict {
    let listed: BTreeSet<&String> = list.files.keys().collect();
    let there: BTreeSet<&String> = found.keys().collect();
    let names = |of: &BTreeSet<&String>, not: &BTreeSet<&String>| -> Vec<String> {
        of.difference(not).map(|name| (*name).clone()).collect()
    };
    let differs = |name: &&String| found.get(*name) != Some(&list.files.get(*name).cloned());
    let altered = listed.intersection(&there).copied().filter(differs).cloned().collect();
    let (added, missing) = (names(&there, &listed), names(&listed, &there));
    Verdict { altered, added, missing, origin, list }
}
