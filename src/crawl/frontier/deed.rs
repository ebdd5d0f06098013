//! Links that change something are never followed: log out, delete, unsubscribe,
//! cancel, put into a cart. They are told by their words, in path, query and text; a
//! page about such a deed (a policy, a help page) is not one.

use url::Url;

use super::deed_words::{ABOUT, CART, CART_DEEDS, FREE, OBJECTS, STOP, SURE, VERBS};
use crate::health::words;

/// A phrase of more words than this is a headline, not a button.
const BUTTON_WORDS: usize = 5;

/// The words that give a link away as one that changes something. `method` is the HTTP
/// method that its attributes ask for, empty for none.
pub(super) fn of(url: &Url, text: &str, method: &str) -> Option<String> {
    if !matches!(method, "" | "get" | "GET") {
        return Some(method.to_owned());
    }
    let text = words(text);
    in_text(&text)
        .or_else(|| in_path(url.path()))
        .or_else(|| url.query().and_then(in_query))
        .or_else(|| url.fragment().and_then(in_path))
}

fn in_text(words: &[String]) -> Option<String> {
    let said: Vec<&String> = words.iter().filter(|word| !STOP.contains(&word.as_str())).collect();
    let fits = !said.is_empty() && said.len() <= BUTTON_WORDS && !is_about(words);
    if fits { phrase(&said) } else { None }
}

/// Any segment that is a deed, unless what follows it is a page of its own: a key or a
/// number may follow, a title may not.
fn in_path(path: &str) -> Option<String> {
    let segments: Vec<Vec<String>> =
        path.split('/').filter(|s| !s.is_empty()).map(|s| words(without_ending(s))).collect();
    let about = |at: usize| segments[at + 1..].iter().any(|segment| is_about(segment));
    let titles = |at: usize| segments[at + 1..].iter().any(|segment| is_title(segment));
    let own = segments.iter().enumerate().find_map(|(at, segment)| {
        let found = in_text(segment)?;
        let is_page = about(at) || (titles(at) && !SURE.contains(&found.as_str()));
        (!is_page).then_some(found)
    });
    own.or_else(|| {
        // `/cart/add/7`, `/cart/7/remove`: where and what, in segments of their own.
        let single = |of: &[&str]| {
            let mut words = segments.iter().filter(|segment| segment.len() == 1).flatten();
            words.find(|word| of.contains(&word.as_str())).cloned()
        };
        Some(format!("{} {}", single(CART)?, single(CART_DEEDS)?))
    })
}

/// `?logout`, `?action=delete`, `?add-to-cart=7`. What a visitor types, and where a
/// page leads back to, is no deed.
fn in_query(query: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = words(name);
        if name.iter().any(|word| FREE.contains(&word.as_str())) {
            return None;
        }
        in_text(&name).or_else(|| in_text(&words(value)))
    })
}

/// A deed without a word that makes it a page about one: the deed itself, or a verb
/// with what it is done to.
fn phrase(said: &[&String]) -> Option<String> {
    let whole = said.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ");
    let sure = SURE.iter().find(|deed| contains_phrase(&whole, deed));
    if let Some(deed) = sure {
        return Some((*deed).to_owned());
    }
    let verb = said.iter().find(|word| VERBS.contains(&word.as_str()))?;
    let rest = said.iter().filter(|word| word != &verb);
    let done_to = |word: &str| OBJECTS.contains(&word) || CART.contains(&word) || is_number(word);
    rest.into_iter().all(|word| done_to(word)).then_some(whole)
}

/// Whole words only: `sign out` is in `sign out now`, not in `assign outlet`.
fn contains_phrase(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, found)| {
        let end = at + found.len();
        (at == 0 || text.as_bytes()[at - 1] == b' ')
            && (end == text.len() || text.as_bytes()[end] == b' ')
    })
}

/// Words that name a page, rather than a key or a step.
fn is_title(segment: &[String]) -> bool {
    const STEPS: &[&str] = &["confirm", "confirmation", "now", "yes", "do", "success", "done"];
    let is_key = |word: &str| word.bytes().any(|b| b.is_ascii_digit()) || word.len() == 1;
    !segment.iter().all(|word| {
        is_key(word) || STEPS.contains(&word.as_str()) || OBJECTS.contains(&word.as_str())
    })
}

