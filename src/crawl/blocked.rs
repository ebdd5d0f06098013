//! Tells a bot wall from a page: what stood there is not what a visitor sees.

use crate::model::{PageText, Request};

/// Statuses that a bot wall answers with.
const STATUSES: &[u16] = &[401, 403, 405, 406, 429, 503];

/// Words in the title of a challenge; each is one vendor's own.
const TITLES: &[&str] = &[
    "just a moment",
    "attention required",
    "access denied",
    "verify you are human",
    "are you a robot",
    "are you human",
    "robot check",
    "pardon our interruption",
    "request unsuccessful",
    "security check",
    "checking your browser",
    "ddos-guard",
    "bot verification",
    "captcha",
    "human verification",
];

/// Hosts and paths that only a challenge loads on its own page.
const CHALLENGES: &[&str] = &[
    "/cdn-cgi/challenge-platform/",
    "challenges.cloudflare.com/",
    "captcha-delivery.com/",
    "geo.captcha-delivery.com",
    "/_Incapsula_Resource",
    "px-captcha",
    "perimeterx.net/captcha",
    "hsprotect.net",
    "/_sec/cp_challenge/",
    "awswaf.com/",
];

/// What gives a bot wall away, if the page is one. A challenge script alone proves
/// nothing: many ordinary forms have one.
pub(super) fn wall(status: Option<u16>, text: &PageText, requests: &[Request]) -> Option<String> {
    let refused = status.filter(|status| STATUSES.contains(status));
    let title = text.title.to_lowercase();
    let title_mark = TITLES.iter().find(|mark| title.contains(*mark));
    let challenge =
        CHALLENGES.iter().find(|mark| requests.iter().any(|request| request.url.contains(*mark)));
    // A page with much to read is a page, whatever its title says.
    let bare = text.text.len() < 3_000;
    match (refused, title_mark, challenge) {
        (Some(status), Some(mark), _) => {
            Some(format!("HTTP {status}, and the title says `{mark}`"))
        }
        (Some(status), None, Some(mark)) => {
            Some(format!("HTTP {status}, and a challenge was loaded ({mark})"))
        }
        (Some(status @ (403 | 429)), None, None) => Some(format!("HTTP {status}")),
        (None, Some(mark), Some(_)) if bare => {
            Some(format!("a challenge was loaded, and the title says `{mark}`"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(title: &str, length: usize) -> PageText {
        PageText { title: title.into(), text: "x".repeat(length), ..PageText::default() }
    }

    fn loads(url: &str) -> Vec<Request> {
        vec![Request { url: url.into(), ..Request::default() }]
    }

    #[test]
    fn walls_are_told_from_pages() {
        let challenge = loads("https://challenges.cloudflare.com/turnstile/v0/api.js");
        let is_wall = |status, text: &PageText, requests: &[Request]| {
            wall(Some(status), text, requests).is_some()
        };
        assert!(is_wall(403, &text("Just a moment...", 80), &challenge));
        assert!(is_wall(200, &text("Just a moment...", 80), &challenge));
        assert!(is_wall(429, &text("Too many requests", 10), &[]));
        assert!(is_wall(503, &text("", 10), &challenge));
        assert!(!is_wall(200, &text("Contact us", 900), &challenge));
        assert!(!is_wall(200, &text("A captcha explained", 9_000), &challenge));
        assert!(!is_wall(503, &text("Maintenance", 90), &[]));
        assert!(!is_wall(200, &text("Security check for your heart", 900), &[]));
    }
}
