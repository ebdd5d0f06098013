//! Labels of real banners in each language's file, and what they are for: the proof of the
//! words, as stored records are the proof of a platform's rule.

use serde::Deserialize;
use toml::Spanned;

use super::rule::{RuleError, Source};
use super::words::{Intent, Words};

/// A label, where it stands, and what it is for.
#[derive(Debug)]
pub(super) struct Example {
    intent: Intent,
    label: String,
    /// Where it stands; its message is what is said when it proves wrong.
    place: RuleError,
}

/// The labels of a language, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawExamples {
    accept_all: Vec<Spanned<String>>,
    #[serde(default)]
    accept: Vec<Spanned<String>>,
    reject: Vec<Spanned<String>>,
    settings: Vec<Spanned<String>>,
    save: Vec<Spanned<String>>,
    pay: Vec<Spanned<String>>,
    never: Vec<Spanned<String>>,
}

impl RawExamples {
    /// The labels with their places. A language without one of a kind is not proved.
    pub(super) fn placed(self, source: Source<'_>) -> Vec<Example> {
        let kinds = [
            (Intent::AcceptAll, self.accept_all),
            (Intent::Accept, self.accept),
            (Intent::Reject, self.reject),
            (Intent::Settings, self.settings),
            (Intent::Save, self.save),
            (Intent::Pay, self.pay),
            (Intent::Never, self.never),
        ];
        let example = |intent, label: Spanned<String>| {
            let message = format!("`{}` is not read as {intent:?}", label.get_ref());
            let place = source.error(label.span(), message);
            Example { intent, label: label.into_inner(), place }
        };
        let labels = kinds.into_iter().flat_map(|(kind, l)| l.into_iter().map(move |l| (kind, l)));
        labels.map(|(kind, label)| example(kind, label)).collect()
    }
}

impl Words {
    /// The labels that are not read as their file says.
    pub(super) fn wrong_examples(&self) -> Vec<RuleError> {
        let wrong = self.examples.iter().filter(|example| {
            let read = self.intent(&example.label);
            !read.is_some_and(|read| is_as_good(read, example.intent))
        });
        wrong.map(|example| example.place.clone()).collect()
    }
}

/// Nothing that is never clicked needs to be told apart, and a way back to the settings
/// leads to them.
fn is_as_good(read: Intent, wanted: Intent) -> bool {
    let is_never = |intent| matches!(intent, Intent::Pay | Intent::Never);
    read == wanted
        || (is_never(read) && is_never(wanted))
        || (read == Intent::Withdraw && wanted == Intent::Settings)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::Rules;

    /// The official languages of the Union, and those beside them that banners speak.
    const LANGUAGES: &str = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv \
                             ar ca he ja ko nb ru tr uk zh";

    #[test]
    fn every_language_has_labels_of_every_kind() {
        let words = Rules::builtin().unwrap().words;
        let mut kinds: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for example in &words.examples {
            let language =
                example.place.file.trim_start_matches("words/").trim_end_matches(".toml");
            kinds.entry(language).or_default().insert(format!("{:?}", example.intent));
        }
        for language in LANGUAGES.split_whitespace() {
            let found = kinds.remove(language).unwrap_or_default();
            for kind in ["AcceptAll", "Reject", "Settings", "Save", "Pay", "Never"] {
                assert!(found.contains(kind), "{language} has no {kind}");
            }
        }
        assert_eq!(kinds.keys().collect::<Vec<_>>(), Vec::<&&str>::new());
    }
}
