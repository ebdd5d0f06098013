//! Reads a stored choice: from a cookie's or key's text to "which optional purpose is
//! granted". The forms are data (`[[stored]]` of a rule file), each with its examples.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use regex::Regex;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::json::{at, entries, is_unset};
use super::purpose::{
    self, LONGEST_NAME, LONGEST_VALUE, MOST_PURPOSES, Purposes, decision, percent,
};
use super::rule::{OneOrMany, RuleError, Source};

/// How one platform stores the choice.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) cookie: bool,
    pub(super) local: bool,
    pub(super) name: Regex,
    layers: Vec<Layer>,
    field: Option<String>,
    form: Form,
    necessary: Vec<String>,
    granted: Vec<String>,
    denied: Vec<String>,
    decided_by: Option<String>,
    /// Required purposes stand among the others and are not told apart: only "everything
    /// granted" and "something refused" can be read.
    collapse: bool,
    /// Exists only once a choice was made.
    pub(super) companion: Option<Regex>,
    examples: Vec<Example>,
    /// Where the examples stand in the rule file.
    line: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Layer {
    Percent,
    Base64,
}

#[derive(Debug)]
enum Form {
    /// `a:1,b:0`
    Pairs { separator: String, assign: String },
    /// A JSON object of `purpose: decision`, or lists of purposes.
    Json {
        map: Option<String>,
        inner: Option<String>,
        allow: Option<String>,
        deny: Option<String>,
        known: Vec<String>,
    },
    /// `,a,b,`: what is named is granted.
    List { separator: String, known: Vec<String> },
    /// The whole value is the decision; the purpose may be part of the key's name.
    Word { purpose: String },
    /// An IAB TC string.
    Tcf,
}

/// A stored value and what it says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    /// The key's name, where the purpose is part of it.
    #[serde(default)]
    name: String,
    value: String,
    /// Empty: nothing was decided.
    purposes: Purposes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawStored {
    r#in: OneOrMany,
    name: Spanned<String>,
    #[serde(default)]
    layers: Vec<Layer>,
    field: Option<String>,
    form: Spanned<String>,
    separator: Option<String>,
    assign: Option<String>,
    map: Option<String>,
    inner: Option<String>,
    allow: Option<String>,
    deny: Option<String>,
    #[serde(default)]
    known: Vec<String>,
    purpose: Option<String>,
    #[serde(default)]
    necessary: OneOrMany,
    #[serde(default)]
    granted: OneOrMany,
    #[serde(default)]
    denied: OneOrMany,
    decided_by: Option<String>,
    #[serde(default)]
    collapse: bool,
    companion: Option<Spanned<String>>,
    examples: Spanned<Vec<Example>>,
}

impl RawStored {
    pub(super) fn checked(mut self, source: Source<'_>) -> Result<Stored, RuleError> {
        let form = form(&mut self, source)?;
        let pattern = |text: Spanned<String>| {
            Regex::new(text.get_ref()).map_err(|e| source.error(text.span(), e.to_string()))
        };
        let areas = self.r#in.into_list();
        if let Some(area) = areas.iter().find(|area| !matches!(area.as_str(), "cookie" | "local")) {
            let message = format!("`{area}` is not a place; known are `cookie` and `local`");
            return Err(source.error(self.name.span(), message));
        }
        if self.examples.get_ref().is_empty() {
            return Err(source.error(self.examples.span(), "a stored form is proved by examples"));
        }
        Ok(Stored {
            cookie: areas.iter().any(|area| area == "cookie"),
            local: areas.iter().any(|area| area == "local"),
            name: pattern(self.name)?,
            layers: self.layers,
            field: self.field,
            form,
            necessary: self.necessary.into_list(),
            granted: self.granted.into_list(),
            denied: self.denied.into_list(),
            decided_by: self.decided_by,
            collapse: self.collapse,
            companion: self.companion.map(pattern).transpose()?,
            line: source.error(self.examples.span(), "").line,
            examples: self.examples.into_inner(),
        })
    }
}

