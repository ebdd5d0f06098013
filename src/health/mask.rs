//! Makes text that may leave the tool: every personal value in it masked, wherever
//! it stands again.

use aho_corasick::{AhoCorasick, MatchKind};

use super::Identifier;
use super::browser_id::browser_ids;
use super::identifier::{MOST_BYTES, floor, identifiers, identifiers_of};
use super::wrapped::wrapped;
use crate::model::Masked;

/// Values shorter than this are not looked for elsewhere: `42` is in every address.
const SHORTEST_REPEATED: usize = 5;
/// So many different values are looked for elsewhere.
const MOST_REPEATED: usize = 256;

/// A text with the personal values in it masked.
///
/// Of a text beyond 4 MiB only what was read is kept.
#[must_use]
pub fn mask(text: &str) -> Masked {
    let text = &text[..floor(text, MOST_BYTES)];
    masked(text, &identifiers(text))
}

/// A parameter's value with what is personal in it masked; its name decides where
/// the shape does not.
#[must_use]
pub fn mask_param(name: &str, value: &str) -> Masked {
    let value = &value[..floor(value, MOST_BYTES)];
    masked(value, &identifiers_of(name, value))
}

fn masked(text: &str, found: &[Identifier]) -> Masked {
    let mut spans: Vec<_> = found.iter().map(|id| id.span.clone()).collect();
    let mut values: Vec<&str> = found.iter().map(|id| &text[id.span.clone()]).collect();
    values.retain(|value| value.len() >= SHORTEST_REPEATED);
    values.sort_unstable();
    values.dedup();
    values.truncate(MOST_REPEATED);
    if !values.is_empty() {
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&values);
        if let Ok(finder) = finder {
            spans.extend(finder.find_iter(text).map(|hit| hit.range()));
        }
    }
    spans.extend(wrapped(text));
    spans.extend(browser_ids(text));
    Masked::new(text, &spans)
}
