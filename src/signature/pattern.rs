//! A pattern of a signature file, compiled when it is first needed: loading the
//! database must not wait for expressions that no candidate will ask.

use std::sync::OnceLock;

use regex::{Captures, Regex, RegexBuilder};

/// The most memory that one compiled pattern may take, in bytes.
const MAX_COMPILED: usize = 1 << 20;

/// A regular expression in the words of the file. An empty one matches anything.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Found anywhere in a text, unless it anchors itself.
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), compiled: OnceLock::new() }
    }

    /// Matches the whole of a text.
    pub(super) fn whole(source: &str) -> Self {
        Self::new(&format!("^(?:{source})$"))
    }

    /// The expression.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Compiles it now.
    ///
    /// # Errors
    /// Where the expression is wrong, in words.
    pub(super) fn compile(&self) -> Result<(), String> {
        build(&self.source).map(drop)
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.source.is_empty() || self.regex().is_some_and(|regex| regex.is_match(text))
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

fn build(source: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(source).size_limit(MAX_COMPILED).build();
    built.map_err(|error| format!("pattern `{source}` does not compile: {error}"))
}

fn named<'p, 't>(regex: &'p Regex, captures: &Captures<'t>) -> Vec<(&'p str, &'t str)> {
    let names = regex.capture_names().flatten();
    names.filter_map(|name| Some((name, captures.name(name)?.as_str()))).collect()
}