/// The form as written, taken out of the raw record.
fn form(raw: &mut RawStored, source: Source<'_>) -> Result<Form, RuleError> {
    let separator = raw.separator.take().unwrap_or_else(|| ",".to_owned());
    let known = std::mem::take(&mut raw.known);
    Ok(match raw.form.get_ref().as_str() {
        "pairs" => {
            Form::Pairs { separator, assign: raw.assign.take().unwrap_or_else(|| ":".to_owned()) }
        }
        "json" => Form::Json {
            map: raw.map.take(),
            inner: raw.inner.take(),
            allow: raw.allow.take(),
            deny: raw.deny.take(),
            known,
        },
        "list" => Form::List { separator, known },
        "word" => Form::Word { purpose: raw.purpose.take().unwrap_or_else(|| "all".to_owned()) },
        "tcf" => Form::Tcf,
        other => {
            let message = format!(
                "`{other}` is not a form; known are `pairs`, `json`, `list`, `word`, `tcf`"
            );
            return Err(source.error(raw.form.span(), message));
        }
    })
}

impl Stored {
    /// What a stored value says of the optional purposes: empty while nothing was
    /// decided, `None` when the value is not of this form.
    pub(super) fn read(&self, name: &str, value: &str) -> Option<Purposes> {
        if value.len() > LONGEST_VALUE {
            return None;
        }
        let mut text = value.to_owned();
        for layer in &self.layers {
            text = layer.open(&text)?;
        }
        if let Some(field) = &self.field {
            let fields = url::form_urlencoded::parse(text.as_bytes());
            let found = fields.into_iter().find(|(key, _)| key == field)?.1.into_owned();
            text = found;
        }
        let mut purposes = match &self.form {
            Form::Pairs { separator, assign } => self.pairs(&text, separator, assign)?,
            Form::Json { .. } => self.json(&text)?,
            Form::List { separator, known } => {
                let given = text.split(separator.as_str()).map(str::trim);
                self.listed(given.filter(|t| !t.is_empty()).map(str::to_owned), known)
            }
            Form::Word { purpose } => {
                let captured = self.name.captures(name).and_then(|c| c.name("purpose"));
                let purpose = captured.map_or(purpose.as_str(), |c| c.as_str());
                let granted = self.decision(&text)?;
                Purposes::from([(purpose.to_owned(), granted)])
            }
            Form::Tcf => purpose::tcf(&text)?,
        };
        purposes.retain(|name, _| !self.necessary.contains(name) && name.len() <= LONGEST_NAME);
        if self.collapse && !purposes.is_empty() {
            let all = purposes.values().all(|granted| *granted);
            return Some(Purposes::from([("all optional".to_owned(), all)]));
        }
        while purposes.len() > MOST_PURPOSES {
            purposes.pop_last();
        }
        Some(purposes)
    }

    /// What a value says, and how much it looks like one of this form: by its key's name,
    /// or without one by how many of its purposes the examples know, all of them.
    pub(super) fn likeness(&self, name: Option<&str>, value: &str) -> Option<(usize, Purposes)> {
        if let Some(name) = name {
            let fits = self.name.is_match(name);
            return fits.then(|| self.read(name, value)).flatten().map(|read| (1, read));
        }
        // One word may be anyone's, and a TC string is known by itself.
        if matches!(self.form, Form::Word { .. } | Form::Tcf) {
            return None;
        }
        let read = self.read("", value)?;
        let known = |name: &String| self.examples.iter().any(|e| e.purposes.contains_key(name));
        (!read.is_empty() && read.keys().all(known)).then_some((read.len(), read))
    }

    /// Reads the examples; every one that says something else is a problem.
    pub(super) fn check(&self, file: &str) -> Vec<RuleError> {
        let wrong = self.examples.iter().filter_map(|example| {
            let got = self.read(&example.name, &example.value);
            let message = format!("example `{}` reads as {got:?}", example.value);
            (got.as_ref() != Some(&example.purposes)).then_some(message)
        });
        let error = |message| RuleError { file: file.to_owned(), line: self.line, message };
        wrong.map(error).collect()
    }

    /// Names and values as they are stored, of every example.
    #[cfg(test)]
    pub(super) fn samples(&self) -> Vec<(String, String)> {
        let plain = self.name.as_str().trim_start_matches('^').trim_end_matches('$').to_owned();
        let named = |e: &Example| if e.name.is_empty() { plain.clone() } else { e.name.clone() };
        let samples = self.examples.iter().map(|e| (named(e), e.value.clone()));
        samples.filter(|(name, _)| self.name.is_match(name)).collect()
    }

    fn decision(&self, word: &str) -> Option<bool> {
        let word = word.trim().trim_matches(['"', '\'']).to_lowercase();
        if self.granted.contains(&word) {
            return Some(true);
        }
        if self.denied.contains(&word) {
            return Some(false);
        }
        // A form that names both says all there is: its other values decide nothing.
        let is_closed = !self.granted.is_empty() && !self.denied.is_empty();
        if is_closed { None } else { decision(&word) }
    }

