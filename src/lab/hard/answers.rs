//! How the hard page's hosts answer.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocket};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY, ETAG, LINK,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use futures_util::stream;

use crate::lab::log::Message as Logged;
use crate::lab::server::{Call, Shared};
use crate::lab::{hosts, pages, reply};

/// How long the page may wait for the requests that nobody answers it.
const MOST_FOR_ARRIVAL: Duration = Duration::from_secs(10);

/// The answer of the hard page's three hosts.
pub(in crate::lab) async fn answer(mut call: Call) -> Response {
    let path = call.path().to_owned();
    let Some(name) = path.strip_prefix("/k/") else {
        let page = page(&call, &path);
        return reply::with(page, LINK, "</k/link-header.css>; rel=preload; as=style");
    };
    let response = match (call.method(), name) {
        ("OPTIONS", _) => reply::status(StatusCode::NO_CONTENT),
        (_, "ws" | "ws-worker") => echo(&mut call),
        (_, "arrived.txt") => arrived(&call).await,
        _ => special(&call, name).unwrap_or_else(|| page(&call, &path)),
    };
    let response = match name {
        "fetch-cached.txt" => reply::with(response, CACHE_CONTROL, "max-age=600"),
        "fetch-revalidated.txt" => reply::with(response, ETAG, "\"first\""),
        "csp.html" => reply::with(
            response,
            CONTENT_SECURITY_POLICY,
            "img-src 'none'; report-uri /k/csp-report",
        ),
        "csp-report-only.html" => reply::with(
            response,
            CONTENT_SECURITY_POLICY_REPORT_ONLY,
            "img-src 'none'; report-uri /k/csp-report-only",
        ),
        _ => reply::with(response, CACHE_CONTROL, "no-store"),
    };
    if matches!(name, "cors-failure.txt" | "preflight-refused.txt") {
        return response;
    }
    shared_with_all(&call, response)
}

/// Answers that are neither a file nor the default of a file's ending.
fn special(call: &Call, name: &str) -> Option<Response> {
    let see_other = StatusCode::SEE_OTHER;
    Some(match name {
        "not-found.gif" => reply::status(StatusCode::NOT_FOUND),
        "server-error.gif" => reply::status(StatusCode::INTERNAL_SERVER_ERROR),
        "no-content.gif" => reply::status(StatusCode::NO_CONTENT),
        "redirect-1.gif" => hop(call, hosts::OTHER, "redirect-2.gif", "hop=first"),
        "redirect-2.gif" => hop(call, hosts::THIRD, "redirect-3.gif", "hop=second; Path=/"),
        "redirect-3.gif" => hop(call, hosts::HARD, "redirect-end.gif", "hop=third; HttpOnly"),
        "frame-redirect.html" => hop(call, hosts::OTHER, "frame-redirected.html", "hop=frame"),
        "post-303.txt" => reply::redirect(see_other, "/k/post-303-end.txt"),
        "post-307.txt" => reply::redirect(StatusCode::TEMPORARY_REDIRECT, "/k/post-307-end.txt"),
        "fetch-revalidated.txt" if call.received.header("if-none-match").is_some() => {
            reply::status(StatusCode::NOT_MODIFIED)
        }
        "fetch-stream.txt" => reply::bytes("text/plain", pieces(false)),
        "aborted.txt" => reply::bytes("text/plain", pieces(true)),
        "event-source" => reply::bytes(
            "text/event-stream",
            "data: one\n\ndata: two\n\nevent: last\ndata: three\n\n",
        ),
        "audio.wav" | "video.wav" => reply::bytes("audio/wav", silence()),
        _ => return None,
    })
}

/// A file with its ports filled in, else something short that fits the file's ending.
fn page(call: &Call, path: &str) -> Response {
    let Some((name, contents)) = pages::find("hard", path) else {
        let body: &[u8] = match path.rsplit('.').next().unwrap_or_default() {
            "gif" => reply::GIF,
            "js" | "mjs" => b"// loaded\n",
            "css" => b"/* loaded */\n",
            "html" => b"<!doctype html>\n<title>loaded</title>\n",
            _ => b"loaded\n",
        };
        return reply::bytes(pages::media_type(path), body);
    };
    let text = String::from_utf8_lossy(contents)
        .replace("HTTP_PORT", &call.shared.http_port.to_string())
        .replace("CLOSED_PORT", &call.shared.closed_port.to_string());
    reply::bytes(pages::media_type(&name), text)
}

