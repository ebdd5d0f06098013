//! DevTools values as model values.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::protocol::{Cause, Ended, Received, RequestWillBeSent, SentRequest, Stack};
use crate::model::{
    Blocked, Header, Initiator, InitiatorKind, ResourceKind, Response, StackFrame, TargetKind,
};

/// Stacks deeper than this are cut; asynchronous ones can be endless.
const DEEPEST_STACK: usize = 64;

/// What the browser says to a proxy and to nobody else: no part of the request to the
/// site, and a password.
const TO_THE_PROXY: &str = "proxy-authorization";

/// Headers in order, names lower case, one row per value.
pub(super) fn headers(map: &Map<String, Value>) -> Vec<Header> {
    let mut headers = Vec::with_capacity(map.len());
    for (name, value) in map.iter().filter(|(name, _)| !name.eq_ignore_ascii_case(TO_THE_PROXY)) {
        // The browser joins the values of a repeated header with line feeds.
        for part in value.as_str().unwrap_or_default().split('\n') {
            headers.push(Header { name: name.to_ascii_lowercase(), value: part.to_owned() });
        }
    }
    headers
}

/// The body, if the event carries all of it.
pub(super) fn inline_body(request: &SentRequest) -> Option<Vec<u8>> {
    if request.post_data_entries.is_empty() {
        return request.post_data.as_ref().map(|text| text.as_bytes().to_vec());
    }
    let mut bytes = Vec::new();
    for entry in &request.post_data_entries {
        bytes.extend(STANDARD.decode(entry.bytes.as_ref()?).ok()?);
    }
    Some(bytes)
}

/// A body's bytes out of `Network.getRequestPostData`.
pub(super) fn post_data(answer: &Value) -> Option<Vec<u8>> {
    let text = answer["postData"].as_str()?;
    match answer["base64Encoded"].as_bool() {
        Some(true) => STANDARD.decode(text).ok(),
        _ => Some(text.as_bytes().to_vec()),
    }
}

/// An answer, headers as the renderer was told them.
pub(super) fn response(received: &Received) -> Response {
    let remote = received.remote_ip_address.as_ref().filter(|ip| !ip.is_empty());
    Response {
        status: received.status,
        headers: headers(&received.headers),
        mime: received.mime_type.clone(),
        length: length(received.encoded_data_length),
        remote: remote.map(|ip| format!("{ip}:{}", received.remote_port.unwrap_or_default())),
        protocol: received.protocol.clone(),
        from_cache: received.from_disk_cache,
        from_service_worker: received.from_service_worker,
    }
}

/// A byte count; the protocol says -1 for "not known".
pub(super) fn length(bytes: f64) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    (0.0..1e15).contains(&bytes).then_some(bytes as u64)
}

/// Why a request got no answer, and whether it stayed inside the browser.
pub(super) fn blocked(event: &Ended) -> Blocked {
    if let Some(reason) = &event.blocked_reason {
        let before_sending = !is_decided_on_the_answer(reason);
        return Blocked { reason: reason.clone(), before_sending };
    }
    if let Some(status) = &event.cors_error_status {
        // The question before it was answered "no": the request itself was not sent.
        let before_sending = status.cors_error.starts_with("Preflight");
        return Blocked { reason: status.cors_error.clone(), before_sending };
    }
    let before_sending = matches!(
        event.error_text.as_str(),
        "net::ERR_UNSAFE_PORT" | "net::ERR_ALPN_NEGOTIATION_FAILED" | "net::ERR_BLOCKED_BY_CLIENT"
    );
    Blocked { reason: event.error_text.clone(), before_sending }
}

/// Reasons to block that the browser finds in the answer, when the request has long
/// been out.
fn is_decided_on_the_answer(reason: &str) -> bool {
    reason.starts_with("corp-") || reason.starts_with("coep-") || reason.starts_with("coop-")
}

/// What caused a request.
pub(super) fn initiator(cause: &Cause) -> Initiator {
    let stack = cause.stack.as_ref().map(stack_frames).unwrap_or_default();
    let first = stack.first();
    let url = cause.url.clone().or_else(|| first.map(|frame| frame.url.clone()));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a line number")]
    let line = cause.line_number.map(|line| line as u32 + 1).or(first.map(|frame| frame.line));
    let kind = match cause.kind.as_str() {
        "parser" => InitiatorKind::Parser,
        "script" => InitiatorKind::Script,
        "preload" => InitiatorKind::Preload,
        _ => InitiatorKind::Other,
    };
    Initiator { kind, url, line, stack }
}

/// A stack across asynchronous calls, innermost first.
pub(super) fn stack_frames(stack: &Stack) -> Vec<StackFrame> {
    let mut frames = Vec::new();
    let mut next = Some(stack);
    while let Some(stack) = next {
        for frame in &stack.call_frames {
            if frames.len() == DEEPEST_STACK {
                return frames;
            }
            frames.push(StackFrame {
                function: frame.function_name.clone(),
                url: frame.url.clone(),
                line: frame.line_number + 1,
                column: frame.column_number + 1,
            });
        }
        next = stack.parent.as_deref();
    }
    frames
}

/// What a request is for. Chromium files several kinds under one name; headers and
/// cause tell them apart.
pub(super) fn kind_of_request(event: &RequestWillBeSent) -> ResourceKind {
    let header = |name: &str| {
        let found = event.request.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.as_str()).unwrap_or_default()
    };
    match event.kind.as_str() {
        "Ping" if header("ping-to").is_empty() => ResourceKind::Beacon,
        kind => self::kind(kind),
    }
}

/// The protocol's resource type.
pub(super) fn kind(name: &str) -> ResourceKind {
    match name {
        "Document" => ResourceKind::Document,
        "Stylesheet" => ResourceKind::Stylesheet,
        "Image" => ResourceKind::Image,
        "Media" | "TextTrack" => ResourceKind::Media,
        "Font" => ResourceKind::Font,
        "Script" => ResourceKind::Script,
        "XHR" => ResourceKind::Xhr,
        "Fetch" => ResourceKind::Fetch,
        "Prefetch" => ResourceKind::Prefetch,
        "EventSource" => ResourceKind::EventSource,
        "WebSocket" => ResourceKind::WebSocket,
        "Manifest" => ResourceKind::Manifest,
        "Ping" => ResourceKind::Ping,
        "CSPViolationReport" => ResourceKind::Report,
        "Preflight" => ResourceKind::Preflight,
        _ => ResourceKind::Other,
    }
}

/// The kind of a target.
pub(super) fn target(kind: &str) -> TargetKind {
    match kind {
        "page" => TargetKind::Page,
        "iframe" => TargetKind::Frame,
        "worker" => TargetKind::Worker,
        "shared_worker" => TargetKind::SharedWorker,
        "service_worker" => TargetKind::ServiceWorker,
        _ => TargetKind::Other,
    }
}

/// An address without its fragment, which never leaves the browser.
pub(super) fn without_fragment(url: &str) -> String {
    url.split_once('#').map_or(url, |(before, _)| before).to_owned()
}

/// Whether a request of this address goes over the network at all.
pub(super) fn is_network(url: &str) -> bool {
    ["http:", "https:", "ws:", "wss:"].iter().any(|scheme| url.starts_with(scheme))
}
