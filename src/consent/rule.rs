//! One file per consent platform (`signatures/cmps/*.toml`): how it is recognised, which
//! steps accept and refuse, where it stores the choice. As written (`Raw…`) first, then
//! as used: what is in [`Rules`] is valid.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use super::autoconsent::Autoconsent;
use super::record::{RawStored, Stored};
use super::words::Words;

static BUILTIN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/signatures/cmps");

/// Every consent platform that is known, and the words on banners' buttons.
#[derive(Debug)]
pub struct Rules {
    pub(super) cmps: Vec<CmpRule>,
    pub(super) words: Words,
    /// The user's own layer.
    pub(super) own: Option<Arc<Autoconsent>>,
}

/// A rule file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}: {message}")]
pub struct RuleError {
    /// The file's name.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Rules {
    /// The rules that are part of the program.
    ///
    /// # Errors
    /// When a file does not parse, or says something that cannot be.
    pub fn builtin() -> Result<Self, RuleError> {
        let mut cmps = Vec::new();
        let mut words = Words::default();
        let folder = BUILTIN.get_dir("words").map(Dir::files).into_iter().flatten();
        for (file, is_rule) in BUILTIN.files().map(|f| (f, true)).chain(folder.map(|f| (f, false)))
        {
            let name = file.path().to_string_lossy().into_owned();
            let text = file.contents_utf8().ok_or_else(|| RuleError {
                file: name.clone(),
                line: 1,
                message: "is not UTF-8".to_owned(),
            })?;
            if is_rule {
                cmps.push(CmpRule::parse(&name, text)?);
            } else {
                words.add(&name, text)?;
            }
        }
        words.build();
        cmps.retain(|rule| rule.status == Status::Stable);
        cmps.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self { cmps, words, own: None })
    }

    /// The same, with a layer of the user's own.
    #[must_use]
    pub fn with_own(self, own: Option<Arc<Autoconsent>>) -> Self {
        Self { own, ..self }
    }

    /// The platforms known, id and name, sorted by id.
    pub fn platforms(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cmps.iter().map(|rule| (rule.id.as_str(), rule.name.as_str()))
    }

    /// Proves every rule by its examples.
    #[must_use]
    pub fn check(&self) -> Vec<RuleError> {
        let labels = self.words.wrong_examples().into_iter();
        let forms = self.cmps.iter().flat_map(|rule| rule.stored.iter().map(move |s| (rule, s)));
        let records = forms.flat_map(|(rule, stored)| stored.check(&format!("{}.toml", rule.id)));
        labels.chain(records).collect()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&CmpRule> {
        self.cmps.iter().find(|rule| rule.id == id)
    }
}

/// Whether a rule is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    /// Its facts are confirmed.
    Stable,
    /// Kept for the next maintainer; not used.
    Draft,
}

/// One platform, ready for use.
#[derive(Debug)]
pub(super) struct CmpRule {
    /// The file's name without ending.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) status: Status,
    pub(super) detect: Detect,
    pub(super) popup: Vec<String>,
    /// Selectors of what brings the choice back once it was made.
    pub(super) reopen: Vec<String>,
    pub(super) accept: Vec<Path>,
    pub(super) reject: Vec<Path>,
    pub(super) stored: Vec<Stored>,
    pub(super) api: Api,
    /// What the platform's purpose names mean: `C0002` → `analytics`.
    pub(super) purposes: BTreeMap<String, String>,
}

/// What gives a platform away.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Detect {
    /// Dotted names of global variables.
    pub(super) globals: Vec<String>,
    /// Selectors of elements that only this platform makes.
    pub(super) selectors: Vec<String>,
    /// Hosts (or what is below them) of its scripts and frames.
    pub(super) hosts: Vec<String>,
}

/// The platform's interface, as expressions of the page's own world.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Api {
    /// Yields `{purpose: boolean}` of optional purposes, or null while nothing is chosen.
    pub(super) read: Option<String>,
    /// Yields the platform's version as text.
    pub(super) version: Option<String>,
    pub(super) accept: Option<String>,
    pub(super) reject: Option<String>,
    /// Shows the banner or its settings again.
    pub(super) reopen: Option<String>,
}

