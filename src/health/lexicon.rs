//! The lexicon: checked data, indexed so that any text is read once.

use std::collections::{BTreeMap, HashMap};

use include_dir::{Dir, include_dir};

use super::data::{Effect, On, RawContext, RawFile, RawHost, RawPlace, RawTerms, Shape, Strength};
use super::forms::forms;
use super::token::{Place, Tokens};
use super::trie::Trie;
use super::{PageKind, Verdict, judge};

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/signatures/health");

/// A file of the lexicon that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {message}")]
pub struct LexiconError {
    /// The file.
    pub file: String,
    /// What is wrong, with the line where the reader knows it.
    pub message: String,
}

/// What is known of a page; absent parts stay empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageInput<'a> {
    /// Its address.
    pub url: &'a str,
    /// Document title.
    pub title: &'a str,
    /// Headings h1 to h3.
    pub headings: &'a [String],
    /// Names of form fields.
    pub form_fields: &'a [&'a str],
    /// `@type` values of schema.org data.
    pub schema_types: &'a [String],
}

/// Health terms and the rules of their context.
#[derive(Debug, Default)]
pub struct Lexicon {
    pub(super) trie: Trie,
    pub(super) entries: Vec<Entry>,
    pub(super) shapes: Vec<(Shape, usize)>,
    pub(super) categories: HashMap<String, Category>,
    /// Domains, each with the entries that stand for it.
    pub(super) domains: HashMap<String, Vec<usize>>,
    /// Signs on host labels, each with the entries that stand for it.
    pub(super) labels: Vec<(Part, String, Vec<usize>)>,
    pub(super) examples: Vec<Example>,
}

/// Which part of a host label a sign stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Its beginning.
    Begin,
    /// Its end.
    End,
    /// Anywhere.
    Inside,
}

/// A kind of health matter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Category {
    pub(super) weight: f64,
    /// See [`super::data::RawCategory::everyday`].
    pub(super) everyday: bool,
    pub(super) page: PageKind,
}

/// What an entry means where it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A health matter.
    Topic,
    /// Another sense of a medical word.
    Decoy,
    /// A context.
    Context(Effect),
}

/// One group of terms, words or hosts.
#[derive(Debug)]
pub(super) struct Entry {
    /// Category id or context id.
    pub(super) name: String,
    pub(super) meaning: Meaning,
    pub(super) weight: f64,
    pub(super) on: On,
    places: u16,
    /// Of a path or title, only a whole part counts.
    whole_segment: bool,
    pub(super) page: Option<PageKind>,
    pub(super) unless: Vec<u32>,
    pub(super) with: Vec<u32>,
}

/// A page that a group of the lexicon names as proof.
#[derive(Debug)]
pub(super) struct Example {
    /// The category or context.
    pub(super) name: String,
    /// `url` or `url | title`.
    pub(super) text: String,
    /// Whether the group must be found in it.
    pub(super) found: bool,
    /// Whether it must be PHI-like; if not found, it must not.
    pub(super) flagged: bool,
}

impl Entry {
    /// Whether it counts at this place; `whole` when it fills its field.
    pub(super) fn fits(&self, place: Place, whole: bool) -> bool {
        let parted = matches!(place, Place::Path | Place::Title);
        self.places & bit(place) != 0 && (whole || !(self.whole_segment && parted))
    }

    pub(super) fn is_context(&self) -> bool {
        matches!(self.meaning, Meaning::Context(_))
    }
}

impl Lexicon {
    /// The lexicon that comes with the tool.
    ///
    /// # Errors
    ///
    /// Its files do not parse or contradict each other; a test keeps that from release.
    pub fn builtin() -> Result<Self, LexiconError> {
        let files =
            BUILTIN.files().filter(|file| file.path().extension().is_some_and(|e| e == "toml"));
        let named: Vec<(String, &str)> = files
            .map(|file| {
                (file.path().display().to_string(), file.contents_utf8().unwrap_or_default())
            })
            .collect();
        Self::parse(named.iter().map(|(name, text)| (name.as_str(), *text)))
    }

