//! Cookie and storage names of all signatures, asked all at once.

use regex::{RegexSet, RegexSetBuilder};

use super::vendor::Vendor;

/// The most memory that the names of cookies or of storage may take compiled, in bytes.
const MAX_NAMES: usize = 64 << 20;

/// Cookie and storage names, asked all at once.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) cookies: RegexSet,
    pub(super) cookie_rules: Vec<(usize, usize, usize)>,
    pub(super) storage: RegexSet,
    pub(super) storage_rules: Vec<(usize, usize)>,
}

impl Names {
    pub(super) fn of(vendors: &[Vendor]) -> Self {
        let (mut cookies, mut cookie_rules) = (Vec::new(), Vec::new());
        let (mut storage, mut storage_rules) = (Vec::new(), Vec::new());
        for (vendor, of) in vendors.iter().enumerate() {
            for (signature, of) in of.signatures.iter().enumerate() {
                for (rule, cookie) in of.cookies.iter().enumerate() {
                    cookies.push(cookie.pattern());
                    cookie_rules.push((vendor, signature, rule));
                }
                for key in &of.storage {
                    storage.push(key.source());
                    storage_rules.push((vendor, signature));
                }
            }
        }
        // Without the set no name is known; the tests ask for every one of them.
        let set = |patterns: Vec<&str>| {
            let set = RegexSetBuilder::new(patterns).size_limit(MAX_NAMES).build();
            set.unwrap_or_else(|_| RegexSet::empty())
        };
        Self { cookies: set(cookies), cookie_rules, storage: set(storage), storage_rules }
    }
}
