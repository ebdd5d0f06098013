//! The rendered page, read once: markup, visible text and title. The collectors of
//! text, links, forms and videos are plain functions of it.

use scraper::Html;
use serde::Deserialize;
use url::Url;

use super::{forms, links, text, top, videos};
use crate::dom::{Dom, DomError, World};
use crate::model::{Element, Form, Link, PageText, Video};
use crate::signature::Selectors;

const SNAPSHOT: &str = include_str!("snapshot.js");

/// A page as it stands.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Page {
    /// What its relative addresses count from.
    pub base: String,
    /// Its title.
    pub title: String,
    /// Its markup, open shadow roots at the end.
    pub html: String,
    /// What a reader sees.
    pub text: String,
}

/// What is read from the markup.
pub(super) struct PageRead {
    pub(super) text: PageText,
    pub(super) links: Vec<Link>,
    pub(super) forms: Vec<Form>,
    pub(super) videos: Vec<Video>,
    pub(super) elements: Vec<Element>,
}

impl Page {
    /// Parses the markup once for all its collectors; `selectors` are those of elements to
    /// look for.
    pub(super) fn read(&self, selectors: &[String]) -> PageRead {
        let html = Html::parse_document(&self.html);
        let base = Url::parse(&self.base).ok();
        PageRead {
            text: text::collect(self, &html),
            links: links::collect(&html, base.as_ref()),
            forms: forms::collect(&html, base.as_ref()),
            videos: videos::collect(&html, base.as_ref()),
            elements: Selectors::of(selectors).find(&html),
        }
    }
}

/// Takes the snapshot.
pub(super) async fn collect<D: Dom>(dom: &D) -> Result<Page, DomError> {
    let value = dom.evaluate(&top(dom).await?, World::Isolated, SNAPSHOT).await?;
    serde_json::from_value(value).map_err(|error| DomError::Script { message: error.to_string() })
}

/// An attribute as an absolute address; `None` for scripts and data.
pub(super) fn absolute(base: Option<&Url>, address: &str) -> Option<Url> {
    let options = Url::options().base_url(base);
    let url = options.parse(address.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}
