//! The page of a visit: its health verdict, against which what was sent is read.

use std::collections::HashMap;

use crate::health::{Lexicon, PageInput, Verdict};
use crate::model::{Request, RequestId, Visit, host_of};

/// A visited page as the classifier sees it.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) visit: &'a Visit,
    pub(super) host: String,
    pub(super) verdict: Verdict,
    lexicon: &'a Lexicon,
    requests: HashMap<&'a RequestId, &'a Request>,
}

impl<'a> Page<'a> {
    pub(super) fn of(visit: &'a Visit, lexicon: &'a Lexicon) -> Self {
        let url = address(visit);
        let collected = &visit.collected;
        let text = collected.text.as_ref();
        let forms = collected.forms.iter().flatten().flat_map(|form| &form.fields);
        let fields: Vec<&str> = forms.map(|field| field.name.as_str()).collect();
        let title = text.map_or("", |text| text.title.as_str());
        let verdict = lexicon.page(&PageInput {
            url,
            title: if title.is_empty() { &visit.title } else { title },
            headings: text.map_or(&[], |text| text.headings.as_slice()),
            form_fields: &fields,
            schema_types: text.map_or(&[], |text| text.schema_types.as_slice()),
        });
        let requests = visit.requests.iter().map(|request| (&request.id, request)).collect();
        Self { visit, host: host_of(url), verdict, lexicon, requests }
    }

    /// Its address, after redirects.
    pub(super) fn url(&self) -> &'a str {
        address(self.visit)
    }

    pub(super) fn request(&self, id: &RequestId) -> Option<&'a Request> {
        self.requests.get(id).copied()
    }

    /// What an address tells. That of this very page tells all that the page does,
    /// since its reader can open it.
    pub(super) fn address(&self, url: &str) -> Verdict {
        let verdict = self.lexicon.url(url);
        if verdict.label < self.verdict.label && place(url) == place(address(self.visit)) {
            return self.verdict.clone();
        }
        verdict
    }

    /// What a free text tells, on this page.
    pub(super) fn text(&self, text: &str) -> Verdict {
        self.lexicon.text(text, &self.verdict)
    }
}

fn address(visit: &Visit) -> &str {
    if visit.final_url.is_empty() { &visit.page } else { &visit.final_url }
}

/// Host and path: what tells one page from another, whatever campaign led there.
fn place(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    rest[..end].trim_end_matches('/')
}
