//! The only kind of text that a report for people shows: personal values masked,
//! characters that could reorder or hide other text made visible, length bounded.
//! Escaping for HTML is the template engine's part.

use std::fmt;

use serde::Serialize;

use crate::health;
use crate::model::Masked;

/// Text that is safe to show, once escaped for its format.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(crate) struct Text(String);

impl Text {
    /// Text as a page or a vendor wrote it, cut to `limit` characters.
    pub(crate) fn captured(raw: &str, limit: usize) -> Self {
        Self::masked(&health::mask(bounded(raw, limit)), limit)
    }

    /// Text that is masked already, cut to `limit` characters.
    pub(crate) fn masked(text: &Masked, limit: usize) -> Self {
        let short = Masked::own(bounded(text.as_str(), limit)).shortened(limit);
        Self(visible(short.as_str()))
    }

    /// A name, version or digest from the tool's own data: nobody's personal value, so
    /// that it is not masked, but still nobody's to reorder text with.
    pub(crate) fn named(raw: &str, limit: usize) -> Self {
        Self::masked(&Masked::own(bounded(raw, limit)), limit)
    }

    /// Text that the tool itself wrote and that holds nothing captured.
    pub(crate) fn own(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be escaped for its format.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// At most a few times `limit` characters of `raw`: enough that no personal value at
/// the cut is seen only in part, little enough that a huge text costs nothing.
fn bounded(raw: &str, limit: usize) -> &str {
    let most = limit.saturating_mul(4).saturating_add(512);
    raw.char_indices().nth(most).map_or(raw, |(end, _)| &raw[..end])
}

/// `text` on one line, with every invisible or reordering character spelled out.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if c.is_control() || is_deceptive(c) => {
                out.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

/// Format characters that change how their neighbours are read: direction marks and
/// overrides, zero-width fillers, annotations, tags. Joiners stay, since scripts need them.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_reorders_or_hides_is_spelled_out() {
        let text = Text::captured("pay\u{202e}gpj.exe\u{1b}[31m\nnext", 100);
        assert_eq!(text.as_str(), "pay⟨U+202E⟩gpj.exe⟨U+001B⟩[31m next");
    }

    #[test]
    fn long_text_is_cut_and_says_so() {
        let text = Text::captured(&"ä".repeat(5_000_000), 10);
        assert_eq!(text.as_str(), "äääääääää…");
    }
}
