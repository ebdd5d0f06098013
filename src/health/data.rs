//! The lexicon as written in `signatures/health/*.toml`, before it is checked.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::PageKind;

/// One file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawFile {
    /// Categories by id.
    #[serde(default)]
    pub(super) category: BTreeMap<String, RawCategory>,
    /// Groups of terms that tell of a health matter.
    #[serde(default)]
    pub(super) terms: Vec<RawTerms>,
    /// Groups of words that speak for or against.
    #[serde(default)]
    pub(super) context: Vec<RawContext>,
    /// Groups of host names that speak for or against.
    #[serde(default)]
    pub(super) host: Vec<RawHost>,
}

/// A kind of health matter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawCategory {
    /// How much harm its disclosure does, 1 to 5; orders the categories of a verdict.
    pub(super) weight: f64,
    /// Other trades have words for it, too: `schedule` and `appointment` together prove no
    /// more of health than one of them.
    #[serde(default)]
    pub(super) everyday: bool,
    /// The page kind of a page whose strongest term is of this category.
    #[serde(default)]
    pub(super) page: PageKind,
}

/// How much a term proves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Strength {
    /// Enough by itself.
    Strong,
    /// Enough on a health site or beside a second term.
    Medium,
    /// Enough only with both.
    Weak,
    /// Another sense of a medical word (`water treatment`): takes the words away.
    Decoy,
}

/// Where a term or word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawPlace {
    /// A host label, split at hyphens.
    Host,
    /// Anywhere in a path segment.
    Path,
    /// A whole path segment; together with `title`, a whole part of a title.
    Segment,
    /// The fragment.
    Fragment,
    /// A query parameter's name.
    Key,
    /// A query parameter's value.
    Value,
    /// The title.
    Title,
    /// A heading.
    Heading,
    /// A form field's name.
    Form,
    /// A schema.org type.
    Schema,
    /// A parameter's free text.
    Text,
}

/// Terms that share category, strength and rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawTerms {
    pub(super) category: String,
    pub(super) strength: Strength,
    /// Where they count; everywhere that holds prose or a path if empty.
    #[serde(default)]
    pub(super) at: Vec<RawPlace>,
    /// The kind of page that they make.
    pub(super) page: Option<PageKind>,
    /// Words that take them back, wherever they stand.
    #[serde(default)]
    pub(super) unless: Vec<String>,
    /// Words of which one must stand somewhere.
    #[serde(default)]
    pub(super) with: Vec<String>,
    /// Whether plurals and joined writing are looked for as well.
    #[serde(default = "yes")]
    pub(super) forms: bool,
    pub(super) terms: Vec<String>,
    /// `url` or `url | title` that they find.
    #[serde(default)]
    pub(super) examples: Vec<String>,
    /// The same, that must not be flagged.
    #[serde(default)]
    pub(super) negative_examples: Vec<String>,
}

/// What a context says of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Effect {
    /// A place for patients: supports what is found.
    Health,
    /// The health sector without the visitor: careers, giving, for professionals.
    Generic,
    /// An article for readers in general.
    Article,
    /// Another subject: astrology, pets, software.
    Elsewhere,
}

/// On which hosts a context counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum On {
    /// On all.
    #[default]
    Any,
    /// On hosts that show no sign of health.
    OtherHosts,
    /// On health hosts.
    HealthHosts,
}

/// The shape of an address that stands in for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Shape {
    /// `/2025/03/` in the path.
    Dated,
    /// A last segment of eight or more words.
    LongSlug,
    /// The site's root.
    Home,
    /// `/doctors/jane-roe`: a clinician's page.
    Clinician,
}

/// Words that speak for or against.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawContext {
    pub(super) id: String,
    pub(super) effect: Effect,
    pub(super) weight: f64,
    #[serde(default)]
    pub(super) on: On,
    #[serde(default)]
    pub(super) at: Vec<RawPlace>,
    pub(super) page: Option<PageKind>,
    pub(super) shape: Option<Shape>,
    #[serde(default)]
    pub(super) unless: Vec<String>,
    #[serde(default)]
    pub(super) words: Vec<String>,
    #[serde(default)]
    pub(super) examples: Vec<String>,
    #[serde(default)]
    pub(super) negative_examples: Vec<String>,
}

/// Host names that speak for or against.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawHost {
    pub(super) id: String,
    pub(super) effect: Effect,
    pub(super) weight: f64,
    /// The matter that the name itself tells of, with its strength.
    pub(super) category: Option<String>,
    pub(super) strength: Option<Strength>,
    /// These domains and all below them.
    #[serde(default)]
    pub(super) domains: Vec<String>,
    /// Beginnings of a label.
    #[serde(default)]
    pub(super) begins: Vec<String>,
    /// Endings of a label.
    #[serde(default)]
    pub(super) ends: Vec<String>,
    /// Stems anywhere in a label; long ones only.
    #[serde(default)]
    pub(super) contains: Vec<String>,
    #[serde(default)]
    pub(super) examples: Vec<String>,
    #[serde(default)]
    pub(super) negative_examples: Vec<String>,
}

fn yes() -> bool {
    true
}
