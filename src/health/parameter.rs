//! Judges one decoded parameter of a request by the page that it was sent from.
//!
//! The address of a page tells what the page tells; an id tells nothing, whatever
//! letters it is made of; JSON tells what any of its strings tells.

use serde_json::Value;

use super::read::{Parts, is_address};
use super::{HealthLabel, Lexicon, Verdict};
use crate::decode::peel;

/// Strings of one JSON value that are judged.
const MOST_LEAVES: usize = 256;
/// JSON nested deeper than this is not entered.
const MOST_DEPTH: usize = 16;

/// The page that a request was sent from.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// Its address.
    pub url: &'a str,
    /// Its verdict.
    pub verdict: &'a Verdict,
}

impl Lexicon {
    /// What a parameter of a request tells of the visitor.
    ///
    /// An address of the sending page has that page's verdict, since it names the page;
    /// any other address and all text is judged by itself, with the page's context.
    #[must_use]
    pub fn parameter(&self, value: &str, sender: &Sender<'_>) -> Verdict {
        let leaves = leaves(value);
        leaves.iter().map(|leaf| self.leaf(leaf, sender)).fold(Verdict::default(), stronger)
    }

    fn leaf(&self, leaf: &str, sender: &Sender<'_>) -> Verdict {
        if !is_opaque(leaf) || is_address(leaf) {
            return self.plain(leaf, sender);
        }
        // An id, or base64 and the like: what is wrapped tells as much as if it were not.
        let inner = peel(leaf).into_iter().filter(|inner| inner.wrapped && !is_opaque(&inner.text));
        inner.map(|inner| self.plain(&inner.text, sender)).fold(Verdict::default(), stronger)
    }

    fn plain(&self, text: &str, sender: &Sender<'_>) -> Verdict {
        match is_address(text) {
            true if same_page(text, sender.url) => sender.verdict.clone(),
            true => self.url(text),
            false => self.text(text, sender.verdict),
        }
    }
}

fn stronger(a: Verdict, b: Verdict) -> Verdict {
    if (b.label, b.score) > (a.label, a.score) { b } else { a }
}

/// The strings of a JSON object or list, else the value itself.
fn leaves(value: &str) -> Vec<String> {
    let trimmed = value.trim_start();
    if trimmed.starts_with(['{', '['])
        && let Ok(json) = serde_json::from_str::<Value>(trimmed)
    {
        let mut found = Vec::new();
        collect(&json, 0, &mut found);
        return found;
    }
    vec![value.to_owned()]
}

fn collect(json: &Value, depth: usize, found: &mut Vec<String>) {
    if depth > MOST_DEPTH || found.len() >= MOST_LEAVES {
        return;
    }
    match json {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth + 1, found)),
        Value::Object(fields) => {
            let told = fields.iter().filter(|(name, _)| !is_looks(name));
            told.for_each(|(_, field)| collect(field, depth + 1, found));
        }
        _ => {}
    }
}

/// Where a button leads and how it looks is not what the visitor told.
fn is_looks(name: &str) -> bool {
    matches!(name, "destination" | "imageUrl" | "classList")
}

/// Whether two addresses name the same page: host and path, nothing else.
fn same_page(a: &str, b: &str) -> bool {
    let (a, b) = (Parts::of(a), Parts::of(b));
    let host = |parts: &Parts<'_>| parts.host.trim_start_matches("www.").to_ascii_lowercase();
    !a.host.is_empty()
        && host(&a) == host(&b)
        && a.path.trim_end_matches('/') == b.path.trim_end_matches('/')
}

/// Ids, tokens and versions: letters and digits mixed without a word's end.
fn is_opaque(text: &str) -> bool {
    text.split([' ', '/', '_', '-', '|', ',', ';', '=']).all(|part| {
        let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let cases = part.bytes().skip(1).filter(u8::is_ascii_uppercase).count();
        let mixed = letters > 0 && digits > 1 && part.len() > 6;
        let shuffled =
            letters >= 8 && cases * 3 > letters && part.bytes().any(|b| b.is_ascii_lowercase());
        letters < 2 && part.is_ascii() || mixed || shuffled
    })
}

impl Verdict {
    /// Whether it is PHI-like.
    #[must_use]
    pub fn is_phi(&self) -> bool {
        self.label == HealthLabel::Phi
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phi(value: &str, page: &str) -> bool {
        let lexicon = Lexicon::builtin().unwrap();
        let verdict = lexicon.url(page);
        lexicon.parameter(value, &Sender { url: page, verdict: &verdict }).is_phi()
    }

    const CONDITION: &str = "https://www.lakeside-clinic.example/conditions/heart-failure";
    const SHOP: &str = "https://www.shoes.example/sale";

    #[test]
    fn the_address_of_the_page_tells_what_the_page_tells() {
        assert!(phi(&format!("{CONDITION}?utm_source=mail"), CONDITION));
        assert!(!phi(SHOP, SHOP));
        assert!(!phi("https://www.lakeside-clinic.example/", CONDITION));
    }

    #[test]
    fn a_click_tells_only_what_it_names() {
        assert!(phi("Book an appointment", CONDITION));
        assert!(!phi("Submit", CONDITION));
        assert!(!phi("Book an appointment", SHOP));
        assert!(phi("Fluoxetine", SHOP), "a drug is one on any page");
    }

    #[test]
    fn json_tells_what_its_strings_tell() {
        assert!(phi(r#"{"a":[{"product_name":"Plan B (Levonorgestrel)"}],"v":1}"#, SHOP));
        assert!(!phi(r#"{"classList":"btn","id":"","innerText":"Send"}"#, CONDITION));
    }

    #[test]
    fn what_is_wrapped_tells_as_much() {
        // {"drug":"fluoxetine","step":2} and the address of the page.
        assert!(phi("eyJkcnVnIjoiZmx1b3hldGluZSIsInN0ZXAiOjJ9", SHOP));
        assert!(phi(&hex::encode(CONDITION), CONDITION));
    }

    #[test]
    fn an_id_tells_nothing() {
        assert!(!phi("45je54n0v9MDstd8832224389za200", CONDITION));
        assert!(!phi("SACAAEABAAAAACAAI~", CONDITION));
        assert!(!phi("fb.1.1700000000000.0987654321", CONDITION));
    }
}
