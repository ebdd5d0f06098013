//! Signature files: those of the program, as written and in the form that the build made of
//! them, and those of a user's folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use super::load::{self, SignatureError, Text};
use super::vendor::Vendor;

static TEXTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/signatures/vendors");

/// The same without what only checks need; `build.rs` makes it.
static PREBUILT: Dir<'_> = include_dir!("$OUT_DIR/vendors");

/// Name and text of the files that a database is of.
#[derive(Debug)]
pub(super) enum Files {
    /// Those of the program, which are copied out when somebody asks.
    Builtin(OnceLock<BTreeMap<String, String>>),
    /// Any others.
    These(BTreeMap<String, String>),
}

impl Default for Files {
    fn default() -> Self {
        Self::These(BTreeMap::new())
    }
}

impl Files {
    /// Those of the program.
    pub(super) fn builtin() -> Self {
        Self::Builtin(OnceLock::new())
    }

    /// Name and text of each, sorted by name.
    pub(super) fn texts(&self) -> &BTreeMap<String, String> {
        match self {
            Self::Builtin(texts) => texts.get_or_init(builtin),
            Self::These(texts) => texts,
        }
    }

    /// SHA-256 over all of them, lower-case hex.
    pub(super) fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        for (file, text) in self.texts() {
            // The name alone, so that the hash is the same wherever a folder lies.
            hasher.update(stem(file).as_bytes());
            hasher.update([0]);
            hasher.update(text.as_bytes());
            hasher.update([0]);
        }
        hex::encode(hasher.finalize())
    }
}

/// Name and text of every file of the program.
pub(super) fn builtin() -> BTreeMap<String, String> {
    let files = TEXTS.files().filter_map(|file| {
        let name = format!("signatures/vendors/{}", file.path().display());
        Some((name, file.contents_utf8()?.to_owned()))
    });
    files.filter(|(name, _)| name.ends_with(".toml")).collect()
}

/// The vendors of the program, without those whose id is in `but`.
pub(super) fn builtin_vendors(but: &[&str]) -> Result<Vec<Vendor>, SignatureError> {
    let files =
        PREBUILT.files().filter_map(|file| Some((file.path().file_stem()?.to_str()?, file)));
    let files = files.filter(|(id, _)| !but.contains(id));
    let files: Vec<(&str, &[u8])> = files.map(|(id, file)| (id, file.contents())).collect();
    // Only the text can tell in which line a file is wrong.
    load::prebuilt(&files).or_else(|_| vendors(&builtin()))
}

/// The vendors of these files: name and text.
pub(super) fn vendors(files: &BTreeMap<String, String>) -> Result<Vec<Vendor>, SignatureError> {
    let texts: Vec<_> =
        files.iter().map(|(file, text)| (stem(file), Text { file, text })).collect();
    load::vendors(&texts)
}

/// `vendors/meta.toml` → `meta`.
pub(super) fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// Name and text of the signature files in a folder, or in its `vendors/`.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub fn read_folder(folder: &Path) -> Result<BTreeMap<String, String>, SignatureError> {
    let failed = |path: &Path, error: &std::io::Error| SignatureError {
        file: path.display().to_string(),
        line: 0,
        message: format!("cannot be read: {error}"),
    };
    let mut files = BTreeMap::new();
    // A folder laid out like the built-in one has its vendors in `vendors/`.
    let inner = folder.join("vendors");
    let folder = if inner.is_dir() { inner.as_path() } else { folder };
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
        let path = entry.map_err(|error| failed(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
            files.insert(path.display().to_string(), text);
        }
    }
    Ok(files)
}