    /// A lexicon from the text of its files, each with its name for error messages.
    ///
    /// # Errors
    ///
    /// A file does not parse, or names a category that none defines.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, LexiconError> {
        let mut raw: Vec<(&str, RawFile)> = Vec::new();
        for (name, text) in files {
            let file = toml::from_str(text).map_err(|error| LexiconError {
                file: name.to_owned(),
                message: error.to_string().trim_end().to_owned(),
            })?;
            raw.push((name, file));
        }
        raw.sort_by_key(|(name, _)| *name);
        let mut lexicon = Self::default();
        for (_, file) in &raw {
            for (id, category) in &file.category {
                let known = Category {
                    weight: category.weight,
                    everyday: category.everyday,
                    page: category.page,
                };
                lexicon.categories.insert(id.clone(), known);
            }
        }
        for (name, file) in raw {
            lexicon.add(file).map_err(|message| LexiconError { file: name.to_owned(), message })?;
        }
        Ok(lexicon)
    }

    /// What a page tells of its visitor.
    #[must_use]
    pub fn page(&self, page: &PageInput<'_>) -> Verdict {
        judge::page(self, page)
    }

    /// What an address alone tells.
    #[must_use]
    pub fn url(&self, url: &str) -> Verdict {
        judge::page(self, &PageInput { url, ..PageInput::default() })
    }

    /// What a decoded parameter of a request tells, sent from a page with this verdict.
    ///
    /// An address is judged as one, anything else as free text. The page lends its
    /// context: "Weekly Therapy" means more on a clinic's page than on a shop's.
    #[must_use]
    pub fn text(&self, value: &str, page: &Verdict) -> Verdict {
        judge::text(self, value, page)
    }

    fn add(&mut self, file: RawFile) -> Result<(), String> {
        for group in file.terms {
            self.add_terms(&group)?;
        }
        for context in file.context {
            self.add_context(&context);
        }
        for host in file.host {
            self.add_host(&host)?;
        }
        Ok(())
    }

    fn add_terms(&mut self, group: &RawTerms) -> Result<(), String> {
        self.check_category(&group.category)?;
        let meaning =
            if group.strength == Strength::Decoy { Meaning::Decoy } else { Meaning::Topic };
        let flagged = matches!(group.strength, Strength::Strong | Strength::Medium);
        self.add_examples(&group.category, &group.examples, true, flagged);
        self.add_examples(&group.category, &group.negative_examples, false, false);
        let (places, whole_segment) = places(&group.at, PROSE);
        let entry = Entry {
            name: group.category.clone(),
            meaning,
            weight: weight_of(group.strength),
            on: On::Any,
            places,
            whole_segment,
            page: group.page,
            unless: self.ids(&group.unless),
            with: self.ids(&group.with),
        };
        self.add_phrases(entry, &group.terms, group.forms);
        Ok(())
    }

    fn add_context(&mut self, context: &RawContext) {
        self.add_examples(&context.id, &context.examples, true, false);
        self.add_examples(&context.id, &context.negative_examples, false, false);
        let (places, whole_segment) = places(&context.at, PROSE);
        let entry = Entry {
            name: context.id.clone(),
            meaning: Meaning::Context(context.effect),
            weight: context.weight,
            on: context.on,
            places,
            whole_segment,
            page: context.page,
            unless: self.ids(&context.unless),
            with: Vec::new(),
        };
        if let Some(shape) = context.shape {
            self.shapes.push((shape, self.entries.len()));
        }
        self.add_phrases(entry, &context.words, true);
    }

    fn add_host(&mut self, host: &RawHost) -> Result<(), String> {
        self.add_examples(&host.id, &host.examples, true, host.category.is_some());
        self.add_examples(&host.id, &host.negative_examples, false, false);
        let mut indices = vec![self.entries.len()];
        self.entries.push(host_entry(&host.id, Meaning::Context(host.effect), host.weight));
        if let Some(category) = &host.category {
            self.check_category(category)?;
            let strength = host.strength.unwrap_or(Strength::Medium);
            indices.push(self.entries.len());
            self.entries.push(host_entry(category, Meaning::Topic, weight_of(strength)));
        }
        for domain in &host.domains {
            self.domains.entry(domain.clone()).or_default().extend(&indices);
        }
        let parts =
            [(Part::Begin, &host.begins), (Part::End, &host.ends), (Part::Inside, &host.contains)];
        for (part, signs) in parts {
            self.labels.extend(signs.iter().map(|sign| (part, sign.clone(), indices.clone())));
        }
        Ok(())
    }

    fn add_phrases(&mut self, entry: Entry, phrases: &[String], with_forms: bool) {
        let index = self.entries.len();
        self.entries.push(entry);
        for phrase in phrases {
            let words = Tokens::words(phrase);
            let all = if with_forms { forms(&words) } else { vec![words] };
            for form in all.iter().filter(|form| !form.is_empty()) {
                self.trie.insert(form, index);
            }
        }
    }

    fn add_examples(&mut self, name: &str, texts: &[String], found: bool, flagged: bool) {
        self.examples.extend(texts.iter().map(|text| Example {
            name: name.to_owned(),
            text: text.clone(),
            found,
            flagged,
        }));
    }

    fn check_category(&self, id: &str) -> Result<(), String> {
        match self.categories.contains_key(id) {
            true => Ok(()),
            false => Err(format!("no file defines the category `{id}`")),
        }
    }

    fn ids(&mut self, words: &[String]) -> Vec<u32> {
        let mut ids: Vec<u32> = words.iter().map(|word| self.trie.intern(word)).collect();
        ids.sort_unstable();
        ids
    }

    /// The heaviest first, each once.
    pub(super) fn sorted_categories<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> Vec<String> {
        let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
        for name in names {
            weights.insert(name, self.categories.get(name).map_or(0.0, |known| known.weight));
        }
        let mut sorted: Vec<(&str, f64)> = weights.into_iter().collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        sorted.into_iter().map(|(name, _)| name.to_owned()).collect()
    }
}

