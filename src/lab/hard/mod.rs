//! The hard page: one load of it causes every kind of request that a browser
//! makes, each under its own path `/k/<name>`, so that a tap, the network
//! stack's ledger and the server's log can be compared request by request.
//!
//! The page sets `document.documentElement.dataset.done` to `yes` when all but
//! the unload kinds are done; `dataset.failures` and `dataset.missing` are then
//! empty unless the browser could not do something.

mod answers;
mod kinds;

use std::collections::BTreeMap;

pub(super) use answers::{answer, echo};
pub use kinds::KINDS;

use super::{Received, hosts};

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name, and the end of its path.
    pub name: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// The host that it is sent to.
    pub host: &'static str,
    /// How often one visit sends it to the server.
    pub times: Times,
    /// What its body is.
    pub body: Body,
    /// At which point of a visit it is sent.
    pub when: When,
}

/// How often a request reaches the server in one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Exactly so often.
    Exactly(usize),
    /// Once or more: the browser may ask again on its own.
    Some,
    /// Never or once: browsers and builds differ.
    Perhaps,
    /// Never: the browser tries, and nothing arrives.
    Never,
}

/// What a request's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    None,
    /// Exactly these bytes.
    Bytes(&'static [u8]),
    /// So many bytes, counting up from 0 to 250 and over again.
    Pattern(usize),
    /// All of these texts somewhere (a multipart boundary is random).
    Holds(&'static [&'static str]),
}

/// At which point of a visit a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before `dataset.done` is set, the page's own scrolling included.
    Load,
    /// When the page is hidden or left.
    Unload,
}

impl Kind {
    const fn get(name: &'static str) -> Self {
        Self {
            name,
            method: "GET",
            host: hosts::HARD,
            times: Times::Exactly(1),
            body: Body::None,
            when: When::Load,
        }
    }

    const fn post(name: &'static str, body: Body) -> Self {
        Self { method: "POST", body, ..Self::get(name) }
    }

    const fn unload(name: &'static str, body: &'static str) -> Self {
        Self { when: When::Unload, ..Self::post(name, Body::Bytes(body.as_bytes())) }
    }

    const fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    const fn at(self, host: &'static str) -> Self {
        Self { host, ..self }
    }

    const fn times(self, times: Times) -> Self {
        Self { times, ..self }
    }

    /// The path, unique to this kind but for a preflight and what follows it.
    #[must_use]
    pub fn path(&self) -> String {
        match self.name {
            "document" => "/".to_owned(),
            "hard.js" => "/hard.js".to_owned(),
            name => format!("/k/{name}"),
        }
    }

    /// Whether this is the kind of a request with this method, host and path (query left out).
    #[must_use]
    pub fn is(&self, method: &str, host: &str, path: &str) -> bool {
        self.method == method && self.host == host && self.path() == path
    }
}

impl Times {
    /// Whether this count is as expected.
    #[must_use]
    pub fn allows(self, count: usize) -> bool {
        match self {
            Self::Exactly(times) => count == times,
            Self::Some => count >= 1,
            Self::Perhaps => count <= 1,
            Self::Never => count == 0,
        }
    }
}

impl Body {
    /// Whether these bytes are the body.
    #[must_use]
    pub fn matches(self, bytes: &[u8]) -> bool {
        match self {
            Self::None => bytes.is_empty(),
            Self::Bytes(expected) => bytes == expected,
            Self::Pattern(length) => {
                let counting = (0..=250u8).cycle();
                bytes.len() == length && bytes.iter().zip(counting).all(|(a, b)| *a == b)
            }
            Self::Holds(texts) => {
                let text = String::from_utf8_lossy(bytes);
                texts.iter().all(|part| text.contains(part))
            }
        }
    }
}

/// Every difference between the manifest and what the server received in one visit,
/// a line each, sorted; empty when all is as expected.
#[must_use]
pub fn differences(log: &[Received]) -> Vec<String> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for row in log {
        let found = KINDS.iter().position(|k| k.is(&row.method, &row.host, row.path()));
        match found {
            None => lines.push(format!("unexpected: {} {}{}", row.method, row.host, row.path())),
            Some(index) => {
                *counts.entry(index).or_default() += 1;
                if !KINDS[index].body.matches(&row.body) {
                    let length = row.body.len();
                    lines.push(format!("body of {} ({length} bytes)", KINDS[index].name));
                }
            }
        }
    }
    for (index, kind) in KINDS.iter().enumerate() {
        let count = counts.get(&index).copied().unwrap_or_default();
        if !kind.times.allows(count) {
            lines.push(format!("{} {}: {count}, not {:?}", kind.method, kind.name, kind.times));
        }
    }
    lines.sort();
    lines
}
