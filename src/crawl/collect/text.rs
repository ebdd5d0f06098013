//! The words on a page: title, headings, description, kinds of structured data.

use scraper::{Html, Selector};
use serde_json::Value;

use super::page::Page;
use super::{collapsed, cut};
use crate::model::PageText;

const TEXT_LIMIT: usize = 20_000;
const HEADINGS_LIMIT: usize = 100;
const TYPES_LIMIT: usize = 50;

/// Reads the words.
pub(super) fn collect(page: &Page, html: &Html) -> PageText {
    PageText {
        title: collapsed([page.title.as_str()].into_iter(), 500),
        language: attribute(html, "html", "lang"),
        description: attribute(html, "meta[name=description i]", "content"),
        headings: headings(html),
        schema_types: schema_types(html),
        text: cut(&page.text, TEXT_LIMIT),
    }
}

fn attribute(html: &Html, selector: &str, name: &str) -> String {
    let Ok(selector) = Selector::parse(selector) else { return String::new() };
    let found = html.select(&selector).find_map(|element| element.value().attr(name));
    collapsed(found.into_iter(), 1_000)
}

fn headings(html: &Html) -> Vec<String> {
    let Ok(selector) = Selector::parse("h1, h2, h3") else { return Vec::new() };
    html.select(&selector)
        .map(|heading| collapsed(heading.text(), 300))
        .filter(|heading| !heading.is_empty())
        .take(HEADINGS_LIMIT)
        .collect()
}

/// `@type` in JSON-LD and `itemtype` in microdata, in order, each once.
fn schema_types(html: &Html) -> Vec<String> {
    let mut types = Vec::new();
    if let Ok(selector) = Selector::parse("script[type='application/ld+json' i]") {
        for script in html.select(&selector).take(30) {
            let text: String = script.text().collect();
            if let Ok(value) = serde_json::from_str(&text) {
                types_in(&value, &mut types);
            }
        }
    }
    if let Ok(selector) = Selector::parse("[itemtype]") {
        let items = html.select(&selector).filter_map(|item| item.value().attr("itemtype"));
        types.extend(items.take(TYPES_LIMIT).map(|item| cut(last_part(item), 100)));
    }
    let mut seen = std::collections::BTreeSet::new();
    types.retain(|name| !name.is_empty() && seen.insert(name.clone()));
    types.truncate(TYPES_LIMIT);
    types
}

/// serde_json ends at 128 levels, so this does too.
fn types_in(value: &Value, types: &mut Vec<String>) {
    if types.len() >= TYPES_LIMIT {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| types_in(item, types)),
        Value::Object(fields) => {
            match fields.get("@type") {
                Some(Value::String(name)) => types.push(cut(last_part(name), 100)),
                Some(Value::Array(names)) => {
                    let names = names.iter().filter_map(Value::as_str).take(10);
                    types.extend(names.map(|name| cut(last_part(name), 100)));
                }
                _ => {}
            }
            fields.values().for_each(|field| types_in(field, types));
        }
        _ => {}
    }
}

fn last_part(name: &str) -> &str {
    name.trim_end_matches('/').rsplit(['/', '#']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_structured_data_are_read() {
        let page = Page {
            title: " Depression \n treatment ".into(),
            html: r#"<html lang="en-US"><head><meta name="Description" content="Help  now">
                <script type="application/ld+json">{"@graph":[{"@type":["MedicalClinic","Place"]},
                {"@type":"https://schema.org/Physician"},{"@type":"Place"}]}</script>
                <script type="application/ld+json">not json</script></head>
                <body><h1>One <em>two</em></h1><h4>no</h4><h3></h3><h2>Three</h2>
                <div itemscope itemtype="https://schema.org/Drug"></div></body></html>"#
                .into(),
            text: "visible".into(),
            ..Page::default()
        };
        let read = collect(&page, &Html::parse_document(&page.html));
        assert_eq!(read.title, "Depression treatment");
        assert_eq!(read.language, "en-US");
        assert_eq!(read.description, "Help now");
        assert_eq!(read.headings, ["One two", "Three"]);
        assert_eq!(read.schema_types, ["MedicalClinic", "Place", "Physician", "Drug"]);
        assert_eq!(read.text, "visible");
    }
}
