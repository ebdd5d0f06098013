//! What a field of a form asks for, by what the page says of it.

use serde::Deserialize;

use crate::health::{CanaryField as F, words};
use crate::model::{FormField, Typed};

/// What a field is; see [`RawField`].
pub(super) const DESCRIBE: &str = "function () {
    const text = node => (node?.textContent ?? '').replace(/\\s+/g, ' ').trim().slice(0, 200);
    const edited = this.isContentEditable;
    const type = edited || this.localName === 'textarea' ? 'textarea' : String(this.type || 'text').toLowerCase();
    const by = this.getAttribute('aria-labelledby');
    const label = [...(this.labels ?? [])].map(text).join(' ') || this.getAttribute('aria-label')
        || (by ? text(this.getRootNode().getElementById(by)) : '') || this.placeholder || this.title || '';
    const form = this.form ?? this.closest('form');
    const short = value => String(value ?? '').slice(0, 200);
    return {
        kind: short(type), name: short(this.name || this.id), label: short(label),
        autocomplete: short(this.getAttribute('autocomplete')),
        form: form ? short(form.getAttribute('id') || form.getAttribute('name') || form.getAttribute('action')) : '',
        search: type === 'search' || !!this.closest('[role=search], search'),
        fixed: !!(this.disabled || this.readOnly), filled: (edited ? text(this) : this.value) !== '',
    };
}";

/// A field, as the page describes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawField {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) autocomplete: String,
    pub(super) form: String,
    pub(super) search: bool,
    pub(super) fixed: bool,
    pub(super) filled: bool,
}

/// Types of input that take typed text.
const TYPED: &[&str] = &["text", "email", "tel", "search", "textarea", "number", "date", ""];
/// Words of fields that hold a secret or belong to a payment: they stay empty.
const NEVER: &[&str] = &[
    "password",
    "passwort",
    "kennwort",
    "passwd",
    "pwd",
    "pin",
    "otp",
    "cvv",
    "cvc",
    "captcha",
    "cardnumber",
    "creditcard",
    "card",
    "iban",
    "token",
    "csrf",
    "contraseña",
    "contrasena",
];
/// Words of names and labels, the more telling ones first.
const BY_WORD: &[(&[&str], F)] = &[
    (&["email", "mail", "correo", "courriel"], F::Email),
    (
        &["phone", "telephone", "tel", "mobile", "cell", "fax", "telefono", "telefon", "handy"],
        F::Phone,
    ),
    (&["ssn", "socialsecurity"], F::Ssn),
    (
        &[
            "dob",
            "birth",
            "birthdate",
            "birthday",
            "dateofbirth",
            "bday",
            "nacimiento",
            "geburtsdatum",
            "naissance",
        ],
        F::BirthDate,
    ),
    (&["zip", "zipcode", "postal", "postcode", "postalcode", "plz"], F::Postcode),
    (&["mrn", "patientid", "patientnumber", "medicalrecord", "chart"], F::RecordNumber),
    (
        &["member", "memberid", "policy", "subscriber", "insurance", "insuranceid", "group"],
        F::MemberNumber,
    ),
    (&["rx", "rxnumber", "prescription", "refill"], F::PrescriptionNumber),
    (&["account", "invoice", "guarantor", "accountnumber"], F::AccountNumber),
    (&["username", "userid", "user", "login", "benutzername", "usuario"], F::UserName),
    (
        &["search", "query", "q", "keyword", "keywords", "suche", "buscar", "recherche", "term"],
        F::Search,
    ),
    (&["firstname", "fname", "given", "first", "vorname", "prenom"], F::FirstName),
    (
        &["lastname", "lname", "surname", "family", "last", "nachname", "apellido", "apellidos"],
        F::LastName,
    ),
    (&["street", "address", "address1", "addr", "strasse", "direccion"], F::Street),
    (&["city", "town", "ort", "stadt", "ciudad", "ville"], F::City),
    (
        &[
            "reason",
            "symptom",
            "symptoms",
            "condition",
            "message",
            "comment",
            "comments",
            "question",
            "concern",
            "notes",
        ],
        F::Reason,
    ),
    (&["name", "fullname", "nombre", "nom"], F::FullName),
];

impl RawField {
    /// As it is kept: which field, in which frame, and what of the canary it was given.
    pub(super) fn typed(&self, frame: &str, canary: &str, time_ms: f64) -> Typed {
        Typed {
            field: FormField {
                name: self.name.clone(),
                kind: self.kind.clone(),
                label: self.label.clone(),
                autocomplete: self.autocomplete.clone(),
            },
            form: self.form.clone(),
            frame: frame.chars().take(2_000).collect(),
            canary: canary.to_owned(),
            time_ms,
        }
    }

