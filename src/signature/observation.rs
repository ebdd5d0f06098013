//! What a signature is held against, and what it says of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::ResourceKind;

/// One thing to recognise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Observation<'a> {
    /// A network request.
    Request {
        /// Full address.
        url: &'a str,
        /// Method, upper case.
        method: &'a str,
        /// Body as sent, empty when there was none.
        body: &'a [u8],
        /// `content-encoding` of the body, empty when none.
        content_encoding: &'a str,
        /// `content-type` of the body, empty when unknown. Vendors lie about it.
        content_type: &'a str,
        /// What the browser says it was for.
        kind: Option<ResourceKind>,
    },
    /// A cookie in the jar.
    Cookie {
        /// Name.
        name: &'a str,
        /// Domain, with or without its leading dot.
        domain: &'a str,
    },
    /// A key in local, session or IndexedDB storage.
    Storage {
        /// Key.
        key: &'a str,
    },
    /// A global JavaScript variable that exists on the page.
    Global {
        /// Name.
        name: &'a str,
    },
    /// An element that stands in the page.
    Element {
        /// The selector that finds it, as a signature has it.
        selector: &'a str,
    },
    /// A host name that a request's host is an alias of.
    Cname {
        /// The canonical name.
        target: &'a str,
    },
}

/// One event that a signature recognised. A batched body yields several.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Signature id, `meta/pixel`.
    pub signature: String,
    /// Vendor's name, `Meta`.
    pub vendor: String,
    /// The vendor's numbers in the IAB's global vendor list.
    pub gvl: Vec<u32>,
    /// Product, `Meta Pixel`.
    pub product: String,
    /// Purposes, the primary one first: `retargeting`, `conversion`, `analytics` …
    pub categories: Vec<String>,
    /// What the request is for the vendor.
    pub role: Role,
    /// The vendor's protocol on a host that is not the vendor's: server-side or proxied.
    pub own_host: bool,
    /// The site's account with the vendor; several joined by a comma.
    pub account: Option<String>,
    /// The vendor's own literal name of the event.
    pub event: Option<String>,
    /// Decoded parameters, by the vendor's own name (`dl`, `cd[value]`, `domAttributes.innerText`).
    pub params: BTreeMap<String, Param>,
    /// A key that mirrors of one hit share (`account|event|dedupe value`); `None` if
    /// this signature has no mirrors.
    pub mirror_key: Option<String>,
    /// Its signature is a draft: not confirmed against a source yet.
    pub draft: bool,
    /// The body could not be decoded; the hit stands all the same.
    pub undecoded: bool,
}

/// One decoded parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// Its value, every layer undone.
    pub value: String,
    /// What it stood in: `query`, `body.data[0]`, `path.account`.
    pub within: Arc<str>,
    /// A name that a person understands (`page URL`), empty if the database has none.
    pub label: Arc<str>,
    /// The kind of data, from the database's closed list (`page-url`, `page-title`,
    /// `email-hash`, `click-text` …), empty if it has none.
    pub data: Arc<str>,
}

impl Param {
    /// Where the parameter of this name stood: `query.dl`, `body.data[0].user_data.em`.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        let dot = if name.is_empty() || name.starts_with('[') { "" } else { "." };
        format!("{}{dot}{name}", self.within)
    }
}

/// What a request is for its vendor.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Tells the vendor of something that the visitor did.
    #[default]
    Hit,
    /// Fetches the vendor's code.
    Loader,
    /// Fetches the account's settings: the pixel is installed, not that it fired.
    Config,
    /// Matches identifiers between vendors.
    Sync,
    /// Side traffic that tells of no event.
    Auxiliary,
}

impl Role {
    /// Its name in a file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Loader => "loader",
            Self::Config => "config",
            Self::Sync => "sync",
            Self::Auxiliary => "auxiliary",
        }
    }
}
