//! Holds a request against the conditions of a rule.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::Value;

use super::Observation;
use super::pattern::Pattern;
use super::target::Target;
use super::vendor::RequestRule;
use crate::decode::{Layout, content_decoded, tree};
use crate::model::ResourceKind;

/// A request as it was sent, its address taken apart.
#[derive(Debug, Clone)]
pub(super) struct Sent<'a> {
    pub(super) target: Target<'a>,
    pub(super) method: &'a str,
    pub(super) raw_body: &'a [u8],
    pub(super) content_encoding: &'a str,
    /// What the browser says it was for, if anybody told.
    pub(super) kind: Option<ResourceKind>,
    /// The body as it looks, opened once for all rules that ask about it.
    pub(super) opened: OnceCell<Option<Value>>,
}

impl<'a> Sent<'a> {
    /// `None` for what is no request, or goes nowhere over a network.
    pub(super) fn of(observation: &Observation<'a>) -> Option<Self> {
        let Observation::Request { url, method, body, content_encoding, kind, .. } = *observation
        else {
            return None;
        };
        Some(Self {
            target: Target::of(url)?,
            method,
            raw_body: body,
            content_encoding,
            kind,
            opened: OnceCell::new(),
        })
    }

    /// The body's tree, where nothing but its look says how it is laid out.
    fn opened(&self) -> Option<&Value> {
        self.opened.get_or_init(|| Layout::default().decode(&self.body())).as_ref()
    }

    /// The body behind its content encoding.
    pub(super) fn body(&self) -> Cow<'a, [u8]> {
        content_decoded(self.raw_body, self.content_encoding)
    }
}

/// Whether `sent` meets every condition of `rule`. `subdomain` is what stands
/// before the host key that led here.
pub(super) fn meets(rule: &RequestRule, sent: &Sent<'_>, subdomain: &str) -> bool {
    let target = &sent.target;
    let holds = |(name, pattern): &(String, Pattern)| {
        target.query_values(name).any(|value| pattern.is_match(&value))
    };
    let method = |name: &String| name.eq_ignore_ascii_case(sent.method);
    (rule.method.is_empty() || rule.method.iter().any(method))
        && (rule.kind.is_empty() || sent.kind.is_none_or(|kind| rule.kind.contains(&kind)))
        && rule.path.as_ref().is_none_or(|path| path.is_match(target.path))
        && rule.subdomain.as_ref().is_none_or(|pattern| pattern.is_match(subdomain))
        && rule.query.iter().all(holds)
        && params_hold(rule, sent)
}

/// The conditions on parameters that may stand in the query or in the body.
fn params_hold(rule: &RequestRule, sent: &Sent<'_>) -> bool {
    if rule.param.is_empty() && rule.not.is_empty() {
        return true;
    }
    let own;
    let body = match sent.raw_body {
        [] => None,
        _ if rule.decode.layout == Layout::default() => sent.opened(),
        _ => {
            own = rule.decode.layout.decode(&sent.body());
            own.as_ref()
        }
    };
    let holds = |(name, pattern): &(String, Pattern)| {
        sent.target.query_values(name).any(|value| pattern.is_match(&value))
            || body.is_some_and(|body| in_body(body, name, pattern))
    };
    rule.param.iter().all(holds) && !rule.not.iter().any(holds)
}

/// Whether the parameter stands in the body, or in the first item of a list body.
fn in_body(body: &Value, name: &str, pattern: &Pattern) -> bool {
    let first = body.as_array().and_then(|list| list.first());
    let found = tree::get(body, name).or_else(|| tree::get(first?, name));
    found.is_some_and(|value| match tree::text(value) {
        Some(text) => pattern.is_match(&text),
        // A container has no text: it is there, which is all an empty pattern asks.
        None => !value.is_null() && pattern.source().is_empty(),
    })
}