/// Where a term counts unless its group says otherwise.
const PROSE: &[Place] = &[
    Place::Host,
    Place::Path,
    Place::Fragment,
    Place::Value,
    Place::Title,
    Place::Heading,
    Place::Text,
];

fn weight_of(strength: Strength) -> f64 {
    match strength {
        Strength::Strong => 3.0,
        Strength::Medium => 2.0,
        Strength::Weak => 1.0,
        Strength::Decoy => 0.0,
    }
}

fn host_entry(name: &str, meaning: Meaning, weight: f64) -> Entry {
    Entry {
        name: name.to_owned(),
        meaning,
        weight,
        on: On::Any,
        places: bit(Place::Host),
        whole_segment: false,
        page: None,
        unless: Vec::new(),
        with: Vec::new(),
    }
}

fn bit(place: Place) -> u16 {
    1 << (place as u16)
}

/// The bit set of places, and whether paths count by whole segments.
fn places(at: &[RawPlace], default: &[Place]) -> (u16, bool) {
    if at.is_empty() {
        return (default.iter().fold(0, |set, place| set | bit(*place)), false);
    }
    let set = at.iter().fold(0, |set, place| set | bit(place_of(*place)));
    (set, at.contains(&RawPlace::Segment) && !at.contains(&RawPlace::Path))
}

fn place_of(raw: RawPlace) -> Place {
    match raw {
        RawPlace::Host => Place::Host,
        RawPlace::Path | RawPlace::Segment => Place::Path,
        RawPlace::Fragment => Place::Fragment,
        RawPlace::Key => Place::Key,
        RawPlace::Value => Place::Value,
        RawPlace::Title => Place::Title,
        RawPlace::Heading => Place::Heading,
        RawPlace::Form => Place::Form,
        RawPlace::Schema => Place::Schema,
        RawPlace::Text => Place::Text,
    }
}
