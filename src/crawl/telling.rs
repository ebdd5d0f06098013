//! How telling a page is, judged by its link: what a visitor does about their health
//! comes before what they read, and that before the rest.

use url::Url;

use super::frontier::Telling;
use super::site::same_page;
use crate::health::{Lexicon, PageInput, PageKind, words};

/// Categories whose topics harm more than others when they get out.
const DELICATE: &[&str] =
    &["hiv_sti", "mental_health", "reproductive", "substance_use", "gender_sexual", "genetic"];

/// Words of pages with a form to fill in, which the health terms do not know.
const FORMS: &[&str] = &[
    "anfrage",
    "apply",
    "assessment",
    "callback",
    "contact",
    "contacto",
    "contactez",
    "contatti",
    "enquiry",
    "feedback",
    "form",
    "formular",
    "formulaire",
    "formulario",
    "inquiry",
    "kontakt",
    "questionnaire",
    "quiz",
    "quote",
    "referral",
    "register",
    "registration",
    "request",
    "subscribe",
    "survey",
];

/// Judges a page by its link. The privacy policy is read in any case.
pub(super) fn telling(lexicon: &Lexicon, policy: Option<&str>, url: &Url, text: &str) -> Telling {
    let input = PageInput { url: url.as_str(), title: text, ..PageInput::default() };
    let verdict = lexicon.page(&input);
    let kind = verdict.page_kind;
    let delicate = verdict.categories.iter().any(|found| DELICATE.contains(&found.as_str()));
    let rank = match kind {
        _ if policy.is_some_and(|policy| same_page(policy, url)) => 0,
        PageKind::Appointment
        | PageKind::Portal
        | PageKind::SymptomChecker
        | PageKind::Refill
        | PageKind::Results
        | PageKind::Billing => 0,
        PageKind::Login | PageKind::Search | PageKind::Provider | PageKind::Condition => 1,
        PageKind::Other if has_form(url, text) => 1,
        PageKind::Other => 2,
        PageKind::Article => 3,
        PageKind::Careers => 4,
    };
    Telling { rank, kind, delicate }
}

fn has_form(url: &Url, text: &str) -> bool {
    let last = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    words(last).iter().chain(&words(text)).any(|word| FORMS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_visitor_does_comes_first() {
        let lexicon = Lexicon::builtin().unwrap();
        let told = |path: &str, text: &str| {
            let url = Url::parse(&format!("https://clinic.example{path}")).unwrap();
            telling(&lexicon, Some("https://clinic.example/legal/web"), &url, text)
        };
        let rank = |path: &str, text: &str| told(path, text).rank;
        assert_eq!(rank("/book-appointment", "Book"), 0);
        assert_eq!(rank("/legal/web", "Legal"), 0);
        assert_eq!(rank("/conditions/diabetes", "Diabetes"), 1);
        assert_eq!(rank("/contact-us", "Contact"), 1);
        assert_eq!(rank("/about", "About us"), 2);
        assert!(told("/conditions/hiv", "HIV").delicate);
        assert!(!told("/conditions/back-pain", "Back pain").delicate);
    }
}
