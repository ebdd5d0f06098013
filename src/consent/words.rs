//! What buttons on banners say, in many languages (`signatures/cmps/words/*.toml`), and
//! what must never be clicked. Only labels decide; the longest known phrase wins.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;
use toml::Spanned;

use super::examples::{Example, RawExamples};
use super::label::{begun, bounded, normal};
use super::rule::{RuleError, Source};
use crate::model::ShownSwitch;

/// Longer labels are sentences, not buttons.
const LONGEST_LABEL: usize = 90;

/// "Legitimate interest" in the languages of the Union, as far as banners write it.
const LEGITIMATE_INTEREST: &[&str] = &[
    "legitimate interest",
    "berechtigtes interesse",
    "berechtigte interesse",
    "intérêt légitime",
    "intérêts légitimes",
    "interés legítimo",
    "intereses legítimos",
    "interesse legittimo",
    "interessi legittimi",
    "legitieme belang",
    "gerechtvaardigd belang",
    "gerechtvaardigde belang",
    "interesse legítimo",
    "interesses legítimos",
    "prawnie uzasadnion",
    "legitim interesse",
    "berättigat intresse",
    "berättigade intresse",
    "oprávněný zájem",
    "oprávnený záujem",
    "oikeutettu etu",
    "jogos érdek",
    "interes legitim",
    "έννομο συμφέρον",
    "законен интерес",
    "zakoniti interes",
];

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
    pub(super) examples: Vec<Example>,
}

#[derive(Debug)]
struct Phrase {
    /// Where it has `*`, anything may stand in between or follow: its parts.
    parts: Vec<String>,
    /// It must be the whole label.
    whole: bool,
    intent: Intent,
}

/// One language, as written. A phrase with `=` before it must be the whole label; `*`
/// stands for any ending or words: `only * necessar*`.
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
    /// Labels, and what they are for.
    examples: RawExamples,
}

impl Words {
    pub(super) fn add(&mut self, file: &str, text: &str) -> Result<(), RuleError> {
        let source = Source { file, text };
        let raw: RawWords = source.parse()?;
        if !file.ends_with(&format!("{}.toml", raw.language.get_ref())) {
            return Err(source.error(raw.language.span(), "the file is named after its language"));
        }
        self.examples.extend(raw.examples.placed(source));
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
                let parts = phrase.split('*').map(normal).collect();
                self.phrases.push(Phrase { parts, whole, intent });
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
        let patterns = self.phrases.iter().map(Phrase::start);
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
        let mut first: BTreeMap<Intent, usize> = BTreeMap::new();
        for found in self.matcher.as_ref()?.find_overlapping_iter(&hay) {
            let Some(phrase) = self.phrases.get(found.pattern().as_usize()) else { continue };
            if !phrase.goes_on(&label, hay.get(found.end()..).unwrap_or_default()) {
                continue;
            }
            let start = first.entry(phrase.intent).or_insert(found.start());
            *start = found.start().min(*start);
            // What must not be clicked and what refuses go before what accepts.
            let rank = match phrase.intent {
                Intent::Pay | Intent::Never => 2,
                Intent::Reject => 1,
                _ => 0,
            };
            let weight = (rank, phrase.parts.iter().map(String::len).sum());
            if best.is_none_or(|(heaviest, _)| weight > heaviest) {
                best = Some((weight, phrase.intent));
            }
        }
        let first = |intent| first.get(&intent).copied();
        match best.map(|(_, intent)| intent) {
            // "Accept cookies" in "accept all cookies".
            Some(Intent::Accept) if first(Intent::AcceptAll).is_some() => Some(Intent::AcceptAll),
            // "Save", and then what is saved.
            Some(Intent::Settings)
                if first(Intent::Save).is_some_and(|at| Some(at) < first(Intent::Settings)) =>
            {
                Some(Intent::Save)
            }
            // Whoever accepts what is necessary refuses the rest.
            Some(Intent::Accept) if self.is_necessary(&label) => Some(Intent::Reject),
            intent => intent,
        }
    }

    /// Whether a text is about cookies or consent.
    pub(super) fn is_about_consent(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        if self.strong.iter().any(|word| text.contains(word.as_str())) {
            return true;
        }
        let weak: Vec<&String> = self.weak.iter().filter(|w| text.contains(w.as_str())).collect();
        // `partner` in `partners` is one word in two languages.
        let own =
            |word: &str| !weak.iter().any(|w| w.as_str() != word && word.contains(w.as_str()));
        weak.iter().filter(|word| own(word.as_str())).count() >= 2
    }

    /// Whether a text asks for the visitor's age.
    pub(super) fn asks_for_age(&self, text: &str) -> bool {
        let hay = format!(" {} ", normal(text));
        self.age.iter().any(|phrase| hay.contains(&bounded(phrase)))
    }

    /// Whether a switch with this label is one that cannot be refused.
    pub(super) fn is_necessary(&self, label: &str) -> bool {
        let label = label.to_lowercase();
        self.necessary.iter().any(|word| affirms(&label, word))
    }

