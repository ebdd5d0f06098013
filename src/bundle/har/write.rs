//! HAR out: a capture as HAR 1.2, as Chrome's DevTools import it. Entry by entry, so
//! that no second copy of the capture is held; what may be shown is the caller's choice.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded;

use super::masking::{Shown, Values};
use crate::model::{
    Body, Capture, Header, Initiator, InitiatorKind, Manifest, Request, ResourceKind, Response,
    Visit,
};

/// Writes the capture as a HAR file; every visit is a page of it.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(capture: &Capture, mut out: impl Write, values: &Values<'_>) -> io::Result<()> {
    write!(out, "{{\"log\":{{\"version\":\"1.2\",\"creator\":")?;
    serde_json::to_writer(&mut out, &creator())?;
    if let Some(browser) = browser(&capture.manifest) {
        write!(out, ",\"browser\":")?;
        serde_json::to_writer(&mut out, &browser)?;
    }
    write!(out, ",\"pages\":[")?;
    for (number, visit) in capture.visits.iter().enumerate() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &page(visit, values))?;
    }
    write!(out, "],\"entries\":[")?;
    let requests = capture.visits.iter().flat_map(|v| v.requests.iter().map(move |r| (v, r)));
    for (number, (visit, request)) in requests.enumerate() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &entry(visit, request, values))?;
    }
    out.write_all(b"\n]}}\n")?;
    out.flush()
}

fn creator() -> Value {
    json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") })
}

fn browser(manifest: &Manifest) -> Option<Value> {
    let browser = manifest.browser.as_ref()?;
    Some(json!({ "name": browser.name, "version": browser.version }))
}

fn page(visit: &Visit, values: &Values<'_>) -> Value {
    // DevTools show the title as the page's name; browsers without one put the address there.
    let title = if visit.title.is_empty() { &visit.final_url } else { &visit.title };
    json!({
        "startedDateTime": at(visit, 0.0),
        "id": visit.id,
        "title": values.text(title),
        "pageTimings": { "onContentLoad": -1, "onLoad": -1 },
        "_url": values.text(&visit.final_url),
        "_consentState": visit.state,
        "_outcome": visit.outcome.name(),
    })
}

/// The moment `ms` after the visit began; 1970 when the capture does not tell.
fn at(visit: &Visit, ms: f64) -> String {
    let started = visit.started.unwrap_or(Timestamp::UNIX_EPOCH);
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and the sum is checked")]
    let micros = jiff::SignedDuration::from_micros((ms * 1000.0) as i64);
    format!("{:.6}", started.checked_add(micros).unwrap_or(started))
}

fn entry(visit: &Visit, request: &Request, values: &Values<'_>) -> Value {
    let mut entry = json!({
        "pageref": visit.id,
        "startedDateTime": at(visit, request.time_ms),
        "time": 0,
        "request": sent(request, values),
        "response": answer(request, values),
        "cache": {},
        "timings": { "blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": 0, "receive": 0 },
        "_resourceType": resource_type(request.kind),
        "_initiator": initiator(&request.initiator, values),
        "_phase": request.phase,
    });
    if let Some(response) = &request.response {
        if let Some(remote) = &response.remote {
            entry["serverIPAddress"] = json!(remote);
        }
        if response.from_cache {
            entry["_fromCache"] = json!("disk");
        }
    }
    if !request.websocket.is_empty() {
        entry["_webSocketMessages"] = messages(visit, request, values);
    }
    entry
}

fn sent(request: &Request, values: &Values<'_>) -> Value {
    let mut sent = json!({
        "method": request.method,
        "url": values.text(&request.url),
        "httpVersion": protocol(request),
        "cookies": sent_cookies(request, values),
        "headers": headers(&request.headers, values),
        "queryString": query(&request.url, values),
        "headersSize": -1,
        "bodySize": request.body.as_ref().map_or(0, |body| body.length),
    });
    if let Some(body) = &request.body {
        sent["postData"] = post_data(request, body, values);
    }
    sent
}

fn protocol(request: &Request) -> &str {
    request.response.as_ref().map_or("", |response| &response.protocol)
}

fn headers(headers: &[Header], values: &Values<'_>) -> Value {
    let header = |h: &Header| json!({ "name": values.text(&h.name), "value": values.header(&h.name, &h.value) });
    headers.iter().map(header).collect()
}

/// `a=1; b=2` of the request's `Cookie` headers.
fn sent_cookies(request: &Request, values: &Values<'_>) -> Value {
    let headers = request.headers.iter().filter(|header| header.name == "cookie");
    let pairs = headers.flat_map(|header| header.value.split(';'));
    pairs.filter_map(|pair| cookie(pair, values)).collect()
}

fn cookie(pair: &str, values: &Values<'_>) -> Option<Value> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let (name, value) = (name.trim(), value.trim());
    let value = values.show(Shown::Secret { name, value });
    (!name.is_empty()).then(|| json!({ "name": values.text(name), "value": value }))
}

fn set_cookie(header: &str, values: &Values<'_>) -> Option<Value> {
    let mut parts = header.split(';');
    let mut found = cookie(parts.next()?, values)?;
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "path" => found["path"] = json!(values.text(value.trim())),
            "domain" => found["domain"] = json!(value.trim()),
            "samesite" => found["sameSite"] = json!(value.trim()),
            "httponly" => found["httpOnly"] = json!(true),
            "secure" => found["secure"] = json!(true),
            _ => {}
        }
    }
    Some(found)
}

