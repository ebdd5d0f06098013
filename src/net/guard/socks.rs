//! As much of SOCKS 5 (RFC 1928) as a browser speaks: no login, `CONNECT` only.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Replies.
pub(super) const GRANTED: u8 = 0;
pub(super) const NOT_ALLOWED: u8 = 2;
pub(super) const NETWORK_UNREACHABLE: u8 = 3;
pub(super) const HOST_UNREACHABLE: u8 = 4;
pub(super) const REFUSED: u8 = 5;
const COMMAND_NOT_SUPPORTED: u8 = 7;
const ADDRESS_NOT_SUPPORTED: u8 = 8;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const NOTHING_ACCEPTABLE: u8 = 0xff;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Where a connection wants to go.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// A name, or an address in any notation.
    pub(super) host: String,
    pub(super) port: u16,
}

/// Greets, and reads what is asked for.
pub(super) async fn read<S>(stream: &mut S) -> io::Result<Asked>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if stream.read_u8().await? != VERSION {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut methods = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut methods).await?;
    if !methods.contains(&NO_LOGIN) {
        stream.write_all(&[VERSION, NOTHING_ACCEPTABLE]).await?;
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    stream.write_all(&[VERSION, NO_LOGIN]).await?;
    let [version, command, _, kind] = bytes(stream).await?;
    if version != VERSION {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let host = match kind {
        IPV4 => Ipv4Addr::from(bytes::<4, _>(stream).await?).to_string(),
        IPV6 => Ipv6Addr::from(bytes::<16, _>(stream).await?).to_string(),
        NAME => {
            let mut name = vec![0; usize::from(stream.read_u8().await?)];
            stream.read_exact(&mut name).await?;
            String::from_utf8(name).map_err(|_| io::ErrorKind::InvalidData)?
        }
        _ => return refuse(stream, ADDRESS_NOT_SUPPORTED).await,
    };
    let port = stream.read_u16().await?;
    match command {
        CONNECT => Ok(Asked { host, port }),
        _ => refuse(stream, COMMAND_NOT_SUPPORTED).await,
    }
}

/// Says what came of it.
pub(super) async fn answer<S: AsyncWrite + Unpin>(stream: &mut S, reply: u8) -> io::Result<()> {
    // The address bound at this end, which nobody reads.
    stream.write_all(&[VERSION, reply, 0, IPV4, 0, 0, 0, 0, 0, 0]).await
}

async fn refuse<S: AsyncWrite + Unpin>(stream: &mut S, reply: u8) -> io::Result<Asked> {
    answer(stream, reply).await?;
    Err(io::ErrorKind::Unsupported.into())
}

async fn bytes<const N: usize, S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is read from these bytes, and what was said meanwhile.
    async fn spoken(bytes: &[u8]) -> (io::Result<Asked>, Vec<u8>) {
        let (mut ours, mut theirs) = tokio::io::duplex(4096);
        theirs.write_all(bytes).await.unwrap();
        theirs.shutdown().await.unwrap();
        let asked = read(&mut ours).await;
        drop(ours);
        let mut said = Vec::new();
        theirs.read_to_end(&mut said).await.unwrap();
        (asked, said)
    }

    #[tokio::test]
    async fn names_and_addresses_are_read() {
        let ask = |rest: &[u8]| [&[5, 1, 0, 5, 1, 0][..], rest].concat();
        let read = async |rest: &[u8]| {
            let asked = spoken(&ask(rest)).await.0.unwrap();
            (asked.host, asked.port)
        };
        assert_eq!(read(b"\x03\x09a.example\x01\xbb").await, ("a.example".to_owned(), 443));
        assert_eq!(read(&[1, 127, 0, 0, 1, 0, 80]).await, ("127.0.0.1".to_owned(), 80));
        let v6 = [&[4][..], &[0; 15], &[1, 0, 80]].concat();
        assert_eq!(read(&v6).await, ("::1".to_owned(), 80));
    }

    #[tokio::test]
    async fn what_no_browser_asks_is_refused() {
        let udp = spoken(&[5, 1, 0, 5, 3, 0, 1, 127, 0, 0, 1, 0, 80]).await;
        assert!(udp.0.is_err() && udp.1[3] == COMMAND_NOT_SUPPORTED, "{udp:?}");
        let login = spoken(&[5, 1, 2]).await;
        assert_eq!(login.1, [5, NOTHING_ACCEPTABLE]);
        spoken(b"GET / HTTP/1.1\r\n\r\n").await.0.unwrap_err();
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(spoken(&bytes));
        }
    }
}
