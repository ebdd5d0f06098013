//! Personal and health data in what a hit carried.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::headers::is_of_the_site;
use super::page::Page;
use super::{DataFlag, DataKind};
use crate::decode::{base64, opened, peel};
use crate::health::{
    HealthLabel, Identifier, IdentifierKind, Verdict, identifiers, identifiers_of, mask_param,
};
use crate::model::Request;
use crate::signature::Match;

/// How many characters of a flagged value are shown.
const EXCERPT: usize = 200;

/// How many bytes of a value are read for health content.
const READ: usize = 16 * 1024;

/// How many messages of a WebSocket are read.
const MESSAGES: usize = 200;

/// A wrapped value with a word in it is at least this long, in bytes.
const WRAPPED: usize = 12;

/// Kinds of data that say nothing of a person by themselves: ids that every hit has,
/// and the plumbing of a protocol.
const IMPERSONAL: &[&str] = &[
    "account",
    "campaign",
    "click-id",
    "consent",
    "currency",
    "device",
    "device-id",
    "event-id",
    "language",
    "order-id",
    "screen",
    "session-id",
    "time",
    "value",
    "version",
];

/// Kinds of data whose values are not words.
const WORDLESS: &[&str] = &[
    "address-hash",
    "birth-date",
    "birth-date-hash",
    "email",
    "email-hash",
    "gender",
    "gender-hash",
    "ip",
    "name",
    "name-hash",
    "phone",
    "phone-hash",
    "secret",
    "user-id",
];

/// Digests of the empty string, which are nobody's data: SHA-256 (hex, base64url), SHA-1, MD5.
const EMPTY: &[&str] = &[
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "d41d8cd98f00b204e9800998ecf8427e",
];

/// The flags of one recognised event, sorted, each once.
pub(super) fn of_match(found: &Match, page: &Page<'_>) -> Vec<DataFlag> {
    let mut flags = BTreeSet::new();
    for (name, param) in &found.params {
        let path = param.path(name);
        let value = Value::plain(name, &path, &param.value);
        if !IMPERSONAL.contains(&&*param.data) {
            flags.extend(personal(&value, &param.data));
        }
        flags.extend(health(&value, &param.data, page));
        flags.extend(wrapped(&value, &param.data, page));
    }
    let named = |event: &str| found.params.values().any(|param| param.value == event);
    if let Some(event) = found.event.as_deref().filter(|event| !named(event)) {
        let value = Value::plain("event", "event", event);
        flags.extend(health(&value, "event", page));
    }
    flags.into_iter().collect()
}

/// The flags of what a request carried beside its parameters: the Referer header and
/// WebSocket messages.
pub(super) fn of_request(request: &Request, page: &Page<'_>) -> Vec<DataFlag> {
    let mut flags = BTreeSet::new();
    if let Some(referer) = request.header("referer") {
        let value = Value::plain("Referer", "header.referer", referer);
        flags.extend(personal(&value, "referrer"));
        flags.extend(health(&value, "referrer", page));
    }
    flags.extend(of_headers(request));
    let sent = request.websocket.iter().enumerate().filter(|(_, message)| message.sent);
    for (at, message) in sent.take(MESSAGES) {
        let path = format!("websocket[{at}]");
        let payload: Cow<'_, str> = match message.binary {
            true => Cow::Owned(readable(&base64(&message.payload).unwrap_or_default())),
            false => Cow::Borrowed(&message.payload),
        };
        let value = Value::plain("websocket", &path, &payload);
        flags.extend(personal(&value, ""));
        flags.extend(health(&value, "", page));
        flags.extend(wrapped(&value, "", page));
    }
    flags.into_iter().collect()
}

/// What cookies and headers of the site's own making say of a person. Their names are the
/// site's, so that only what a value shows by itself, or clearly by its name, counts.
fn of_headers(request: &Request) -> BTreeSet<DataFlag> {
    let mut flags = BTreeSet::new();
    for header in &request.headers {
        if header.name == "cookie" {
            for (name, text) in header.value.split(';').take(200).filter_map(|p| p.split_once('='))
            {
                flags.extend(beside("cookie", name.trim(), text.trim()));
            }
        } else if header.name != "authorization" && is_of_the_site(&header.name) {
            flags.extend(beside("header", &header.name, &header.value));
        }
    }
    flags
}

/// What a cookie, a header or a stored value says of a person, every layer undone.
pub(super) fn beside(part: &str, name: &str, text: &str) -> Vec<DataFlag> {
    let mut flags = Vec::new();
    for leaf in peel(cut(text)).iter().take(50) {
        let key = leaf.path.rsplit('.').next().filter(|key| !key.is_empty()).unwrap_or(name);
        let path = match leaf.path.as_str() {
            "" => format!("{part}.{name}"),
            path => format!("{part}.{name}.{path}"),
        };
        flags.extend(personal(&Value { name, key, path: &path, text: &leaf.text }, ""));
    }
    flags.retain(|flag| matches!(flag.kind, DataKind::Personal(kind) if is_somebodys(kind)));
    flags
}

/// Every request has an address of its visitor's, and most have some id.
pub(super) fn is_somebodys(kind: IdentifierKind) -> bool {
    use IdentifierKind as Kind;
    !matches!(kind, Kind::Ip | Kind::UserId | Kind::Secret | Kind::Location | Kind::Postcode)
}

/// Bytes as text, one compression undone; what is no text is replaced.
pub(super) fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&opened(bytes)).into_owned()
}