    fn pairs(&self, text: &str, separator: &str, assign: &str) -> Option<Purposes> {
        let inner = text.trim().trim_start_matches('{').trim_end_matches('}');
        let pairs: Vec<(&str, &str)> = inner
            .split(separator)
            .filter_map(|pair| pair.split_once(assign))
            .map(|(key, value)| (key.trim().trim_matches(['"', '\'']), value.trim()))
            .take(MOST_PURPOSES)
            .collect();
        if pairs.is_empty() {
            return None;
        }
        if let Some(key) = &self.decided_by {
            let decided = pairs.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
            if decided.is_none_or(|value| value.is_empty() || decision(value) == Some(false)) {
                return Some(Purposes::new());
            }
        }
        let decided = pairs.into_iter().filter(|(key, _)| Some(*key) != self.decided_by.as_deref());
        let decided = decided.filter_map(|(key, value)| Some((key, self.decision(value)?)));
        Some(decided.map(|(key, granted)| (key.to_owned(), granted)).collect())
    }

    fn json(&self, text: &str) -> Option<Purposes> {
        let Form::Json { map, inner, allow, deny, known } = &self.form else { return None };
        let value: Value = serde_json::from_str(text).ok()?;
        if let Some(path) = &self.decided_by {
            let decided = at(&value, path)?;
            if is_unset(&decided) {
                return Some(Purposes::new());
            }
        }
        let mut purposes = Purposes::new();
        let mut found = false;
        if let Some(object) = map.as_ref().and_then(|path| at(&value, path)) {
            found = true;
            for (name, entry) in entries(&object)? {
                let entry = inner.as_ref().map_or(entry, |key| &entry[key.as_str()]);
                if let Some(granted) = self.decision_of(entry) {
                    purposes.insert(name, granted);
                }
            }
            if purposes.keys().all(|name| self.necessary.contains(name)) {
                purposes.extend(known.iter().map(|name| (name.clone(), false)));
            }
        }
        for (path, granted) in [(deny, false), (allow, true)] {
            let Some(list) = path.as_ref().and_then(|path| at(&value, path)) else { continue };
            found = true;
            let names = list.as_array().into_iter().flatten().filter_map(Value::as_str);
            let names: Vec<String> = names.take(MOST_PURPOSES).map(str::to_owned).collect();
            if granted {
                purposes.extend(self.listed(names.into_iter(), known));
            } else {
                purposes.extend(names.into_iter().map(|name| (name, false)));
            }
        }
        found.then_some(purposes)
    }

    /// What is named is granted. Where nothing is, what is known is denied.
    fn listed(&self, named: impl Iterator<Item = String>, known: &[String]) -> Purposes {
        let named = named.filter(|name| !self.necessary.contains(name)).take(MOST_PURPOSES);
        let granted: Purposes = named.map(|name| (name, true)).collect();
        if granted.is_empty() {
            return known.iter().map(|name| (name.clone(), false)).collect();
        }
        granted
    }

    fn decision_of(&self, value: &Value) -> Option<bool> {
        match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(word) => self.decision(word),
            Value::Number(number) => self.decision(&number.to_string()),
            // What is granted within the purpose.
            Value::Array(list) => Some(!list.is_empty()),
            _ => None,
        }
    }
}

impl Layer {
    fn open(self, text: &str) -> Option<String> {
        match self {
            Self::Percent => Some(percent(text)),
            Self::Base64 => base64(text),
        }
    }
}

fn base64(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('=');
    let bytes = STANDARD_NO_PAD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text)).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::consent::Rules;

    /// A value that is nearly what a platform stores: one of the examples, cut and mended.
    fn damaged(value: &str, at: usize, with: &str) -> String {
        let at = value.char_indices().map(|(at, _)| at).nth(at % (value.chars().count() + 1));
        let (before, after) = value.split_at(at.unwrap_or(value.len()));
        format!("{before}{with}{after}")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn no_value_panics(text in ".{0,60}", at in 0usize..400, with in r#"[%"{}\[\],:=é0-9]{0,6}"#) {
            let rules = Rules::builtin().unwrap();
            for stored in rules.cmps.iter().flat_map(|rule| &rule.stored) {
                stored.read(&text, &text);
                for example in &stored.examples {
                    let value = damaged(&example.value, at, &with);
                    stored.read(&example.name, &value);
                    stored.read(&text, value.get(..value.len() / 2).unwrap_or_default());
                }
            }
        }
    }
}
