//! Sites: what belongs together by registrable domain.

use std::sync::OnceLock;

use publicsuffix::{List, Psl};
use url::Url;

/// The public suffix list (MPL-2.0, header kept), embedded so that a run needs no network.
const SUFFIXES: &str = include_str!("../../signatures/public_suffix_list.dat");

fn list() -> &'static List {
    static LIST: OnceLock<List> = OnceLock::new();
    // The embedded list parses; a test asserts it. An empty list would treat every host as a site.
    LIST.get_or_init(|| SUFFIXES.parse().unwrap_or_default())
}

/// The registrable domain of a host (`www.shop.example.co.uk` → `example.co.uk`).
///
/// An IP address, a single label or a public suffix stands for itself.
#[must_use]
pub fn registrable_domain(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    // The list has no idea of addresses and would answer "0.1" for 10.0.0.1.
    if is_ip_host(&host) {
        return host;
    }
    match list().domain(host.as_bytes()) {
        Some(domain) => String::from_utf8_lossy(domain.as_bytes()).into_owned(),
        None => host,
    }
}

/// Whether two hosts belong to the same site.
#[must_use]
pub fn same_site(a: &str, b: &str) -> bool {
    registrable_domain(a) == registrable_domain(b)
}

/// The host of an address, lower case; empty if it has none.
#[must_use]
pub fn host_of(url: &str) -> String {
    Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_ascii_lowercase))
        .unwrap_or_default()
}

/// Whether a host is an IPv4 or (bracketed) IPv6 address.
#[must_use]
pub fn is_ip_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_follow_the_public_suffix_list() {
        assert_eq!(registrable_domain("www.shop.example.co.uk"), "example.co.uk");
        assert_eq!(registrable_domain("alice.github.io"), "alice.github.io");
        assert_eq!(registrable_domain("Clinic.localhost"), "clinic.localhost");
        assert_eq!(registrable_domain("a.b.clinic.localhost."), "clinic.localhost");
    }

    #[test]
    fn addresses_and_bare_names_stand_for_themselves() {
        assert_eq!(registrable_domain("10.0.0.1"), "10.0.0.1");
        assert_eq!(registrable_domain("[::1]"), "[::1]");
        assert_eq!(registrable_domain("localhost"), "localhost");
        assert_eq!(registrable_domain("co.uk"), "co.uk");
    }
}
