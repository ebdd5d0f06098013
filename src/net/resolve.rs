//! Where a host lies, and a connection to it: the rules of `--resolve` as the browser
//! reads them, then a name server; each address is checked before it is used, and no
//! other is.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use url::Url;

use super::address::{self, NotPublic};
use super::dns::{self, Names};

/// How long one address may take to answer.
const CONNECT: Duration = Duration::from_secs(10);

/// Which addresses may be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Any.
    #[default]
    Any,
    /// Public ones, and those that the user named for a host.
    Public,
    /// The same, and one more that stands for a public one where there is no internet.
    PublicAnd(IpAddr),
}

impl Reach {
    fn check(self, address: IpAddr) -> Result<(), NotPublic> {
        match self {
            Self::Any => Ok(()),
            Self::PublicAnd(one) if one == address => Ok(()),
            Self::Public | Self::PublicAnd(_) => address::check(address),
        }
    }
}

/// Host patterns with their addresses, and how all other hosts are found.
#[derive(Clone)]
pub(super) struct Resolver {
    rules: Vec<(String, String)>,
    reach: Reach,
    /// The name server that was named; the system's else.
    server: Option<TokioResolver>,
}

/// Where a host is to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) host: String,
    pub(super) port: u16,
    /// The user has named it.
    pub(super) trusted: bool,
}

impl Resolver {
    /// Exact hosts come before patterns, and longer patterns before shorter ones. Names
    /// are asked of `names` if that is a server, else of the system.
    pub(super) fn new(rules: &[(String, String)], reach: Reach, names: Names) -> Self {
        let mut rules: Vec<(String, String)> =
            rules.iter().map(|(host, to)| (host.to_ascii_lowercase(), to.clone())).collect();
        rules.sort_by_key(|(host, _)| (host.contains('*'), std::cmp::Reverse(host.len())));
        let server = match names {
            Names::Server(_) => dns::resolver(names),
            Names::Off | Names::System => None,
        };
        Self { rules, reach, server }
    }

    /// Whether there is a rule for a host.
    pub(super) fn maps(&self, host: &str) -> bool {
        self.rules.iter().any(|(pattern, _)| matches(pattern, host))
    }

    /// The host and port to connect to.
    pub(super) fn target(&self, host: &str, port: u16) -> Target {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if let Some((_, to)) = self.rules.iter().find(|(pattern, _)| matches(pattern, &host)) {
            let (host, port) = split(to, port);
            return Target { host, port, trusted: true };
        }
        // Browsers keep these names on this machine (RFC 6761), the system may not.
        let (host, port) = match host == "localhost" || host.ends_with(".localhost") {
            true => ("127.0.0.1".to_owned(), port),
            false => split(&host, port),
        };
        Target { host, port, trusted: false }
    }

    /// The addresses of a host, all of which may be reached: one that may not refuses
    /// the host, since no honest name mixes the two.
    ///
    /// # Errors
    /// When there is none, or with [`NotPublic`] inside.
    pub(super) async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let target = self.target(host, port);
        let mut addresses = self.look_up(&target).await?;
        if !target.trusted {
            let check = |at: &SocketAddr| self.reach.check(at.ip());
            addresses.iter().try_for_each(check).map_err(io::Error::other)?;
        }
        // Broken IPv6 is common, and costs a wait for each address.
        addresses.sort_by_key(SocketAddr::is_ipv6);
        match addresses.is_empty() {
            true => Err(io::Error::new(io::ErrorKind::NotFound, "the host has no address")),
            false => Ok(addresses),
        }
    }

    async fn look_up(&self, target: &Target) -> io::Result<Vec<SocketAddr>> {
        let (host, port) = (target.host.as_str(), target.port);
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let none = |error: &dyn std::fmt::Display| {
            io::Error::new(io::ErrorKind::NotFound, format!("{host} cannot be found: {error}"))
        };
        match &self.server {
            Some(server) => {
                let found = server.lookup_ip(format!("{host}.")).await.map_err(|e| none(&e))?;
                Ok(found.iter().map(|address| SocketAddr::new(address, port)).collect())
            }
            None => Ok(lookup_host((host, port)).await.map_err(|e| none(&e))?.collect()),
        }
    }

    /// A connection to a host, at an address that was checked.
    ///
    /// # Errors
    /// As [`Resolver::addresses`], and when none of them answers.
    pub(super) async fn connect(&self, host: &str, port: u16) -> io::Result<TcpStream> {
        let mut last = None;
        for address in self.addresses(host, port).await? {
            let late = || io::Error::new(io::ErrorKind::TimedOut, "no answer in time");
            let connected = timeout(CONNECT, TcpStream::connect(address)).await;
            match connected.unwrap_or_else(|_| Err(late())) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
    }
}

