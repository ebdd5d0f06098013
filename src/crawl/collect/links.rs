//! Links with their text.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::collapsed;
use super::page::absolute;
use crate::model::Link;

const LIMIT: usize = 5_000;

/// Reads the links, in order, each address and text once.
pub(super) fn collect(html: &Html, base: Option<&Url>) -> Vec<Link> {
    let Ok(selector) = Selector::parse("a[href], area[href]") else { return Vec::new() };
    let mut seen = BTreeSet::new();
    html.select(&selector)
        .filter_map(|element| link(element, base))
        .filter(|link| seen.insert(link.clone()))
        .take(LIMIT)
        .collect()
}

fn link(element: ElementRef<'_>, base: Option<&Url>) -> Option<Link> {
    let attribute = |name| element.value().attr(name).unwrap_or_default();
    let url = absolute(base, attribute("href"))?;
    if url.as_str().len() > 4_096 {
        return None;
    }
    let mut text = collapsed(element.text(), 200);
    if text.is_empty() {
        // An icon's words are in its label, as for a screen reader.
        let label = ["aria-label", "title", "alt"].into_iter().map(attribute);
        text = label.map(|l| collapsed([l].into_iter(), 200)).find(|l| !l.is_empty())?;
    }
    Some(Link { url: url.into(), text, rel: collapsed([attribute("rel")].into_iter(), 100) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_absolute_and_have_their_words() {
        let html = Html::parse_document(
            r#"<a href="../book" rel="nofollow">Book <b>now</b></a><a href="javascript:x()">no</a>
            <a href="//other.example/x"><img alt=""></a><a aria-label="Search" href="?q"><svg></svg></a>
            <a href="../book" rel="nofollow">Book now</a><a href="mailto:x@y.example">mail</a>"#,
        );
        let base = Url::parse("https://clinic.example/a/b/").ok();
        let links = collect(&html, base.as_ref());
        let shown: Vec<String> = links.iter().map(|l| format!("{} {}", l.url, l.text)).collect();
        assert_eq!(
            shown,
            ["https://clinic.example/a/book Book now", "https://clinic.example/a/b/?q Search"]
        );
        assert_eq!(links[0].rel, "nofollow");
    }
}
