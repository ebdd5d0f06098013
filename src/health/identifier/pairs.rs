//! Finds `name=value` and `"name": "value"` in a text, escaped or not, and asks
//! what the names promise.

use std::ops::Range;

use super::super::Identifier;
use super::floor;
use super::value::{decoded, kind_of};

/// Names are looked for this far back.
const LONGEST_NAME: usize = 64;
/// Values are looked for this far on, so that a text of separators stays linear.
const LONGEST_VALUE: usize = 512;
/// Separators and quotes are known under this many layers of percent escapes.
pub(super) const MOST_ESCAPES: usize = 8;

/// Personal values that a name before them gives away.
pub(super) fn named_values(text: &str) -> Vec<Identifier> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut read_to = 0;
    for at in 0..bytes.len() {
        let Some(width) = any_of(&bytes[at..], b"=:") else { continue };
        let Some(name) = name_before(text, at, read_to) else { continue };
        let value = value_after(text, at + width);
        let name = decoded(name);
        if let Some(kind) = kind_of(&name, &text[value.clone()]) {
            read_to = value.end;
            found.push(Identifier { kind, span: value });
        }
    }
    found
}

/// The length of one of these characters at the start of the bytes: plain, or an escape of
/// any depth (`%3D`, `%253D`, `%25253D` …).
fn any_of(rest: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, inner) = rest.split_first()?;
    if *first != b'%' {
        return wanted.contains(first).then_some(1);
    }
    let layers = inner.chunks(2).take(MOST_ESCAPES).take_while(|pair| pair == b"25").count();
    let digits = inner.get(layers * 2..layers * 2 + 2)?;
    let byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    wanted.contains(&byte).then_some(layers * 2 + 3)
}

/// The name that ends at `at`, with closing quotes around it left out.
fn name_before(text: &str, at: usize, not_before: usize) -> Option<&str> {
    let head = text[..at].trim_end_matches(['"', '\'', ' ', '\\']);
    let head = without_last(head, b"\"'").unwrap_or(head);
    let bytes = head.as_bytes();
    let first = not_before.max(bytes.len().saturating_sub(LONGEST_NAME));
    let mut start = bytes.len();
    while start > first && is_name_byte(bytes[start - 1]) {
        start -= 1;
    }
    let start = floor(head, start).max(first);
    let name = head.get(start..)?;
    (!name.is_empty()).then_some(name)
}

/// Without one of these characters at the end, plain or escaped.
fn without_last<'t>(text: &'t str, wanted: &[u8]) -> Option<&'t str> {
    let bytes = text.as_bytes();
    if bytes.last().is_some_and(|last| wanted.contains(last)) {
        return text.get(..bytes.len() - 1);
    }
    // No further back than an escape is long, so that a text of separators stays linear.
    let near = bytes.len().saturating_sub(MOST_ESCAPES * 2 + 3);
    let escape = near + bytes[near..].iter().rposition(|byte| *byte == b'%')?;
    let is_whole = any_of(&bytes[escape..], wanted) == Some(bytes.len() - escape);
    text.get(..escape).filter(|_| is_whole)
}

/// Letters, digits and what vendors nest names with. An escape before the name is read as
/// part of it: only its last words count.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b'%')
}

/// The value that starts at `from`, quotes left out.
fn value_after(text: &str, from: usize) -> Range<usize> {
    let window = &text[from..floor(text, from + LONGEST_VALUE)];
    // In JSON within JSON the quotes are behind backslashes.
    let mut skipped = 0;
    while let Some(width) = any_of(&window.as_bytes()[skipped..], b" \\") {
        skipped += width;
    }
    let (start, trimmed) = (from + skipped, &window[skipped..]);
    if let Some(width) = any_of(trimmed.as_bytes(), b"\"'") {
        let (quote, inner) = trimmed.split_at(width);
        let mut value = &inner[..inner.find(quote).unwrap_or(inner.len())];
        while let Some(shorter) = without_last(value, b"\\") {
            value = shorter;
        }
        return start + width..start + width + value.len();
    }
    let ends = ['&', '#', '"', '\'', '<', '>', ',', '}', ';', '\n', '\r', ' ', '|'];
    let end = trimmed.find(ends).unwrap_or(trimmed.len());
    let mut escapes = trimmed[..end].match_indices('%').map(|(at, _)| at);
    let stop = escapes.find(|at| any_of(&trimmed.as_bytes()[*at..end], b"&\"").is_some());
    start..start + stop.unwrap_or(end)
}
