//! What buttons on banners say, in many languages (`signatures/cmps/words/*.toml`), and
//! what must never be clicked. Only labels decide; the longest known phrase wins.

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;
use toml::Spanned;

use super::rule::{RuleError, Source};

/// Longer labels are sentences, not buttons.
const LONGEST_LABEL: usize = 90;

/// What a button is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Intent {
    /// Costs money: never clicked.
    Pay,
    /// Subscribe, log in, newsletter, delete: never clicked.
    Never,
    /// Refuses everything optional.
    Reject,
    /// Accepts everything.
    AcceptAll,
    /// Accepts, as far as its word goes.
    Accept,
    /// Stores what is ticked.
    Save,
    /// Opens the next layer.
    Settings,
    /// Only closes a notice.
    Acknowledge,
    /// Opens the settings of a choice that was made.
    Withdraw,
}

/// Every phrase, ready to match.
#[derive(Debug, Default)]
pub(super) struct Words {
    phrases: Vec<Phrase>,
    matcher: Option<AhoCorasick>,
    strong: Vec<String>,
    weak: Vec<String>,
    age: Vec<String>,
    necessary: Vec<String>,
}

#[derive(Debug)]
struct Phrase {
    text: String,
    /// It must be the whole label.
    whole: bool,
    intent: Intent,
}

/// One language, as written. A phrase with `=` before it must be the whole label.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawWords {
    language: Spanned<String>,
    /// Any one of these makes a text one about consent.
    topic: Vec<Spanned<String>>,
    /// Two different ones of these do.
    #[serde(default)]
    weak_topic: Vec<String>,
    accept_all: Vec<String>,
    accept: Vec<String>,
    #[serde(default)]
    acknowledge: Vec<String>,
    reject: Vec<String>,
    settings: Vec<String>,
    save: Vec<String>,
    #[serde(default)]
    withdraw: Vec<String>,
    #[serde(default)]
    pay: Vec<String>,
    #[serde(default)]
    never: Vec<String>,
    /// Questions of an age gate.
    #[serde(default)]
    age: Vec<String>,
    /// Names of switches that cannot be refused.
    #[serde(default)]
    necessary: Vec<String>,
}

impl Words {
    pub(super) fn add(&mut self, file: &str, text: &str) -> Result<(), RuleError> {
        let source = Source { file, text };
        let raw: RawWords = source.parse()?;
        if !file.ends_with(&format!("{}.toml", raw.language.get_ref())) {
            return Err(source.error(raw.language.span(), "the file is named after its language"));
        }
        for (intent, phrases) in [
            (Intent::Pay, raw.pay),
            (Intent::Never, raw.never),
            (Intent::Reject, raw.reject),
            (Intent::AcceptAll, raw.accept_all),
            (Intent::Accept, raw.accept),
            (Intent::Save, raw.save),
            (Intent::Settings, raw.settings),
            (Intent::Acknowledge, raw.acknowledge),
            (Intent::Withdraw, raw.withdraw),
        ] {
            for phrase in phrases {
                let whole = phrase.starts_with('=');
                self.phrases.push(Phrase { text: normal(&phrase), whole, intent });
            }
        }
        for topic in raw.topic {
            if topic.get_ref().chars().count() < 2 {
                return Err(source.error(topic.span(), "a topic has at least two characters"));
            }
            self.strong.push(topic.into_inner().to_lowercase());
        }
        self.weak.extend(raw.weak_topic.iter().map(|word| word.to_lowercase()));
        self.age.extend(raw.age.iter().map(|phrase| normal(phrase)));
        self.necessary.extend(raw.necessary.iter().map(|word| word.to_lowercase()));
        Ok(())
    }

    /// Makes the matcher, once all languages are in.
    pub(super) fn build(&mut self) {
        for list in [&mut self.strong, &mut self.weak, &mut self.age, &mut self.necessary] {
            list.sort_unstable();
            list.dedup();
        }
        let patterns = self.phrases.iter().map(|phrase| bounded(&phrase.text));
        self.matcher = AhoCorasick::builder().match_kind(MatchKind::Standard).build(patterns).ok();
    }

    /// What a button with this label is for.
    pub(super) fn intent(&self, label: &str) -> Option<Intent> {
        if label.len() > LONGEST_LABEL * 4 || label.chars().count() > LONGEST_LABEL {
            return None;
        }
        let label = normal(label);
        let hay = format!(" {label} ");
        let mut best: Option<((u8, usize), Intent)> = None;
        for found in self.matcher.as_ref()?.find_overlapping_iter(&hay) {
            let Some(phrase) = self.phrases.get(found.pattern().as_usize()) else { continue };
            if phrase.whole && phrase.text != label {
                continue;
            }
            // What must not be clicked and what refuses go before what accepts.
            let rank = match phrase.intent {
                Intent::Pay | Intent::Never => 2,
                Intent::Reject => 1,
                _ => 0,
            };
            let weight = (rank, phrase.text.len());
            if best.is_none_or(|(heaviest, _)| weight > heaviest) {
                best = Some((weight, phrase.intent));
            }
        }
        best.map(|(_, intent)| intent)
    }

    /// Whether a text is about cookies or consent.
    pub(super) fn is_about_consent(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.strong.iter().any(|word| text.contains(word.as_str()))
            || self.weak.iter().filter(|word| text.contains(word.as_str())).count() >= 2
    }

    /// Whether a text asks for the visitor's age.
    pub(super) fn asks_for_age(&self, text: &str) -> bool {
        let hay = format!(" {} ", normal(text));
        self.age.iter().any(|phrase| hay.contains(&bounded(phrase)))
    }

    /// Whether a switch with this label is one that cannot be refused.
    pub(super) fn is_necessary(&self, label: &str) -> bool {
        let label = label.to_lowercase();
        self.necessary.iter().any(|word| label.contains(word.as_str()))
    }

    /// Every word that makes a text one about consent, for the probe in the page.
    pub(super) fn topics(&self) -> impl Iterator<Item = &str> {
        self.strong.iter().chain(&self.weak).map(String::as_str)
    }
}

/// Lower case, letters and digits only, single spaces.
fn normal(text: &str) -> String {
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
fn bounded(phrase: &str) -> String {
    let spaceless = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{e00}'..='\u{e7f}');
    if phrase.chars().any(spaceless) { phrase.to_owned() } else { format!(" {phrase} ") }
}

/// The kind of purpose that a name or a switch's label stands for, in one word each;
/// the name itself when it is none of the usual ones.
pub(super) fn category_of(name: &str) -> String {
    const CATEGORIES: &[(&str, &[&str])] = &[
        ("necessary", &["necessar", "essential", "required", "notwendig", "nécessaire"]),
        ("analytics", &["analy", "statisti", "performance", "measur", "audience"]),
        ("marketing", &["market", "advert", "target", "ads", "ad_", "werbung", "publicit"]),
        ("social", &["social"]),
        ("functional", &["function", "preferen", "personali", "experience", "comfort"]),
    ];
    let low = name.to_lowercase();
    let known = CATEGORIES.iter().find(|(_, stems)| stems.iter().any(|stem| low.contains(stem)));
    known.map_or(low.clone(), |(category, _)| (*category).to_owned())
}
