//! The shape of a value: what a pattern can say of it without holding what it was.

/// A pattern for one path segment or value of this shape; a plain word stands for itself.
pub(super) fn pattern(text: &str) -> String {
    match of(text) {
        Shape::Number => r"\d+".to_owned(),
        Shape::Id => r"[0-9A-Za-z_-]+".to_owned(),
        Shape::Word => regex::escape(text),
    }
}

/// An invented text of the same shape, so that no example holds what a visitor's was.
pub(super) fn invented(text: &str) -> String {
    match of(text) {
        Shape::Word => text.to_owned(),
        Shape::Number | Shape::Id => scrambled(text),
    }
}

/// The same, whatever it is: a value may be a name as well as a word.
pub(super) fn scrambled(text: &str) -> String {
    let letters = text.chars().take(64).enumerate();
    let scrambled = letters.map(|(at, letter)| match letter {
        '0'..='9' => char::from(b'1' + u8::try_from(at % 9).unwrap_or_default()),
        'a'..='z' => char::from(b'a' + u8::try_from(at % 6).unwrap_or_default()),
        'A'..='Z' => char::from(b'A' + u8::try_from(at % 6).unwrap_or_default()),
        '-' | '_' | '.' => letter,
        _ => 'x',
    });
    scrambled.collect()
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Digits.
    Number,
    /// Long, or letters and digits mixed: it may tell one visitor or site from another.
    Id,
    /// Short and of letters: part of the protocol.
    Word,
}

/// The shape of a text.
pub(super) fn of(text: &str) -> Shape {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'.' | b'_' | b'-');
    if !text.is_empty() && digits == text.len() {
        return Shape::Number;
    }
    // `v2`, `utag.js`, `collect` are words; a word with more digits than that is an id.
    if text.len() <= 24 && digits <= 2 && text.bytes().all(|b| plain(b) || b.is_ascii_digit()) {
        return Shape::Word;
    }
    Shape::Id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_themselves_and_values_for_their_shape() {
        assert_eq!(pattern("collect"), "collect");
        assert_eq!(pattern("v2"), "v2");
        assert_eq!(pattern("pixel.gif"), r"pixel\.gif");
        assert_eq!(pattern("4711"), r"\d+");
        assert_eq!(pattern("GTM-K7X2P9"), "[0-9A-Za-z_-]+");
        assert_eq!(pattern("jane@clinic.example"), "[0-9A-Za-z_-]+");
    }

    #[test]
    fn an_invented_value_has_the_shape_and_not_the_value() {
        assert_eq!(invented("PageView"), "PageView");
        let invented = invented("8f3e9a77-1234");
        assert_eq!((invented.len(), invented.contains("8f3e")), (13, false));
    }
}
