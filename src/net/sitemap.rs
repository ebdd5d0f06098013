//! Sitemaps: the pages that a site says it has. Three forms, told apart by content:
//! a list of pages, a list of further sitemaps, and plain text; each also as gzip.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use quick_xml::Reader;
use quick_xml::events::Event;
use thiserror::Error;
use url::Url;

/// The largest sitemap, unpacked: the protocol's limit.
const MOST_BYTES: u64 = 50 << 20;
/// Most addresses of one sitemap: the protocol's limit.
const MOST_ADDRESSES: usize = 50_000;
/// The longest address.
const LONGEST_ADDRESS: usize = 2_048;

/// What a sitemap lists, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sitemap {
    /// Pages.
    Pages(Vec<Url>),
    /// Further sitemaps.
    Index(Vec<Url>),
}

/// A sitemap could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SitemapError {
    /// It unpacks to more than 50 MiB.
    #[error("the sitemap has more than {} MiB", MOST_BYTES >> 20)]
    TooLarge,
    /// The gzip stream is damaged.
    #[error("the sitemap is no gzip file: {0}")]
    Gzip(String),
    /// The XML is damaged.
    #[error("the sitemap is broken at byte {at}: {problem}")]
    Xml {
        /// Offset of the fault.
        at: u64,
        /// What is wrong.
        problem: String,
    },
    /// It is neither a sitemap's XML nor a list of addresses.
    #[error("it is no sitemap")]
    NotASitemap,
}

/// Reads a sitemap. Addresses that are not `http` or `https` are left out, and so is
/// what exceeds the protocol's 50,000 addresses.
///
/// # Errors
/// When it is too large, damaged, or none.
pub fn parse(file: &[u8]) -> Result<Sitemap, SitemapError> {
    if file.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        let unpacked = MultiGzDecoder::new(file).take(MOST_BYTES + 1).read_to_end(&mut plain);
        unpacked.map_err(|error| SitemapError::Gzip(error.to_string()))?;
        return parse_plain(&plain);
    }
    parse_plain(file)
}

fn parse_plain(file: &[u8]) -> Result<Sitemap, SitemapError> {
    if file.len() as u64 > MOST_BYTES {
        return Err(SitemapError::TooLarge);
    }
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let text = String::from_utf8_lossy(file);
    if text.trim_start().starts_with('<') { parse_xml(&text) } else { parse_text(&text) }
}

/// One address a line.
fn parse_text(text: &str) -> Result<Sitemap, SitemapError> {
    let pages: Vec<Url> = text.lines().filter_map(address).take(MOST_ADDRESSES).collect();
    if pages.is_empty() { Err(SitemapError::NotASitemap) } else { Ok(Sitemap::Pages(pages)) }
}

/// The `loc` of each `url` or `sitemap`. Only XML's own five entities and numbers are
/// known: entities that a file declares stay unread, so none can grow.
fn parse_xml(text: &str) -> Result<Sitemap, SitemapError> {
    let mut reader = Reader::from_str(text);
    let mut listing = Listing::default();
    while listing.found.len() < MOST_ADDRESSES {
        let event = reader.read_event();
        let event = event.map_err(|error| SitemapError::Xml {
            at: reader.error_position(),
            problem: error.to_string(),
        })?;
        match event {
            Event::Start(tag) => listing.open(tag.local_name().as_ref())?,
            Event::End(_) => listing.close(),
            Event::Text(text) => listing.text(&text.xml10_content()),
            Event::CData(text) => listing.text(&text.xml10_content()),
            Event::GeneralRef(entity) => listing.text(&entity_text(&entity.xml10_content())),
            Event::Eof => break,
            _ => {}
        }
    }
    match listing.is_index {
        Some(true) => Ok(Sitemap::Index(listing.found)),
        Some(false) => Ok(Sitemap::Pages(listing.found)),
        None => Err(SitemapError::NotASitemap),
    }
}

/// A sitemap as far as it was read.
#[derive(Default)]
struct Listing {
    /// What the root element says; `None` before it.
    is_index: Option<bool>,
    /// The names of the open elements, the root first.
    path: Vec<String>,
    /// The text of the `loc` that is open.
    loc: String,
    found: Vec<Url>,
}

impl Listing {
    fn open(&mut self, name: &str) -> Result<(), SitemapError> {
        if self.path.is_empty() {
            self.is_index = Some(root(name)?);
        }
        // A sitemap is three levels deep; extensions (images, news) add a few.
        if self.path.len() == 32 {
            return Err(SitemapError::NotASitemap);
        }
        self.path.push(name.to_owned());
        self.loc.clear();
        Ok(())
    }

    fn text(&mut self, part: &str) {
        if is_loc(&self.path) {
            push(&mut self.loc, part);
        }
    }

    fn close(&mut self) {
        if is_loc(&self.path) {
            self.found.extend(address(&self.loc));
        }
        self.path.pop();
    }
}