    /// A switch with this label, as a capture keeps it.
    pub(super) fn switch(&self, label: &str, on: bool, locked: bool) -> ShownSwitch {
        let low = label.to_lowercase();
        let category = category_of(label);
        ShownSwitch {
            label: label.chars().take(LONGEST_LABEL).collect(),
            on,
            locked,
            necessary: self.is_necessary(label),
            legitimate_interest: LEGITIMATE_INTEREST.iter().any(|words| low.contains(words)),
            category: if category == low { String::new() } else { category },
        }
    }

    /// Every word that makes a text one about consent, for the probe in the page.
    pub(super) fn topics(&self) -> impl Iterator<Item = &str> {
        self.strong.iter().chain(&self.weak).map(String::as_str)
    }
}

impl Phrase {
    /// What the matcher looks for.
    fn start(&self) -> String {
        match self.parts.as_slice() {
            [whole] => bounded(whole),
            [first, ..] => begun(first),
            [] => String::new(),
        }
    }

    /// Whether the rest of the phrase follows its start.
    fn goes_on(&self, label: &str, mut rest: &str) -> bool {
        if self.whole {
            return self.parts.first().is_some_and(|whole| whole == label);
        }
        self.parts.iter().skip(1).filter(|part| !part.is_empty()).all(|part| {
            let part = begun(part);
            let found = rest.find(&part);
            rest = found.and_then(|at| rest.get(at + part.len()..)).unwrap_or_default();
            found.is_some()
        })
    }
}

/// Whether a word stands in a text (both lower case) without a "not" right before it:
/// `non-essential` and `not strictly necessary` are neither.
pub(super) fn affirms(text: &str, word: &str) -> bool {
    const NOT: &[&str] =
        &["non", "not", "un", "no", "nicht", "niet", "inte", "icke", "ikke", "nie", "não", "pas"];
    let mut places = text.match_indices(word).take(20);
    places.any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let mut words = before.rsplit(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        !words.by_ref().take(2).any(|word| NOT.contains(&word))
    })
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

#[cfg(test)]
mod tests {
    use super::super::rule::Rules;
    use super::Intent;

    /// What labels seen on banners are for; `None` is not to be clicked for anything.
    const LABELS: &[(&str, Option<Intent>)] = &[
        ("Accept all", Some(Intent::AcceptAll)),
        ("Cookies : OK, accept all", Some(Intent::AcceptAll)),
        ("ACCEPT & CONTINUE →", Some(Intent::Accept)),
        ("I do not agree", Some(Intent::Reject)),
        ("Don’t accept", Some(Intent::Reject)),
        ("Only accept technically necessary cookies", Some(Intent::Reject)),
        ("Continue without accepting", Some(Intent::Reject)),
        ("Accept only essential cookies", Some(Intent::Reject)),
        ("Accept selected", Some(Intent::Save)),
        ("Manage Individual preferences", Some(Intent::Settings)),
        ("Reject and subscribe for 2.99", Some(Intent::Pay)),
        ("Accept and sign up for the newsletter", Some(Intent::Never)),
        ("Delete account", Some(Intent::Never)),
        ("Book appointment", Some(Intent::Never)),
        ("Find a doctor", None),
        ("Das Notwendigste akzeptieren", Some(Intent::Reject)),
        ("A\u{a0}legszükségesebbek elfogadása", Some(Intent::Reject)),
        ("Принятие\u{a0}необходимо", Some(Intent::Reject)),
        ("Save settings and go on", Some(Intent::Save)),
        ("Accept all necessary cookies", Some(Intent::Reject)),
    ];

    #[test]
    fn labels_are_understood() {
        let rules = Rules::builtin().unwrap();
        let wrong = LABELS.iter().filter(|(label, intent)| rules.words.intent(label) != *intent);
        let wrong: Vec<_> = wrong.map(|(label, _)| (label, rules.words.intent(label))).collect();
        assert_eq!(wrong, Vec::new());
    }

    #[test]
    fn a_switch_is_necessary_unless_its_label_says_that_it_is_not() {
        let words = Rules::builtin().unwrap().words;
        for label in ["Strictly necessary", "Essential cookies", "Technisch notwendig"] {
            assert!(words.is_necessary(label), "{label}");
        }
        for label in [
            "Non-essential",
            "Unnecessary cookies",
            "Not strictly necessary",
            "Nicht notwendig",
            "Marketing",
        ] {
            assert!(!words.is_necessary(label), "{label}");
        }
    }

    #[test]
    fn a_text_is_about_consent_by_one_strong_or_two_weak_words() {
        let words = Rules::builtin().unwrap().words;
        assert!(words.is_about_consent("Wir verwenden Cookies."));
        assert!(words.is_about_consent("We value your privacy. We and our partners …"));
        assert!(!words.is_about_consent("Our partners: clinics near you"));
    }
}
