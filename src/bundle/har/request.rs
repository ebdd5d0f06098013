//! One entry as a request of the model: what it was for, what caused it, what came
//! back, as far as the exporter told, and what its headers tell otherwise.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use url::Url;

use super::body;
use super::entry::{RawEntry, RawFrame, RawHeader, RawInitiator, RawMessage, RawResponse};
use super::json::{Text, string};
use crate::model::{
    Blocked, Body, Header, Initiator, InitiatorKind, Request, ResourceKind, Response, StackFrame,
    WebSocketFrame,
};

/// The longest WebSocket message kept, in characters, as in a capture.
const LONGEST_MESSAGE: usize = 64 << 10;

/// A request, and what is needed to find its visit.
pub(super) struct Row {
    /// The page that the file puts it under.
    pub(super) page: Option<String>,
    /// When it was sent.
    pub(super) at: Option<Timestamp>,
    /// Milliseconds until the last byte of the answer.
    pub(super) took_ms: f64,
    /// Where the answer sent the browser.
    pub(super) redirect: Option<String>,
    /// The request, without its place in a visit.
    pub(super) request: Request,
}

/// The entry as a request; `None` for what never goes over the network, and for tunnels.
pub(super) fn row(entry: RawEntry<'_>) -> Option<Row> {
    let url = string(&entry.request.url);
    let url = url.split_once('#').map_or(url.as_str(), |(before, _)| before);
    let network = ["http:", "https:", "ws:", "wss:"];
    if entry.request.is_tunnel() || !network.iter().any(|scheme| starts_with(url, scheme)) {
        return None;
    }
    let mut request = Request {
        url: url.to_owned(),
        method: entry.request.method.map_or("GET".to_owned(), |m| string(&m).to_ascii_uppercase()),
        headers: headers(entry.request.headers),
        body: entry.request.body.and_then(body::bytes).map(Body::new),
        initiator: initiator(entry.initiator),
        websocket: entry.messages.into_iter().map(message).collect(),
        ..Request::default()
    };
    let redirect = redirect(&request.url, &entry.response);
    let cached = entry.cache.as_deref().is_some_and(|cache| cache != b"Network Load");
    let by_worker = entry.cache.as_deref() == Some(b"Service Worker");
    let error = entry.response.error.as_deref().map(string).filter(|error| !error.is_empty());
    request.response = response(entry.response, entry.server).map(|response| Response {
        from_cache: cached && !by_worker,
        from_service_worker: by_worker || response.from_service_worker,
        ..response
    });
    if request.response.is_none() {
        request.blocked = error.map(|reason| Blocked { before_sending: stopped(&reason), reason });
    }
    request.kind = kind(entry.kind.as_deref(), &request);
    Some(Row {
        page: entry.pageref.map(|page| string(&page)).filter(|page| !page.is_empty()),
        at: entry.started.and_then(|text| timestamp(&text)),
        took_ms: entry.time.unwrap_or_default().max(0.0),
        redirect,
        request,
    })
}

fn starts_with(url: &str, scheme: &str) -> bool {
    url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Chromium's words for what never left the browser.
fn stopped(error: &str) -> bool {
    matches!(error, "net::ERR_BLOCKED_BY_CLIENT" | "net::ERR_BLOCKED_BY_CSP")
}

/// Lower-case names, no pseudo headers, one row per value.
fn headers(raw: Vec<RawHeader<'_>>) -> Vec<Header> {
    let mut headers = Vec::with_capacity(raw.len());
    for (name, value) in raw {
        if name.starts_with(b":") {
            continue;
        }
        let mut name = string(&name);
        name.make_ascii_lowercase();
        let value = string(&value);
        // Browsers join the values of a repeated header with line feeds.
        for part in value.split('\n') {
            headers.push(Header { name: name.clone(), value: part.to_owned() });
        }
    }
    headers
}

/// Where an answer sends the browser, absolute and without fragment.
fn redirect(url: &str, response: &RawResponse<'_>) -> Option<String> {
    let status = response.status?;
    let location = || {
        let named = |h: &&RawHeader<'_>| h.0.eq_ignore_ascii_case(b"location");
        response.headers.iter().find(named).map(|(_, value)| value)
    };
    let target = match &response.redirect {
        Some(target) if !target.is_empty() => target,
        _ if (300.0..400.0).contains(&status) => location()?,
        _ => return None,
    };
    let mut target = Url::parse(url).ok()?.join(&string(target)).ok()?;
    target.set_fragment(None);
    Some(target.into())
}

/// The answer; `None` when the status says that none came.
fn response(raw: RawResponse<'_>, server: Option<Text<'_>>) -> Option<Response> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    let status = raw.status.filter(|status| (100.0..1000.0).contains(status))? as u16;
    let length = raw.transferred.or(raw.body_size).filter(|bytes| (0.0..1e15).contains(bytes));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    let length = length.map(|bytes| bytes as u64);
    Some(Response {
        status,
        headers: headers(raw.headers),
        mime: raw.mime.map(|mime| essence(&mime)).unwrap_or_default(),
        length,
        remote: server.map(|server| string(&server)).filter(|server| !server.is_empty()),
        protocol: raw.protocol.map(|name| protocol(&name)).unwrap_or_default(),
        from_cache: false,
        from_service_worker: raw.from_service_worker,
    })
}

