//! The guard: a SOCKS proxy on loopback that everything of a guarded browser goes through.
//! It alone looks names up, once for each connection, refuses what is not public, and
//! connects to exactly the addresses that it checked, so that no later answer of a name
//! server counts.
//!
//! SOCKS and not HTTP: the browser's requests stay what they are without a proxy, and
//! nothing of their content is read here.

mod peer;
mod socks;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use url::Url;

use super::client::ClientOptions;
use super::resolve::{Resolver, refusal};
use crate::model::{Blocked, Outcome, Request, Visit};
use peer::Peers;

/// Connections side by side; the browser's own limit for one proxy is far below.
const MOST_CONNECTIONS: usize = 512;
/// How long a connection may take to say where it wants to go.
const GREETING: Duration = Duration::from_secs(10);
/// How many hosts are remembered; a page can name more, and those go unexplained.
const MOST_REMEMBERED: usize = 50_000;
/// What a refusal is called in a capture.
const REFUSED: &str = "refused by the guard";

/// A site that the guard keeps from being visited at all.
#[derive(Debug, Error)]
pub enum GuardError {
    /// The site is not public.
    #[error("{host} cannot be visited: {why}, and only public addresses may be reached")]
    NotPublic {
        /// The host.
        host: String,
        /// The address, and what it is.
        why: String,
    },
    /// The guard itself cannot run.
    #[error("cannot start the guard")]
    Start(#[from] io::Error),
}

/// The running guard; it ends, with all connections through it, when dropped.
#[derive(Debug)]
pub struct Guard {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    resolver: Resolver,
    peers: Peers,
    /// What came of each host and port that was asked for, the last time.
    verdicts: Mutex<BTreeMap<(String, u16), Verdict>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// What came of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Reached(SocketAddr),
    /// Refused: the address, and what it is.
    Refused(String),
    /// The browser's name for what went wrong without a guard.
    Failed(&'static str),
}

impl Guard {
    /// Starts a guard with the rules of `options` on where hosts lie and what may be
    /// reached.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(options: &ClientOptions) -> Result<Self, GuardError> {
        let resolver = Resolver::new(&options.resolve, options.reach, options.names);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let peers = Peers::of(&listener).await?;
        let shared = Arc::new(Shared { resolver, peers, verdicts: Mutex::default() });
        let task = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether a site can be visited at all.
    ///
    /// # Errors
    /// When its host is not public. One that cannot be found is the site's own failure.
    pub async fn admit(&self, site: &Url) -> Result<(), GuardError> {
        let (Some(host), Some(port)) = (site.host_str(), site.port_or_known_default()) else {
            return Ok(());
        };
        let found = self.shared.resolver.addresses(host, port).await;
        match found.as_ref().err().and_then(refusal) {
            Some(why) => Err(GuardError::NotPublic { host: host.to_owned(), why: why.to_string() }),
            None => Ok(()),
        }
    }

    /// Says in a visit what the guard refused, why other connections failed, and which
    /// servers answered: the browser saw nothing but a proxy.
    pub fn explain(&self, visit: &mut Visit) {
        for request in &mut visit.requests {
            if let Some(verdict) = self.shared.verdict(&request.url) {
                explain(request, &verdict);
            }
        }
        let Outcome::Failed { message } = &mut visit.outcome else { return };
        let document = visit.requests.iter().rev().find(|request| request.frame.top);
        let blocked = document.and_then(|request| request.blocked.as_ref());
        if let Some(blocked) = blocked.filter(|_| message.contains("ERR_SOCKS")) {
            message.clone_from(&blocked.reason);
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn verdict(&self, url: &str) -> Option<Verdict> {
        let url = Url::parse(url).ok()?;
        let port = url.port_or_known_default()?;
        let key = (key(url.host_str()?), port);
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    fn remember(&self, host: &str, port: u16, verdict: Verdict) {
        let key = (key(host), port);
        let mut verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        if verdicts.len() < MOST_REMEMBERED || verdicts.contains_key(&key) {
            verdicts.insert(key, verdict);
        }
    }
}

/// The one way to write a host.
fn key(host: &str) -> String {
    let bare = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    bare.to_ascii_lowercase()
}

fn explain(request: &mut Request, verdict: &Verdict) {
    match (verdict, &mut request.response) {
        (Verdict::Reached(at), Some(response)) => {
            response.remote = response.remote.as_ref().map(|_| at.to_string());
        }
        (Verdict::Refused(why), None) => {
            let reason = format!("{REFUSED}: {why}");
            request.blocked = Some(Blocked { reason, before_sending: true });
        }
        (Verdict::Failed(name), None) => {
            let blocked = request.blocked.as_mut();
            if let Some(blocked) = blocked.filter(|b| b.reason.contains("ERR_SOCKS")) {
                blocked.reason = (*name).to_owned();
            }
        }
        _ => {}
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
        // Out of files, or a peer that has gone: the next one may fare better.
        let Ok((stream, from)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let _permit = permit;
            // A connection that breaks is the browser's to tell.
            drop(connection(stream, from, &shared).await);
        });
    }
}

async fn connection(mut stream: TcpStream, from: SocketAddr, shared: &Shared) -> io::Result<()> {
    if !shared.peers.is_ours(from) {
        return Ok(());
    }
    let asked = timeout(GREETING, socks::read(&mut stream)).await;
    let socks::Asked { host, port } = asked.map_err(|_| io::ErrorKind::TimedOut)??;
    match shared.resolver.connect(&host, port).await {
        Ok(mut server) => {
            shared.remember(&host, port, Verdict::Reached(server.peer_addr()?));
            socks::answer(&mut stream, socks::GRANTED).await?;
            copy_bidirectional(&mut stream, &mut server).await?;
            Ok(())
        }
        Err(error) => {
            let (verdict, code) = failure(&error);
            shared.remember(&host, port, verdict);
            socks::answer(&mut stream, code).await
        }
    }
}

fn failure(error: &io::Error) -> (Verdict, u8) {
    if let Some(refused) = refusal(error) {
        return (Verdict::Refused(refused.to_string()), socks::NOT_ALLOWED);
    }
    match error.kind() {
        io::ErrorKind::NotFound => {
            (Verdict::Failed("net::ERR_NAME_NOT_RESOLVED"), socks::HOST_UNREACHABLE)
        }
        io::ErrorKind::ConnectionRefused => {
            (Verdict::Failed("net::ERR_CONNECTION_REFUSED"), socks::REFUSED)
        }
        io::ErrorKind::TimedOut => {
            (Verdict::Failed("net::ERR_CONNECTION_TIMED_OUT"), socks::HOST_UNREACHABLE)
        }
        _ => (Verdict::Failed("net::ERR_ADDRESS_UNREACHABLE"), socks::NETWORK_UNREACHABLE),
    }
}
