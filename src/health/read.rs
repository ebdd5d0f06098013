//! Takes an address and a page apart into the fields that are judged.

use super::PageInput;
use super::token::{Place, Tokens};

/// Endings of file names, which say how a page was made and nothing else.
const ENDINGS: &[&str] =
    &["html", "htm", "aspx", "asp", "php", "jsp", "page", "shtml", "cfm", "do"];
/// Parameters whose values are random: reading words into them is an error.
const OPAQUE_KEYS: &[&str] = &["gclid", "fbclid", "msclkid", "dclid", "wbraid", "gbraid", "ttclid"];
/// Labels of a host name that name nobody.
const EMPTY_LABELS: &[&str] =
    &["www", "www2", "com", "co", "org", "net", "gov", "edu", "ac", "nhs"];

/// Parts of a path that lead to a clinician's page.
const CLINICIANS: &[&str] = &[
    "doctor",
    "doctors",
    "find-a-doctor",
    "our-doctors",
    "physician",
    "physicians",
    "find-a-physician",
    "provider",
    "providers",
    "find-a-provider",
    "surgeons",
    "consultants",
];

/// What sites put between a page's name and their own.
const TITLE_PARTS: [char; 8] = ['|', '–', '—', '·', '•', '»', ':', '┃'];

/// An address in its parts, as written; any text has them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts<'a> {
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) fragment: &'a str,
}

impl<'a> Parts<'a> {
    /// Splits an address; a text without a scheme is a path.
    pub(super) fn of(url: &'a str) -> Self {
        let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
        let (url, query) = url.split_once('?').unwrap_or((url, ""));
        let Some((_, rest)) = url.split_once("//") else {
            return Self { host: "", path: url, query, fragment };
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        Self { host, path, query, fragment }
    }

    /// Path segments that are not empty.
    pub(super) fn segments(&self) -> impl Iterator<Item = &'a str> {
        self.path.split('/').filter(|segment| !segment.is_empty())
    }

    /// Host labels that name somebody, without the top-level domain.
    pub(super) fn labels(&self) -> impl Iterator<Item = &'a str> {
        let named = self.host.rsplit_once('.').map_or("", |(named, _)| named);
        named.split('.').filter(|label| !label.is_empty() && !EMPTY_LABELS.contains(label))
    }
}

/// Whether a parameter's value is an address.
pub(super) fn is_address(value: &str) -> bool {
    value.starts_with("https://") || value.starts_with("http://") || value.starts_with("//")
}

/// Appends an address's fields.
pub(super) fn address(tokens: &mut Tokens, parts: &Parts<'_>) {
    // The site's own name is judged by signs; names of its parts (`oncology.`) are words.
    let labels: Vec<&str> = parts.labels().collect();
    for label in &labels[..labels.len().saturating_sub(1)] {
        tokens.push(Place::Host, "", label);
    }
    let mut last = "";
    for segment in parts.segments() {
        tokens.push(Place::Path, "", segment);
        last = segment;
    }
    if last.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending)) {
        tokens.drop_last();
    }
    for pair in parts.query.split(['&', ';']) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !OPAQUE_KEYS.contains(&key) {
            tokens.push(Place::Key, "", key);
            tokens.push(Place::Value, key, value);
        }
    }
    for segment in parts.fragment.split(['/', '?', '&']) {
        tokens.push(Place::Fragment, "", segment);
    }
}

/// Appends what is known of a page beside its address.
pub(super) fn page(tokens: &mut Tokens, page: &PageInput<'_>) {
    for part in page.title.split(TITLE_PARTS) {
        tokens.push(Place::Title, "", part);
    }
    for heading in page.headings {
        tokens.push(Place::Heading, "", heading);
    }
    for field in page.form_fields {
        tokens.push(Place::Form, "", field);
    }
    for kind in page.schema_types {
        tokens.push(Place::Schema, "", kind);
    }
}

/// Whether a path holds `/2025/03/`.
pub(super) fn is_dated(parts: &Parts<'_>) -> bool {
    let number = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())
    };
    let segments: Vec<&str> = parts.segments().collect();
    segments
        .windows(2)
        .any(|pair| number(pair[0], 4) && pair[0].starts_with(['1', '2']) && number(pair[1], 2))
}

/// Whether one segment is a sentence, as the addresses of articles are.
pub(super) fn has_long_slug(tokens: &Tokens) -> bool {
    let mut segments = tokens.fields().iter().filter(|field| field.place == Place::Path);
    segments.any(|field| field.tokens.len() >= 8)
}

/// Whether a path holds a name where doctors are listed: `/doctors/jane-roe`.
pub(super) fn names_a_clinician(parts: &Parts<'_>) -> bool {
    let is_list = |segment: &&str| CLINICIANS.iter().any(|list| segment.eq_ignore_ascii_case(list));
    let is_name = |segment: &str| {
        let words: Vec<&str> = segment.split(['-', '_', '.']).collect();
        let plain = |word: &&&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
        words.len() <= 6 && words.iter().filter(plain).count() >= 2
    };
    // A number may stand between: `/doctors/1298/jane-roe`.
    parts.segments().skip_while(|segment| !is_list(segment)).skip(1).take(2).any(is_name)
}

/// Whether it is a site's root.
pub(super) fn is_home(parts: &Parts<'_>) -> bool {
    !parts.host.is_empty() && parts.segments().next().is_none()
}
