//! Text as lower-case ASCII tokens with their place, so that terms match whole
//! words however a site writes them: `/Heart-Attack/`, `heartAttack`, `heart%20attack`.

use std::ops::Range;

use percent_encoding::percent_decode_str;

/// Tokens beyond this many are not read; no honest URL or title has as many.
const MOST_TOKENS: usize = 4_096;
/// Bytes of one field that are read.
const MOST_BYTES: usize = 16_384;

/// Where a token stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Place {
    /// A label of the host name.
    Host,
    /// A segment of the path.
    Path,
    /// The fragment.
    Fragment,
    /// The name of a query parameter.
    Key,
    /// The value of a query parameter.
    Value,
    /// The document title.
    Title,
    /// A heading.
    Heading,
    /// The name of a form field.
    Form,
    /// A schema.org type.
    Schema,
    /// A parameter's free text.
    Text,
}

impl Place {
    /// Its name in [`super::Evidence::place`].
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Path => "path",
            Self::Fragment => "fragment",
            Self::Key | Self::Value => "query",
            Self::Title => "title",
            Self::Heading => "heading",
            Self::Form => "form",
            Self::Schema => "schema",
            Self::Text => "text",
        }
    }
}

/// A stretch of tokens that were written together: one path segment, one title.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Where it stood.
    pub(super) place: Place,
    /// The query parameter whose value it is, empty for all other places.
    pub(super) key: String,
    /// Its tokens, as indices into [`Tokens`].
    pub(super) tokens: Range<usize>,
}

/// The tokens of one input, field by field.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    text: String,
    spans: Vec<Range<usize>>,
    fields: Vec<Field>,
}

impl Tokens {
    /// The tokens of one plain text, as a list of words.
    pub(super) fn words(text: &str) -> Vec<String> {
        let mut tokens = Self::default();
        tokens.push(Place::Text, "", text);
        (0..tokens.spans.len()).map(|at| tokens.get(at).to_owned()).collect()
    }

    /// Appends a field; percent escapes are undone first.
    pub(super) fn push(&mut self, place: Place, key: &str, raw: &str) {
        let from = self.spans.len();
        let decoded = percent_decode_str(cut(raw)).decode_utf8_lossy();
        self.split(&decoded);
        let tokens = from..self.spans.len();
        if !tokens.is_empty() {
            self.fields.push(Field { place, key: key.to_owned(), tokens });
        }
    }

    /// All fields, in the order they were pushed.
    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The token at an index.
    pub(super) fn get(&self, at: usize) -> &str {
        self.spans.get(at).map_or("", |span| &self.text[span.clone()])
    }

    /// Whether any token satisfies this.
    pub(super) fn any(&self, mut holds: impl FnMut(&str) -> bool) -> bool {
        self.spans.iter().any(|span| holds(&self.text[span.clone()]))
    }

    /// Drops the last token of the last field: a file name's ending says nothing.
    pub(super) fn drop_last(&mut self) {
        if let Some(field) = self.fields.last_mut() {
            self.spans.pop();
            field.tokens.end -= 1;
            if field.tokens.is_empty() {
                self.fields.pop();
            }
        }
    }

    fn split(&mut self, text: &str) {
        let mut start = self.text.len();
        let mut previous = Class::Gap;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if matches!(c, '\'' | '’' | '\u{ad}') {
                continue;
            }
            let class = Class::of(c);
            let next_is_lower = chars.peek().is_some_and(|next| next.is_lowercase());
            let new_word = previous == Class::Lower && class == Class::Upper
                || previous == Class::Upper && class == Class::Upper && next_is_lower;
            if class == Class::Gap || new_word {
                self.close(&mut start);
            }
            if class != Class::Gap {
                fold_into(&mut self.text, c);
            }
            previous = class;
        }
        self.close(&mut start);
    }

    fn close(&mut self, start: &mut usize) {
        let end = self.text.len();
        if *start < end && self.spans.len() < MOST_TOKENS {
            self.spans.push(*start..end);
        }
        *start = end;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    Lower,
    Upper,
    Digit,
}

impl Class {
    fn of(c: char) -> Self {
        if c.is_uppercase() {
            Self::Upper
        } else if c.is_numeric() {
            Self::Digit
        } else if c.is_alphabetic() {
            Self::Lower
        } else {
            Self::Gap
        }
    }
}

/// Appends a letter or digit, lower case and without its accent.
fn fold_into(out: &mut String, c: char) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    for lower in c.to_lowercase() {
        match lower {
            'à'..='å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'æ' => out.push_str("ae"),
            'ç' | 'ć' | 'č' => out.push('c'),
            'è'..='ë' | 'ē' | 'ę' | 'ě' => out.push('e'),
            'ì'..='ï' | 'ī' | 'ı' => out.push('i'),
            'ñ' | 'ń' | 'ň' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => out.push('o'),
            'œ' => out.push_str("oe"),
            'š' | 'ś' | 'ş' => out.push('s'),
            'ß' => out.push_str("ss"),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ž' | 'ź' | 'ż' => out.push('z'),
            other => out.push(other),
        }
    }
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(MOST_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_apart_however_they_are_written() {
        assert_eq!(Tokens::words("Heart-Attack_now.html"), ["heart", "attack", "now", "html"]);
        assert_eq!(Tokens::words("EmbeddedSchedule"), ["embedded", "schedule"]);
        assert_eq!(Tokens::words("aboutNHSChoices"), ["about", "nhs", "choices"]);
        assert_eq!(Tokens::words("COVID19 a1c"), ["covid19", "a1c"]);
    }

    #[test]
    fn accents_apostrophes_and_escapes_do_not_hide_a_word() {
        assert_eq!(Tokens::words("Alzheimer’s"), ["alzheimers"]);
        let mut tokens = Tokens::default();
        tokens.push(Place::Path, "", "dolor%20de%20est%C3%B3mago");
        assert_eq!(tokens.get(2), "estomago");
    }
}
