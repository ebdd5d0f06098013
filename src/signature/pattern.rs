//! A pattern of a signature file, compiled when it is first needed: loading the
//! database must not wait for expressions that no candidate will ask.
//!
//! Most paths begin with fixed text, and many are nothing else. What does not begin so is
//! turned away without the expression.

use std::sync::OnceLock;

use regex::{Captures, Regex, RegexBuilder};

/// The most memory that one compiled pattern may take, in bytes.
const MAX_COMPILED: usize = 1 << 20;

/// A regular expression in the words of the file. An empty one matches anything.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    source: String,
    start: Start,
    compiled: OnceLock<Option<Regex>>,
}

/// What a text that matches begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Start {
    /// Nothing that is fixed.
    Any,
    /// This, and then what the expression says.
    Text(String),
    /// This, and then anything.
    Enough(String),
    /// This and no more.
    Whole(String),
}

impl Pattern {
    /// Found anywhere in a text, unless it anchors itself.
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), start: Start::of(source), compiled: OnceLock::new() }
    }

    /// Matches the whole of a text.
    pub(super) fn whole(source: &str) -> Self {
        Self::new(&format!("^(?:{source})$"))
    }

    /// The expression.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// The fixed text that what matches begins with; empty if none.
    pub(super) fn start(&self) -> &str {
        match &self.start {
            Start::Any => "",
            Start::Text(text) | Start::Enough(text) | Start::Whole(text) => text,
        }
    }

    /// The fixed text that what matches ends with; empty if none.
    pub(super) fn end(&self) -> String {
        let Some(source) = self.source.strip_suffix('$').filter(|s| !s.ends_with('\\')) else {
            return String::new();
        };
        let mut text = String::new();
        let mut letters = source.chars().peekable();
        while let Some(letter) = letters.next() {
            let fixed = match letter {
                '\\' => letters.next().filter(char::is_ascii_punctuation),
                '.' | '[' | ']' | '(' | ')' | '*' | '+' | '?' | '{' | '}' | '|' | '^' | '$' => None,
                _ => Some(letter),
            };
            // What may be repeated or missing is not fixed, and nothing before it is the end.
            match fixed {
                Some(letter) => text.push(letter),
                None => text.clear(),
            }
        }
        if has_branches(source) || source.contains("(?i") { String::new() } else { text }
    }

    /// Compiles it now.
    ///
    /// # Errors
    /// Where the expression is wrong, in words.
    pub(super) fn compile(&self) -> Result<(), String> {
        build(&self.source).map(drop)
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        match &self.start {
            Start::Whole(whole) => text == whole,
            Start::Enough(start) => text.starts_with(start.as_str()),
            Start::Text(start) if !text.starts_with(start.as_str()) => false,
            _ => self.source.is_empty() || self.regex().is_some_and(|regex| regex.is_match(text)),
        }
    }

    /// The named groups, with what they matched.
    pub(super) fn groups<'p, 't>(&'p self, text: &'t str) -> Vec<(&'p str, &'t str)> {
        if !self.source.contains("(?<") {
            return Vec::new();
        }
        let Some(regex) = self.regex() else { return Vec::new() };
        let Some(captures) = regex.captures(text) else { return Vec::new() };
        named(regex, &captures)
    }

    /// `None` when it does not compile; `compile` says why.
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| build(&self.source).ok()).as_ref()
    }
}

impl Start {
    fn of(source: &str) -> Self {
        let Some(rest) = source.strip_prefix('^').filter(|_| !has_branches(source)) else {
            return Self::Any;
        };
        let mut text = String::new();
        let mut letters = rest.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let fixed = match letter {
                // An escaped sign is the sign; an escaped letter or digit is a class.
                '\\' => letters.next_if(|(_, next)| next.is_ascii_punctuation()).map(|(_, c)| c),
                '.' | '[' | '(' | '*' | '+' | '?' | '{' | '|' | '^' | '$' | ')' => None,
                _ => Some(letter),
            };
            let Some(fixed) = fixed else {
                return if &rest[at..] == "$" { Self::Whole(text) } else { Self::before(text) };
            };
            match letters.peek() {
                // It may be missing.
                Some((_, '*' | '?' | '{')) => return Self::before(text),
                Some((_, '+')) => {
                    text.push(fixed);
                    return Self::before(text);
                }
                _ => text.push(fixed),
            }
        }
        Self::Enough(text)
    }

    fn before(text: String) -> Self {
        if text.is_empty() { Self::Any } else { Self::Text(text) }
    }
}

/// Whether a `|` stands outside all groups and classes.
fn has_branches(source: &str) -> bool {
    let (mut depth, mut class, mut escaped) = (0_usize, false, false);
    for letter in source.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => class = false,
            '[' => class = true,
            '(' if !class => depth += 1,
            ')' if !class => depth = depth.saturating_sub(1),
            '|' if !class && depth == 0 => return true,
            _ => {}
        }
    }
    false
}

fn build(source: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(source).size_limit(MAX_COMPILED).build();
    built.map_err(|error| format!("pattern `{source}` does not compile: {error}"))
}

fn named<'p, 't>(regex: &'p Regex, captures: &Captures<'t>) -> Vec<(&'p str, &'t str)> {
    let names = regex.capture_names().flatten();
    names.filter_map(|name| Some((name, captures.name(name)?.as_str()))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fixed_start_is_read_off_the_expression() {
        let text = |text: &str| Start::Text(text.to_owned());
        for (source, start) in [
            (r"^/tr/?$", text("/tr")),
            (r"^/gtm\.js$", Start::Whole("/gtm.js".to_owned())),
            (r"^/g/collect", Start::Enough("/g/collect".to_owned())),
            (r"^/a+b", text("/a")),
            (r"^/\d+", text("/")),
            (r"^/ab{2}", text("/a")),
            (r"^/(?:x|y)$", text("/")),
            (r"^/a$|^/b$", Start::Any),
            (r"/tr/?$", Start::Any),
            (r"^(?:x)$", Start::Any),
            ("", Start::Any),
        ] {
            assert_eq!(Start::of(source), start, "{source}");
        }
    }

    #[test]
    fn a_fixed_end_is_read_off_the_expression() {
        for (source, end) in [
            (r"/ruxitagentjs_\w+\.js$", ".js"),
            (r"^/(?:a|b)(?:\.min)?\.js$", ".js"),
            (r"/x(?:a|b)$", ""),
            (r"/a{2}b$", "b"),
            (r"/[ab]c$", "c"),
            (r"/\d1$", "1"),
            (r"/a\$", ""),
            (r"/a$|/b$", ""),
            (r"(?i)/a$", ""),
            (r"/a", ""),
        ] {
            assert_eq!(Pattern::new(source).end(), end, "{source}");
        }
    }

    proptest! {
        /// The short way says what the expression does.
        #[test]
        fn the_short_way_changes_no_answer(
            source in r"\^?[ab/](\\\.|[ab/]|a\+|b\?|a\*|\(\?:a\|b\)|\[ab\]|\||a\{2\}){0,5}\$?",
            text in "[ab/.]{0,6}",
        ) {
            if let Ok(regex) = build(&source) {
                let pattern = Pattern::new(&source);
                prop_assert_eq!(pattern.is_match(&text), regex.is_match(&text));
                if regex.is_match(&text) {
                    prop_assert!(text.starts_with(pattern.start()));
                    prop_assert!(text.ends_with(&pattern.end()));
                }
            }
        }
    }
}
