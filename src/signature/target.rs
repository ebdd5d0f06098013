//! An address cut into the parts that signatures ask for, without allocating.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

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
        let colon = memchr(b':', url.as_bytes())?;
        let (scheme, rest) = (&url[..colon], url[colon..].strip_prefix("://")?);
        if !["https", "http", "wss", "ws"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) {
            return None;
        }
        let rest = &rest[..memchr(b'#', rest.as_bytes()).unwrap_or(rest.len())];
        let (authority, tail) =
            rest.split_at(memchr2(b'/', b'?', rest.as_bytes()).unwrap_or(rest.len()));
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
        let (path, query) = cut(tail, b'?');
        Some(Self { host, path: if path.is_empty() { "/" } else { path }, query })
    }

    /// The pairs of the query as they are written.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut rest = Some(self.query);
        std::iter::from_fn(move || {
            let whole = rest?;
            let end = memchr(b'&', whole.as_bytes());
            rest = end.map(|end| &whole[end + 1..]);
            Some(cut(&whole[..end.unwrap_or(whole.len())], b'='))
        })
    }

    /// The values of one query parameter, decoded; `*` asks for all of them.
    pub(super) fn query_values(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        self.pairs()
            .filter(move |(raw, _)| {
                *raw == name || name == "*" || (raw.contains('%') && percent(raw) == name)
            })
            .map(|(_, value)| form_value(value))
    }
}

/// What stands before and behind the first `at`; nothing behind where there is none.
fn cut(text: &str, at: u8) -> (&str, &str) {
    memchr(at, text.as_bytes()).map_or((text, ""), |end| (&text[..end], &text[end + 1..]))
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
