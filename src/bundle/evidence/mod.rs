//! Evidence in one file: a ZIP archive with what is handed on of an audit, a list of the
//! SHA-256 of every file in it, and, if wanted, an Ed25519 signature over that list.
//!
//! The list proves that nothing was changed by mistake. Only a signature by a key that the
//! reader knows from elsewhere proves who wrote it.

mod form;
mod keys;
mod pack;
mod verify;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use keys::{PublicKey, SigningKey};
pub use pack::Packer;
pub use verify::{Origin, Verdict, verify};

/// The version of the archive's list that this build writes, and the newest it reads.
pub const EVIDENCE_VERSION: u32 = 1;
/// Name of the list within the archive.
const LIST: &str = "evidence.json";
/// Name of the signature within the archive.
const SIGNATURE: &str = "signature.json";

/// What an archive says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceList {
    /// Version of this list.
    pub format: u32,
    /// The tool that packed it.
    pub tool: String,
    /// The sites that were audited.
    pub sites: Vec<String>,
    /// When the capture began (RFC 3339, UTC), if it tells.
    pub captured: Option<String>,
    /// Whether the capture is in it with values as captured; masked otherwise.
    pub contains_personal_values: bool,
    /// The files of the capture that was audited with their SHA-256, whether or not they are
    /// in here: whoever has them can show that they are the ones.
    pub capture: BTreeMap<String, String>,
    /// Every other file of the archive with its SHA-256.
    pub files: BTreeMap<String, String>,
}

/// A signature over the bytes of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    algorithm: String,
    /// The public key, hex.
    key: String,
    /// The signature, hex.
    signature: String,
}

/// Evidence could not be packed or read.
#[derive(Debug, Error)]
pub enum EvidenceError {
    /// A file could not be read or written.
    #[error("cannot read or write the archive")]
    Io(#[from] std::io::Error),
    /// The file is no ZIP archive, or a damaged one.
    #[error("{} is not an archive of evidence: {problem}", place.display())]
    NotEvidence {
        /// The file.
        place: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// It was written by a newer build.
    #[error("{} has evidence format {found}; this build reads up to format {EVIDENCE_VERSION}", place.display())]
    Newer {
        /// The file.
        place: PathBuf,
        /// Its format.
        found: u64,
    },
    /// The archive could not be written.
    #[error("cannot write the archive")]
    Zip(#[from] zip::result::ZipError),
    /// The list could not be written.
    #[error("cannot write the list of files")]
    Json(#[from] serde_json::Error),
    /// A key could not be used.
    #[error("{what}")]
    Key {
        /// What is wrong with it.
        what: String,
    },
}
