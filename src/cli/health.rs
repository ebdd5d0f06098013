//! `pixelwarden health`: what the classifier says, for people and for pipes.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Exit;
use super::lines::{LONGEST, Line, next_line};
use crate::decode::{base64, content_decoded, form};
use crate::health::{
    Evidence, HealthLabel, Identifier, IdentifierKind, Lexicon, PageInput, Sender, Verdict,
    identifiers_of,
};
use crate::signature::{Database, Observation};

/// Parameters of one request that are judged.
const MOST_PARAMETERS: usize = 2_048;
/// Bodies nested deeper than this are not entered.
const MOST_DEPTH: usize = 16;
/// Evidence shown for each carrier.
const EVIDENCE_PER_CARRIER: usize = 3;

/// What `pixelwarden health` can do.
#[derive(Debug, Subcommand)]
pub enum HealthCommand {
    /// Classify pages and requests, one JSON object per line from standard input
    ///
    /// {"url", "title"?} asks what a page tells of its visitor. With "method" it is a
    /// request, with the fields of `signatures match` and "page_url", "page_title"; the
    /// answer then names its "carriers".
    Classify {
        /// How lines are written
        #[arg(long, value_enum, default_value_t = Format::Jsonl)]
        format: Format,
    },
}

/// The formats of a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object per line
    Jsonl,
}

/// Runs `pixelwarden health`. Data goes to `out`, remarks to `err`.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn run(
    command: &HealthCommand,
    out: &mut dyn Write,
    _err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let HealthCommand::Classify { format: Format::Jsonl } = command;
    let lexicon = Lexicon::builtin().context("the health lexicon cannot be used")?;
    let db = Database::builtin()?;
    classify(&lexicon, &db, &mut std::io::stdin().lock(), out)
}

/// Answers each line of `input` with one line, in order; a bad line with an error.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn classify(
    lexicon: &Lexicon,
    db: &Database,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let mut exit = Exit::Clean;
    let mut line = Vec::new();
    for number in 1_u64.. {
        let read = next_line(input, &mut line).context("standard input cannot be read")?;
        let asked = match read {
            Line::End => break,
            Line::Whole if line.trim_ascii().is_empty() => continue,
            Line::Whole => serde_json::from_slice::<RawLine>(&line).map_err(|e| e.to_string()),
            Line::TooLong => Err(format!("the line is longer than {} MiB", LONGEST >> 20)),
        };
        let answer = match asked {
            Ok(asked) => serde_json::to_value(asked.answer(lexicon, db))?,
            Err(message) => {
                exit = Exit::Findings;
                json!({"error": {"line": number, "message": message}})
            }
        };
        writeln!(out, "{answer}").and_then(|()| out.flush()).context("output")?;
    }
    Ok(exit)
}

/// One line as written. Unknown fields are left alone: pipes carry what comes before.
#[derive(Debug, Deserialize)]
struct RawLine {
    url: String,
    title: Option<String>,
    method: Option<String>,
    #[serde(alias = "body")]
    post_data: Option<String>,
    post_base64: Option<String>,
    content_encoding: Option<String>,
    page_url: Option<String>,
    page_title: Option<String>,
}

/// One line of the answer.
#[derive(Debug, Serialize)]
struct Answer {
    label: HealthLabel,
    score: f64,
    categories: Vec<String>,
    evidence: Vec<Evidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    carriers: Option<Vec<String>>,
}

impl RawLine {
    fn answer(&self, lexicon: &Lexicon, db: &Database) -> Answer {
        match self.method {
            Some(_) => self.request(lexicon, db),
            None => of(page(lexicon, &self.url, self.title.as_deref()), None),
        }
    }

    fn request(&self, lexicon: &Lexicon, db: &Database) -> Answer {
        let url = self.page_url.as_deref().unwrap_or_default();
        let parameters = self.parameters(db);
        let title = self.page_title.as_deref().or_else(|| title_in(&parameters));
        let verdict = page(lexicon, url, title);
        let mut told = Told::of(lexicon, &Sender { url, verdict: &verdict }, &parameters);
        if told.verdict.is_phi() && verdict.is_phi() {
            told.carriers.extend(self.deeds(db, &parameters));
        }
        told.carriers.sort();
        told.carriers.dedup();
        of(told.verdict, Some(told.carriers))
    }

