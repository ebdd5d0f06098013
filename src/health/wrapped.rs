//! Personal values in base64, hex or lz-string, compressed or not: a wrapping that anyone
//! can undo hides nothing.

use std::borrow::Cow;
use std::ops::Range;

use super::identifier::identifiers;
use crate::decode::{base64, lz_string, opened};

/// Runs shorter than this hold no personal value: twelve bytes.
const SHORTEST: usize = 16;
/// Shorter runs hold nothing compressed.
const SHORTEST_PACKED: usize = 32;
/// A longer run is taken as personal without being read: an honest parameter holds none
/// so long, and reading it in every way that it can be read costs too much.
const LONGEST: usize = 16 << 10;
/// Of one text so many bytes of runs are read; those after them are taken as personal.
const MOST: usize = 128 << 10;
/// Wrappings in wrappings are opened this deep.
const DEEPEST: usize = 2;
/// Of readable text among other bytes, shorter pieces say nothing.
const SHORTEST_PIECE: usize = 6;

/// The base64 and hex runs of a text that hold a personal value.
pub(super) fn wrapped(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut read = 0;
    for run in runs(text, is_base64) {
        read += run.len();
        if run.len() > LONGEST || read > MOST {
            found.push(run);
            continue;
        }
        // In an address a slash parts two runs, in base64 it is a digit like others.
        let held = runs(&text[run.clone()], |byte| is_base64(byte) && byte != b'/');
        let parts: Vec<_> = held.map(|part| run.start + part.start..run.start + part.end).collect();
        let before = found.len();
        found.extend(parts.into_iter().filter(|part| tells(&text[part.clone()], DEEPEST)));
        if found.len() == before && tells(&text[run.clone()], DEEPEST) {
            found.push(run);
        }
    }
    found
}

/// Stretches of bytes of one kind, long enough to hold a value.
fn runs(text: &str, is_part: impl Fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let length = length(&bytes[at..], &is_part);
            let run = at..at + length;
            at = run.end + 1;
            if length >= SHORTEST {
                return Some(run);
            }
        }
        None
    })
}

/// How long the run is that begins here. Plus and slash are digits, which addresses escape.
fn length(bytes: &[u8], is_part: &impl Fn(u8) -> bool) -> usize {
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let escaped = ESCAPES
            .iter()
            .find(|(escape, digit)| is_part(*digit) && bytes[end..].starts_with(escape.as_bytes()));
        end += match escaped {
            Some((escape, _)) => escape.len(),
            None if is_part(*byte) => 1,
            None => break,
        };
    }
    end
}

/// Digits of base64 as addresses escape them, once and twice.
const ESCAPES: [(&str, u8); 8] = [
    ("%2B", b'+'),
    ("%2b", b'+'),
    ("%252B", b'+'),
    ("%252b", b'+'),
    ("%2F", b'/'),
    ("%2f", b'/'),
    ("%252F", b'/'),
    ("%252f", b'/'),
];

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Whether a run, undone, holds a personal value. What stands before it may be of the
/// same letters, so that every place in a group of four is tried as its start. Its last
/// group may be short; one letter alone is no group.
fn tells(run: &str, deepest: usize) -> bool {
    let escapes = ESCAPES.iter().filter(|_| run.contains('%'));
    let plain = escapes.fold(Cow::Borrowed(run), |run, (escape, digit)| {
        Cow::Owned(run.replace(escape, &char::from(*digit).to_string()))
    });
    let run = plain.as_ref();
    let groups = |from: usize| {
        let length = run.len() - from;
        &run[from..run.len() - usize::from(length % 4 == 1)]
    };
    let pairs = |from: usize| &run[from..from + (run.len() - from) / 2 * 2];
    let in_base64 = (0..4).filter_map(|from| base64(groups(from)));
    let in_hex = (0..2).filter_map(|from| hex::decode(pairs(from)).ok());
    in_base64.chain(in_hex).any(|bytes| {
        is_personal(&bytes, deepest)
            || run.len() >= SHORTEST_PACKED
                && matches!(opened(&bytes), Cow::Owned(plain) if is_personal(&plain, deepest))
    }) || after_escapes(run)
        .filter_map(lz_string)
        .any(|plain| is_personal(plain.as_bytes(), deepest))
}

/// The run itself, and without what is left of an escape before it (`%3D`, `%253D`): a run
/// ends at a percent sign, and lz-string has no places in groups to try.
fn after_escapes(run: &str) -> impl Iterator<Item = &str> {
    let escapes = [0, 2, 4, 6].into_iter();
    escapes.filter_map(|length| {
        let (escape, rest) = run.split_at_checked(length)?;
        let inner = escape.get(..length.saturating_sub(2))?;
        let is_escape = escape.bytes().all(|b| b.is_ascii_hexdigit());
        (is_escape && inner.as_bytes().chunks(2).all(|pair| pair == b"25")).then_some(rest)
    })
}

fn is_personal(bytes: &[u8], deepest: usize) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut pieces = text.split(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER);
    pieces.any(|piece| {
        piece.len() >= SHORTEST_PIECE
            && (!identifiers(piece).is_empty()
                || deepest > 1 && runs(piece, is_base64).any(|run| tells(&piece[run], deepest - 1)))
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    use super::*;

    /// Whatever its length leaves over in the last group of three.
    #[test]
    fn an_address_is_found_to_its_last_letter() {
        for address in
            ["jane.leak@example.org", "jane.leak1@example.org", "jane.leak12@example.org"]
        {
            for wrapped_text in [STANDARD_NO_PAD.encode(address), URL_SAFE_NO_PAD.encode(address)] {
                let text = format!("https://t.example/p/{wrapped_text}/c.gif");
                let found = wrapped(&text);
                assert!(
                    found.iter().any(|span| text[span.clone()].contains(&wrapped_text)),
                    "{text}"
                );
            }
        }
    }

    /// Compressed by whatever a page has at hand.
    #[test]
    fn a_compressed_address_is_found() {
        let json = r#"{"user":{"email":"jane.leak@example.org","plan":"basic"}}"#;
        let mut packed = Vec::new();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, json.as_bytes()).unwrap();
        packed.push(gzip.finish().unwrap());
        let mut bare = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut bare, json.as_bytes()).unwrap();
        packed.push(bare.finish().unwrap());
        packed.push(zstd::bulk::compress(json.as_bytes(), 1).unwrap());
        let mut texts: Vec<String> = packed.iter().map(|b| URL_SAFE_NO_PAD.encode(b)).collect();
        texts.extend(packed.iter().map(hex::encode));
        texts.push(lz_str::compress_to_encoded_uri_component(json));
        for text in texts {
            let address = format!("https://t.example/p?v=2&d={text}&z=1");
            let found = wrapped(&address);
            assert!(
                found.iter().any(|span| address[span.clone()].len() >= text.len() / 2),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_too_long_to_read_is_not_shown() {
        let long = "A".repeat(LONGEST + 1);
        assert_eq!(wrapped(&long).first(), Some(&(0..long.len())));
        let many = vec!["B".repeat(LONGEST); 10].join("?");
        assert_eq!(wrapped(&many).len(), 2, "those beyond the budget");
    }
}
