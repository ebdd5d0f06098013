//! What the database holds, counted.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::signature::{Database, Signature, check};

/// What the database holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// The version of the database.
    pub version: String,
    /// SHA-256 over its files.
    pub hash: String,
    /// Vendors.
    pub vendors: usize,
    /// Signatures.
    pub signatures: usize,
    /// Examples that a matcher must take.
    pub examples: usize,
    /// Examples that it must not.
    pub negative_examples: usize,
    /// Matchers of requests, cookies, storage keys, globals, elements and aliases.
    pub matchers: Tally,
    /// Signatures by status.
    pub status: Tally,
    /// Signatures by what they are for the vendor.
    pub roles: Tally,
    /// Signatures by purpose; one may have several.
    pub purposes: Tally,
    /// Vendors by the country of the company behind them.
    pub countries: Tally,
    /// Signatures that recognise by host alone and decode nothing, sorted.
    pub by_host_alone: Vec<String>,
}

/// How many of each.
pub type Tally = BTreeMap<String, usize>;

impl Stats {
    /// Counts a database. `today` only serves the check that counts the examples.
    #[must_use]
    pub fn of(database: &Database, today: Date) -> Self {
        let checked = check::check(database.files(), today);
        let vendors = database.vendors();
        let signatures = || vendors.iter().flat_map(|vendor| &vendor.signatures);
        let alone = signatures().filter(|signature| signature.is_by_host_alone());
        Self {
            version: database.version().to_owned(),
            hash: database.hash().to_owned(),
            vendors: vendors.len(),
            signatures: signatures().count(),
            examples: checked.examples,
            negative_examples: checked.negative_examples,
            matchers: matchers(signatures()),
            status: tally(signatures().map(|s| s.status.name())),
            roles: tally(signatures().map(|s| s.role.name())),
            purposes: tally(signatures().flat_map(|s| s.categories.iter().map(String::as_str))),
            countries: tally(vendors.iter().map(|vendor| vendor.country.as_str())),
            by_host_alone: alone.map(|signature| signature.id.clone()).collect(),
        }
    }
}

fn matchers<'a>(signatures: impl Iterator<Item = &'a Signature>) -> Tally {
    let mut tally = Tally::new();
    for signature in signatures {
        let counts = [
            ("request", signature.described_requests().count()),
            ("cookie", signature.cookies.len()),
            ("storage key", signature.storage_keys().count()),
            ("global", signature.globals.len()),
            ("element", signature.dom.len()),
            ("alias", signature.cname.len()),
        ];
        for (kind, count) in counts {
            *tally.entry(kind.to_owned()).or_default() += count;
        }
    }
    tally
}

fn tally<'a>(names: impl Iterator<Item = &'a str>) -> Tally {
    let mut tally = Tally::new();
    for name in names {
        *tally.entry(name.to_owned()).or_default() += 1;
    }
    tally
}
