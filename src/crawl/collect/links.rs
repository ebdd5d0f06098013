//! Links with their words: of the page as it stands, and of what its markup holds
//! without showing it (`noscript`, `template`), GET forms and `link` elements.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::collapsed;
use super::page::absolute;
use crate::model::Link;

const LIMIT: usize = 5_000;
/// The longest address.
const LONGEST: usize = 4_096;
/// Hidden fields of a form that are sent along.
const HIDDEN: usize = 5;
/// How deep markup may lie in markup.
const NESTED: usize = 3;

/// Every element that may lead to another page.
const LEADS: &str = "a[href], area[href], frame[src], link[rel][href], form, [data-href], noscript";
/// What a `link` element may be to lead to a page.
const RELATIONS: &[&str] =
    &["next", "prev", "previous", "canonical", "alternate", "help", "search"];
/// Attributes that name another method than GET, as Rails, Turbo and others read them.
const METHODS: &[&str] = &["data-method", "data-turbo-method", "data-http-method"];
/// Attributes of htmx that do so by their own name.
const HTMX: &[(&str, &str)] =
    &[("hx-delete", "delete"), ("hx-post", "post"), ("hx-put", "put"), ("hx-patch", "patch")];

/// Reads the links, in order, each address and text once.
pub(super) fn collect(html: &Html, base: Option<&Url>) -> Vec<Link> {
    let mut reader = Reader { base, seen: BTreeSet::new(), links: Vec::new() };
    if let Ok(leads) = Selector::parse(LEADS) {
        reader.read(html, &leads, 0);
    }
    reader.links
}

struct Reader<'b> {
    base: Option<&'b Url>,
    seen: BTreeSet<Link>,
    links: Vec<Link>,
}

impl Reader<'_> {
    fn read(&mut self, html: &Html, leads: &Selector, depth: usize) {
        for element in html.select(leads) {
            if self.links.len() >= LIMIT {
                return;
            }
            let link = match element.value().name() {
                // A browser with scripts takes what is in it for text.
                "noscript" if depth < NESTED => {
                    let text: String = element.text().collect();
                    if text.contains('<') {
                        self.read(&Html::parse_fragment(&text), leads, depth + 1);
                    }
                    continue;
                }
                "form" => form(element, self.base),
                "link" => relation(element).and_then(|rel| link(element, "href", self.base, rel)),
                "frame" => link(element, "src", self.base, String::new()),
                "a" | "area" => {
                    let rel = collapsed([attribute(element, "rel")].into_iter(), 100);
                    link(element, "href", self.base, rel)
                }
                _ => link(element, "data-href", self.base, String::new()),
            };
            if let Some(link) = link.filter(|link| self.seen.insert(link.clone())) {
                self.links.push(link);
            }
        }
    }
}

fn attribute<'e>(element: ElementRef<'e>, name: &str) -> &'e str {
    element.value().attr(name).unwrap_or_default()
}

fn link(element: ElementRef<'_>, holds: &str, base: Option<&Url>, rel: String) -> Option<Link> {
    let url = absolute(base, attribute(element, holds))?;
    if url.as_str().len() > LONGEST {
        return None;
    }
    Some(Link { url: url.into(), text: text(element), rel, method: method(element) })
}

/// What a visitor reads; an icon's words are in its label, as for a screen reader.
fn text(element: ElementRef<'_>) -> String {
    let text = collapsed(element.text(), 200);
    if !text.is_empty() {
        return text;
    }
    let images = element.descendants().filter_map(ElementRef::wrap).take(20);
    let pictured = images.filter_map(|image| image.value().attr("alt"));
    let labels = ["aria-label", "title", "alt"].into_iter().map(|name| attribute(element, name));
    let mut labels = labels.chain(pictured).map(|label| collapsed([label].into_iter(), 200));
    labels.find(|label| !label.is_empty()).unwrap_or_default()
}

/// What a script does when the link is clicked, instead of following it.
fn method(element: ElementRef<'_>) -> String {
    let named = METHODS.iter().map(|name| attribute(element, name)).find(|m| !m.is_empty());
    let htmx = HTMX.iter().find(|(name, _)| element.value().attr(name).is_some());
    let asks = ["data-confirm", "data-turbo-confirm", "hx-confirm"]
        .iter()
        .any(|name| element.value().attr(name).is_some())
        || attribute(element, "onclick").contains("confirm(");
    let method = named.or(htmx.map(|(_, method)| *method)).or(asks.then_some("confirm"));
    collapsed([method.unwrap_or_default()].into_iter(), 20).to_ascii_lowercase()
}

