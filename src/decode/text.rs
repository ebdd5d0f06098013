//! Text encodings: percent, form pairs, base64 in all the dialects that are seen.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// More pairs than any real form has; the rest is dropped.
const MAX_PAIRS: usize = 5000;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// `text` with percent escapes undone; a malformed escape stands as it is.
#[must_use]
pub fn percent(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

/// A form value: `+` is a space, then percent escapes.
#[must_use]
pub fn form_value(text: &str) -> Cow<'_, str> {
    if !text.contains('+') {
        return percent(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent(&spaced).into_owned())
}

/// The pairs of `a=1&b=2`, decoded, in order; a name without `=` has an empty value.
pub fn form(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    pairs(text, '&').take(MAX_PAIRS).map(|(name, value)| (form_value(name), form_value(value)))
}

/// Raw `name=value` pairs between separators; empty ones are skipped.
pub(super) fn pairs(text: &str, separator: char) -> impl Iterator<Item = (&str, &str)> {
    text.split(separator)
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Bytes of base64 or base64url text, padded or not, line breaks allowed.
#[must_use]
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let compact: Cow<'_, str> = if text.contains(|c: char| c.is_ascii_whitespace()) {
        Cow::Owned(text.split_ascii_whitespace().collect())
    } else {
        Cow::Borrowed(text)
    };
    if compact.is_empty() {
        return None;
    }
    STANDARD.decode(compact.as_bytes()).or_else(|_| URL_SAFE.decode(compact.as_bytes())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_that_are_not_escapes_stand() {
        assert_eq!(percent("100%25 of 50% %zz"), "100% of 50% %zz");
        assert_eq!(form_value("a+b%2Bc"), "a b+c");
    }

    #[test]
    fn pairs_keep_order_and_empty_values() {
        let all: Vec<_> = form("a=1&&b&cd%5Bvalue%5D=x%3Dy").collect();
        let all: Vec<_> = all.iter().map(|(n, v)| (n.as_ref(), v.as_ref())).collect();
        assert_eq!(all, [("a", "1"), ("b", ""), ("cd[value]", "x=y")]);
    }

    #[test]
    fn base64_comes_in_dialects() {
        for text in ["aGk/Pz8+", "aGk_Pz8-", "aGk/\nPz8+"] {
            assert_eq!(base64(text).unwrap(), b"hi???>");
        }
        assert_eq!(base64("aGk=").unwrap(), base64("aGk").unwrap());
        assert_eq!(base64("not base64!"), None);
    }
}
