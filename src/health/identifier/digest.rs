//! Digests: what a hash looks like, and the ones that stand for nothing.

/// Digests of the empty string, which a careless site sends for a visitor without
/// an address: MD5, SHA-1 and SHA-256 in hex, SHA-256 in base64url.
const OF_NOTHING: &[&str] = &[
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
];

/// Whether a value has the shape of an MD5, SHA-1 or SHA-256 digest, and is not
/// that of the empty string.
pub(super) fn is_digest(value: &str) -> bool {
    let hex = matches!(value.len(), 32 | 40 | 64) && value.bytes().all(|b| b.is_ascii_hexdigit());
    (hex || is_base64_sha256(value)) && !is_of_nothing(value)
}

/// Whether a value is the digest of the empty string.
pub(super) fn is_of_nothing(value: &str) -> bool {
    let bare = value.trim_end_matches('=').replace('+', "-").replace('/', "_");
    OF_NOTHING.iter().any(|known| known.eq_ignore_ascii_case(&bare))
}

/// 32 bytes in base64 are 43 characters, with or without padding.
fn is_base64_sha256(value: &str) -> bool {
    let bare = value.strip_suffix('=').unwrap_or(value);
    let of_alphabet = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'/');
    bare.len() == 43
        && bare.bytes().all(of_alphabet)
        && bare.bytes().any(|b| b.is_ascii_uppercase())
        && bare.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_known_in_hex_and_base64() {
        assert!(is_digest("86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d"));
        assert!(is_digest("5f4dcc3b5aa765d61d8327deb882cf99"));
        assert!(is_digest("NrFjK4Bo6dMhCsn7ys5ZTrbWjQ0fCiqGVRyoAkWAY_g"));
        assert!(!is_digest("5f4dcc3b5aa765d61d8327deb882cf9"));
        assert!(!is_digest("a-long-word-with-hyphens-and-some-more-word"));
    }

    #[test]
    fn the_digest_of_nothing_is_nobodys() {
        assert!(OF_NOTHING.iter().all(|digest| !is_digest(digest)));
        assert!(!is_digest("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
        assert!(!is_digest("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"));
    }
}
