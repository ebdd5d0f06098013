//! Answers that no well-behaved server gives, written byte by byte on a port of their own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The first byte of a TLS handshake.
const TLS: u8 = 0x16;
/// A request's head is read up to here; an address of 2 MB is one of the faults.
const LARGEST_HEAD: usize = 8 << 20;

/// Listens, and answers for as long as the task runs.
pub(in crate::lab) async fn start() -> io::Result<(u16, JoinHandle<io::Result<()>>)> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let port = listener.local_addr()?.port();
    let serving = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await?;
            // Whoever hangs up early is no concern of the next one.
            tokio::spawn(async move { drop(converse(stream).await) });
        }
    });
    Ok((port, serving))
}

async fn converse(mut stream: TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).rev().take(70_000).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 || head.len() > LARGEST_HEAD {
            return Ok(());
        }
        if head[0] == TLS {
            // With nothing lingering a close is a reset.
            stream.set_zero_linger()?;
            return Ok(());
        }
    }
    let text = String::from_utf8_lossy(&head[..head.len().min(200)]).into_owned();
    let target = text.split(' ').nth(1).unwrap_or_default();
    let answer = answer(target.split('?').next().unwrap_or_default());
    stream.write_all(&answer).await?;
    stream.shutdown().await?;
    // The browser closes when it has read all; a close before that would be a reset.
    let mut rest = Vec::new();
    drop(tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await);
    Ok(())
}

fn answer(path: &str) -> Vec<u8> {
    const PAGE: &str = "<!doctype html><link rel=icon href='data:,'><title>Raw</title>\
        <img src='/seen?raw-page'>";
    let page = |headers: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n{headers}\r\n{PAGE}"
        )
        .into_bytes()
    };
    let flood = |count: usize| -> String {
        (0..count).map(|n| format!("X-Flood-{n}: {}\r\n", "x".repeat(1000))).collect()
    };
    match path {
        "/cut" => Vec::new(),
        "/garbage" => b"\x00\x01\x02 this is no answer\r\n\r\n".to_vec(),
        "/wrong-length" => page("Content-Length: 100000\r\n"),
        "/two-lengths" => page("Content-Length: 10\r\nContent-Length: 20\r\n"),
        "/headers" => page(&flood(200)),
        "/header-flood" => page(&flood(1000)),
        "/bad-location" => {
            b"HTTP/1.1 302 Found\r\nLocation: /\xff\xfe\xed\xa0\x80\r\nContent-Length: 0\r\n\r\n"
                .to_vec()
        }
        _ => page(""),
    }
}
