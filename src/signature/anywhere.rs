//! The protocols that can sit on any host. Nearly every request goes past them, so most are
//! found by the name of a parameter that they cannot do without; only those that have none
//! are looked for by their paths, all at once.

use std::collections::HashMap;
use std::sync::OnceLock;

use regex::{RegexSet, RegexSetBuilder};

use super::index::RuleRef;
use super::request::Sent;
use super::vendor::RequestRule;
use crate::decode::percent;

/// The most memory that the set of paths may take compiled, in bytes.
const MAX_SET: usize = 32 << 20;

/// A request's parameters that are looked at.
const MAX_NAMES: usize = 200;

#[derive(Debug, Default)]
pub(super) struct Anywhere {
    /// Rules by a parameter of the query that they need.
    by_name: HashMap<String, Vec<RuleRef>>,
    /// Rules that ask for a value, whatever its name.
    by_value: Vec<RuleRef>,
    /// Rules whose parameters may stand in the body.
    in_body: Vec<RuleRef>,
    /// Rules without parameters, by path; each path once.
    by_path: Vec<(String, Vec<RuleRef>)>,
    paths: OnceLock<RegexSet>,
}

impl Anywhere {
    pub(super) fn add(&mut self, rule: RuleRef, of: &RequestRule) {
        // The longest name is the rarest.
        let longest = |names: &[(String, super::pattern::Pattern)]| {
            let names = names.iter().map(|(name, _)| name).filter(|name| *name != "*");
            names.max_by_key(|name| name.len()).cloned()
        };
        if let Some(name) = longest(&of.query) {
            self.by_name.entry(name).or_default().push(rule);
        } else if !of.query.is_empty() {
            self.by_value.push(rule);
        } else if let Some(name) = longest(&of.param) {
            self.by_name.entry(name).or_default().push(rule);
            self.in_body.push(rule);
        } else {
            let path = of.path.as_ref().map_or("", |path| path.source());
            match self.by_path.iter_mut().find(|(known, _)| known == path) {
                Some((_, rules)) => rules.push(rule),
                None => self.by_path.push((path.to_owned(), vec![rule])),
            }
        }
    }

    /// The rules that a request may meet, in the order of the files.
    pub(super) fn candidates(&self, sent: &Sent<'_>) -> Vec<RuleRef> {
        let mut found = Vec::new();
        let query = sent.target.query;
        if !query.is_empty() {
            found.extend(&self.by_value);
            for pair in query.split('&').take(MAX_NAMES) {
                let name = pair.split_once('=').map_or(pair, |(name, _)| name);
                found.extend(self.by_name.get(&*percent(name)).into_iter().flatten());
            }
        }
        if !sent.raw_body.is_empty() {
            found.extend(&self.in_body);
        }
        let paths = self.paths.get_or_init(|| {
            // Without the set no such rule matches; the tests compile every pattern.
            let paths = self.by_path.iter().map(|(path, _)| path);
            let set = RegexSetBuilder::new(paths).size_limit(MAX_SET).build();
            set.unwrap_or_else(|_| RegexSet::empty())
        });
        if paths.is_match(sent.target.path) {
            let all = paths.matches(sent.target.path);
            found.extend(all.iter().flat_map(|at| &self.by_path[at].1));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