    /// Every parameter by the vendor's own name: as the request is laid out, and where
    /// its body is wrapped, as the vendor's signature unwraps it.
    fn parameters(&self, db: &Database) -> BTreeMap<String, Vec<String>> {
        let mut found = Parameters::default();
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        found.pairs(query.split('#').next().unwrap_or_default());
        let body = self.body();
        let encoding = self.content_encoding.as_deref().unwrap_or_default();
        let plain = content_decoded(&body, encoding);
        if !found.body(&plain) {
            found.decoded(db, &self.observation(&body, encoding));
        }
        found.0
    }

    /// The parameters that say what the visitor did on the page: the text of the button, the
    /// fields of the form. On a page that tells of a health matter these tell what was done
    /// about it, whatever their own words are.
    fn deeds(&self, db: &Database, parameters: &BTreeMap<String, Vec<String>>) -> Vec<String> {
        let body = self.body();
        let encoding = self.content_encoding.as_deref().unwrap_or_default();
        let found = db.matches(&self.observation(&body, encoding));
        let params = found.into_iter().flat_map(|found| found.params);
        let told = params.filter(|(_, param)| match &*param.data {
            "click-text" => !param.value.starts_with(['{', '[']) && has_letters(&param.value),
            "form-field" => param.value.starts_with("[{"),
            _ => false,
        });
        told.map(|(name, _)| name).filter(|name| parameters.contains_key(name)).collect()
    }

    fn observation<'a>(&'a self, body: &'a [u8], content_encoding: &'a str) -> Observation<'a> {
        let method = self.method.as_deref().unwrap_or("GET");
        let url = &self.url;
        Observation::Request { url, method, body, content_encoding, content_type: "", kind: None }
    }

    fn body(&self) -> Vec<u8> {
        match (&self.post_base64, &self.post_data) {
            (Some(wrapped), _) => base64(wrapped).unwrap_or_default(),
            (None, Some(text)) => text.clone().into_bytes(),
            (None, None) => Vec::new(),
        }
    }
}

/// The page's title as the request itself tells it.
fn title_in(parameters: &BTreeMap<String, Vec<String>>) -> Option<&str> {
    const PLAIN: [&str; 5] = ["dt", "tiba", "pageTitle", "tl", "title"];
    const JSON: [&str; 2] = ["cd[pageFeatures]", "cd[Meta]"];
    let value = |name: &&str| parameters.get(*name).and_then(|values| values.first());
    if let Some(title) = PLAIN.iter().find_map(value) {
        return Some(title);
    }
    let rest = JSON.iter().find_map(value)?.split_once("\"title\":\"")?.1;
    rest.split('"').next()
}

fn page(lexicon: &Lexicon, url: &str, title: Option<&str>) -> Verdict {
    lexicon.page(&PageInput { url, title: title.unwrap_or_default(), ..PageInput::default() })
}

fn of(verdict: Verdict, carriers: Option<Vec<String>>) -> Answer {
    let Verdict { label, score, categories, evidence, .. } = verdict;
    Answer { label, score, categories, evidence, carriers }
}

