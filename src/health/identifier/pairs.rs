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

/// Personal values that a name before them gives away.
pub(super) fn named_values(text: &str) -> Vec<Identifier> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut read_to = 0;
    for at in 0..bytes.len() {
        let Some(width) = separator(&bytes[at..]) else { continue };
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

/// The length of `=` or `:`, plain or escaped, at the start of these bytes.
fn separator(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'=', ..] | [b':', ..] => Some(1),
        [b'%', b'3', b'D' | b'd', ..] | [b'%', b'3', b'A' | b'a', ..] => Some(3),
        [b'%', b'2', b'5', b'3', b'D' | b'd' | b'A' | b'a', ..] => Some(5),
        _ => None,
    }
}

/// The name that ends at `at`, with closing quotes around it left out.
fn name_before(text: &str, at: usize, not_before: usize) -> Option<&str> {
    let head = text[..at].trim_end_matches(['"', '\'', ' ', '\\']);
    let head = strip_ends(head, &["%22", "%2522", "%27"]);
    let bytes = head.as_bytes();
    let first = not_before.max(bytes.len().saturating_sub(LONGEST_NAME));
    let mut start = bytes.len();
    while start > first && is_name_byte(bytes, start - 1) {
        start -= 1;
    }
    let start = floor(head, start).max(first);
    let name = head.get(start..)?;
    let name = name.trim_start_matches("%22").trim_start_matches("%2522");
    (!name.is_empty()).then_some(name)
}

fn strip_ends<'a>(mut text: &'a str, ends: &[&str]) -> &'a str {
    for end in ends {
        text = text.strip_suffix(end).unwrap_or(text);
    }
    text
}

/// Letters, digits and what vendors nest names with; `%` only as part of `%5B`, `%5D`.
fn is_name_byte(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'_' | b'-' | b'.' | b'[' | b']' | b'%' => true,
        byte => byte.is_ascii_alphanumeric(),
    }
}

/// The value that starts at `from`, quotes left out.
fn value_after(text: &str, from: usize) -> Range<usize> {
    let window = &text[from..floor(text, from + LONGEST_VALUE)];
    let trimmed = window.trim_start_matches([' ', '\\']);
    let start = window.len() - trimmed.len();
    let quotes = ["\"", "'", "%22", "%2522"];
    if let Some(quote) = quotes.into_iter().find(|quote| trimmed.starts_with(quote)) {
        let start = start + quote.len();
        let end = window[start..].find(quote).map_or(window.len(), |end| start + end);
        return from + start..from + end;
    }
    let ends = ['&', '#', '"', '\'', '<', '>', ',', '}', ';', '\n', '\r', ' ', '|'];
    let end = trimmed.find(ends).unwrap_or(trimmed.len());
    let escaped = ["%26", "%2526", "%22"].into_iter().filter_map(|stop| trimmed[..end].find(stop));
    let end = escaped.min().unwrap_or(end);
    from + start..from + start + end
}