/// One hop of a redirect chain, with a cookie of its own.
fn hop(call: &Call, host: &str, name: &str, cookie: &str) -> Response {
    let to = format!("http://{host}:{}/k/{name}", call.shared.http_port);
    reply::cookie(reply::redirect(StatusCode::FOUND, &to), cookie)
}

/// Lets every origin read the answer, with credentials.
fn shared_with_all(call: &Call, response: Response) -> Response {
    let Some(origin) = call.received.header("origin") else { return response };
    let allow = |response, name, value| reply::with(response, HeaderName::from_static(name), value);
    let response = allow(response, "access-control-allow-origin", origin);
    let response = allow(response, "access-control-allow-credentials", "true");
    let response = allow(response, "access-control-allow-methods", "GET, POST, PUT, DELETE");
    allow(response, "access-control-allow-headers", "content-type, x-lab")
}

/// Waits until every kind named in the query has arrived; answers with those that have not.
async fn arrived(call: &Call) -> Response {
    let names: Vec<String> = call.query().split('&').map(|name| format!("/k/{name}")).collect();
    let missing = |rows: &[crate::lab::Received]| -> Vec<String> {
        let here = |name: &&String| rows.iter().any(|row| row.path() == *name);
        names.iter().filter(|name| !here(name)).cloned().collect()
    };
    call.shared.log.wait(MOST_FOR_ARRIVAL, |rows| missing(rows).is_empty()).await;
    reply::bytes("text/plain", missing(&call.shared.log.rows()).join(" "))
}

/// A body in pieces; the endless one stops after the first and never ends.
fn pieces(endless: bool) -> Body {
    Body::from_stream(stream::unfold(0, move |piece| async move {
        match (piece, endless) {
            (1, true) => std::future::pending().await,
            (0..=2, _) => {
                let text = format!("piece {piece}\n");
                Some((Ok::<_, Infallible>(Bytes::from(text)), piece + 1))
            }
            _ => None,
        }
    }))
}

/// A tenth of a second of silence, 8-bit mono.
fn silence() -> Vec<u8> {
    const SAMPLES: u32 = 800;
    let mut wav = Vec::new();
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + SAMPLES).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend_from_slice(&8000u32.to_le_bytes());
    wav.extend_from_slice(&8000u32.to_le_bytes());
    wav.extend_from_slice(b"\x01\0\x08\0data");
    wav.extend_from_slice(&SAMPLES.to_le_bytes());
    wav.resize(wav.len() + SAMPLES as usize, 0x80);
    wav
}

/// A WebSocket that sends back what it gets and logs both ways.
pub(in crate::lab) fn echo(call: &mut Call) -> Response {
    let Some(upgrade) = call.upgrade.take() else {
        return reply::status(StatusCode::UPGRADE_REQUIRED);
    };
    let shared = call.shared.clone();
    let number = call.received.number;
    upgrade.on_upgrade(move |socket| async move { converse(socket, &shared, number).await })
}

async fn converse(mut socket: WebSocket, shared: &Shared, number: u64) {
    let log = |from_page, message: &Message| {
        let (binary, payload) = match message {
            Message::Text(text) => (false, text.as_bytes().to_vec()),
            Message::Binary(bytes) => (true, bytes.to_vec()),
            _ => return,
        };
        let logged = Logged { from_page, binary, payload };
        shared.log.update(number, |row| row.messages.push(logged));
    };
    while let Some(Ok(message)) = socket.recv().await {
        log(true, &message);
        if matches!(message, Message::Text(_) | Message::Binary(_)) {
            log(false, &message);
            if socket.send(message).await.is_err() {
                return;
            }
        }
    }
}
