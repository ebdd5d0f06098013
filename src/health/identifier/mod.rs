//! Personal values in a text: by their own shape, and by the name they are given.

mod digest;
mod key;
mod numbers;
mod pairs;
mod value;
mod words;

use std::ops::Range;

use super::{Identifier, IdentifierKind};

/// Text beyond this is cut before it is read; [`super::mask`] drops what it cannot read.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Personal values in any text: an address, a title, a body. Sorted by place;
/// none inside another.
///
/// Values are known by their shape (an e-mail address), or by a name written
/// before them (`dob=`, `"mrn":`). Text beyond 4 MiB is not read.
#[must_use]
pub fn identifiers(text: &str) -> Vec<Identifier> {
    let text = &text[..floor(text, MOST_BYTES)];
    let mut found = pairs::named_values(text);
    found.extend(words::scan(text));
    found.extend(numbers::scan(text));
    outermost(found)
}

/// Personal values in a parameter's value, whose name decides where the shape does
/// not: `ud[em]`, `dob`, `patientId`.
#[must_use]
pub fn identifiers_of(name: &str, value: &str) -> Vec<Identifier> {
    let value = &value[..floor(value, MOST_BYTES)];
    if let Some(kind) = value::kind_of(name, value) {
        return vec![Identifier { kind, span: 0..value.len() }];
    }
    if key::is_impersonal(name) {
        // Its numbers are nobody's; an e-mail address is somebody's wherever it stands.
        return outermost(words::scan(value));
    }
    identifiers(value)
}

/// Sorted, and without those that lie inside another.
fn outermost(mut found: Vec<Identifier>) -> Vec<Identifier> {
    found.sort_by_key(|id| (id.span.start, usize::MAX - id.span.end));
    let mut kept: Vec<Identifier> = Vec::with_capacity(found.len());
    for id in found {
        match kept.last() {
            Some(last) if id.span.end <= last.span.end => {}
            _ => kept.push(id),
        }
    }
    kept
}

fn identifier(kind: IdentifierKind, span: Range<usize>) -> Identifier {
    Identifier { kind, span }
}

/// The nearest character boundary at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The nearest character boundary at or after `at`.
fn ceil(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}
