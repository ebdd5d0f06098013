//! An address cut into the parts that signatures ask for, without allocating.

use std::borrow::Cow;

use crate::decode::{form_value, percent};

/// The parts of an `http(s)` or `ws(s)` address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// Lower case, without port and trailing dot.
    pub(super) host: Cow<'a, str>,
    /// With its leading slash.
    pub(super) path: &'a str,
    /// Without the question mark.
    pub(super) query: &'a str,
}

impl<'a> Target<'a> {
    pub(super) fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        if !["https", "http", "wss", "ws"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) {
            return None;
        }
        let rest = rest.split('#').next().unwrap_or(rest);
        let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        let host = host.trim_end_matches('.');
        let host = if host.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(host.to_ascii_lowercase())
        } else {
            Cow::Borrowed(host)
        };
        let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
        Some(Self { host, path: if path.is_empty() { "/" } else { path }, query })
    }

    /// The values of one query parameter, decoded; `*` asks for all of them.
    pub(super) fn query_values(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        let pairs = self.query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs
            .filter(move |(raw, _)| {
                *raw == name || name == "*" || (raw.contains('%') && percent(raw) == name)
            })
            .map(|(_, value)| form_value(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_host_path_and_query() {
        let target = Target::of("https://u:p@WWW.Example.com.:8443/a/b?x=1#f").unwrap();
        assert_eq!((&*target.host, target.path, target.query), ("www.example.com", "/a/b", "x=1"));
        let bare = Target::of("http://example.com?cd%5Bv%5D=a+b").unwrap();
        assert_eq!((bare.path, bare.query_values("cd[v]").next().unwrap().as_ref()), ("/", "a b"));
        assert_eq!(Target::of("data:text/html,x"), None);
        assert_eq!(Target::of(""), None);
    }
}
