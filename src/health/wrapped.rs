//! Personal values in base64 or hex: a wrapping that anyone can undo hides nothing.

use std::ops::Range;

use super::identifier::identifiers;
use crate::decode::base64;

/// Runs shorter than this hold no personal value: twelve bytes.
const SHORTEST: usize = 16;
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
            let length = bytes[at..].iter().take_while(|byte| is_part(**byte)).count();
            let run = at..at + length;
            at = run.end + 1;
            if length >= SHORTEST {
                return Some(run);
            }
        }
        None
    })
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Whether a run, undone, holds a personal value. What stands before it may be of the
/// same letters, so that every place in a group of four is tried as its start. Its last
/// group may be short; one letter alone is no group.
fn tells(run: &str, deepest: usize) -> bool {
    let groups = |from: usize| {
        let length = run.len() - from;
        &run[from..run.len() - usize::from(length % 4 == 1)]
    };
    let pairs = |from: usize| &run[from..from + (run.len() - from) / 2 * 2];
    let in_base64 = (0..4).filter_map(|from| base64(groups(from)));
    let in_hex = (0..2).filter_map(|from| hex::decode(pairs(from)).ok());
    in_base64.chain(in_hex).any(|bytes| is_personal(&bytes, deepest))
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

    #[test]
    fn what_is_too_long_to_read_is_not_shown() {
        let long = "A".repeat(LONGEST + 1);
        assert_eq!(wrapped(&long).first(), Some(&(0..long.len())));
        let many = vec!["B".repeat(LONGEST); 10].join("?");
        assert_eq!(wrapped(&many).len(), 2, "those beyond the budget");
    }
}