fn is_about(words: &[String]) -> bool {
    words.iter().any(|word| ABOUT.contains(&word.as_str()))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// `logout.php` is `logout`.
fn without_ending(segment: &str) -> &str {
    match segment.rsplit_once('.') {
        Some((name, ending)) if !name.is_empty() && ending.len() <= 5 => name,
        _ => segment,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(path: &str) -> Option<String> {
        of(&Url::parse(&format!("https://clinic.example{path}")).unwrap(), "", "")
    }

    fn said(text: &str) -> Option<String> {
        of(&Url::parse("https://clinic.example/x/1").unwrap(), text, "")
    }

    #[test]
    fn deeds_are_told_by_their_address() {
        let deeds = [
            "/logout",
            "/account/log-out",
            "/Account/LogOff.aspx",
            "/users/sign_out",
            "/saml/logout/",
            "/auth/logout/callback",
            "/newsletter/unsubscribe/Zm9v1",
            "/unsubscribe?u=1",
            "/appointments/88/cancel",
            "/cancel-my-appointment",
            "/appointment-cancel",
            "/termin/stornieren",
            "/delete/45",
            "/deleteAccount.do",
            "/user/account/delete/confirm",
            "/cart/add/17",
            "/cart/17/remove",
            "/add-to-cart/17",
            "/shop?add-to-cart=17",
            "/shop?remove_item=ab12",
            "/index.php?action=logout",
            "/index.php?option=com_users&task=user.logout",
            "/?logout",
            "/?logout=true",
            "/abmelden",
            "/konto/l%C3%B6schen",
            "/d%C3%A9connexion",
            "/cerrar-sesion",
            "/#/logout",
            "/wp-login.php?action=logout&_wpnonce=1a",
        ];
        for path in deeds {
            assert!(at(path).is_some(), "{path}");
        }
    }

    #[test]
    fn a_page_about_a_deed_is_none() {
        let pages = [
            "/cancel-culture",
            "/cancel-culture/history",
            "/cancellation-policy",
            "/cancel-appointment-policy",
            "/delete-account-help",
            "/help/how-to-delete-your-account",
            "/privacy/delete-my-data/faq",
            "/services/wart-removal",
            "/skin/remove-moles-safely",
            "/blog/delete/the-best-apps-to-remove",
            "/search?q=cancel",
            "/search?q=delete+account",
            "/login?redirect=/logout",
            "/pay?cancel_url=https://clinic.example/cancel",
            "/cart",
            "/checkout",
            "/carte/additions",
            "/signs-outside",
            "/assignment-outline",
            "/book-appointment",
            "/annulation",
        ];
        for path in pages {
            assert_eq!(at(path), None, "{path}");
        }
    }

    #[test]
    fn deeds_are_told_by_their_text() {
        for text in [
            "Log out",
            "Sign out of MyPortal",
            "Cancel my visit",
            "Delete",
            "Remove item",
            "Abmelden",
            "Konto löschen",
            "Se déconnecter",
            "Cerrar sesión",
            "Esci",
            "Sair",
            "Uitloggen",
            "Wyloguj się",
            "Logga ut",
            "Выйти",
            "ログアウト",
            "退出登录",
            "Add to cart",
            "In den Warenkorb",
            "Ajouter au panier",
            "Unsubscribe",
            "Termin absagen",
        ] {
            assert!(said(text).is_some(), "{text}");
        }
        for text in [
            "Cancel anytime",
            "Cancellation policy",
            "How to cancel",
            "Removal of warts",
            "Log in",
            "Cancel culture explained",
            "Deleted scenes",
            "What if I need to cancel my appointment?",
            "Book an appointment",
            "Outpatient sign-in",
            "",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn a_link_that_is_no_get_is_a_deed() {
        let url = Url::parse("https://clinic.example/items/7").unwrap();
        assert_eq!(of(&url, "Item 7", "delete").as_deref(), Some("delete"));
        assert_eq!(of(&url, "Item 7", "get"), None);
    }

    proptest! {
        #[test]
        fn never_panics(path in any::<String>(), text in any::<String>()) {
            if let Ok(url) = Url::parse("https://clinic.example/").unwrap().join(&path) {
                let _ = of(&url, &text, "");
            }
        }
    }
}
