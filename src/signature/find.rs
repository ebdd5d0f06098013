//! Finds what a person means who knows a vendor, a product, a company, a host or a former
//! name, but no id: `facebook`, `ga4`, `static.ads-twitter.com`.

use super::Database;
use super::vendor::{Signature, Vendor, is_or_is_below};
use crate::model::registrable_domain;

/// Whether a signature goes by a name, in one way of naming.
type Names<'a> = dyn Fn(&Vendor, &Signature) -> bool + 'a;

impl Database {
    /// The signatures that `text` names, by what names them best: an id, a vendor, a product
    /// or its initials, a host, or any name that it is part of. Empty if nothing does.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<(&Vendor, &Signature)> {
        let text = text.trim();
        let words = plain(text);
        if words.is_empty() {
            return Vec::new();
        }
        let all = || self.vendors().iter().flat_map(|v| v.signatures.iter().map(move |s| (v, s)));
        let is = |name: &str| plain(name) == words;
        let has = |name: &str| plain(name).contains(&words);
        let ways: [&Names<'_>; 5] = [
            &|_, signature| signature.id.eq_ignore_ascii_case(text),
            &|vendor, _| names(vendor).any(is),
            &|_, signature| is(&signature.product) || initials(&signature.product) == words,
            &|vendor, signature| is_at_host(vendor, signature, text),
            &|vendor, signature| {
                has(&signature.product) || names(vendor).chain([vendor.owner.as_str()]).any(has)
            },
        ];
        let found = ways.iter().map(|fits| all().filter(|(v, s)| fits(v, s)).collect::<Vec<_>>());
        found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }
}

/// What a vendor is and was called.
fn names(vendor: &Vendor) -> impl Iterator<Item = &str> {
    let now = [vendor.id.as_str(), vendor.name.as_str()];
    now.into_iter().chain(vendor.aliases.iter().map(String::as_str))
}

/// Whether `text` is one of its hosts, one below it, or the name of its domain.
fn is_at_host(vendor: &Vendor, signature: &Signature, text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut hosts = vendor.hosts.iter().map(String::as_str).chain(signature.request_hosts());
    hosts.any(|host| {
        let domain = registrable_domain(host);
        is_or_is_below(&text, host) || domain.split_once('.').is_some_and(|(name, _)| name == text)
    })
}

/// Letters and digits, lower case.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `Google Analytics 4` → `ga4`; empty for one word.
fn initials(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let first = words.iter().filter_map(|word| word.chars().next());
    if words.len() < 2 { String::new() } else { first.flat_map(char::to_lowercase).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (String, usize) {
        let database = Database::builtin().unwrap();
        let found = database.find(text);
        let vendors: std::collections::BTreeSet<&str> =
            found.iter().map(|(vendor, _)| vendor.id.as_str()).collect();
        (vendors.into_iter().collect::<Vec<_>>().join(" "), found.len())
    }

    #[test]
    fn a_name_that_people_use_leads_to_its_vendor() {
        for (text, vendor) in [
            ("Facebook", "meta"),
            ("twitter", "x"),
            ("GA4", "google"),
            ("gtm", "google"),
            ("google analytics", "google"),
            ("Bing", "microsoft"),
            ("clarity", "microsoft"),
            ("bat.bing.com", "microsoft"),
            ("omniture", "adobe"),
            ("marketo", "adobe"),
            ("the-trade-desk", "trade-desk"),
            ("hotjar/recording", "hotjar"),
            ("CONNECT.facebook.net", "meta"),
        ] {
            assert_eq!(found(text).0, vendor, "{text}");
        }
        assert_eq!((found("zzz").1, found("  ").1), (0, 0));
    }

    #[test]
    fn what_names_it_best_leaves_out_the_rest() {
        // Not every company that has an x in its name.
        assert_eq!(found("x").0, "x");
        let (one, all) = (found("ga4").1, found("google").1);
        assert!(one > 0 && one < all, "{one} of {all}");
    }
}