fn query(url: &str, values: &Values<'_>) -> Value {
    let Ok(url) = Url::parse(url) else { return json!([]) };
    parameters(url.query().unwrap_or_default().as_bytes(), values)
}

fn parameters(form: &[u8], values: &Values<'_>) -> Value {
    let parameter = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        let shown = values.show(Shown::Value { name: &name, value: &value });
        json!({ "name": values.text(&name), "value": shown })
    };
    form_urlencoded::parse(form).map(parameter).collect()
}

fn post_data(request: &Request, body: &Body, values: &Values<'_>) -> Value {
    let mime = request.header("content-type").unwrap_or_default();
    let mut data = json!({ "mimeType": values.text(mime) });
    match std::str::from_utf8(&body.bytes) {
        Ok(text) if values.can_show(request, text) => {
            if mime.starts_with("application/x-www-form-urlencoded") {
                data["params"] = parameters(&body.bytes, values);
            }
            data["text"] = json!(values.text(text));
        }
        _ if values.are_kept() => {
            data["encoding"] = json!("base64");
            data["text"] = json!(STANDARD.encode(&body.bytes));
        }
        _ => {
            data["text"] = json!("");
            data["comment"] =
                json!(format!("left out: {} bytes that cannot be masked", body.length));
        }
    }
    data
}

fn answer(request: &Request, values: &Values<'_>) -> Value {
    let none = Response::default();
    let response = request.response.as_ref().unwrap_or(&none);
    let mut answer = json!({
        "status": response.status,
        "statusText": "",
        "httpVersion": response.protocol,
        "cookies": response.set_cookies().filter_map(|c| set_cookie(c, values)).collect::<Value>(),
        "headers": headers(&response.headers, values),
        "content": { "size": 0, "mimeType": response.mime },
        "redirectURL": redirect(response, values),
        "headersSize": -1,
        "bodySize": -1,
        "_fetchedViaServiceWorker": response.from_service_worker,
    });
    if let Some(length) = response.length {
        answer["_transferSize"] = json!(length);
    }
    if let Some(blocked) = &request.blocked {
        answer["_error"] = json!(values.text(&blocked.reason));
    }
    answer
}

fn redirect(response: &Response, values: &Values<'_>) -> String {
    let redirects = (300..400).contains(&response.status);
    let location = response.header("location").filter(|_| redirects).unwrap_or_default();
    values.text(location)
}

/// DevTools' names; they have one for beacons and pings.
fn resource_type(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Document => "document",
        ResourceKind::Stylesheet => "stylesheet",
        ResourceKind::Image => "image",
        ResourceKind::Media => "media",
        ResourceKind::Font => "font",
        ResourceKind::Script => "script",
        ResourceKind::Xhr => "xhr",
        ResourceKind::Fetch => "fetch",
        ResourceKind::Beacon | ResourceKind::Ping => "ping",
        ResourceKind::Preflight => "preflight",
        ResourceKind::Prefetch => "prefetch",
        ResourceKind::EventSource => "eventsource",
        ResourceKind::WebSocket => "websocket",
        ResourceKind::Report => "csp-violation-report",
        ResourceKind::Manifest => "manifest",
        ResourceKind::Other => "other",
    }
}

/// Lines and columns are counted from 0 in the browser's form.
fn initiator(initiator: &Initiator, values: &Values<'_>) -> Value {
    let kind = match initiator.kind {
        InitiatorKind::Parser => "parser",
        InitiatorKind::Script => "script",
        InitiatorKind::Preload => "preload",
        InitiatorKind::Redirect | InitiatorKind::Other => "other",
    };
    let mut written = json!({ "type": kind });
    if let Some(url) = &initiator.url {
        written["url"] = json!(values.text(url));
    }
    if let Some(line) = initiator.line {
        written["lineNumber"] = json!(line.saturating_sub(1));
    }
    let frames = initiator.stack.iter().map(|frame| {
        json!({
            "functionName": values.text(&frame.function),
            "scriptId": "",
            "url": values.text(&frame.url),
            "lineNumber": frame.line.saturating_sub(1),
            "columnNumber": frame.column.saturating_sub(1),
        })
    });
    if !initiator.stack.is_empty() {
        written["stack"] = json!({ "callFrames": frames.collect::<Value>() });
    }
    written
}

fn messages(visit: &Visit, request: &Request, values: &Values<'_>) -> Value {
    let started = visit.started.unwrap_or(Timestamp::UNIX_EPOCH);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970")]
    let started = started.as_millisecond() as f64;
    let message = |frame: &crate::model::WebSocketFrame| {
        let shown = match (frame.binary, values.are_kept()) {
            (true, false) => String::new(),
            (true, true) => frame.payload.clone(),
            (false, _) => values.text(&frame.payload),
        };
        json!({
            "type": if frame.sent { "send" } else { "receive" },
            "time": (started + frame.time_ms) / 1000.0,
            "opcode": if frame.binary { 2 } else { 1 },
            "data": shown,
        })
    };
    request.websocket.iter().map(message).collect()
}
