//! Counts, lists and names as a sentence has them.

use serde::Serialize;

use crate::health::IdentifierKind;

/// `1 page`, `2 pages`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and 3 more`; each once, in the order given.
pub(crate) fn list<'a>(items: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let mut shown: Vec<&str> = Vec::new();
    for item in items {
        if !shown.contains(&item) {
            shown.push(item);
        }
    }
    let rest = shown.len().saturating_sub(most);
    shown.truncate(most);
    match (shown.as_slice(), rest) {
        ([], _) => String::new(),
        ([only], 0) => (*only).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (first, rest) => format!("{} and {rest} more", first.join(", ")),
    }
}

/// The stable name of a unit variant, as captures and fingerprints have it.
pub(crate) fn name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// A kind of personal value with its article: `an e-mail address`.
pub(crate) fn identifier(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Email => "an e-mail address",
        IdentifierKind::EmailHash => "a hashed e-mail address",
        IdentifierKind::Phone => "a telephone number",
        IdentifierKind::PhoneHash => "a hashed telephone number",
        IdentifierKind::Name => "a person's name",
        IdentifierKind::NameHash => "a hashed name",
        IdentifierKind::BirthDate => "a date of birth",
        IdentifierKind::Ssn => "a social security number",
        IdentifierKind::Postcode => "a postcode",
        IdentifierKind::Street => "a street address",
        IdentifierKind::MedicalNumber => "a patient, member or prescription number",
        IdentifierKind::Card => "a payment card number",
        IdentifierKind::Ip => "an IP address",
        IdentifierKind::Location => "a precise location",
        IdentifierKind::UserId => "a login's user id",
        IdentifierKind::OtherHash => "a hashed personal value",
        IdentifierKind::Secret => "an access token or secret",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_name_each_thing_once() {
        assert_eq!(list(["a", "b", "a"], 3), "a and b");
        assert_eq!(list(["a", "b", "c"], 3), "a, b and c");
        assert_eq!(list(["a", "b", "c", "d"], 2), "a, b and 2 more");
        assert_eq!(list(["a"], 2), "a");
        assert_eq!(list([], 2), "");
    }
}
