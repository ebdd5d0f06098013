//! Tells a bot wall from a page: what stood there is not what a visitor sees.
//!
//! Captcha widgets and vendors' scripts are on ordinary pages, too, and articles use a
//! wall's words. So it takes a refusal, or a page with next to nothing of its own.

use crate::model::{Collected, Form, Request, ResourceKind};

/// Statuses that are a refusal whatever the page says.
const REFUSED: &[u16] = &[403, 429];
/// Statuses that a wall answers with, and others do as well.
const PERHAPS: &[u16] = &[202, 401, 405, 406, 428, 503];

/// Headers that only a challenge has, and what is in them; empty for anything.
const HEADERS: &[(&str, &str)] = &[("cf-mitigated", "challenge"), ("x-amzn-waf-action", "")];

/// Parts of addresses that only a challenge loads.
const CHALLENGES: &[&str] = &[
    "/cdn-cgi/challenge-platform/h/",
    "captcha-delivery.com/",
    "/_Incapsula_Resource?SWUDNSAI",
    "/_Incapsula_Resource?CWUDNSAI",
    "/_sec/cp_challenge/",
    "captcha.px-cloud.net/",
    "perimeterx.net/captcha",
    "captcha-sdk.awswaf.com/",
    "/149e9513-01fa-4fb0-aad4-566afd725d1b/2d206a39-8ed7-437e-a3be-862e0f06eea3/",
];

/// Parts of addresses that challenges load, and forms as well.
const WIDGETS: &[&str] = &[
    "/recaptcha/api.js",
    "/recaptcha/enterprise.js",
    "hcaptcha.com/",
    "challenges.cloudflare.com/",
    "/cdn-cgi/challenge-platform/",
    "awswaf.com/",
    "px-captcha",
    "arkoselabs.com/",
    "geetest.com/",
    "/_Incapsula_Resource",
];

/// Words of walls, in title or text.
const WORDS: &[&str] = &[
    "just a moment",
    "attention required",
    "access denied",
    "access to this page has been denied",
    "don't have permission to access",
    "you are human",
    "you are a human",
    "are you human",
    "are you a robot",
    "not a robot",
    "think you were a bot",
    "robot check",
    "bot verification",
    "human verification",
    "pardon our interruption",
    "request unsuccessful",
    "incapsula incident",
    "security check",
    "checking your browser",
    "site connection is secure",
    "ddos-guard",
    "been blocked",
    "request blocked",
    "request rejected",
    "requested url was rejected",
    "unusual traffic",
    "press & hold",
    "javascript and cookies to continue",
    "website firewall",
    "one more step",
    "you are being redirected",
    "client challenge",
    "captcha",
    "ob sie ein mensch",
    "kein roboter",
    "zugriff verweigert",
    "êtes humain",
    "accès refusé",
    "no eres un robot",
    "acceso denegado",
];

/// A page with this much to read is a page.
const BARE_TEXT: usize = 1_500;
/// As is one with so many links.
const BARE_LINKS: usize = 5;
/// With less than this to read, the title alone says what a page is.
const HARDLY_ANY_TEXT: usize = 200;

/// What gives a bot wall away, if the page is one.
pub(super) fn wall(
    status: Option<u16>,
    collected: &Collected,
    requests: &[Request],
) -> Option<String> {
    let text = collected.text.as_ref();
    let title = text.map(|text| text.title.to_lowercase()).unwrap_or_default();
    let body = text.map(|text| text.text.to_lowercase()).unwrap_or_default();
    let says: Vec<&str> =
        WORDS.iter().filter(|w| title.contains(**w) || body.contains(**w)).copied().collect();
    let in_title = says.iter().find(|words| title.contains(**words));
    let loads = |marks: &[&'static str]| -> Option<&'static str> {
        marks.iter().find(|mark| requests.iter().any(|r| r.url.contains(**mark))).copied()
    };
    let (challenge, widget) = (loads(CHALLENGES), loads(WIDGETS));
    let bare = is_bare(collected, &body);
    let word = in_title.or(says.first()).copied().filter(|_| bare || in_title.is_some());

    if let Some(header) = told_by_header(requests) {
        return Some(format!("the answer's header {header} says that it is a challenge"));
    }
    let status = status.unwrap_or(200);
    if REFUSED.contains(&status) || PERHAPS.contains(&status) {
        match (word, challenge.or(widget)) {
            (Some(word), _) => return Some(format!("HTTP {status}, and the page says `{word}`")),
            (None, Some(mark)) => {
                return Some(format!("HTTP {status}, and a challenge was loaded ({mark})"));
            }
            (None, None) if REFUSED.contains(&status) => return Some(format!("HTTP {status}")),
            (None, None) => {}
        }
    }
    if !bare || text.is_none() {
        return None;
    }
    match (challenge, &says[..]) {
        (Some(mark), _) => Some(format!("there is only a challenge ({mark})")),
        (None, [first, second, ..]) => {
            Some(format!("there is hardly more than `{first}` and `{second}`"))
        }
        (None, [word]) if widget.is_some() => {
            Some(format!("there is hardly more than a captcha, and `{word}`"))
        }
        (None, [word]) if in_title.is_some() && body.len() < HARDLY_ANY_TEXT => {
            Some(format!("there is hardly more than a title with `{word}`"))
        }
        (None, []) if status == 200 && title.is_empty() && is_empty(collected, requests) => {
            Some("the page is empty".to_owned())
        }
        _ => None,
    }
}

fn told_by_header(requests: &[Request]) -> Option<&'static str> {
    let mut documents = requests.iter().rev();
    let document = documents.find(|r| r.kind == ResourceKind::Document && r.frame.top)?;
    let headers = &document.response.as_ref()?.headers;
    let is_there = |(name, value): &&(&str, &str)| {
        headers.iter().any(|header| header.name == *name && header.value.contains(value))
    };
    HEADERS.iter().find(is_there).map(|(name, _)| *name)
}