/// A MIME type without its parameters; `x-unknown` is the specification's word for none.
fn essence(mime: &[u8]) -> String {
    let mime = string(mime);
    let essence = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "x-unknown" { String::new() } else { essence }
}

fn protocol(name: &[u8]) -> String {
    match string(name).to_ascii_lowercase().as_str() {
        "http/2.0" | "http/2" => "h2".to_owned(),
        "http/3.0" | "http/3" => "h3".to_owned(),
        "unknown" => String::new(),
        other => other.to_owned(),
    }
}

fn initiator(raw: RawInitiator<'_>) -> Initiator {
    let stack: Vec<StackFrame> = raw.stack.into_iter().map(frame).collect();
    let kind = match raw.kind.as_deref() {
        Some(b"parser") => InitiatorKind::Parser,
        Some(b"script") => InitiatorKind::Script,
        Some(b"preload") => InitiatorKind::Preload,
        _ => InitiatorKind::Other,
    };
    let first = stack.first();
    let url = raw.url.map(|url| string(&url)).filter(|url| !url.is_empty());
    Initiator {
        kind,
        url: url.or_else(|| first.map(|frame| frame.url.clone())),
        line: raw.line.map(|line| counted(Some(line))).or(first.map(|frame| frame.line)),
        stack,
    }
}

fn frame(raw: RawFrame<'_>) -> StackFrame {
    StackFrame {
        function: raw.function.map(|name| string(&name)).unwrap_or_default(),
        url: raw.url.map(|url| string(&url)).unwrap_or_default(),
        line: counted(raw.line),
        column: counted(raw.column),
    }
}

/// Browsers count lines and columns from 0, the model from 1.
fn counted(number: Option<f64>) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let number = number.unwrap_or_default().clamp(0.0, 4e9) as u32;
    number + 1
}

/// A message; its time is absolute here and becomes the visit's later.
fn message(raw: RawMessage<'_>) -> WebSocketFrame {
    WebSocketFrame {
        sent: raw.kind.as_deref() == Some(b"send"),
        time_ms: raw.time.unwrap_or_default() * 1000.0,
        binary: raw.opcode == Some(2.0),
        payload: string(&raw.data).chars().take(LONGEST_MESSAGE).collect(),
    }
}

/// What the request was for: as the exporter says, else as the browser's own headers
/// say, else by what came back.
fn kind(named: Option<&[u8]>, request: &Request) -> ResourceKind {
    let named = named.map(|name| string(name).to_ascii_lowercase()).unwrap_or_default();
    match named.as_str() {
        "document" if is_prefetch(request) => ResourceKind::Prefetch,
        "document" | "subdocument" => ResourceKind::Document,
        "stylesheet" => ResourceKind::Stylesheet,
        "image" | "img" | "imageset" => ResourceKind::Image,
        "media" | "texttrack" => ResourceKind::Media,
        "font" => ResourceKind::Font,
        "script" => ResourceKind::Script,
        "xhr" | "xmlhttprequest" => ResourceKind::Xhr,
        "fetch" => ResourceKind::Fetch,
        "ping" if request.header("ping-to").is_some() => ResourceKind::Ping,
        "ping" | "beacon" => ResourceKind::Beacon,
        "preflight" => ResourceKind::Preflight,
        "prefetch" => ResourceKind::Prefetch,
        "eventsource" => ResourceKind::EventSource,
        "websocket" => ResourceKind::WebSocket,
        "csp-violation-report" | "cspviolationreport" | "csp" => ResourceKind::Report,
        "manifest" => ResourceKind::Manifest,
        _ => kind_by_headers(request),
    }
}

