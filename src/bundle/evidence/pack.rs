//! Packs evidence: same files in, same bytes out.

use std::io::{Seek, Write};

use sha2::{Digest, Sha256};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use super::{
    EVIDENCE_VERSION, EvidenceError, EvidenceList, LIST, SIGNATURE, Signature, SigningKey,
};

/// An archive that is being written.
pub struct Packer<W: Write + Seek> {
    archive: ZipWriter<W>,
    list: EvidenceList,
}

impl<W: Write + Seek> Packer<W> {
    /// Begins an archive; `facts` says what it is of, its files are filled in.
    #[must_use]
    pub fn new(out: W, facts: EvidenceList) -> Self {
        let tool = concat!("pixelwarden ", env!("CARGO_PKG_VERSION")).to_owned();
        let list = EvidenceList { format: EVIDENCE_VERSION, tool, files: [].into(), ..facts };
        Self { archive: ZipWriter::new(out), list }
    }

    /// Adds a file. Names are relative, with `/`, and each comes once.
    ///
    /// # Errors
    /// When it cannot be written, or is there already.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), EvidenceError> {
        self.write(name, bytes)?;
        self.list.files.insert(name.to_owned(), hex::encode(Sha256::digest(bytes)));
        Ok(())
    }

    /// Writes the list of files, signs it if there is a key, and ends the archive.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self, key: Option<&SigningKey>) -> Result<W, EvidenceError> {
        let mut list = serde_json::to_vec_pretty(&self.list)?;
        list.push(b'\n');
        self.write(LIST, &list)?;
        if let Some(key) = key {
            let signature = Signature {
                algorithm: "ed25519".to_owned(),
                key: key.public().to_hex(),
                signature: hex::encode(key.sign(&list)),
            };
            let mut bytes = serde_json::to_vec_pretty(&signature)?;
            bytes.push(b'\n');
            self.write(SIGNATURE, &bytes)?;
        }
        Ok(self.archive.finish()?)
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), EvidenceError> {
        // A time of its own would make every archive another one.
        let options = SimpleFileOptions::default()
            .last_modified_time(DateTime::default())
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(0o600);
        self.archive.start_file(name, options)?;
        Ok(self.archive.write_all(bytes)?)
    }
}
