//! A report page as a browser and a screen reader take it.

use std::collections::{BTreeMap, BTreeSet};

use scraper::{Html, Selector};

/// A parsed page.
pub(crate) struct Page(Html);

impl Page {
    pub(crate) fn read(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    /// How many elements a selector finds.
    pub(crate) fn count(&self, selector: &str) -> usize {
        self.0.select(&Selector::parse(selector).unwrap()).count()
    }

    /// The values of one attribute of the elements that a selector finds.
    pub(crate) fn values<'a>(
        &'a self,
        selector: &str,
        attribute: &'a str,
    ) -> impl Iterator<Item = &'a str> {
        let selector = Selector::parse(selector).unwrap();
        let elements: Vec<_> = self.0.select(&selector).collect();
        elements.into_iter().filter_map(move |element| element.value().attr(attribute))
    }

    /// Every attribute on the page: name and value.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.tree.values().filter_map(|node| node.as_element()).flat_map(|e| e.attrs())
    }

    /// All text of the body.
    pub(crate) fn text(&self) -> String {
        let body = Selector::parse("body").unwrap();
        self.0.select(&body).flat_map(|element| element.text()).collect()
    }

    pub(crate) fn assert_headings_do_not_skip_levels(&self, run: &str) {
        let headings = Selector::parse("h1, h2, h3, h4, h5, h6").unwrap();
        let mut before = 0;
        for heading in self.0.select(&headings) {
            let level: u32 = heading.value().name()[1..].parse().unwrap();
            let text: String = heading.text().collect();
            assert!(level <= before + 1, "{run}: h{level} `{text}` follows h{before}");
            before = level;
        }
    }

    pub(crate) fn assert_anchors_resolve(&self, run: &str) {
        let ids: Vec<&str> = self.values("[id]", "id").collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{run}: an id is used twice");
        let named = self.values("[aria-labelledby]", "aria-labelledby");
        let linked = self.values("a[href]", "href").filter_map(|link| link.strip_prefix('#'));
        for target in named.chain(linked) {
            assert!(unique.contains(target), "{run}: nothing has the id `{target}`");
        }
    }
}

/// The colours of every theme in the style sheet; a later one falls back on the first.
pub(crate) fn themes(css: &str) -> Vec<BTreeMap<String, String>> {
    let blocks = css.split(":root {").skip(1).map(|block| block.split('}').next().unwrap());
    let mut themes: Vec<BTreeMap<String, String>> = Vec::new();
    for block in blocks {
        let mut theme = themes.first().cloned().unwrap_or_default();
        for line in block.split(';') {
            if let Some((name, value)) = line.split_once(':').filter(|(_, v)| v.contains('#')) {
                theme.insert(name.trim().trim_start_matches('-').into(), value.trim().into());
            }
        }
        themes.push(theme);
    }
    themes
}

/// The contrast ratio of two `#rrggbb` colours (WCAG 2.2, 1.4.3).
pub(crate) fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
