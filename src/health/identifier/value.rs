//! Whether a value keeps what its name promises: `email=true` does not.

use std::borrow::Cow;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;

use super::super::IdentifierKind::{self, *};
use super::digest;
use super::key::{self, Promise};
use super::numbers::{is_card, luhn};
use super::pairs::MOST_ESCAPES;

/// Values that say that there is no value.
const PLACEHOLDERS: &[&str] = &[
    "",
    "0",
    "1",
    "true",
    "false",
    "null",
    "none",
    "undefined",
    "nan",
    "n/a",
    "na",
    "yes",
    "no",
    "redacted",
    "[object object]",
    "anonymous",
    "guest",
    "not set",
    "(not set)",
    "unknown",
    "required",
    "bearer",
    "basic",
];
/// Longer values are texts, not single personal values.
const MOST_CHARS: usize = 256;

/// The kind of personal value that a whole parameter is, by its name.
pub(super) fn kind_of(name: &str, value: &str) -> Option<IdentifierKind> {
    let promise = key::promise(name)?;
    let value = decoded(value);
    let value = value.trim();
    let secret = matches!(promise, Promise::Clear(Secret));
    if is_empty(value) || (!secret && value.chars().count() > MOST_CHARS) {
        return None;
    }
    let digest = digest::is_digest(value);
    match promise {
        Promise::Clear(kind) if digest => Some(digest_of(kind)),
        Promise::Faint(kind) if digest => Some(digest_of(kind)),
        Promise::Clear(kind) => keeps(kind, name, value).then_some(kind),
        Promise::Faint(Email) if value.contains('@') => Some(Email),
        Promise::Faint(_) => None,
    }
}

/// Undoes all layers of percent escapes, at most [`MOST_ESCAPES`].
pub(super) fn decoded(value: &str) -> Cow<'_, str> {
    let mut plain = percent_decode_str(value).decode_utf8_lossy();
    for _ in 1..MOST_ESCAPES {
        let next = match plain.contains('%') {
            true => percent_decode_str(&plain).decode_utf8_lossy().into_owned(),
            false => break,
        };
        if next == plain {
            break;
        }
        plain = Cow::Owned(next);
    }
    plain
}

fn is_empty(value: &str) -> bool {
    PLACEHOLDERS.contains(&value.to_ascii_lowercase().as_str())
        || digest::is_of_nothing(value)
        || value.chars().all(|c| matches!(c, '*' | '•' | 'x' | 'X' | '-' | '.'))
}

fn digest_of(kind: IdentifierKind) -> IdentifierKind {
    match kind {
        Email => EmailHash,
        Phone => PhoneHash,
        Name => NameHash,
        Secret => Secret,
        _ => OtherHash,
    }
}

fn keeps(kind: IdentifierKind, name: &str, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    match kind {
        Email => value.contains('@') && value.len() > 4,
        Phone => (7..=15).contains(&digits) && letters <= 4,
        Name => letters > 1 && digits == 0 && !value.contains(['{', '<', '=', '/']),
        BirthDate => (4..=8).contains(&digits) && value.len() <= 30,
        Ssn => matches!(digits, 4 | 9) && letters == 0,
        Postcode => digits >= 3 && value.len() <= 10 || is_uk_postcode(value),
        Street => digits > 0 && letters > 2 && !value.contains("://") && !value.contains('@'),
        MedicalNumber if name.to_ascii_lowercase().ends_with("npi") => is_npi(value),
        MedicalNumber => digits > 1 && value.len() <= 64 && !value.contains(' '),
        Card => is_card(value) || (6..=34).contains(&digits) && letters <= 4,
        Ip => value.parse::<IpAddr>().is_ok(),
        Location => is_coordinate(value),
        UserId => value.len() > 1 && value.len() <= 128 && !value.contains([' ', '{', '<']),
        Secret => value.len() >= 4 && !value.contains(' '),
        _ => false,
    }
}

fn is_uk_postcode(value: &str) -> bool {
    (5..=8).contains(&value.len())
        && value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.bytes().any(|b| b.is_ascii_digit())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ')
}

/// A national provider identifier: ten digits, Luhn with the prefix 80840.
pub(super) fn is_npi(value: &str) -> bool {
    value.len() == 10
        && value.starts_with(['1', '2'])
        && value.bytes().all(|b| b.is_ascii_digit())
        && luhn(format!("80840{value}").bytes())
}

/// Three decimals are about a hundred metres.
fn is_coordinate(value: &str) -> bool {
    let parts: Vec<&str> = value.split([',', ' ', ';']).filter(|part| !part.is_empty()).collect();
    (1..=2).contains(&parts.len())
        && parts.iter().all(|part| {
            part.parse::<f64>().is_ok_and(|number| number.abs() <= 180.0)
                && part.rsplit_once('.').is_some_and(|(_, decimals)| decimals.len() >= 3)
        })
}
