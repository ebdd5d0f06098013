//! Finds the few rules that a request can meet: a hash of each host suffix leads
//! to the vendors' own hosts; the protocols that can sit on any host are found apart.

use rustc_hash::FxHashMap;

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
    by_host: FxHashMap<String, Vec<RuleRef>>,
    /// `www.google.*`, by the last label of its stem.
    by_stem: FxHashMap<String, Vec<Stem>>,
    anywhere: Anywhere,
    owners: FxHashMap<String, usize>,
}

/// Hosts under any public suffix: `www.google` of `www.google.*`.
#[derive(Debug)]
struct Stem {
    text: String,
    rules: Vec<RuleRef>,
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
                self.add_stem(rule, stem);
            } else {
                self.by_host.entry(host.clone()).or_default().push(rule);
                self.owners.entry(host.clone()).or_insert(rule.vendor);
            }
        }
    }

    fn add_stem(&mut self, rule: RuleRef, stem: &str) {
        let label = stem.rsplit('.').next().unwrap_or(stem);
        let stems = self.by_stem.entry(label.to_owned()).or_default();
        match stems.iter_mut().find(|known| known.text == stem) {
            Some(known) => known.rules.push(rule),
            None => stems.push(Stem { text: stem.to_owned(), rules: vec![rule] }),
        }
    }

    /// The rules for this host or one above it, in the order of the files.
    pub(super) fn at_host(&self, host: &str) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (before, suffix) in suffixes(host) {
            if let Some(rules) = self.by_host.get(suffix) {
                found.extend(rules.iter().map(|rule| Candidate { rule: *rule, before }));
            }
        }
        for (before, rules) in self.stems(host) {
            found.extend(rules.iter().map(|rule| Candidate { rule: *rule, before }));
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
            .or_else(|| Some(self.stems(host).next()?.1.first()?.vendor))
    }

    /// The rules of the stems that a host stands under, each with how many bytes stand before
    /// the stem: `www.google.co.uk` and what is below it under `www.google`.
    fn stems<'a>(&'a self, host: &'a str) -> impl Iterator<Item = (usize, &'a [RuleRef])> {
        // No public suffix that counts has more than three labels.
        host.rmatch_indices('.').take(3).flat_map(move |(end, _)| {
            let label = host[..end].rsplit('.').next().unwrap_or_default();
            let stems = self.by_stem.get(label).into_iter().flatten();
            let ends_with = move |stem: &'a Stem| {
                let rest = host[..end].strip_suffix(stem.text.as_str())?;
                let whole = rest.is_empty() || rest.ends_with('.');
                (whole && is_public_suffix(&host[end + 1..])).then_some((rest.len(), &*stem.rules))
            };
            stems.filter_map(ends_with)
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

/// Whether names can be registered right below it.
fn is_public_suffix(suffix: &str) -> bool {
    let probe = format!("x.{suffix}");
    registrable_domain(&probe) == probe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_stands_under_public_suffixes_only() {
        let mut index = Index::default();
        let rule = RuleRef { vendor: 7, signature: 0, rule: 0 };
        index.add_stem(rule, "www.google");
        let before = |host: &str| index.at_host(host).first().map(|found| found.before);
        assert_eq!(before("www.google.de"), Some(0));
        assert_eq!(before("www.google.co.uk"), Some(0));
        assert_eq!(before("a.www.google.com"), Some(2));
        assert_eq!(before("www.google.evil.example"), None);
        assert_eq!(before("www.google"), None);
        assert_eq!(before("www.googleads.com"), None);
        assert_eq!(before("ww.google.com"), None);
        assert_eq!(before("xwww.google.com"), None);
        assert_eq!((index.owner("www.google.fr"), index.owner("google.fr")), (Some(7), None));
    }

    #[test]
    fn suffixes_are_cut_at_labels() {
        let all: Vec<_> = suffixes("a.b.c").collect();
        assert_eq!(all, [(0, "a.b.c"), (2, "b.c"), (4, "c")]);
    }
}