/// Parameters by name, each with its values.
#[derive(Debug, Default)]
struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    fn add(&mut self, name: String, value: String) {
        if self.0.len() < MOST_PARAMETERS && !value.is_empty() {
            self.0.entry(name).or_default().push(value);
        }
    }

    fn pairs(&mut self, text: &str) {
        for (name, value) in form(text) {
            self.add(name.into_owned(), value.into_owned());
        }
    }

    /// JSON by its paths, else lines of pairs; `false` if it is neither.
    fn body(&mut self, bytes: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        match serde_json::from_str::<Value>(text) {
            Ok(json @ (Value::Object(_) | Value::Array(_))) => self.walk("", &json, 0),
            _ if !text.is_empty() && !looks_like_pairs(text) => return false,
            _ => text.lines().for_each(|line| self.pairs(line)),
        }
        true
    }

    /// What the vendor's signature reads in the request.
    fn decoded(&mut self, db: &Database, request: &Observation<'_>) {
        for (name, param) in db.matches(request).into_iter().flat_map(|found| found.params) {
            let known = self.0.get(&name).is_some_and(|values| values.contains(&param.value));
            if !known {
                self.add(name, param.value);
            }
        }
    }

    fn walk(&mut self, path: &str, json: &Value, depth: usize) {
        match json {
            _ if depth > MOST_DEPTH => {}
            Value::String(text) => self.add(path.to_owned(), text.clone()),
            Value::Array(items) => {
                items.iter().for_each(|item| self.walk(&format!("{path}[]"), item, depth + 1));
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    let dot = if path.is_empty() { "" } else { "." };
                    self.walk(&format!("{path}{dot}{name}"), field, depth + 1);
                }
            }
            _ => {}
        }
    }
}

/// `a=1`: a short name without punctuation before the first `=`; base64 has it at the end.
fn looks_like_pairs(text: &str) -> bool {
    text.trim_end()
        .trim_end_matches('=')
        .split_once('=')
        .is_some_and(|(name, _)| name.len() <= 128 && !name.contains(['{', '<', '\0']))
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// What the parameters of a request tell together.
#[derive(Debug, Default)]
struct Told {
    verdict: Verdict,
    carriers: Vec<String>,
}

impl Told {
    fn of(
        lexicon: &Lexicon,
        sender: &Sender<'_>,
        parameters: &BTreeMap<String, Vec<String>>,
    ) -> Self {
        let mut told = Self::default();
        let mut categories: Vec<String> = Vec::new();
        for (name, value) in
            parameters.iter().flat_map(|(n, values)| values.iter().map(move |v| (n, v)))
        {
            if name.ends_with("destination") {
                continue;
            }
            let verdict = lexicon.parameter(value, sender);
            if verdict.is_phi() {
                told.carry(name, &verdict);
                categories.extend(verdict.categories.iter().cloned());
            }
            told.raise(verdict);
        }
        if told.verdict.is_phi() {
            let personal =
                |name: &str, values: &[String]| values.iter().any(|value| is_direct(name, value));
            let named = parameters.iter().filter(|(name, values)| personal(name, values));
            told.carriers.extend(named.map(|(name, _)| name.clone()));
        }
        categories.sort();
        categories.dedup();
        told.verdict.categories = categories;
        told
    }

    fn carry(&mut self, name: &str, verdict: &Verdict) {
        self.carriers.push(name.to_owned());
        let shown = verdict.evidence.iter().take(EVIDENCE_PER_CARRIER).cloned();
        self.verdict
            .evidence
            .extend(shown.map(|piece| Evidence { place: name.to_owned(), ..piece }));
    }

    /// The request is what its strongest parameter is.
    fn raise(&mut self, verdict: Verdict) {
        let (label, score) = (self.verdict.label, self.verdict.score);
        if (verdict.label, verdict.score) > (label, score) {
            self.verdict.label = verdict.label;
            self.verdict.score = verdict.score;
        }
    }
}

/// Whether the whole value names a person by itself; a telephone number inside a text
/// is as likely the clinic's.
fn is_direct(name: &str, value: &str) -> bool {
    use IdentifierKind::{
        BirthDate, Email, EmailHash, MedicalNumber, Name, NameHash, Phone, PhoneHash, Ssn, UserId,
    };
    let whole = |id: &Identifier| id.span == (0..value.len());
    identifiers_of(name, value).iter().any(|id| {
        let direct = matches!(
            id.kind,
            Email | EmailHash | Phone | PhoneHash | Name | NameHash | BirthDate | Ssn
        );
        whole(id) && (direct || matches!(id.kind, MedicalNumber | UserId))
    })
}
