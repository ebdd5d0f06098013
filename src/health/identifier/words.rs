//! Personal values that hold letters: e-mail addresses, tokens, credentials in an
//! address, IPv6 addresses.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::super::Identifier;
use super::super::IdentifierKind::{Email, Ip, Secret};
use super::{ceil, floor, identifier};

/// A local part or domain is at most this long.
const LONGEST_PART: usize = 64;
/// An `@` is looked for under this many layers of percent escapes.
const MOST_ESCAPES: usize = 8;

/// Every personal word in a text.
pub(super) fn scan(text: &str) -> Vec<Identifier> {
    let mut found = emails(text);
    found.extend(tokens(text));
    found.extend(ipv6(text));
    found
}

fn emails(text: &str) -> Vec<Identifier> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for at in 0..bytes.len() {
        let Some(width) = at_sign(&bytes[at..]) else { continue };
        let local = floor(text, local_part(bytes, at).start)..at;
        let Some(domain) = domain(bytes, at + width) else { continue };
        if credentials(text, &local, at) {
            let from = text[..at].rfind("//").map_or(local.start, |slashes| slashes + 2);
            found.push(identifier(Secret, from..at));
        } else if !local.is_empty() {
            found.push(identifier(Email, local.start..ceil(text, domain.end)));
        }
    }
    found
}

/// The length of an `@` at the start of these bytes: plain, `%40`, `%2540`, `%252540` …
fn at_sign(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'@', ..] => Some(1),
        [b'%', rest @ ..] => {
            let layers = rest.chunks(2).take(MOST_ESCAPES).take_while(|pair| pair == b"25");
            let escapes = layers.count() * 2;
            rest[escapes..].starts_with(b"40").then_some(escapes + 3)
        }
        _ => None,
    }
}

/// `user:password@host` in an address.
fn credentials(text: &str, local: &Range<usize>, at: usize) -> bool {
    let from = floor(text, at.saturating_sub(LONGEST_PART * 2));
    let head = &text[from..local.start.max(from)];
    head.ends_with(':')
        && head.rfind("//").is_some_and(|slashes| !head[slashes + 2..].contains('/'))
}

fn local_part(bytes: &[u8], at: usize) -> Range<usize> {
    let mut start = at;
    while start > 0 && at - start < LONGEST_PART && is_local(bytes[start - 1]) {
        start -= 1;
    }
    // An escape before the name (`%3Djane`) is not part of it.
    if start > 0 && bytes[start - 1] == b'%' && at - start > 2 {
        let escape = bytes[start..].iter().take(2).all(u8::is_ascii_hexdigit);
        start += if escape { 2 } else { 0 };
    }
    while start < at && matches!(bytes[start], b'.' | b'-') {
        start += 1;
    }
    start..at
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'_' | b'+' | b'-' | b'\'')
        || byte >= 0x80
}

/// A host name with a top-level domain of letters.
fn domain(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let mut end = from;
    while end < bytes.len()
        && end - from < LONGEST_PART * 2
        && (bytes[end].is_ascii_alphanumeric()
            || matches!(bytes[end], b'.' | b'-')
            || bytes[end] >= 0x80)
    {
        end += 1;
    }
    while end > from && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    let dot = bytes[from..end].iter().rposition(|b| *b == b'.')?;
    let top = &bytes[from + dot + 1..end];
    (dot > 0 && top.len() >= 2 && !top.iter().any(u8::is_ascii_digit)).then_some(from..end)
}

/// JSON web tokens and the credentials after `Basic` and `Bearer`.
fn tokens(text: &str) -> Vec<Identifier> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while at < bytes.len() && is_token(bytes[at]) {
            at += 1;
        }
        if at == start {
            at += 1;
            continue;
        }
        let word = &text[start..at];
        let scheme = &bytes[start.saturating_sub(9)..start];
        if word.len() >= 8 && follows_scheme(scheme) {
            found.push(identifier(Secret, start..at));
        } else if let Some(token) = web_token(word) {
            found.push(identifier(Secret, start + token..at));
        }
    }
    found
}

/// Where a JSON web token starts in a word, which may begin with a name or a path
/// (`id=eyJ…`, `verify/eyJ…`).
fn web_token(word: &str) -> Option<usize> {
    let bytes = word.as_bytes();
    let starts = word.match_indices("eyJ").map(|(at, _)| at);
    // A word ends at `%`, so that the digits of an escape (`%3DeyJ…`) stand at its start.
    let after_escape = |at: usize| at == 2 && bytes[..2].iter().all(u8::is_ascii_hexdigit);
    let mut tokens =
        starts.filter(|&at| at == 0 || !bytes[at - 1].is_ascii_alphanumeric() || after_escape(at));
    let start = tokens.next()?;
    let dots = bytes[start..].iter().filter(|byte| **byte == b'.').count();
    (dots >= 2 && word.len() - start > 30).then_some(start)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/' | b'=')
}

fn follows_scheme(head: &[u8]) -> bool {
    let head = head.to_ascii_lowercase();
    let head = head.strip_suffix(b"%20").or_else(|| head.strip_suffix(b" ")).unwrap_or_default();
    head.ends_with(b"basic") || head.ends_with(b"bearer")
}

fn ipv6(text: &str) -> Vec<Identifier> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut colons = 0;
        while at < bytes.len() && (bytes[at].is_ascii_hexdigit() || bytes[at] == b':') {
            colons += usize::from(bytes[at] == b':');
            at += 1;
        }
        if colons >= 4 && at - start <= 39 && text[start..at].parse::<Ipv6Addr>().is_ok() {
            found.push(identifier(Ip, start..at));
        }
        at = at.max(start + 1);
    }
    found
}
