//! Elements that give a product away: a pixel or widget that stands in a page's markup and
//! may have sent nothing yet.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};

use crate::model::Element;

/// Elements of a page that are looked at.
const MAX_ELEMENTS: usize = 2_000;
/// Pieces of markup that a browser with scripts takes for text.
const MAX_HIDDEN: usize = 50;
/// How many characters of a tag are kept, and of one of its attributes.
const TAG: usize = 600;
const ATTRIBUTE: usize = 300;

/// Selectors that are asked of pages, all at once.
#[derive(Debug)]
pub struct Selectors {
    /// Any of them.
    any: Option<Selector>,
    each: Vec<(String, Selector)>,
    hidden: Option<Selector>,
}

impl Selectors {
    /// Those of these texts that are selectors; the checks tell of others.
    #[must_use]
    pub fn of(texts: &[String]) -> Self {
        let parsed = |text: &String| Some((text.clone(), Selector::parse(text).ok()?));
        let each: Vec<(String, Selector)> = texts.iter().filter_map(parsed).collect();
        let all: Vec<&str> = each.iter().map(|(text, _)| text.as_str()).collect();
        let any = Selector::parse(&all.join(", ")).ok();
        Self { any, each, hidden: Selector::parse("noscript, template").ok() }
    }

    /// The first element of each selector that finds one, sorted by selector.
    #[must_use]
    pub fn find(&self, html: &Html) -> Vec<Element> {
        let mut found = BTreeMap::new();
        self.look(html, &mut found);
        for element in self.hidden.iter().flat_map(|hidden| html.select(hidden)).take(MAX_HIDDEN) {
            let text: String = element.text().collect();
            if text.contains('<') {
                self.look(&Html::parse_fragment(&text), &mut found);
            }
        }
        found.into_values().collect()
    }

    fn look(&self, html: &Html, found: &mut BTreeMap<String, Element>) {
        let Some(any) = &self.any else { return };
        for element in html.select(any).take(MAX_ELEMENTS) {
            for (text, _) in self.each.iter().filter(|(_, selector)| selector.matches(&element)) {
                let new = || Element { selector: text.clone(), tag: tag(element), count: 0 };
                found.entry(text.clone()).or_insert_with(new).count += 1;
            }
        }
    }
}

/// Whether a text is a selector.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn check(text: &str) -> Result<(), String> {
    Selector::parse(text).map(drop).map_err(|error| format!("selector `{text}`: {error}"))
}

/// The element's opening tag, without what is in it.
fn tag(element: ElementRef<'_>) -> String {
    let mut tag = format!("<{}", element.value().name());
    for (name, value) in element.value().attrs() {
        let value: String = value.chars().take(ATTRIBUTE).collect();
        tag.push_str(&format!(" {name}=\"{}\"", value.replace('"', "&quot;")));
    }
    tag.push('>');
    tag.chars().take(TAG).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Vec<String> {
        let texts = ["img[src*=\"//px.acme.example/\"]", "div.acme-widget", "li["];
        let selectors = Selectors::of(&texts.map(str::to_owned));
        let found = selectors.find(&Html::parse_document(html));
        found.into_iter().map(|e| format!("{} {} {}", e.count, e.selector, e.tag)).collect()
    }

    #[test]
    fn elements_are_found_also_in_what_a_browser_with_scripts_hides() {
        let html = r#"<div class="big acme-widget" data-url="x"></div><div class="acme-widget">
            <noscript><img src="https://px.acme.example/tr?id=1"></noscript>"#;
        let [widget, pixel] = found(html).try_into().unwrap();
        assert!(widget.starts_with("2 div.acme-widget <div "), "{widget}");
        assert!(pixel.ends_with("<img src=\"https://px.acme.example/tr?id=1\">"), "{pixel}");
        assert_eq!(found("<p>acme-widget</p>"), [""; 0]);
    }

    #[test]
    fn long_attributes_and_many_elements_are_cut() {
        let html = format!("<div class=acme-widget x=\"{}\">", "é".repeat(10_000)).repeat(3_000);
        let [widget] = found(&html).try_into().unwrap();
        assert!(widget.chars().count() < 700, "{}", widget.len());
    }
}