/// Whether the root element lists sitemaps (or pages).
fn root(name: &str) -> Result<bool, SitemapError> {
    match name {
        "sitemapindex" => Ok(true),
        "urlset" => Ok(false),
        _ => Err(SitemapError::NotASitemap),
    }
}

/// `urlset/url/loc` or `sitemapindex/sitemap/loc`, and not the `loc` of an image.
fn is_loc(path: &[String]) -> bool {
    matches!(path, [_, item, loc] if matches!(item.as_str(), "url" | "sitemap") && loc == "loc")
}

fn push(loc: &mut String, part: &str) {
    if loc.len() + part.len() <= LONGEST_ADDRESS {
        loc.push_str(part);
    } else {
        // Too long to be an address: what is kept must not look like one.
        loc.clear();
        loc.push(' ');
        loc.extend(std::iter::repeat_n('x', LONGEST_ADDRESS - 1));
    }
}

/// What `&name;` stands for; empty for entities that a file made up.
fn entity_text(name: &str) -> String {
    let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    match (name, number.and_then(char::from_u32)) {
        (_, Some(char)) => char.to_string(),
        ("amp", _) => "&".to_owned(),
        ("lt", _) => "<".to_owned(),
        ("gt", _) => ">".to_owned(),
        ("quot", _) => "\"".to_owned(),
        ("apos", _) => "'".to_owned(),
        _ => String::new(),
    }
}

fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    let url = if text.len() > LONGEST_ADDRESS { None } else { Url::parse(text).ok() }?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    const PAGES: &str = r#"<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc> https://a.example/?x=1&amp;y=&#50; </loc><lastmod>2026-01-01</lastmod>
        <image:image><image:loc>https://a.example/i.png</image:loc></image:image></url>
        <url><loc><![CDATA[https://a.example/b?c&d]]></loc></url><url><loc>mailto:x@a.example</loc></url></urlset>"#;

    fn listed(file: &[u8]) -> Vec<String> {
        match parse(file).unwrap() {
            Sitemap::Pages(urls) | Sitemap::Index(urls) => {
                urls.into_iter().map(String::from).collect()
            }
        }
    }

    fn packed(file: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(file).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn pages_are_read_from_xml_gzip_and_text() {
        let expected = ["https://a.example/?x=1&y=2", "https://a.example/b?c&d"];
        assert_eq!(listed(PAGES.as_bytes()), expected);
        assert_eq!(listed(&packed(PAGES.as_bytes())), expected);
        assert_eq!(
            listed(b"\xef\xbb\xbfhttps://a.example/1\r\n\r\nnot one\r\nhttps://a.example/2"),
            ["https://a.example/1", "https://a.example/2"]
        );
    }

    #[test]
    fn an_index_is_told_from_pages() {
        let index =
            "<sitemapindex><sitemap><loc>https://a.example/1.xml.gz</loc></sitemap></sitemapindex>";
        let expected = Sitemap::Index(vec!["https://a.example/1.xml.gz".parse().unwrap()]);
        assert_eq!(parse(index.as_bytes()), Ok(expected));
    }

    #[test]
    fn entities_that_a_file_declares_do_not_grow() {
        let bomb = r#"<!DOCTYPE urlset [<!ENTITY a "https://bomb.example/"><!ENTITY b "&a;&a;">]>
            <urlset><url><loc>&b;</loc></url><url><loc>https://a.example/&b;</loc></url></urlset>"#;
        assert_eq!(listed(bomb.as_bytes()), ["https://a.example/"]);
    }

    #[test]
    fn what_is_too_much_or_none_is_refused_or_cut() {
        assert_eq!(parse(b"<html><body>"), Err(SitemapError::NotASitemap));
        assert_eq!(parse(b"hello"), Err(SitemapError::NotASitemap));
        assert!(matches!(parse(b"<urlset><url></loc>"), Err(SitemapError::Xml { .. })));
        assert!(parse(format!("<urlset>{}", "<a>".repeat(100_000)).as_bytes()).is_err());
        let many = "<url><loc>https://a.example/</loc></url>".repeat(MOST_ADDRESSES + 1);
        assert_eq!(listed(format!("<urlset>{many}</urlset>").as_bytes()).len(), MOST_ADDRESSES);
        let long = format!(
            "<urlset><url><loc>https://a.example/{}</loc></url></urlset>",
            "x".repeat(9_000)
        );
        assert!(listed(long.as_bytes()).is_empty());
        let zeros = packed(&vec![b' '; usize::try_from(MOST_BYTES).unwrap() + 1]);
        assert_eq!(parse(&zeros), Err(SitemapError::TooLarge));
    }

    proptest! {
        #[test]
        fn never_panics(file in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&file);
        }

        #[test]
        fn never_panics_on_almost_xml(text in "(<|>|/|&|;|#|x|loc|url|urlset|!\\[CDATA\\[|\\]\\]>| ){0,40}") {
            let _ = parse(format!("<urlset>{text}").as_bytes());
        }
    }
}
