//! How the canary's values may be written, and the digests that vendors make of them.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::canary::{CanaryField as F, Spelling};

/// Every notation of a value: as typed, as vendors clean it, as sites store it.
pub(super) fn spellings(field: F) -> Vec<String> {
    let typed = field.value();
    let mut all = vec![typed.to_owned(), typed.to_lowercase(), typed.to_uppercase()];
    match field {
        F::Email => {
            let (local, domain) = typed.split_once('@').unwrap_or((typed, ""));
            let bare = local.replace('.', "");
            all.push(format!("{bare}@{domain}"));
            // The part before the sign is a user name elsewhere.
            all.push(local.to_owned());
        }
        F::Phone => all.extend(phone(typed)),
        F::BirthDate => all.extend(dates()),
        F::Ssn => all.push(digits(typed)),
        F::FirstName | F::LastName | F::City => {}
        F::FullName => {
            let lower = typed.to_lowercase();
            let (first, last) = lower.split_once(' ').unwrap_or((&lower, ""));
            all.extend([format!("{last}, {first}"), format!("{last},{first}")]);
            for separator in ["", " ", "-", "_", "+", ".", "|"] {
                all.extend([[first, last].join(separator), [last, first].join(separator)]);
            }
        }
        _ => {
            let lower = typed.to_lowercase();
            all.push(lower.replace(' ', ""));
            all.push(lower.replace(' ', "-"));
            all.push(lower.replace(' ', "_"));
            all.push(lower.replace(' ', "+"));
        }
    }
    all.sort();
    all.dedup();
    all
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// National and international, with the separators that are in use.
fn phone(typed: &str) -> Vec<String> {
    let national = digits(typed);
    let (area, rest) = national.split_at(3);
    let (exchange, line) = rest.split_at(3);
    let mut all = vec![format!("1{national}"), format!("+1{national}"), format!("001{national}")];
    for separator in ["-", ".", " "] {
        let local = [area, exchange, line].join(separator);
        all.extend([format!("1{separator}{local}"), format!("+1{separator}{local}"), local]);
    }
    all.extend([format!("({area}){exchange}-{line}"), format!("+1 ({area}) {exchange}-{line}")]);
    all.push(national);
    all
}

/// The date of birth as it is written in forms, databases and advertising interfaces.
fn dates() -> Vec<String> {
    let (year, month, day) = ("1971", "03", "29");
    let mut all = Vec::new();
    for separator in ["/", "-", ".", ""] {
        all.push([year, month, day].join(separator));
        all.push([month, day, year].join(separator));
        all.push([day, month, year].join(separator));
    }
    all.extend(["3/29/1971", "29/3/1971", "29.3.1971"].map(str::to_owned));
    all
}

/// Digests of a value, and digests of their hexadecimal notation.
pub(super) fn hashes(value: &str) -> Vec<(Spelling, Vec<u8>)> {
    let one = once(value);
    let nested = one.iter().flat_map(|(_, digest)| once(&hex::encode(digest)));
    let nested = nested.map(|(_, digest)| (Spelling::Nested, digest)).collect::<Vec<_>>();
    one.into_iter().chain(nested).collect()
}

fn once(value: &str) -> [(Spelling, Vec<u8>); 3] {
    [
        (Spelling::Md5, Md5::digest(value).to_vec()),
        (Spelling::Sha1, Sha1::digest(value).to_vec()),
        (Spelling::Sha256, Sha256::digest(value).to_vec()),
    ]
}
