//! A file as it comes from a download folder: gzip is taken off; other wrappings are
//! named, so that their user knows what to do.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::bufread::MultiGzDecoder;

use super::error::HarError;

/// First bytes of a file that is no plain JSON, and what it then is.
const FOREIGN: [(&[u8], &str); 5] = [
    (b"PK\x03\x04", "a ZIP archive"),
    (b"(\xb5/\xfd", "compressed with Zstandard"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"bplist", "a property list"),
];

/// The JSON of a file, at most `limit` bytes of it.
pub(super) fn unpacked(bytes: &[u8], limit: u64) -> Result<Cow<'_, [u8]>, HarError> {
    if let Some((_, what)) = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(HarError::Packed { what });
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut plain = Vec::new();
    let mut decoder = MultiGzDecoder::new(bytes).take(limit + 1);
    decoder.read_to_end(&mut plain).map_err(|source| HarError::Gzip { source })?;
    Ok(Cow::Owned(plain))
}
