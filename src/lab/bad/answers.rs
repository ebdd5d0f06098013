//! Bodies that are too long, too slow, or never end.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocket};
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::stream;

use crate::lab::reply;
use crate::lab::server::Call;

/// The smallest file that a reader takes for a PDF.
pub(super) const PDF: &str = "%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n\
    trailer<</Root 1 0 R>>\n%%EOF\n";

/// Bytes that are no characters, in the title, an address and the text.
pub(super) const BAD_CHARACTERS: &[u8] = b"<!doctype html><meta charset=utf-8>\
    <link rel=icon href='data:,'><title>Caf\xe9 \xff\xfe\xed\xa0\x80</title>\
    <a href='/good/\xe9\xff'>\xc3</a><img src='/seen?bad-characters=%ff\xff&x=\xed\xa0\x80'>\xf8\x88";

/// Frames within frames: so many more below this one.
pub(super) fn frame(query: &str) -> Response {
    let left: u32 = query.parse().unwrap_or_default();
    let inner = match left.checked_sub(1) {
        Some(left) => format!("<iframe src=\"/frame?{left}\"></iframe>"),
        None => "<img src=\"/seen?innermost\" alt=\"\">".to_owned(),
    };
    reply::bytes("text/html", format!("<!doctype html><title>{left}</title>{inner}"))
}

/// Ten megabytes in one document, half of it text and half a script, and a picture after it.
pub(super) fn big_page() -> Response {
    let mut page = "<!doctype html><link rel=icon href='data:,'><title>Large</title>".to_owned();
    for n in 0..5_000 {
        let _infallible = writeln!(page, "<p id=p{n}>{:<1000}", "Words that nobody reads,");
    }
    let text = "x".repeat(5 << 20);
    let _infallible =
        write!(page, "<script>const text = '{text}';</script><img src='/seen?big-page'>");
    reply::bytes("text/html; charset=utf-8", page)
}

/// 50 MB, as fast as it goes.
pub(super) fn fifty_megabytes() -> Response {
    reply::bytes("application/octet-stream", vec![0x55; 50 << 20])
}

/// 200 MB in pieces of 64 KiB, fifty a second.
pub(super) fn slow() -> Body {
    repeat(b"", &[0x55; 65_536], Duration::from_millis(20), 3200)
}

/// A first piece, and then nothing.
pub(super) fn endless() -> Body {
    repeat(reply::GIF, b"", Duration::from_secs(3600), u32::MAX)
}

/// A page that goes on at a byte a second.
pub(super) fn drip() -> Body {
    const HEAD: &[u8] = b"<!doctype html><link rel=icon href='data:,'><title>Slow</title>\
        <img src='/seen?slow-drip'>";
    repeat(HEAD, b".", Duration::from_secs(1), u32::MAX)
}

/// Events without end.
pub(super) fn events() -> Body {
    repeat(b"data: first\n\n", b"data: another\n\n", Duration::from_millis(10), u32::MAX)
}

/// One piece, and then another one again and again.
fn repeat(first: &'static [u8], again: &'static [u8], pause: Duration, times: u32) -> Body {
    Body::from_stream(stream::unfold(0, move |piece| async move {
        if piece == times {
            return None;
        }
        if piece > 0 {
            tokio::time::sleep(pause).await;
        }
        let bytes = if piece == 0 && !first.is_empty() { first } else { again };
        Some((Ok::<_, Infallible>(Bytes::from_static(bytes)), piece + 1))
    }))
}

/// A WebSocket that talks without end.
pub(super) fn socket(call: &mut Call) -> Response {
    match call.upgrade.take() {
        Some(upgrade) => upgrade.on_upgrade(talk),
        None => reply::status(StatusCode::UPGRADE_REQUIRED),
    }
}

async fn talk(mut socket: WebSocket) {
    let mut pace = tokio::time::interval(Duration::from_millis(5));
    loop {
        let alive = tokio::select! {
            heard = socket.recv() => matches!(heard, Some(Ok(_))),
            _ = pace.tick() => socket.send(Message::text("from the site")).await.is_ok(),
        };
        if !alive {
            return;
        }
    }
}