/// Whether a page has next to nothing of its own.
fn is_bare(collected: &Collected, text: &str) -> bool {
    let links = collected.links.as_ref().map_or(0, Vec::len);
    let forms = collected.forms.as_deref().unwrap_or_default();
    text.len() < BARE_TEXT && links < BARE_LINKS && !forms.iter().any(asks_a_visitor)
}

/// A form that wants to know something of a visitor; a captcha has at most one field.
fn asks_a_visitor(form: &Form) -> bool {
    let asks = |kind: &str| matches!(kind, "email" | "password" | "tel" | "textarea" | "search");
    let shown = form.fields.iter().filter(|field| {
        !matches!(field.kind.as_str(), "hidden" | "submit" | "button" | "checkbox" | "image")
    });
    shown.clone().count() > 1 || shown.clone().any(|field| asks(&field.kind))
}

/// Nothing to see, and nothing but the document was asked for.
fn is_empty(collected: &Collected, requests: &[Request]) -> bool {
    let no_words = collected.text.as_ref().is_some_and(|text| text.text.trim().is_empty());
    let nothing = |length: Option<usize>| length.unwrap_or_default() == 0;
    no_words
        && nothing(collected.links.as_ref().map(Vec::len))
        && nothing(collected.forms.as_ref().map(Vec::len))
        && nothing(collected.videos.as_ref().map(Vec::len))
        && !requests.is_empty()
        && requests.iter().all(|request| request.kind == ResourceKind::Document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FormField, PageText};

    fn page(title: &str, text: &str) -> Collected {
        let text = PageText { title: title.into(), text: text.into(), ..PageText::default() };
        Collected { text: Some(text), ..Collected::default() }
    }

    fn loads(url: &str) -> Vec<Request> {
        vec![Request { url: url.into(), ..Request::default() }]
    }

    #[test]
    fn walls_are_told_from_pages() {
        let widget = loads("https://challenges.cloudflare.com/turnstile/v0/api.js");
        let is_wall = |status, page: &Collected, requests: &[Request]| {
            wall(Some(status), page, requests).is_some()
        };
        let long = "words ".repeat(500);
        assert!(is_wall(403, &page("Just a moment...", &long), &widget));
        assert!(is_wall(200, &page("Just a moment...", "Wait."), &widget));
        assert!(is_wall(429, &page("Too many requests", ""), &[]));
        assert!(is_wall(503, &page("", "short"), &widget));
        assert!(!is_wall(200, &page("Contact us", "Write to us."), &widget));
        assert!(!is_wall(200, &page("A captcha explained", &long), &widget));
        assert!(!is_wall(503, &page("Maintenance", "Back soon"), &[]));
        assert!(!is_wall(404, &page("Not found", "There is nothing here."), &[]));
    }

    #[test]
    fn a_form_that_asks_something_is_the_sites_own() {
        let mut login = page("Sign in", "Verify you are human");
        let widget = loads("https://js.hcaptcha.com/1/api.js");
        assert!(wall(Some(200), &login, &widget).is_some());
        let field = |kind: &str| FormField { kind: kind.into(), ..FormField::default() };
        let form = Form { fields: vec![field("password")], ..Form::default() };
        login.forms = Some(vec![form]);
        assert_eq!(wall(Some(200), &login, &widget), None);
    }

    #[test]
    fn a_page_that_was_not_read_is_not_called_empty() {
        assert_eq!(wall(Some(200), &Collected::default(), &[]), None);
        let document = Request { kind: ResourceKind::Document, ..Request::default() };
        assert!(wall(Some(200), &page("", ""), &[document]).is_some());
        assert_eq!(wall(Some(200), &page("", ""), &loads("https://a.example/app.js")), None);
    }
}