    /// What belongs into the field; `None` when nothing may be typed.
    pub(super) fn canary(&self) -> Option<F> {
        if !TYPED.contains(&self.kind.as_str()) {
            return None;
        }
        let mut told: Vec<String> = words(&self.name);
        told.push(told.concat());
        let mut label = words(&self.label);
        label.push(label.concat());
        let never = |list: &[String]| list.iter().any(|word| NEVER.contains(&word.as_str()));
        let by_hint = self.autocomplete.to_ascii_lowercase();
        let hint = by_hint.split_whitespace().last().unwrap_or_default();
        if never(&told)
            || never(&label)
            || hint.starts_with("cc-")
            || hint.contains("password")
            || hint == "one-time-code"
        {
            return None;
        }
        let found = by_autocomplete(hint)
            .or_else(|| by_kind(&self.kind))
            .or_else(|| self.search.then_some(F::Search))
            .or_else(|| by_words(&told))
            .or_else(|| by_words(&label));
        match (self.kind.as_str(), found) {
            ("date", Some(F::BirthDate)) | ("number", Some(F::Phone | F::Postcode)) => found,
            ("date" | "number", _) => None,
            // What else a form asks for in words is worth as much as a reason.
            (_, None) => Some(F::Reason),
            (_, found) => found,
        }
    }

    /// What is typed: a field for numbers takes digits only.
    pub(super) fn text(&self, canary: F) -> &'static str {
        match (self.kind.as_str(), canary) {
            ("number", F::Phone) => "2025550143",
            _ => canary.value(),
        }
    }
}

/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill>
fn by_autocomplete(hint: &str) -> Option<F> {
    Some(match hint {
        "email" => F::Email,
        "given-name" => F::FirstName,
        "family-name" => F::LastName,
        "name" => F::FullName,
        "bday" => F::BirthDate,
        "postal-code" => F::Postcode,
        "street-address" | "address-line1" => F::Street,
        "address-level2" => F::City,
        "username" => F::UserName,
        hint if hint.starts_with("tel") => F::Phone,
        _ => return None,
    })
}

fn by_kind(kind: &str) -> Option<F> {
    match kind {
        "email" => Some(F::Email),
        "tel" => Some(F::Phone),
        "search" => Some(F::Search),
        _ => None,
    }
}

fn by_words(told: &[String]) -> Option<F> {
    let named = |list: &[&str]| told.iter().any(|word| list.contains(&word.as_str()));
    BY_WORD.iter().find(|(list, _)| named(list)).map(|(_, field)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, name: &str, label: &str) -> Option<F> {
        let (kind, name, label) = (kind.to_owned(), name.to_owned(), label.to_owned());
        RawField { kind, name, label, ..RawField::default() }.canary()
    }

    #[test]
    fn a_field_gets_what_it_asks_for() {
        assert_eq!(of("email", "x", ""), Some(F::Email));
        assert_eq!(of("text", "contact_email", ""), Some(F::Email));
        assert_eq!(of("text", "patient[firstName]", ""), Some(F::FirstName));
        assert_eq!(of("text", "f3", "Last name"), Some(F::LastName));
        assert_eq!(of("text", "f4", "Medical record number (MRN)"), Some(F::RecordNumber));
        assert_eq!(of("text", "dob", "Date of birth"), Some(F::BirthDate));
        assert_eq!(of("date", "appointment", "Day"), None);
        assert_eq!(of("textarea", "t", "What brings you here?"), Some(F::Reason));
        assert_eq!(of("text", "name", ""), Some(F::FullName));
        assert_eq!(of("search", "q", ""), Some(F::Search));
    }

    #[test]
    fn secrets_and_payments_stay_empty() {
        for (kind, name, label) in [
            ("password", "p", ""),
            ("text", "userPassword", ""),
            ("text", "x", "Passwort"),
            ("text", "card_number", ""),
            ("hidden", "email", ""),
            ("file", "letter", ""),
            ("checkbox", "email", ""),
        ] {
            assert_eq!(of(kind, name, label), None, "{kind} {name}");
        }
        let hinted = |hint: &str| RawField {
            kind: "text".to_owned(),
            autocomplete: hint.to_owned(),
            ..RawField::default()
        };
        assert_eq!(hinted("section-a cc-number").canary(), None);
        assert_eq!(hinted("current-password").canary(), None);
        assert_eq!(hinted("shipping given-name").canary(), Some(F::FirstName));
    }
}
