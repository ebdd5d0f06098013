//! Where a host lies: the rules of `--resolve`, as the browser reads them.

use std::net::IpAddr;

use url::Url;

/// Host patterns with their addresses.
#[derive(Debug, Clone)]
pub(super) struct Resolver {
    rules: Vec<(String, String)>,
}

impl Resolver {
    /// Exact hosts come before patterns, and longer patterns before shorter ones.
    pub(super) fn new(rules: &[(String, String)]) -> Self {
        let mut rules: Vec<(String, String)> =
            rules.iter().map(|(host, to)| (host.to_ascii_lowercase(), to.clone())).collect();
        rules.sort_by_key(|(host, _)| (host.contains('*'), std::cmp::Reverse(host.len())));
        Self { rules }
    }

    /// Whether there is a rule for a host.
    pub(super) fn maps(&self, host: &str) -> bool {
        self.rules.iter().any(|(pattern, _)| matches(pattern, host))
    }

    /// The host and port to connect to.
    pub(super) fn target(&self, host: &str, port: u16) -> (String, u16) {
        let host = host.to_ascii_lowercase();
        match self.rules.iter().find(|(pattern, _)| matches(pattern, &host)) {
            Some((_, to)) => split(to, port),
            // Browsers keep these names on this machine (RFC 6761), the system may not.
            None if host == "localhost" || host.ends_with(".localhost") => {
                ("127.0.0.1".to_owned(), port)
            }
            None => split(&host, port),
        }
    }
}

/// Whether an address's host lies on this machine, as far as its name and the rules of
/// `--resolve` tell; nobody is asked.
#[must_use]
pub fn is_loopback(rules: &[(String, String)], url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let (to, _) = Resolver::new(rules).target(host, 0);
    to == "localhost" || to.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `address`, `address:port`, `[v6]` or `[v6]:port`.
fn split(to: &str, port: u16) -> (String, u16) {
    let named =
        to.rsplit_once(':').filter(|(before, _)| !before.contains(':') || before.ends_with(']'));
    let named = named.and_then(|(before, port)| Some((before, port.parse().ok()?)));
    let (host, port) = named.unwrap_or((to, port));
    (host.trim_start_matches('[').trim_end_matches(']').to_owned(), port)
}

/// `*` stands for anything, dots included.
fn matches(pattern: &str, host: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| host.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |part| rest.ends_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_rule_decides() {
        let rule = |host: &str, to: &str| (host.to_owned(), to.to_owned());
        let resolver = Resolver::new(&[
            rule("*", "127.0.0.1:1"),
            rule("*.a.example", "127.0.0.1:2"),
            rule("www.a.example", "[::1]:3"),
            rule("b.example", "10.0.0.1"),
        ]);
        let target = |host| resolver.target(host, 443);
        assert_eq!(target("WWW.a.example"), ("::1".to_owned(), 3));
        assert_eq!(target("x.a.example"), ("127.0.0.1".to_owned(), 2));
        assert_eq!(target("b.example"), ("10.0.0.1".to_owned(), 443));
        assert_eq!(target("other.test"), ("127.0.0.1".to_owned(), 1));
        let none = Resolver::new(&[]);
        assert_eq!(none.target("x.localhost", 80), ("127.0.0.1".to_owned(), 80));
        assert_eq!(none.target("[::1]", 80), ("::1".to_owned(), 80));
    }
}
