//! Decompression with a bound on what may come out: a small body can hold a bomb.

use std::io::Read;

/// The most that one payload may inflate to, in bytes.
const MAX_INFLATED: u64 = 32 << 20;

/// A compression that payloads travel in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compression {
    /// Gzip, recognised by its magic number.
    Gzip,
    /// Zlib or raw deflate.
    Deflate,
    /// Brotli; has no magic number.
    Brotli,
    /// Zstandard, recognised by its magic number.
    Zstd,
}

impl Compression {
    /// The compression that these first bytes announce.
    #[must_use]
    pub fn of_magic(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            // Zlib: method 8, and the two bytes are a multiple of 31 (RFC 1950).
            [cmf @ (0x78 | 0x58), flg, ..]
                if (u16::from(*cmf) << 8 | u16::from(*flg)) % 31 == 0 && bytes.len() > 6 =>
            {
                Some(Self::Deflate)
            }
            _ => None,
        }
    }

    /// The compression that a `content-encoding` names.
    fn of_name(name: &str) -> Option<Self> {
        match name.trim() {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// `bytes` decompressed; `None` if they are damaged or inflate beyond 32 MiB.
#[must_use]
pub fn inflate(compression: Compression, bytes: &[u8]) -> Option<Vec<u8>> {
    match compression {
        Compression::Gzip => bounded(flate2::read::MultiGzDecoder::new(bytes)),
        Compression::Deflate => bounded(flate2::read::ZlibDecoder::new(bytes))
            .or_else(|| bounded(flate2::read::DeflateDecoder::new(bytes))),
        Compression::Brotli => bounded(brotli_decompressor::Decompressor::new(bytes, 4096)),
        Compression::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::new(bytes).ok()?;
            // 2^25 bytes of window: a frame may ask for gigabytes.
            decoder.window_log_max(25).ok()?;
            bounded(decoder)
        }
    }
}

/// The body behind a `content-encoding`, which may list several. A body that is
/// already plain (HAR files hold such) comes back as it is.
#[must_use]
pub fn content_decoded<'a>(bytes: &'a [u8], encoding: &str) -> std::borrow::Cow<'a, [u8]> {
    let mut body = std::borrow::Cow::Borrowed(bytes);
    for name in encoding.to_ascii_lowercase().rsplit(',').take(3) {
        if let Some(plain) = Compression::of_name(name).and_then(|c| inflate(c, &body)) {
            body = std::borrow::Cow::Owned(plain);
        }
    }
    body
}

fn bounded(reader: impl Read) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    reader.take(MAX_INFLATED + 1).read_to_end(&mut out).ok()?;
    (out.len() as u64 <= MAX_INFLATED).then_some(out)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn every_compression_comes_back() {
        assert_eq!(inflate(Compression::Gzip, &gzip(b"hello")).unwrap(), b"hello");
        let zstd = zstd::bulk::compress(b"hello", 1).unwrap();
        assert_eq!(Compression::of_magic(&zstd), Some(Compression::Zstd));
        assert_eq!(inflate(Compression::Zstd, &zstd).unwrap(), b"hello");
        let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(b"hello").unwrap();
        let zlib = writer.finish().unwrap();
        assert_eq!(Compression::of_magic(&zlib), Some(Compression::Deflate));
        assert_eq!(inflate(Compression::Deflate, &zlib).unwrap(), b"hello");
    }

    #[test]
    fn a_bomb_is_refused_and_damage_is_none() {
        let bomb = gzip(&vec![0; 33 << 20]);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(inflate(Compression::Gzip, &bomb), None);
        assert_eq!(inflate(Compression::Gzip, b"\x1f\x8b\x08 damaged"), None);
    }

    #[test]
    fn a_plain_body_survives_a_wrong_encoding_header() {
        assert_eq!(content_decoded(b"v=2", "gzip").as_ref(), b"v=2");
        assert_eq!(content_decoded(&gzip(b"v=2"), "gzip").as_ref(), b"v=2");
    }
}
