//! The protocols that can sit on any host. Nearly every request goes past them, so most are
//! found by the name of a parameter that they cannot do without; only those that have none
//! are looked for by their paths, all at once.

use std::sync::OnceLock;

use regex::{RegexSet, RegexSetBuilder};
use rustc_hash::FxHashMap;

use super::index::RuleRef;
use super::pattern::Pattern;
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
    by_name: FxHashMap<String, Vec<RuleRef>>,
    /// Rules that ask for a value, whatever its name.
    by_value: Vec<RuleRef>,
    /// Rules whose parameters may stand in the body.
    in_body: Vec<RuleRef>,
    /// Rules without parameters, by what their paths begin or end with.
    by_path: FxHashMap<Edge, Paths>,
}

/// What a path must begin or end with, as far as its pattern fixes that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Edge {
    Start([u8; 4]),
    End([u8; 3]),
    None,
}

/// Rules whose paths share an edge; each path once.
#[derive(Debug, Default)]
struct Paths {
    rules: Vec<(String, Vec<RuleRef>)>,
    set: OnceLock<RegexSet>,
}

impl Anywhere {
    pub(super) fn add(&mut self, rule: RuleRef, of: &RequestRule) {
        // The longest name is the rarest.
        let longest = |names: &[(String, Pattern)]| {
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
            let paths = self.by_path.entry(of.path.as_ref().map_or(Edge::None, Edge::of));
            paths.or_default().add(rule, of.path.as_ref().map_or("", |path| path.source()));
        }
    }

    /// The rules that a request may meet, in the order of the files.
    pub(super) fn candidates(&self, sent: &Sent<'_>) -> Vec<RuleRef> {
        let mut found = Vec::new();
        let query = sent.target.query;
        if !query.is_empty() {
            found.extend(&self.by_value);
            for (name, _) in sent.target.pairs().take(MAX_NAMES) {
                found.extend(self.by_name.get(&*percent(name)).into_iter().flatten());
            }
        }
        if !sent.raw_body.is_empty() {
            found.extend(&self.in_body);
        }
        for edge in Edge::all(sent.target.path) {
            found.extend(self.by_path.get(&edge).into_iter().flat_map(|p| p.met(sent.target.path)));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Edge {
    /// The edge of a pattern that tells most.
    fn of(path: &Pattern) -> Self {
        match (path.start().as_bytes().first_chunk(), path.end().as_bytes().last_chunk()) {
            (Some(start), _) => Self::Start(*start),
            (None, Some(end)) => Self::End(*end),
            (None, None) => Self::None,
        }
    }

    /// The edges under which the pattern of a path may stand.
    fn all(path: &str) -> impl Iterator<Item = Self> {
        let start = path.as_bytes().first_chunk().copied().map(Self::Start);
        let end = path.as_bytes().last_chunk().copied().map(Self::End);
        start.into_iter().chain(end).chain([Self::None])
    }
}

impl Paths {
    fn add(&mut self, rule: RuleRef, path: &str) {
        match self.rules.iter_mut().find(|(known, _)| known == path) {
            Some((_, rules)) => rules.push(rule),
            None => self.rules.push((path.to_owned(), vec![rule])),
        }
    }

    /// The rules whose pattern a path meets.
    fn met(&self, path: &str) -> impl Iterator<Item = RuleRef> {
        let set = self.set.get_or_init(|| {
            // Without the set no such rule matches; the tests compile every pattern.
            let paths = self.rules.iter().map(|(path, _)| path);
            let set = RegexSetBuilder::new(paths).size_limit(MAX_SET).build();
            set.unwrap_or_else(|_| RegexSet::empty())
        });
        let met = set.is_match(path).then(|| set.matches(path));
        let met: Vec<usize> = met.iter().flatten().collect();
        met.into_iter().flat_map(|at| self.rules[at].1.iter().copied())
    }
}
