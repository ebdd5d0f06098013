//! Fills in forms with the canary, as a visitor would who then changes their mind: trusted
//! keys, focus and blur, and nothing is sent off. Never types a password.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, timeout};

use super::window::Window;
use crate::dom::{DomError, Element, FrameId, World};
use crate::health::{CanaryField as F, words};
use crate::model::{FormField, Link, Typed};

/// Frames that are looked into.
const MOST_FRAMES: usize = 12;
/// Fields of a page that are filled in.
const MOST_FIELDS: usize = 60;
/// How long all fields of a page may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// Keeps a form from being sent, whoever asks for it: by event and by call.
const HOLD_FORMS: &str = "(() => {
    addEventListener('submit', event => { event.preventDefault(); event.stopImmediatePropagation(); }, true);
    HTMLFormElement.prototype.submit = function () {};
})()";
/// What a field is; see [`RawField`].
const DESCRIBE: &str = "function () {
    const text = node => (node?.textContent ?? '').replace(/\\s+/g, ' ').trim().slice(0, 200);
    const type = this.localName === 'textarea' ? 'textarea' : String(this.type || 'text').toLowerCase();
    const by = this.getAttribute('aria-labelledby');
    const label = [...(this.labels ?? [])].map(text).join(' ') || this.getAttribute('aria-label')
        || (by ? text(document.getElementById(by)) : '') || this.placeholder || this.title || '';
    const form = this.form;
    const short = value => String(value ?? '').slice(0, 200);
    return {
        kind: short(type), name: short(this.name || this.id), label: short(label),
        autocomplete: short(this.getAttribute('autocomplete')),
        form: form ? short(form.getAttribute('id') || form.getAttribute('name') || form.getAttribute('action')) : '',
        search: type === 'search' || !!this.closest('[role=search], search'),
        fixed: !!(this.disabled || this.readOnly), filled: this.value !== '',
    };
}";
const BLUR: &str = "function () { this.blur(); }";
/// Sets a date as a picker would; `VALUE` is put in.
const SET: &str = "function () {
    this.focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(this, VALUE);
    for (const kind of ['input', 'change']) this.dispatchEvent(new Event(kind, { bubbles: true }));
}";
/// Where a search form would lead, as it is filled in; `null` for any other form.
const RESULTS: &str = "function () {
    const form = this.form;
    if (!form || String(form.getAttribute('method') || 'get').toLowerCase() !== 'get') return null;
    if (form.querySelector('input[type=password]')) return null;
    const to = new URL(form.getAttribute('action') || '', document.baseURI);
    const told = [...new FormData(form)].filter(([, value]) => typeof value === 'string').slice(0, 20);
    to.search = new URLSearchParams(told).toString();
    to.hash = '';
    return to.href;
}";

/// A field, as the page describes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    kind: String,
    name: String,
    label: String,
    autocomplete: String,
    form: String,
    search: bool,
    fixed: bool,
    filled: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) typed: Vec<Typed>,
    /// Result pages of the page's search forms: they are visited like other pages.
    pub(super) searches: Vec<Link>,
}

/// Types the canary into every field of the page that is shown and empty.
pub(super) async fn fill<W: Window>(window: &W) -> Filled {
    let mut filled = Filled::default();
    let end = Instant::now() + PATIENCE;
    let frames = window.frames().await.unwrap_or_default();
    for frame in frames.into_iter().take(MOST_FRAMES) {
        let left = end.saturating_duration_since(Instant::now());
        let work = in_frame(window, &frame.id, &frame.url, &mut filled);
        if timeout(left, work).await.is_err() {
            break;
        }
    }
    filled
}

async fn in_frame<W: Window>(window: &W, frame: &FrameId, url: &str, filled: &mut Filled) {
    let fields = window.query(frame, "input, textarea").await.unwrap_or_default();
    if fields.is_empty() || window.evaluate(frame, World::Main, HOLD_FORMS).await.is_err() {
        return;
    }
    for element in fields {
        if filled.typed.len() >= MOST_FIELDS {
            return;
        }
        if let Err(error) = one(window, &element, url, filled).await {
            tracing::debug!("a field was left empty: {error}");
        }
    }
}

async fn one<W: Window>(
    window: &W,
    element: &Element,
    frame: &str,
    filled: &mut Filled,
) -> Result<(), DomError> {
    let described = window.call(element, DESCRIBE).await?;
    let Ok(field) = serde_json::from_value::<RawField>(described) else { return Ok(()) };
    let Some(canary) = field.canary() else { return Ok(()) };
    if field.fixed || field.filled || window.visible_box(element).await?.is_none() {
        return Ok(());
    }
    let time_ms = window.elapsed_ms();
    if field.kind == "date" {
        let script = SET.replace("VALUE", &json!("1971-03-29").to_string());
        window.call(element, &script).await?;
    } else {
        window.type_text(element, field.text(canary)).await?;
    }
    filled.typed.push(Typed {
        field: FormField {
            name: field.name.clone(),
            kind: field.kind.clone(),
            label: field.label.clone(),
            autocomplete: field.autocomplete.clone(),
        },
        form: field.form.clone(),
        frame: frame.chars().take(2_000).collect(),
        canary: canary.name().to_owned(),
        time_ms,
    });
    window.call(element, BLUR).await?;
    if field.search
        && let Some(url) = window.call(element, RESULTS).await?.as_str()
    {
        let text = "search results".to_owned();
        filled.searches.push(Link { url: url.to_owned(), text, ..Link::default() });
    }
    Ok(())
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
    /// What belongs into the field; `None` when nothing may be typed.
    fn canary(&self) -> Option<F> {
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
    fn text(&self, canary: F) -> &'static str {
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
