//! What hosts are aliases of: chains of CNAME records, asked after the visits, bounded
//! in number, depth and time. No answer is an answer, too: "unknown", and why.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{Name, RData, RecordType};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use tokio::time::{Instant, timeout_at};

use super::resolve::{Reach, Resolver};
use crate::model::{NameLookup, NameLookups, is_ip_host};

/// Most hosts that are asked about.
const MOST_HOSTS: usize = 1000;
/// Questions side by side.
const AT_ONCE: usize = 16;
/// The longest chain that is followed.
const DEEPEST: usize = 8;
/// How long one question may take, and how often it is put.
const ANSWER: Duration = Duration::from_secs(2);
const ATTEMPTS: usize = 2;
/// How long all of them may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Who is asked for the aliases of hosts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Names {
    /// Nobody.
    Off,
    /// The system's name servers.
    #[default]
    System,
    /// This name server.
    Server(SocketAddr),
}

impl Names {
    /// Who is asked, in a word: `off`, `system`, or the server's address.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Off => "off".to_owned(),
            Self::System => "system".to_owned(),
            Self::Server(address) => address.to_string(),
        }
    }
}

/// Asks for the aliases of `hosts`, those that matter most first. `None` when nobody is
/// to be asked, or the system names no server. Addresses and names that never leave this
/// machine are left alone, and the system is not asked about hosts that the user has
/// `mapped` to addresses: they need not be known outside.
pub async fn look_up(
    names: Names,
    hosts: impl IntoIterator<Item = String>,
    mapped: &[(String, String)],
) -> Option<NameLookups> {
    let rules = Resolver::new(mapped, Reach::Any, Names::Off);
    let resolver = resolver(names)?;
    let mut seen = BTreeSet::new();
    let hosts = hosts.into_iter().map(|host| host.trim_end_matches('.').to_ascii_lowercase());
    let is_ours = |host: &str| names == Names::System && rules.maps(host);
    let mut hosts =
        hosts.filter(|host| can_be_asked(host) && !is_ours(host) && seen.insert(host.clone()));
    let due = Instant::now() + PATIENCE;
    let mut lookups = NameLookups { server: names.label(), ..NameLookups::default() };
    let mut asking = FuturesUnordered::new();
    let mut left = MOST_HOSTS;
    loop {
        while asking.len() < AT_ONCE && left > 0 && Instant::now() < due {
            let Some(host) = hosts.next() else { break };
            left -= 1;
            asking.push(async {
                let late = || NameLookup::unknown("no answer in time");
                let found = timeout_at(due, chain(&resolver, &host)).await;
                (host, found.unwrap_or_else(|_| late()))
            });
        }
        let Some((host, lookup)) = asking.next().await else { break };
        lookups.hosts.insert(host, lookup);
    }
    lookups.left_out = hosts.count() as u64;
    Some(lookups)
}

/// Names that only this machine knows are never asked for (RFC 6761).
fn can_be_asked(host: &str) -> bool {
    let local = host.ends_with(".localhost") || host.ends_with(".local");
    !local && host.contains('.') && !is_ip_host(host)
}

/// Whoever is to be asked; `None` for nobody, and where the system names no server.
pub(super) fn resolver(names: Names) -> Option<TokioResolver> {
    let mut builder = match names {
        Names::Off => return None,
        Names::System => TokioResolver::builder_tokio().ok()?,
        Names::Server(address) => {
            let mut server = NameServerConfig::udp_and_tcp(address.ip());
            for connection in &mut server.connections {
                connection.port = address.port();
            }
            let config = ResolverConfig::from_name_servers(vec![server]);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    let options = builder.options_mut();
    options.timeout = ANSWER;
    options.attempts = ATTEMPTS;
    builder.build().ok()
}

/// Follows a host's aliases to the last.
async fn chain(resolver: &TokioResolver, host: &str) -> NameLookup {
    let mut aliases: Vec<String> = Vec::new();
    loop {
        let at = aliases.last().map_or(host, String::as_str);
        let next = match alias(resolver, at).await {
            Ok(Some(next)) => next,
            Ok(None) => return NameLookup::Known { aliases },
            Err(message) => return NameLookup::Unknown { message, aliases },
        };
        if next == host || aliases.contains(&next) {
            return NameLookup::Unknown { message: "its aliases go in a circle".into(), aliases };
        }
        aliases.push(next);
        if aliases.len() == DEEPEST {
            let message = format!("only the first {DEEPEST} of its aliases were followed");
            return NameLookup::Unknown { message, aliases };
        }
    }
}

/// The name that `host` is an alias of; `None` if it is none.
async fn alias(resolver: &TokioResolver, host: &str) -> Result<Option<String>, String> {
    let mut name = Name::from_ascii(host).map_err(|_| "it is no proper host name".to_owned())?;
    // As it stands: the system's search list is for people who type.
    name.set_fqdn(true);
    let answer = match resolver.lookup(name.clone(), RecordType::CNAME).await {
        Ok(answer) => answer,
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) => {
            return match none.response_code {
                ResponseCode::NoError => Ok(None),
                code => Err(words(code)),
            };
        }
        Err(NetError::Dns(DnsError::ResponseCode(code))) => return Err(words(code)),
        Err(NetError::Timeout) => return Err("no answer in time".to_owned()),
        Err(_) => return Err("the name server cannot be reached".to_owned()),
    };
    let mut records = answer.answers().iter().filter(|record| record.name == name);
    Ok(records.find_map(|record| match &record.data {
        RData::CNAME(target) => {
            let target = target.0.to_ascii().to_ascii_lowercase();
            Some(target.trim_end_matches('.').to_owned())
        }
        _ => None,
    }))
}

fn words(code: ResponseCode) -> String {
    match code {
        ResponseCode::NXDomain => "there is no such name".to_owned(),
        ResponseCode::ServFail => "the name server failed".to_owned(),
        ResponseCode::Refused => "the name server refused".to_owned(),
        other => format!("the name server answered {other}"),
    }
}
