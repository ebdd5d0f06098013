//! A forward proxy for the example site's hosts: whole addresses and `CONNECT`, with or
//! without a login, and an account of what it was asked for.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// A longer head is no request.
const LONGEST_HEAD: usize = 64 << 10;

/// A running proxy. Ends when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

/// One request to the proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `CONNECT`, or the method that was passed on.
    pub method: String,
    /// Host and port, or the whole address.
    pub target: String,
    /// Whether it was let through.
    pub passed: bool,
}

/// Who may pass, and where hosts lie.
#[derive(Debug)]
struct Rules {
    /// `Proxy-Authorization` that is expected.
    login: Option<String>,
    hosts: Vec<(String, String)>,
}

impl Proxy {
    /// Starts a proxy on a port of its own. `hosts` says where hosts lie, those below
    /// `localhost` left out; `login` is the name and the password that it asks for.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(
        hosts: Vec<(String, String)>,
        login: Option<(&str, &str)>,
    ) -> io::Result<Self> {
        let basic = |(user, password): (&str, &str)| {
            format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
        };
        let rules = Arc::new(Rules { login: login.map(basic), hosts });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let seen = Arc::<Mutex<Vec<Asked>>>::default();
        let log = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (rules, log) = (Arc::clone(&rules), Arc::clone(&log));
                // A connection that breaks is its client's to tell of.
                tokio::spawn(async move { drop(serve(stream, &rules, &log).await) });
            }
        });
        Ok(Self { address, seen, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was asked for, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Asked> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, rules: &Rules, log: &Mutex<Vec<Asked>>) -> io::Result<()> {
    let head = head(&mut stream).await?;
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(": ")).collect();
    let value = |name: &str| {
        let found = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| (*value).to_owned())
    };
    let passed = rules.login.is_none() || value("proxy-authorization") == rules.login;
    log.lock().unwrap_or_else(PoisonError::into_inner).push(Asked {
        method: method.to_owned(),
        target: target.to_owned(),
        passed,
    });
    if !passed {
        let answer = "HTTP/1.1 407 Proxy Authentication Required\r\n\
             Proxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n";
        return stream.write_all(answer.as_bytes()).await;
    }
    let mut site;
    if method == "CONNECT" {
        site = TcpStream::connect(rules.place(target)).await?;
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    } else {
        let url = Url::parse(target).map_err(io::Error::other)?;
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or(80);
        site = TcpStream::connect(rules.place(&format!("{host}:{port}"))).await?;
        site.write_all(forwarded(method, &url, &headers).as_bytes()).await?;
    }
    copy_bidirectional(&mut stream, &mut site).await.map(drop)
}

/// The head of a request, up to and with its empty line.
async fn head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < LONGEST_HEAD {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// The request as the site gets it: one a connection, unless it becomes a socket.
fn forwarded(method: &str, url: &Url, headers: &[(&str, &str)]) -> String {
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    let upgrades = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("upgrade"));
    for (name, value) in headers {
        let lower = name.to_ascii_lowercase();
        if !lower.starts_with("proxy-") && (lower != "connection" || upgrades) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    head + if upgrades { "\r\n" } else { "Connection: close\r\n\r\n" }
}

impl Rules {
    /// Where a host and port lie.
    fn place(&self, target: &str) -> String {
        let (host, port) = target.rsplit_once(':').unwrap_or((target, "80"));
        match self.hosts.iter().find(|(name, _)| name == host) {
            Some((_, address)) => address.clone(),
            None if host.ends_with("localhost") => format!("127.0.0.1:{port}"),
            None => target.to_owned(),
        }
    }
}
