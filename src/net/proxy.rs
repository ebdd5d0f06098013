//! Connections through a proxy: HTTP with `CONNECT`, or SOCKS 5 (RFC 1928).

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls::pki_types::ServerName;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::model::{Login, Proxy, ProxyScheme};

/// How long a proxy may take to let itself be spoken to.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer to `CONNECT`, in bytes.
const LONGEST_HEAD: usize = 16 << 10;

/// Bytes both ways, whatever lies below.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Why a proxy was of no use.
#[derive(Debug, Error)]
pub enum ProxyFault {
    /// It could not be spoken to.
    #[error("it cannot be reached")]
    Reach(#[source] io::Error),
    /// It wants to know who is there, or did not take the answer.
    #[error("it wants a name and a password, or does not know those that it was given")]
    Login,
    /// It did not connect to the site.
    #[error("it did not connect to the site: {0}")]
    Refused(String),
}

/// `Proxy-Authorization`, if the proxy was given with a login.
pub(super) fn authorization(proxy: &Proxy) -> Option<String> {
    proxy.login.as_ref().map(basic)
}

/// A connection to `host` for TLS, or for whatever is asked in whole addresses where the
/// proxy is an HTTP one and `tunnel` is not needed.
pub(super) async fn connect(
    proxy: &Proxy,
    tls: &TlsConnector,
    host: &str,
    port: u16,
    tunnel: bool,
) -> Result<Box<dyn Stream>, ProxyFault> {
    let opening = async {
        let mut stream = reach(proxy, tls).await.map_err(ProxyFault::Reach)?;
        match proxy.scheme {
            ProxyScheme::Socks5 => socks(&mut stream, host, port).await?,
            _ if tunnel => open_tunnel(&mut stream, proxy, host, port).await?,
            _ => {}
        }
        Ok(stream)
    };
    let late = || ProxyFault::Reach(io::Error::new(io::ErrorKind::TimedOut, "no answer in time"));
    timeout(PATIENCE, opening).await.map_err(|_| late())?
}

async fn reach(proxy: &Proxy, tls: &TlsConnector) -> io::Result<Box<dyn Stream>> {
    let bare = proxy.host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let stream = TcpStream::connect((bare.as_str(), proxy.port)).await?;
    if proxy.scheme != ProxyScheme::Https {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(bare).map_err(io::Error::other)?;
    Ok(Box::new(tls.connect(name, stream).await?))
}

/// `CONNECT`, and what came of it.
async fn open_tunnel(
    stream: &mut dyn Stream,
    proxy: &Proxy,
    host: &str,
    port: u16,
) -> Result<(), ProxyFault> {
    let login = authorization(proxy)
        .map(|login| format!("Proxy-Authorization: {login}\r\n"))
        .unwrap_or_default();
    let ask = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{login}\r\n");
    stream.write_all(ask.as_bytes()).await.map_err(ProxyFault::Reach)?;
    let mut head = Vec::new();
    // The site's bytes follow at once: not one more than the answer may be read.
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD {
            return Err(ProxyFault::Refused("its answer has no end".to_owned()));
        }
        head.push(stream.read_u8().await.map_err(ProxyFault::Reach)?);
    }
    let first = String::from_utf8_lossy(&head);
    let first = first.lines().next().unwrap_or_default();
    match first.split(' ').nth(1) {
        Some(status) if status.starts_with('2') => Ok(()),
        Some("407") => Err(ProxyFault::Login),
        _ => Err(ProxyFault::Refused(first.chars().take(100).collect())),
    }
}

/// The SOCKS 5 greeting without a login, and the wish to be connected; the proxy looks
/// the name up.
async fn socks(stream: &mut dyn Stream, host: &str, port: u16) -> Result<(), ProxyFault> {
    let length = u8::try_from(host.len());
    let length = length.map_err(|_| ProxyFault::Refused("the host's name is too long".into()))?;
    stream.write_all(&[5, 1, 0]).await.map_err(ProxyFault::Reach)?;
    let mut chosen = [0; 2];
    stream.read_exact(&mut chosen).await.map_err(ProxyFault::Reach)?;
    match chosen {
        [5, 0] => {}
        [5, 255] => return Err(ProxyFault::Login),
        _ => return Err(ProxyFault::Refused("it does not speak SOCKS 5".to_owned())),
    }
    let mut ask = vec![5, 1, 0, 3, length];
    ask.extend_from_slice(host.as_bytes());
    ask.extend_from_slice(&port.to_be_bytes());
    stream.write_all(&ask).await.map_err(ProxyFault::Reach)?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).await.map_err(ProxyFault::Reach)?;
    if answer[1] != 0 {
        return Err(ProxyFault::Refused(format!("SOCKS error {}", answer[1])));
    }
    // The address that it connected from, which nobody needs, and its port.
    let address = match answer[3] {
        1 => 4,
        4 => 16,
        _ => usize::from(stream.read_u8().await.map_err(ProxyFault::Reach)?),
    };
    let mut rest = vec![0; address + 2];
    stream.read_exact(&mut rest).await.map_err(ProxyFault::Reach)?;
    Ok(())
}

/// `Basic …` for a name and a password.
pub(super) fn basic(login: &Login) -> String {
    let pair = format!("{}:{}", login.user, login.password.expose());
    format!("Basic {}", BASE64_STANDARD.encode(pair))
}