/// One decoded value, with its name and where it stood.
pub(super) struct Value<'a> {
    /// The vendor's own name of the parameter.
    pub(super) name: &'a str,
    /// The name that stands next to the value: another one where it lies deeper.
    pub(super) key: &'a str,
    pub(super) path: &'a str,
    pub(super) text: &'a str,
}

impl<'a> Value<'a> {
    fn plain(name: &'a str, path: &'a str, text: &'a str) -> Self {
        Self { name, key: name, path, text }
    }

    fn flag(&self, kind: DataKind, category: &str) -> DataFlag {
        DataFlag {
            kind,
            param: self.name.to_owned(),
            path: self.path.to_owned(),
            excerpt: mask_param(self.key, self.text).shortened(EXCERPT),
            category: category.to_owned(),
        }
    }
}

/// Each kind of personal value once. The database's word for a parameter goes before
/// what its name and shape suggest.
pub(super) fn personal(value: &Value<'_>, data: &str) -> Vec<DataFlag> {
    if is_nobodys(value.text) {
        return Vec::new();
    }
    let kinds: BTreeSet<IdentifierKind> = match declared(data, value.text) {
        Some(kind) => BTreeSet::from([kind]),
        None => {
            let found = identifiers_of(value.key, value.text).into_iter();
            found.filter(|id| !is_nobodys(span(value.text, id))).map(|id| id.kind).collect()
        }
    };
    kinds.into_iter().map(|kind| value.flag(DataKind::Personal(kind), "")).collect()
}

fn span<'a>(text: &'a str, id: &Identifier) -> &'a str {
    text.get(id.span.clone()).unwrap_or_default()
}

/// Placeholders and digests of nothing.
fn is_nobodys(text: &str) -> bool {
    let text = text.trim().trim_end_matches('=');
    // Google's user-data token with nothing in it.
    if matches!(text, "tv.1" | "tv.1~" | "tv.1~es.1") {
        return true;
    }
    let digest = EMPTY.iter().any(|empty| empty.eq_ignore_ascii_case(text));
    digest || matches!(text, "" | "null" | "undefined" | "none" | "0" | "true" | "false" | "[]")
}

/// The kind that the database declares for a parameter, told apart by the value's shape.
fn declared(data: &str, text: &str) -> Option<IdentifierKind> {
    use IdentifierKind as Kind;
    // Sites put plain values where a vendor asks for a digest.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\''));
    Some(match (data, is_digest(text)) {
        ("email", false) => Kind::Email,
        ("email-hash", false) if text.contains('@') => Kind::Email,
        ("email" | "email-hash", _) => Kind::EmailHash,
        ("phone", false) => Kind::Phone,
        ("phone-hash", false) if digits >= 7 && digits * 2 >= text.len() => Kind::Phone,
        ("phone" | "phone-hash", _) => Kind::PhoneHash,
        ("name", false) => Kind::Name,
        ("name-hash", false) if letters => Kind::Name,
        ("name" | "name-hash", _) => Kind::NameHash,
        ("birth-date", false) => Kind::BirthDate,
        ("birth-date" | "birth-date-hash" | "address-hash", true) => Kind::OtherHash,
        ("user-id", _) => Kind::UserId,
        ("ip", _) => Kind::Ip,
        ("secret", _) => Kind::Secret,
        _ => return None,
    })
}

/// Hex or base64url of a digest's length.
fn is_digest(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'/');
    match text.len() {
        32 | 40 | 64 => hex,
        43 => text.bytes().all(base64),
        _ => false,
    }
}

/// PHI-like content: an address by what it names, anything else by its words.
pub(super) fn health(value: &Value<'_>, data: &str, page: &Page<'_>) -> Option<DataFlag> {
    if IMPERSONAL.contains(&data) || WORDLESS.contains(&data) || !has_words(value.text) {
        return None;
    }
    let text = cut(value.text);
    let verdict = if text.starts_with("http://") || text.starts_with("https://") {
        page.address(text)
    } else {
        page.text(text)
    };
    (verdict.label == HealthLabel::Phi).then(|| value.flag(DataKind::Health, category(&verdict)))
}

/// The flags of what a value holds in base64, hex or lz-string.
fn wrapped(value: &Value<'_>, data: &str, page: &Page<'_>) -> Vec<DataFlag> {
    if IMPERSONAL.contains(&data) || WORDLESS.contains(&data) || value.text.len() < WRAPPED {
        return Vec::new();
    }
    let mut flags = Vec::new();
    for leaf in peel(cut(value.text)).iter().filter(|leaf| leaf.wrapped) {
        let key = leaf.path.rsplit('.').next().unwrap_or_default();
        let path = format!("{}.{}", value.path, leaf.path);
        let inner = Value { name: value.name, key, path: &path, text: &leaf.text };
        flags.extend(personal(&inner, ""));
        flags.extend(health(&inner, "", page));
    }
    flags
}

fn category(verdict: &Verdict) -> &str {
    verdict.categories.first().map_or("", String::as_str)
}

/// At least three letters in a row: less is no word.
fn has_words(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|character| {
        run = if character.is_alphabetic() { run + 1 } else { 0 };
        run >= 3
    })
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(READ);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether a text that no signature decodes names a person.
pub(super) fn names_a_person(text: &str) -> bool {
    identifiers(cut(text)).iter().any(|id| id.kind != IdentifierKind::Ip)
}
