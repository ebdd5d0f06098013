//! The example site and its vendor stand-ins: one server on loopback, with many
//! virtual hosts, that keeps an exact log of what reached it.
//!
//! Hosts below `localhost` are on plain HTTP and need no mapping: browsers take
//! them for loopback, secure contexts, and sites of their own. The clinic and
//! the vendors are on HTTPS under their names, for `--host-resolver-rules`.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use thiserror::Error;
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

pub mod bad;
mod certificate;
mod clinic;
pub mod dns;
pub mod forms;
pub mod hard;
pub mod hosts;
mod log;
mod pages;
pub mod proxy;
mod reply;
mod server;
pub mod signals;
pub mod timing;
mod vendors;
pub mod walk;
pub mod weight;

pub use clinic::{PORTAL_PASSWORD, PORTAL_USER};
pub use log::{Message, Received, Scheme};

/// How to start the example site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LabOptions {
    /// Port for plain HTTP; 0 takes any free one.
    pub http_port: u16,
    /// Port for HTTPS; 0 takes any free one.
    pub https_port: u16,
}

/// The example site could not start.
#[derive(Debug, Error)]
pub enum LabError {
    /// Somebody else has the port.
    #[error("cannot listen on 127.0.0.1:{port}: the port is in use")]
    PortInUse {
        /// The port that was asked for.
        port: u16,
    },
    /// The port cannot be had for another reason.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// The system's words.
        #[source]
        source: io::Error,
    },
    /// The throwaway certificate could not be made.
    #[error("cannot make the throwaway certificate: {0}")]
    Certificate(String),
}

impl LabError {
    fn certificate(error: impl std::fmt::Display) -> Self {
        Self::Certificate(error.to_string())
    }
}

/// The running example site. Ends with [`Lab::stop`] or when dropped.
#[derive(Debug)]
pub struct Lab {
    shared: Arc<server::Shared>,
    http: SocketAddr,
    https: SocketAddr,
    key_hash: String,
    handle: Handle<SocketAddr>,
    tasks: Vec<JoinHandle<io::Result<()>>>,
    names: dns::NameServer,
    /// Serves [`Lab::raw`].
    raw: JoinHandle<io::Result<()>>,
    /// Keeps [`Lab::closed_port`] taken, and closed.
    _closed: TcpSocket,
}

impl Lab {
    /// Starts both ports.
    ///
    /// # Errors
    /// When a port cannot be had or the certificate cannot be made.
    pub async fn start(options: LabOptions) -> Result<Self, LabError> {
        let certificate = certificate::make()?;
        let (http_listener, http) = listen(options.http_port)?;
        let (https_listener, https) = listen(options.https_port)?;
        let (closed, closed_port) = closed_port()?;
        let (raw_port, raw) =
            bad::raw::start().await.map_err(|source| LabError::Listen { port: 0, source })?;
        let shared = Arc::new(server::Shared::new(http.port(), closed_port, raw_port));
        let handle = Handle::new();

        let plain = axum_server::from_tcp(http_listener)
            .map_err(|source| LabError::Listen { port: http.port(), source })?
            .handle(handle.clone())
            .serve(server::router(Scheme::Http, &shared).into_make_service());
        let config = RustlsConfig::from_config(certificate.config);
        let secure = axum_server::from_tcp_rustls(https_listener, config)
            .map_err(|source| LabError::Listen { port: https.port(), source })?
            .handle(handle.clone())
            .serve(server::router(Scheme::Https, &shared).into_make_service());
        let tasks = vec![tokio::spawn(plain), tokio::spawn(secure)];
        let names = dns::NameServer::start()
            .await
            .map_err(|source| LabError::Listen { port: 0, source })?;
        let key_hash = certificate.key_hash;
        Ok(Self { shared, http, https, key_hash, handle, tasks, names, raw, _closed: closed })
    }

    /// Where the hosts are, for the browser's and the tool's own name look-up:
    /// host and `127.0.0.1:port`, sorted. Hosts below `localhost` are not in it.
    #[must_use]
    pub fn resolve(&self) -> Vec<(String, String)> {
        let mut rules: Vec<(String, String)> = hosts::mapped()
            .map(|(host, scheme)| (host.to_owned(), self.address(scheme).to_string()))
            .collect();
        let raw = SocketAddr::from((Ipv4Addr::LOCALHOST, self.shared.raw_port));
        rules.push((hosts::TLS_RESET.to_owned(), raw.to_string()));
        rules.sort();
        rules
    }

    /// Base64 SHA-256 of the certificate's public key, for Chromium's
    /// `--ignore-certificate-errors-spki-list`.
    #[must_use]
    pub fn trusted_keys(&self) -> Vec<String> {
        vec![self.key_hash.clone()]
    }

    /// The address of a page: with the port for hosts below `localhost`, else without.
    #[must_use]
    pub fn url(&self, host: &str, path: &str) -> String {
        let scheme = hosts::scheme(host);
        if host == "localhost" || host.ends_with(".localhost") {
            return format!("{scheme}://{host}:{}{path}", self.http.port());
        }
        format!("{scheme}://{host}{path}")
    }

    /// The address of an answer that no well-behaved server gives, on [`hosts::BAD`].
    #[must_use]
    pub fn raw(&self, path: &str) -> String {
        format!("http://{}:{}{path}", hosts::BAD, self.shared.raw_port)
    }

    /// The address that a scheme is served on.
    #[must_use]
    pub fn address(&self, scheme: Scheme) -> SocketAddr {
        match scheme {
            Scheme::Http => self.http,
            Scheme::Https => self.https,
        }
    }

    /// The address of the name server, which answers over UDP for all hosts that are not
    /// below `localhost`, and for those in [`dns`].
    #[must_use]
    pub fn name_server(&self) -> SocketAddr {
        self.names.address
    }

    /// How often the name server was asked for the addresses of a host.
    #[must_use]
    pub fn asked_for(&self, host: &str) -> usize {
        self.names.asked(host)
    }

    /// A port of 127.0.0.1 that refuses connections for as long as the site runs.
    #[must_use]
    pub fn closed_port(&self) -> u16 {
        self.shared.closed_port
    }

    /// Everything that was received since the start or the last clearing, in order.
    #[must_use]
    pub fn log(&self) -> Vec<Received> {
        self.shared.log.rows()
    }

    /// Forgets what was received. Numbers go on counting.
    pub fn clear_log(&self) {
        self.shared.log.clear();
    }

    /// Waits until the log satisfies a test; `false` when `most` passed first.
    pub async fn wait_for(&self, most: Duration, test: impl Fn(&[Received]) -> bool) -> bool {
        self.shared.log.wait(most, test).await
    }

    /// Ends the site and waits until its ports are free.
    pub async fn stop(mut self) {
        self.handle.shutdown();
        for task in self.tasks.drain(..) {
            // The result only says that serving ended, which is what was asked for.
            drop(task.await);
        }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.raw.abort();
        self.handle.shutdown();
    }
}

fn listen(port: u16) -> Result<(TcpListener, SocketAddr), LabError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => LabError::PortInUse { port },
        _ => LabError::Listen { port, source },
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// A port that is bound and does not listen: nobody else can take it, and nobody can connect.
fn closed_port() -> Result<(TcpSocket, u16), LabError> {
    let failed = |source| LabError::Listen { port: 0, source };
    let socket = TcpSocket::new_v4().map_err(failed)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).map_err(failed)?;
    let port = socket.local_addr().map_err(failed)?.port();
    Ok((socket, port))
}
