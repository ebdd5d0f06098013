//! How labels and phrases are written so that they can be compared, in scripts with spaces
//! between words and in those without.

/// Lower case, letters and digits only, single spaces.
pub(super) fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        // Apostrophes bind: "don't" is one word, however it is typed.
        if matches!(character, '\'' | '’' | '‘' | '`' | '\u{ad}' | '\u{200b}') {
            continue;
        }
        if character.is_alphanumeric() || is_mark(character) {
            out.extend(character.to_lowercase());
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Vowel signs of scripts that write them as marks.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{97f}' | '\u{e31}'..='\u{e4e}')
}

/// A phrase is matched as whole words, save in scripts that have no spaces.
pub(super) fn bounded(phrase: &str) -> String {
    if has_no_spaces(phrase) { phrase.to_owned() } else { format!(" {phrase} ") }
}

/// And one that goes on from where a word begins.
pub(super) fn begun(part: &str) -> String {
    if has_no_spaces(part) { part.to_owned() } else { format!(" {part}") }
}

fn has_no_spaces(phrase: &str) -> bool {
    phrase.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{e00}'..='\u{e7f}'))
}