/// What a `link` element is, if it leads to a page.
fn relation(element: ElementRef<'_>) -> Option<String> {
    let rel = attribute(element, "rel").to_ascii_lowercase();
    // Feeds and data are alternates, too.
    let kind = attribute(element, "type");
    let is_page = kind.is_empty() || kind.eq_ignore_ascii_case("text/html");
    let leads = rel.split_ascii_whitespace().any(|word| RELATIONS.contains(&word));
    let is_style = rel.contains("stylesheet");
    (leads && is_page && !is_style).then(|| collapsed([rel.as_str()].into_iter(), 100))
}

/// Where a GET form leads when nothing is filled in.
fn form(element: ElementRef<'_>, base: Option<&Url>) -> Option<Link> {
    let method = attribute(element, "method");
    if !method.is_empty() && !method.eq_ignore_ascii_case("get") {
        return None;
    }
    let action = attribute(element, "action").trim();
    let mut url = absolute(base, action).filter(|_| !action.is_empty())?;
    let fields = Selector::parse("input[type=hidden][name], button, input[type=submit]").ok()?;
    let mut words = Vec::new();
    let mut hidden: Vec<(&str, &str)> = Vec::new();
    for field in element.select(&fields).take(50) {
        match (field.value().name(), attribute(field, "type")) {
            ("button", _) => words.push(collapsed(field.text(), 200)),
            (_, "submit") => words.push(attribute(field, "value").to_owned()),
            _ if hidden.len() < HIDDEN => {
                hidden.push((attribute(field, "name"), attribute(field, "value")));
            }
            _ => {}
        }
    }
    url.set_query(None);
    if !hidden.is_empty() {
        url.query_pairs_mut().extend_pairs(hidden);
    }
    let text = collapsed(words.iter().map(String::as_str), 200);
    let short = url.as_str().len() <= LONGEST;
    short.then(|| Link { url: url.into(), text, ..Link::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(html: &str) -> Vec<Link> {
        let base = Url::parse("https://clinic.example/a/b/").ok();
        collect(&Html::parse_document(html), base.as_ref())
    }

    fn shown(html: &str) -> Vec<String> {
        let show = |link: Link| {
            let path = link.url.strip_prefix("https://clinic.example").unwrap_or(&link.url);
            [path, &link.text, &link.rel, &link.method].join("|").trim_end_matches('|').to_owned()
        };
        links(html).into_iter().map(show).collect()
    }

    #[test]
    fn links_are_absolute_and_have_their_words() {
        let html = r#"<a href="../book" rel="nofollow">Book <b>now</b></a><a href="javascript:x()">no</a>
            <a href="//other.example/x"><img alt=""></a><a aria-label="Search" href="?q"><svg></svg></a>
            <a href="../book" rel="nofollow">Book now</a><a href="mailto:x@y.example">mail</a>
            <a href="/map"><img alt="Our map"></a><area href="/wing" alt="West wing">"#;
        assert_eq!(
            shown(html),
            [
                "/a/book|Book now|nofollow",
                "https://other.example/x",
                "/a/b/?q|Search",
                "/map|Our map",
                "/wing|West wing"
            ]
        );
    }

    #[test]
    fn what_the_markup_holds_without_showing_it_is_read() {
        let html = r#"<head><link rel="next" href="/p/2"><link rel="alternate" hreflang="es" href="/es/">
            <link rel="alternate" type="application/rss+xml" href="/feed"><link rel="stylesheet" href="/x.css">
            <noscript><link rel="stylesheet" href="/y.css"></noscript></head>
            <body><noscript><p><a href="/plain">Plain page</a></p></noscript>
            <template><a href="/later">Later</a></template><div data-href="/card/7">Card</div>"#;
        assert_eq!(
            shown(html),
            ["/p/2||next", "/es/||alternate", "/plain|Plain page", "/later|Later", "/card/7|Card"]
        );
    }

    #[test]
    fn a_get_form_leads_to_a_page() {
        let html = r#"<form action="/find?old"><input type="hidden" name="lang" value="en"><input name="q">
            <button>Find a doctor</button></form><form method="post" action="/send"><button>Send</button></form>
            <form><button>Here</button></form>"#;
        assert_eq!(shown(html), ["/find?lang=en|Find a doctor"]);
    }

    #[test]
    fn a_link_that_a_script_takes_over_is_told() {
        let html = r#"<a href="/i/1" data-method="DELETE">x</a><a href="/i/2" data-turbo-method="patch">x</a>
            <a href="/i/3" hx-post="/i/3">x</a><a href="/i/4" data-confirm="Sure?">x</a>
            <a href="/i/5" onclick="return confirm('Sure?')">x</a><a href="/i/6" data-method="get">x</a>"#;
        let methods: Vec<String> = links(html).into_iter().map(|link| link.method).collect();
        assert_eq!(methods, ["delete", "patch", "post", "confirm", "confirm", "get"]);
    }
}