/// One way to a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// An expression of the page's own world: the way leads there only where it is true.
    pub(super) when: Option<String>,
    pub(super) steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Click the first visible match, selectors in order of preference.
    Click { selectors: Vec<String>, text: Vec<String>, optional: bool },
    /// Click every match that is not as wanted.
    Switch { selectors: Vec<String>, on: bool },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    cmp: RawCmp,
    detect: Detect,
    #[serde(default)]
    popup: RawPopup,
    #[serde(default)]
    purposes: BTreeMap<String, String>,
    #[serde(default)]
    accept: Vec<RawPath>,
    #[serde(default)]
    reject: Vec<RawPath>,
    #[serde(default)]
    stored: Vec<RawStored>,
    #[serde(default)]
    api: Api,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCmp {
    name: Spanned<String>,
    status: Status,
    reviewed: Spanned<toml::value::Datetime>,
    #[serde(default)]
    references: Vec<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawPopup {
    visible: OneOrMany,
    reopen: OneOrMany,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPath {
    when: Option<String>,
    steps: Spanned<Vec<RawStep>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    click: Option<OneOrMany>,
    tick: Option<OneOrMany>,
    untick: Option<OneOrMany>,
    /// The button's label has one of these words in it (lower case).
    #[serde(default)]
    text: OneOrMany,
    #[serde(default)]
    optional: bool,
}

/// A text or a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    pub(super) fn into_list(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(list) => list,
        }
    }
}

/// Where in which file something stands, for errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Source<'_> {
    pub(super) fn error(self, at: Range<usize>, message: impl Into<String>) -> RuleError {
        let before = self.text.get(..at.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        RuleError { file: self.file.to_owned(), line, message: message.into() }
    }

    pub(super) fn parse<T: serde::de::DeserializeOwned>(self) -> Result<T, RuleError> {
        toml::from_str(self.text).map_err(|error| {
            let at = error.span().unwrap_or(0..0);
            self.error(at, error.message().trim())
        })
    }
}

impl CmpRule {
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, RuleError> {
        let source = Source { file, text };
        let raw: RawRule = source.parse()?;
        let nowhere = raw.detect.globals.is_empty()
            && raw.detect.selectors.is_empty()
            && raw.detect.hosts.is_empty();
        if nowhere {
            return Err(source.error(raw.cmp.name.span(), "nothing in [detect] gives it away"));
        }
        if raw.cmp.reviewed.get_ref().date.is_none() {
            return Err(source.error(raw.cmp.reviewed.span(), "`reviewed` is a date"));
        }
        for reference in &raw.cmp.references {
            if !reference.get_ref().starts_with("https://") {
                return Err(source.error(reference.span(), "references are https addresses"));
            }
        }
        let stored =
            raw.stored.into_iter().map(|raw| raw.checked(source)).collect::<Result<_, _>>();
        let id = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml");
        Ok(Self {
            id: id.to_owned(),
            name: raw.cmp.name.into_inner(),
            status: raw.cmp.status,
            detect: raw.detect,
            popup: raw.popup.visible.into_list(),
            reopen: raw.popup.reopen.into_list(),
            accept: paths(source, raw.accept)?,
            reject: paths(source, raw.reject)?,
            stored: stored?,
            api: raw.api,
            purposes: raw.purposes,
        })
    }
}

fn paths(source: Source<'_>, raw: Vec<RawPath>) -> Result<Vec<Path>, RuleError> {
    let mut paths = Vec::new();
    for path in raw {
        let at = path.steps.span();
        let steps = path.steps.into_inner();
        if steps.is_empty() {
            return Err(source.error(at, "a path has at least one step"));
        }
        let steps = steps.into_iter().map(|step| match (step.click, step.tick, step.untick) {
            (Some(click), None, None) => Ok(Step::Click {
                selectors: click.into_list(),
                text: step.text.into_list(),
                optional: step.optional,
            }),
            (None, Some(tick), None) => Ok(Step::Switch { selectors: tick.into_list(), on: true }),
            (None, None, Some(untick)) => {
                Ok(Step::Switch { selectors: untick.into_list(), on: false })
            }
            _ => Err(source.error(at.clone(), "a step is one of `click`, `tick` and `untick`")),
        });
        paths.push(Path { when: path.when, steps: steps.collect::<Result<_, _>>()? });
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::{CmpRule, Rules};

    #[test]
    fn every_rule_is_proved_by_its_examples() {
        let rules = Rules::builtin().unwrap();
        assert_eq!(rules.check(), Vec::new());
        assert!(rules.platforms().count() >= 6);
    }

    #[test]
    fn a_mistake_names_file_and_line() {
        let text = "[cmp]\nname = \"X\"\nstatus = \"stable\"\nreviewed = 2026-01-01\n\n[detect]\nglobal = []\n";
        let error = CmpRule::parse("x.toml", text).unwrap_err();
        assert_eq!((error.file.as_str(), error.line), ("x.toml", 7));
    }
}