fn is_prefetch(request: &Request) -> bool {
    request.header("sec-purpose").is_some_and(|purpose| purpose.starts_with("prefetch"))
}

/// Every current browser says in `Sec-Fetch-Dest` what a request is for.
fn kind_by_headers(request: &Request) -> ResourceKind {
    match request.header("sec-fetch-dest").unwrap_or_default() {
        _ if starts_with(&request.url, "ws:") || starts_with(&request.url, "wss:") => {
            ResourceKind::WebSocket
        }
        "document" | "iframe" | "frame" | "embed" | "object" => match is_prefetch(request) {
            true => ResourceKind::Prefetch,
            false => ResourceKind::Document,
        },
        "image" => ResourceKind::Image,
        "script" | "worker" | "sharedworker" | "serviceworker" => ResourceKind::Script,
        "style" => ResourceKind::Stylesheet,
        "font" => ResourceKind::Font,
        "audio" | "video" | "track" => ResourceKind::Media,
        "manifest" => ResourceKind::Manifest,
        "report" => ResourceKind::Report,
        "websocket" => ResourceKind::WebSocket,
        "empty" if request.header("ping-to").is_some() => ResourceKind::Ping,
        "empty" if request.header("accept") == Some("text/event-stream") => {
            ResourceKind::EventSource
        }
        "empty" if request.header("x-requested-with").is_some() => ResourceKind::Xhr,
        "empty" => ResourceKind::Fetch,
        _ => kind_by_answer(request),
    }
}

fn kind_by_answer(request: &Request) -> ResourceKind {
    if request.header("upgrade").is_some_and(|to| to.eq_ignore_ascii_case("websocket")) {
        return ResourceKind::WebSocket;
    }
    let accepts_pages = request.header("accept").is_none_or(|accept| accept.contains("text/html"));
    let redirects = request.response.as_ref().is_some_and(|r| (300..400).contains(&r.status));
    match request.response.as_ref().map_or("", |response| response.mime.as_str()) {
        "text/html" | "application/xhtml+xml" if accepts_pages => ResourceKind::Document,
        _ if redirects && request.header("accept").is_some() && accepts_pages => {
            ResourceKind::Document
        }
        "text/css" => ResourceKind::Stylesheet,
        mime if mime.contains("javascript") || mime.contains("ecmascript") => ResourceKind::Script,
        mime if mime.starts_with("image/") => ResourceKind::Image,
        mime if mime.starts_with("font/") || mime.contains("font-") => ResourceKind::Font,
        mime if mime.starts_with("video/") || mime.starts_with("audio/") => ResourceKind::Media,
        "text/event-stream" => ResourceKind::EventSource,
        "application/manifest+json" => ResourceKind::Manifest,
        _ => ResourceKind::Other,
    }
}

/// A time in any of the forms that exporters write: RFC 3339 with any number of
/// decimals, an offset with or without colon, or none (then UTC).
pub(super) fn timestamp(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    if let Ok(time) = text.parse::<DateTime>() {
        return TimeZone::UTC.to_timestamp(time).ok();
    }
    let ms: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "out of range is refused below")]
    Timestamp::from_millisecond(ms as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form() {
        let noon: Timestamp = "2026-11-24T12:00:00.5Z".parse().unwrap();
        for text in [
            "2026-11-24T12:00:00.500Z",
            "2026-11-24T13:00:00.5000000+01:00",
            "2026-11-24T13:00:00.500+0100",
            "2026-11-24 12:00:00.500Z",
            "2026-11-24T12:00:00.500",
            " 2026-11-24T12:00:00.5Z ",
            "1795521600500",
        ] {
            assert_eq!(timestamp(text.as_bytes()), Some(noon), "{text}");
        }
        assert_eq!(timestamp(b"yesterday"), None);
    }
}
