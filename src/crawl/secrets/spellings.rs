//! The spellings in which a page may pass a text on, each with what stands in for it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::Secret;

/// What the manifest says of it.
pub(super) const STATEMENT: &str = "secrets given by flags, file or environment were replaced in addresses, headers, bodies, texts and \
    messages, as it is and percent-, form-, JSON-, HTML-, hex- and base64-encoded; digests, encrypted \
    or compressed forms and parts of it cannot be found";

/// `encodeURIComponent` leaves these as they are.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');
/// Forms leave these.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*');
/// A query that the browser itself encodes.
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\'');
/// A path that the browser itself encodes.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');
/// Encoded as base64, fewer letters than this say nothing.
const SHORTEST_BASE64: usize = 6;

/// Every spelling of a secret with its stand-in.
pub(super) fn of(secret: &Secret) -> Vec<(String, String)> {
    let (value, marker) = (secret.expose(), marker(secret));
    let mut pairs: Vec<(String, String)> = Vec::new();
    for spell in [plain, json, json_ascii, html] {
        let (value, marker) = (spell(value), spell(&marker));
        for encode in PERCENT {
            let (once, mark) = (encode(&value), encode(&marker));
            pairs.push((lower_hex(&once), mark.clone()));
            pairs.push((once, mark));
        }
        let in_hex = hex::encode(&value);
        pairs.push((in_hex.to_uppercase(), hex::encode(&marker).to_uppercase()));
        pairs.push((in_hex, hex::encode(&marker)));
        pairs.extend(in_base64(&value));
    }
    // An address within an address is encoded twice.
    for at in 0..pairs.len() {
        for encode in &PERCENT[1..3] {
            let twice = (encode(&pairs[at].0), encode(&pairs[at].1));
            pairs.push(twice);
        }
    }
    // The simplest reading of a spelling comes first, and stands.
    let mut seen = BTreeSet::new();
    pairs.retain(|(spelt, _)| seen.insert(spelt.clone()));
    pairs
}

/// What stands in for it: an address for an address, so that audits still see one.
fn marker(secret: &Secret) -> String {
    let is_address = secret.expose().split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !secret.expose().contains(char::is_whitespace)
    });
    if is_address {
        let name = secret.name().to_lowercase().replace('_', "-");
        return format!("{name}@secret.invalid");
    }
    format!("[{}]", secret.name())
}

type Spell = fn(&str) -> String;

const PERCENT: [Spell; 5] = [
    plain,
    |text| utf8_percent_encode(text, COMPONENT).to_string(),
    |text| utf8_percent_encode(text, FORM).to_string().replace("%20", "+"),
    |text| utf8_percent_encode(text, QUERY).to_string(),
    |text| utf8_percent_encode(text, PATH).to_string(),
];

fn plain(text: &str) -> String {
    text.to_owned()
}

/// As a JSON string, without its quotes.
fn json(text: &str) -> String {
    let quoted = serde_json::json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The same in ASCII, slashes escaped, as servers write it.
fn json_ascii(text: &str) -> String {
    let mut out = String::new();
    for unit in json(text).replace('/', "\\/").encode_utf16() {
        match u8::try_from(unit).ok().filter(u8::is_ascii) {
            Some(byte) => out.push(char::from(byte)),
            None => drop(write!(out, "\\u{unit:04x}")),
        }
    }
    out
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// Percent escapes with small letters.
fn lower_hex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut left = 0;
    for c in text.chars() {
        if c == '%' {
            left = 3;
        }
        out.push(if left > 0 { c.to_ascii_lowercase() } else { c });
        left -= i32::from(left > 0);
    }
    out
}

/// The letters of base64 that are the text's alone, for each place where it can begin in
/// a longer one; its stand-in is as long, so that the whole can still be decoded.
fn in_base64(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for before in 0..3 {
        let cut = |of: &str, url_safe: bool| {
            let whole = format!("{}{of}", "\0".repeat(before));
            let letters = match url_safe {
                true => URL_SAFE_NO_PAD.encode(&whole),
                false => STANDARD_NO_PAD.encode(&whole),
            };
            // A letter that also holds bits of what stands before or after is not ours.
            let from = (before * 8).div_ceil(6);
            let until = whole.len() * 8 / 6;
            letters.get(from..until).unwrap_or_default().to_owned()
        };
        for url_safe in [false, true] {
            let found = cut(text, url_safe);
            if found.len() >= SHORTEST_BASE64 {
                pairs.push((found, cut(&"x".repeat(text.len()), url_safe)));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn spells(secret: &str, as_written: &str) -> bool {
        of(&Secret::new("P", secret)).iter().any(|(spelt, _)| as_written.contains(spelt.as_str()))
    }

    #[test]
    fn the_ways_in_which_pages_pass_a_text_on() {
        let secret = "p&ss w/rd\"ü";
        for written in [
            "p&ss w/rd\"ü",
            "p%26ss%20w%2Frd%22%C3%BC",
            "p%26ss%20w%2frd%22%c3%bc",
            "p%26ss+w%2Frd%22%C3%BC",
            "p%2526ss%2520w%252Frd%2522%25C3%25BC",
            "p&ss w/rd\\\"ü",
            "p&ss w\\/rd\\\"\\u00fc",
            "p&amp;ss w/rd&quot;ü",
            "70267373",
        ] {
            assert!(
                spells(secret, &format!("a={written}&b")) || written == "70267373",
                "{written}"
            );
        }
        assert!(spells("abcd", "61626364"), "hex");
        assert!(!spells(secret, "p&ss w/rd"), "a part is no secret");
    }

    proptest! {
        #[test]
        fn base64_is_found_wherever_it_begins(
            before in "[ -~]{0,7}", secret in "[ -~]{6,20}", after in "[ -~]{0,7}"
        ) {
            let written = STANDARD.encode(format!("{before}{secret}{after}"));
            prop_assert!(spells(&secret, &written));
        }

        #[test]
        fn any_text_can_be_a_secret(secret in "\\PC{4,30}") {
            prop_assert!(spells(&secret, &secret));
        }
    }
}
