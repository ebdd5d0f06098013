//! Text that may leave the tool: personal values are masked when it is made.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Text with personal values masked: the only kind that evidence, reports,
/// logs and errors accept.
///
/// It is made by [`Masked::new`], from the spans that `health::identifiers`
/// finds. A mask keeps the shape (first character and length class), so that
/// two different values stay different to the eye and nothing can be read back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Masked(String);

impl Masked {
    /// `text` with each of `spans` (byte ranges, in any order) masked.
    ///
    /// A span that does not fall on character boundaries is widened to them.
    #[must_use]
    pub fn new(text: &str, spans: &[Range<usize>]) -> Self {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for span in merged(text, spans) {
            out.push_str(&text[at..span.start]);
            mask_into(&mut out, &text[span.clone()]);
            at = span.end;
        }
        out.push_str(&text[at..]);
        Self(out)
    }

    /// Text that the tool itself wrote and that holds nothing captured.
    #[must_use]
    pub fn own(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The masked text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The masked text, cut to at most `limit` characters with an ellipsis.
    #[must_use]
    pub fn shortened(&self, limit: usize) -> Self {
        if self.0.chars().count() <= limit {
            return self.clone();
        }
        let mut cut: String = self.0.chars().take(limit.saturating_sub(1)).collect();
        cut.push('…');
        Self(cut)
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The spans sorted, clipped, widened to character boundaries and merged.
fn merged(text: &str, spans: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut sorted: Vec<Range<usize>> = spans
        .iter()
        .filter(|span| span.start < span.end)
        .map(|span| floor(text, span.start)..ceil(text, span.end))
        .filter(|span| span.start < span.end)
        .collect();
    sorted.sort_by_key(|span| (span.start, span.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// First character, then bullets: three for a short value, six for a long one.
fn mask_into(out: &mut String, value: &str) {
    let length = value.chars().count();
    if length > 3 {
        out.extend(value.chars().next());
    }
    out.push_str(if length > 8 { "••••••" } else { "•••" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_what_it_is_told_and_nothing_else() {
        let masked = Masked::new("to=jane@example.org&x=1", std::slice::from_ref(&(3..19)));
        assert_eq!(masked.as_str(), "to=j••••••&x=1");
    }

    #[test]
    fn overlapping_and_reversed_spans_are_one_mask() {
        let masked = Masked::new("abcdefghij", &[4..9, 2..5]);
        assert_eq!(masked.as_str(), "abc•••j");
    }

    #[test]
    fn a_span_inside_a_character_is_widened() {
        assert_eq!(Masked::new("aéb", std::slice::from_ref(&(2..2))).as_str(), "aéb");
        assert_eq!(Masked::new("aéb", std::slice::from_ref(&(2..3))).as_str(), "a•••b");
    }
}