/// The refusal inside an error of [`Resolver`], if it is one.
pub(super) fn refusal(error: &io::Error) -> Option<&NotPublic> {
    error.get_ref()?.downcast_ref()
}

/// Whether an address's host lies on this machine, as far as its name and the rules of
/// `--resolve` tell; nobody is asked.
#[must_use]
pub fn is_loopback(rules: &[(String, String)], url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let to = Resolver::new(rules, Reach::Any, Names::Off).target(host, 0).host;
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

    fn any(rules: &[(String, String)]) -> Resolver {
        Resolver::new(rules, Reach::Any, Names::System)
    }

    fn pair(target: Target) -> (String, u16) {
        (target.host, target.port)
    }

    fn public(rules: &[(&str, &str)]) -> Resolver {
        let rules: Vec<(String, String)> =
            rules.iter().map(|(host, to)| ((*host).to_owned(), (*to).to_owned())).collect();
        Resolver::new(&rules, Reach::Public, Names::System)
    }

    #[tokio::test]
    async fn every_way_to_write_a_private_address_is_refused() {
        let hosts = [
            "127.0.0.1",
            "127.1",
            "0x7f000001",
            "0x7f.1",
            "2130706433",
            "017700000001",
            "0",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "a.b.localhost.",
            "127.0.0.1.",
            "::1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[fe80::1]",
            "169.254.169.254",
            "10.0.0.1",
            "[::]",
            "0.0.0.0",
        ];
        let resolver = public(&[]);
        for host in hosts {
            let error = resolver.addresses(host, 80).await.unwrap_err();
            assert!(refusal(&error).is_some() || is_no_name(&error), "{host}: {error}");
            resolver.connect(host, 80).await.unwrap_err();
        }
    }

    /// Some systems take odd notations for names; those have no address at all.
    fn is_no_name(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::NotFound
    }

    #[tokio::test]
    async fn an_address_that_the_user_named_is_trusted() {
        let resolver = public(&[("staging.example", "127.0.0.1:81"), ("*.test", "[::1]")]);
        let at = |text: &str| vec![text.parse::<SocketAddr>().unwrap()];
        let addresses = async |host| resolver.addresses(host, 80).await.unwrap();
        assert_eq!(addresses("staging.example").await, at("127.0.0.1:81"));
        assert_eq!(addresses("a.test.").await, at("[::1]:80"));
        assert_eq!(addresses("1.1.1.1").await, at("1.1.1.1:80"));
        resolver.addresses("127.0.0.1", 81).await.unwrap_err();
    }

    #[test]
    fn the_most_exact_rule_decides() {
        let rule = |host: &str, to: &str| (host.to_owned(), to.to_owned());
        let resolver = any(&[
            rule("*", "127.0.0.1:1"),
            rule("*.a.example", "127.0.0.1:2"),
            rule("www.a.example", "[::1]:3"),
            rule("b.example", "10.0.0.1"),
        ]);
        let target = |host| pair(resolver.target(host, 443));
        assert_eq!(target("WWW.a.example"), ("::1".to_owned(), 3));
        assert_eq!(target("x.a.example"), ("127.0.0.1".to_owned(), 2));
        assert_eq!(target("b.example"), ("10.0.0.1".to_owned(), 443));
        assert_eq!(target("other.test"), ("127.0.0.1".to_owned(), 1));
        let none = any(&[]);
        assert_eq!(pair(none.target("x.localhost", 80)), ("127.0.0.1".to_owned(), 80));
        assert_eq!(pair(none.target("[::1]", 80)), ("::1".to_owned(), 80));
    }
}
