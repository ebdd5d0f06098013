//! Reads a recognised request: account, event and parameters, as the file says.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::expand::Items;
use super::params::{Meaning, Params};
use super::request::Sent;
use super::source::Source;
use super::vendor::{RequestRule, Signature, Vendor};
use super::{Match, Param};
use crate::decode::layout::form_tree;
use crate::decode::{Layout, percent, tree};

/// The most parameters that one event yields.
const MAX_PARAMS: usize = 500;
/// The most bytes of values that one request yields over all its events.
const MAX_BYTES: usize = 8 << 20;
/// The longest value, in bytes.
const MAX_VALUE: usize = 64 << 10;

/// Every event of a request that `rule` recognised.
pub(super) fn extract(
    vendor: &Vendor,
    signature: &Signature,
    rule: &RequestRule,
    sent: &Sent<'_>,
    subdomain: &str,
) -> Vec<Match> {
    let (root, undecoded) = root(rule, sent, subdomain);
    let items = Items::at(&root, &rule.decode.events);
    let base = Match { own_host: rule.any_host(), undecoded, ..super::plain(vendor, signature) };
    let named = &signature.params;
    let reader = Reader { vendor: &vendor.id, named, rule, root: &root, items: &items };
    let mut budget = MAX_BYTES;
    if items.list.is_empty() {
        return vec![reader.read(&[], base, &mut budget)];
    }
    let events = items.list.iter().map(|item| reader.read(&item.around, base.clone(), &mut budget));
    events.collect()
}

/// What a request carries that no signature knows, as far as names that are common tell.
pub(super) fn unnamed(sent: &Sent<'_>, named: &Params) -> Match {
    let rule = RequestRule::default();
    let (root, undecoded) = root(&rule, sent, "");
    let items = Items::default();
    let reader = Reader { vendor: "", named, rule: &rule, root: &root, items: &items };
    reader.read(&[], Match { undecoded, ..Match::default() }, &mut MAX_BYTES.clone())
}

/// The tree of a request: query, body, and the named groups of path and host.
fn root(rule: &RequestRule, sent: &Sent<'_>, subdomain: &str) -> (Value, bool) {
    let (body, undecoded) = match sent.body() {
        body if body.is_empty() => (Value::Null, false),
        body => match rule.decode.layout.decode(&body) {
            Some(Value::Null) | None => (Value::Null, true),
            Some(body) => (body, false),
        },
    };
    let groups = |pattern: &Option<super::pattern::Pattern>, text: &str| {
        let groups = pattern.iter().flat_map(|pattern| {
            pattern.groups(text).into_iter().map(|(n, v)| (n.to_owned(), v.to_owned()))
        });
        let groups = groups.map(|(name, value)| (name, Value::String(value)));
        Value::Object(groups.collect())
    };
    let mut root = Map::new();
    root.insert("query".to_owned(), form_tree(sent.target.query));
    root.insert("body".to_owned(), body);
    root.insert("path".to_owned(), groups(&rule.path, sent.target.path));
    root.insert("host".to_owned(), groups(&rule.subdomain, subdomain));
    let mut root = Value::Object(root);
    for (path, layout) in &rule.decode.open {
        open(&mut root, path, layout);
    }
    for (_, value) in root["path"].as_object_mut().into_iter().flatten() {
        if let Value::String(text) = value {
            *text = percent(text).into_owned();
        }
    }
    (root, undecoded)
}

/// Opens the texts at `path`, which may end in `[*]`, or its last name in `*`.
fn open(root: &mut Value, path: &str, layout: &Layout) {
    let open_one = |value: &mut Value| {
        if let Some(opened) = value.as_str().and_then(|text| layout.decode(text.as_bytes())) {
            *value = opened;
        }
    };
    if let Some(path) = path.strip_suffix("[*]") {
        let list = tree::get_mut(root, path).and_then(Value::as_array_mut);
        return list.into_iter().flatten().for_each(open_one);
    }
    match path.strip_suffix('*').and_then(|path| path.rsplit_once('.')) {
        None => drop(tree::get_mut(root, path).map(open_one)),
        Some((path, start)) => {
            let map = tree::get_mut(root, path).and_then(Value::as_object_mut);
            let named = map.into_iter().flatten().filter(|(name, _)| name.starts_with(start));
            named.for_each(|(_, value)| open_one(value));
        }
    }
}

struct Reader<'a> {
    /// The vendor's id.
    vendor: &'a str,
    /// What its parameters mean.
    named: &'a Params,
    rule: &'a RequestRule,
    root: &'a Value,
    items: &'a Items<'a>,
}

impl Reader<'_> {
    /// One event; `around` are the event and what surrounds it, the nearest first.
    fn read(&self, around: &[(String, &Value)], base: Match, budget: &mut usize) -> Match {
        let (body, query) = (&self.root["body"], &self.root["query"]);
        let mut scopes: Vec<&Value> = around.iter().map(|(_, value)| *value).collect();
        scopes.extend([body, query]);
        let first = |sources: &[Source]| sources.iter().find_map(|s| s.read(self.root, &scopes));
        let decode = &self.rule.decode;
        let (account, event) = (first(&decode.account), first(&decode.event));
        let mirror_key = (!decode.mirror.is_empty()).then(|| {
            let fixed = [Some(self.vendor.to_owned()), account.clone(), event.clone()];
            let more = decode.mirror.iter().map(|source| source.read(self.root, &scopes));
            let parts = fixed.into_iter().chain(more).map(Option::unwrap_or_default);
            parts.collect::<Vec<_>>().join("|")
        });
        let mut params = BTreeMap::new();
        for (path, value) in around {
            self.add(&mut params, path, value, budget);
        }
        self.add(&mut params, "body", body, budget);
        self.add(&mut params, "query", query, budget);
        for (name, group) in self.root["path"].as_object().into_iter().flatten() {
            if group.is_object() {
                self.add(&mut params, &format!("path.{name}"), group, budget);
            }
        }
        Match { account, event, params, mirror_key, ..base }
    }

    /// Adds the leaves of `value` that stand at no other event and have no nearer name.
    fn add(
        &self,
        params: &mut BTreeMap<String, Param>,
        at: &str,
        value: &Value,
        budget: &mut usize,
    ) {
        let skip = |value: &Value| self.items.holds(value);
        let within: Arc<str> = at.into();
        if self.items.holds(value) && value.is_array() && !self.items.list.is_empty() {
            // A list of events has nothing of its own.
            let is_event = self.items.list.iter().any(|item| item.path == at);
            if !is_event {
                return;
            }
        }
        tree::leaves(value, &skip, &mut |path, text| {
            if params.len() >= MAX_PARAMS || *budget < text.len() {
                return tree::Flow::Stop;
            }
            if let Entry::Vacant(place) = params.entry(path.to_owned()) {
                let text = shortened(text);
                *budget -= text.len();
                place.insert(self.param(&within, path, text));
            }
            tree::Flow::Continue
        });
    }

    fn param(&self, within: &Arc<str>, name: &str, text: &str) -> Param {
        let Meaning { label, data } = self.named.meaning(name).clone();
        Param { value: text.to_owned(), within: Arc::clone(within), label, data }
    }
}

fn shortened(text: &str) -> &str {
    let mut end = text.len().min(MAX_VALUE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
