//! Finds the few rules that a request can meet: a hash of each host suffix leads
//! to the vendors' own hosts; the protocols that can sit on any host are found apart.

use std::collections::{BTreeMap, HashMap};

use super::anywhere::Anywhere;
use super::request::Sent;
use super::vendor::{RequestRule, Vendor};
use crate::model::registrable_domain;

/// Names one rule of one signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RuleRef {
    pub(super) vendor: usize,
    pub(super) signature: usize,
    pub(super) rule: usize,
}

/// A rule that a host leads to, and how many bytes of the host stand before its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub(super) rule: RuleRef,
    pub(super) before: usize,
}

#[derive(Debug, Default)]
pub(super) struct Index {
    by_host: HashMap<String, Vec<RuleRef>>,
    by_stem: BTreeMap<String, Vec<RuleRef>>,
    anywhere: Anywhere,
    owners: HashMap<String, usize>,
}

impl Index {
    pub(super) fn of(vendors: &[Vendor]) -> Self {
        let mut index = Self::default();
        for (vendor, of) in vendors.iter().enumerate() {
            for host in &of.hosts {
                index.owners.insert(host.clone(), vendor);
            }
            for (signature, of) in of.signatures.iter().enumerate() {
                for (rule, of) in of.requests.iter().enumerate() {
                    index.add(RuleRef { vendor, signature, rule }, of);
                }
            }
        }
        index
    }

    fn add(&mut self, rule: RuleRef, of: &RequestRule) {
        for host in &of.host {
            if host == "*" {
                self.anywhere.add(rule, of);
            } else if let Some(stem) = host.strip_suffix(".*") {
                self.by_stem.entry(stem.to_owned()).or_default().push(rule);
            } else {
                self.by_host.entry(host.clone()).or_default().push(rule);
                self.owners.entry(host.clone()).or_insert(rule.vendor);
            }
        }
    }

    /// The rules for this host or one above it, in the order of the files.
    pub(super) fn at_host(&self, host: &str) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (before, suffix) in suffixes(host) {
            if let Some(rules) = self.by_host.get(suffix) {
                found.extend(rules.iter().map(|rule| Candidate { rule: *rule, before }));
            }
            for (stem, rules) in &self.by_stem {
                if has_stem(suffix, stem) {
                    found.extend(rules.iter().map(|rule| Candidate { rule: *rule, before }));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The rules for any host that a request may meet.
    pub(super) fn anywhere(&self, sent: &Sent<'_>) -> Vec<Candidate> {
        let before = sent.target.host.len();
        let rules = self.anywhere.candidates(sent).into_iter();
        rules.map(|rule| Candidate { rule, before }).collect()
    }

    /// The vendor that a host belongs to.
    pub(super) fn owner(&self, host: &str) -> Option<usize> {
        suffixes(host)
            .find_map(|(_, suffix)| self.owners.get(suffix).copied())
            .or_else(|| self.stem_owner(host))
    }

    fn stem_owner(&self, host: &str) -> Option<usize> {
        let stems = &self.by_stem;
        suffixes(host).find_map(|(_, suffix)| {
            let (_, rules) = stems.iter().find(|(stem, _)| has_stem(suffix, stem))?;
            Some(rules.first()?.vendor)
        })
    }
}

/// Every suffix of a host that starts at a label, the longest first, with how many
/// bytes stand before it.
pub(super) fn suffixes(host: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = std::iter::once(0).chain(host.match_indices('.').map(|(at, _)| at + 1));
    // A host name has at most 127 labels; what has more is no host.
    starts.take(127).map(move |at| (at, &host[at..]))
}

/// Whether `host` is `stem` under a public suffix: `www.google.co.uk` under `www.google`.
fn has_stem(host: &str, stem: &str) -> bool {
    let rest = host.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.'));
    rest.is_some_and(|suffix| {
        let probe = format!("x.{suffix}");
        suffix.matches('.').count() <= 2 && registrable_domain(&probe) == probe
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_stands_under_public_suffixes_only() {
        assert!(has_stem("www.google.de", "www.google"));
        assert!(has_stem("www.google.co.uk", "www.google"));
        assert!(!has_stem("www.google.evil.example", "www.google"));
        assert!(!has_stem("www.google", "www.google"));
        assert!(!has_stem("www.googleads.com", "www.google"));
    }

    #[test]
    fn suffixes_are_cut_at_labels() {
        let all: Vec<_> = suffixes("a.b.c").collect();
        assert_eq!(all, [(0, "a.b.c"), (2, "b.c"), (4, "c")]);
    }
}
