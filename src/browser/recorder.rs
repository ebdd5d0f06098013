//! One visit's recording: DevTools events in, model requests out.
//!
//! The browser tells of a request in several events, and of its headers in a second
//! stream that may run ahead of or behind the first; hops of a redirect share one id.

mod budget;
mod clock;

use std::collections::HashMap;
use std::time::Instant;

use super::convert;
use super::protocol::{
    Ended, ExtraInfo, Received, RequestWillBeSent, ResponseReceived, WebSocketEvent,
};
use budget::Budget;
pub(super) use budget::LARGEST_BODY;
use clock::Clock;

use crate::model::{
    Blocked, Body, Frame, Header, Phase, Request, RequestId, ResourceKind, TargetKind,
    WebSocketFrame,
};

/// More frames than this of one WebSocket are counted and not kept.
const MOST_WEBSOCKET_FRAMES: usize = 2_000;
/// A WebSocket message is cut at this many characters.
const LONGEST_WEBSOCKET_PAYLOAD: usize = 64 << 10;

/// The requests of one visit while it lasts.
#[derive(Debug)]
pub(super) struct Recorder {
    rows: Vec<Request>,
    /// The browser's id to its hops, as places in `rows`.
    hops: HashMap<String, Hops>,
    clock: Clock,
    phase: Phase,
    open: HashMap<String, Open>,
    last_activity: Instant,
    budget: Budget,
}

/// The hops of one request, and the header events that wait for theirs.
#[derive(Debug, Default)]
struct Hops {
    rows: Vec<usize>,
    /// The next hop to get its request headers, and its response headers.
    next_sent: usize,
    next_received: usize,
    waiting_sent: Vec<Vec<Header>>,
    waiting_received: Vec<(Option<u16>, Vec<Header>)>,
}

/// A request that has not ended.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// When its answer, or the last piece of it, came.
    heard: Option<Instant>,
}

/// Who sent a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender<'a> {
    pub(super) target: TargetKind,
    pub(super) top_frame: &'a str,
}

/// A request whose body the event did not carry: ask for it at once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WantsBody {
    pub(super) request_id: String,
    pub(super) row: usize,
}

impl Recorder {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            rows: Vec::new(),
            hops: HashMap::new(),
            clock: Clock { origin: None, began: now },
            phase: Phase::Before,
            open: HashMap::new(),
            last_activity: now,
            budget: Budget::new(),
        }
    }

    /// Requests recorded from now on carry this phase.
    pub(super) fn set_phase(&mut self, phase: Phase) {
        self.phase = phase;
    }

    /// Milliseconds since the visit began, on our clock.
    pub(super) fn elapsed_ms(&self) -> f64 {
        self.clock.began.elapsed().as_secs_f64() * 1000.0
    }

    /// The browser's monotonic seconds at the visit's first request.
    pub(super) fn origin_s(&self) -> Option<f64> {
        self.clock.origin
    }

    /// The recording, ended.
    pub(super) fn into_requests(self) -> Vec<Request> {
        self.rows
    }

    /// The recording so far.
    pub(super) fn requests(&self) -> &[Request] {
        &self.rows
    }

    /// What the bounds left out, in words.
    pub(super) fn gaps(&self) -> Vec<String> {
        self.budget.gaps()
    }

    /// A request was sent, or a hop of one. Returns what is to be asked for.
    pub(super) fn sent(&mut self, event: RequestWillBeSent, from: Sender<'_>) -> Option<WantsBody> {
        let id = event.request_id.clone();
        let known = self.hops.get(&id).is_some_and(|hops| !hops.rows.is_empty());
        if known && event.redirect_response.is_none() {
            return None; // the same request, told by a second target
        }
        if let Some(response) = &event.redirect_response {
            self.answered(&id, response, event.redirect_has_extra_info);
        }
        if !convert::is_network(&event.request.url) {
            return None;
        }
        let wants_body =
            event.request.has_post_data && convert::inline_body(&event.request).is_none();
        let row = self.push(request_of(&event, from, self.phase), event.timestamp)?;
        let hops = self.hops.entry(id.clone()).or_default();
        self.rows[row].redirected_from =
            hops.rows.last().map(|&before| RequestId::numbered(before + 1));
        hops.rows.push(row);
        self.settle_headers(&id);
        self.open.insert(id.clone(), Open { heard: None });
        self.last_activity = Instant::now();
        wants_body.then_some(WantsBody { request_id: id, row })
    }

    /// The body that was asked for has come.
    pub(super) fn set_body(&mut self, row: usize, bytes: Vec<u8>) {
        if let Some(request) = self.rows.get_mut(row)
            && self.budget.body(bytes.len())
        {
            request.body = Some(Body::new(bytes));
        }
    }

    /// The headers as they went over the wire.
    pub(super) fn sent_headers(&mut self, event: ExtraInfo) {
        let hops = self.hops.entry(event.request_id.clone()).or_default();
        hops.waiting_sent.push(self.budget.headers(convert::headers(&event.headers)));
        self.settle_headers(&event.request_id);
    }

    /// The answer's headers as they came over the wire, `Set-Cookie` among them.
    pub(super) fn received_headers(&mut self, event: ExtraInfo) {
        let hops = self.hops.entry(event.request_id.clone()).or_default();
        let headers = self.budget.headers(convert::headers(&event.headers));
        hops.waiting_received.push((event.status_code, headers));
        self.settle_headers(&event.request_id);
    }

    /// An answer has begun.
    pub(super) fn responded(&mut self, event: &ResponseReceived) {
        self.answered(&event.request_id, &event.response, event.has_extra_info);
        if let Some(row) = self.last_row(&event.request_id) {
            // Some kinds are only told with the answer.
            let kind = convert::kind(&event.kind);
            let request = &mut self.rows[row];
            if request.kind == ResourceKind::Other {
                request.kind = kind;
            }
        }
        self.heard(&event.request_id);
    }

    /// A piece of the answer came.
    pub(super) fn heard(&mut self, id: &str) {
        self.last_activity = Instant::now();
        if let Some(open) = self.open.get_mut(id) {
            open.heard = Some(self.last_activity);
        }
    }

    /// The answer is complete.
    pub(super) fn finished(&mut self, event: &Ended) {
        if let Some(row) = self.last_row(&event.request_id)
            && let Some(response) = &mut self.rows[row].response
        {
            response.length = convert::length(event.encoded_data_length);
        }
        self.end(&event.request_id);
    }

    /// There will be no answer, or no more of it.
    pub(super) fn failed(&mut self, event: &Ended) {
        if let Some(row) = self.last_row(&event.request_id) {
            let request = &mut self.rows[row];
            request.blocked = Some(convert::blocked(event));
        }
        self.end(&event.request_id);
    }

    /// Answered from the memory cache: nothing was sent.
    pub(super) fn served_from_cache(&mut self, id: &str) {
        if let Some(row) = self.last_row(id) {
            self.rows[row].response.get_or_insert_default().from_cache = true;
        }
    }

    /// A file was asked for. If not by a navigation that became a download, nothing else
    /// tells of it.
    pub(super) fn downloaded(&mut self, url: &str, frame: Frame) {
        let url = convert::without_fragment(url);
        let known = |row: &Request| row.kind == ResourceKind::Document && row.url == url;
        if !convert::is_network(&url) || self.rows.iter().any(known) {
            return;
        }
        let (method, phase) = ("GET".to_owned(), self.phase);
        let request = Request { url, method, phase, frame, ..Request::default() };
        let at = self.clock.origin.map(|origin| origin + self.elapsed_ms() / 1000.0);
        self.push(request, at.unwrap_or_default());
    }

    /// A WebSocket is being opened.
    pub(super) fn websocket_created(&mut self, event: &WebSocketEvent, from: Sender<'_>) {
        let request = Request {
            url: convert::without_fragment(&event.url),
            method: "GET".to_owned(),
            kind: ResourceKind::WebSocket,
            phase: self.phase,
            initiator: convert::initiator(&event.initiator),
            target: from.target,
            ..Request::default()
        };
        let at = self.clock.origin.map(|origin| origin + self.elapsed_ms() / 1000.0);
        if let Some(row) = self.push(request, at.unwrap_or_default()) {
            self.hops.entry(event.request_id.clone()).or_default().rows.push(row);
        }
        self.last_activity = Instant::now();
    }

    /// The opening handshake went out (`response` unset) or was answered.
    pub(super) fn websocket_handshake(&mut self, event: &WebSocketEvent, answered: bool) {
        let Some(row) = self.last_row(&event.request_id) else { return };
        let time_ms = self.clock.ms(event.timestamp);
        let request = &mut self.rows[row];
        if answered {
            let response = request.response.get_or_insert_default();
            response.status = event.response.status;
            response.headers = convert::headers(&event.response.headers);
        } else {
            request.time_ms = time_ms;
            request.headers = convert::headers(&event.request.headers);
        }
        self.last_activity = Instant::now();
    }

    /// A WebSocket message went out or came in.
    pub(super) fn websocket_frame(&mut self, event: &WebSocketEvent, sent: bool) {
        let Some(row) = self.last_row(&event.request_id) else { return };
        let time_ms = self.clock.ms(event.timestamp);
        let frames = &mut self.rows[row].websocket;
        let payload: String =
            event.response.payload_data.chars().take(LONGEST_WEBSOCKET_PAYLOAD).collect();
        let too_many = frames.len() >= MOST_WEBSOCKET_FRAMES;
        if !self.budget.message(payload.len(), too_many) {
            return;
        }
        // Opcode 1 is text; the browser gives everything else as base64.
        let binary = event.response.opcode != 1.0;
        frames.push(WebSocketFrame { sent, time_ms, binary, payload });
        self.last_activity = Instant::now();
    }

    /// A WebSocket could not be opened.
    pub(super) fn websocket_failed(&mut self, event: &WebSocketEvent) {
        if let Some(row) = self.last_row(&event.request_id) {
            self.rows[row].blocked =
                Some(Blocked { reason: event.error_message.clone(), before_sending: false });
        }
    }

    /// Since when nothing has moved, if nothing is under way. An answer that has begun
    /// and stalled (an unread body, a stream) does not count as under way.
    pub(super) fn quiet_since(&self, stalled_after: std::time::Duration) -> Option<Instant> {
        let under_way = self.open.values().any(|open| match open.heard {
            None => true,
            Some(heard) => heard.elapsed() < stalled_after,
        });
        (!under_way).then_some(self.last_activity)
    }

    fn push(&mut self, mut request: Request, timestamp: f64) -> Option<usize> {
        if !self.budget.admit(&mut request) {
            return None;
        }
        if timestamp > 0.0 && self.clock.origin.is_none() {
            self.clock = Clock { origin: Some(timestamp), began: Instant::now() };
        }
        request.time_ms = self.clock.ms(timestamp);
        request.id = RequestId::numbered(self.rows.len() + 1);
        self.rows.push(request);
        Some(self.rows.len() - 1)
    }

    fn last_row(&self, id: &str) -> Option<usize> {
        self.hops.get(id).and_then(|hops| hops.rows.last().copied())
    }

    fn end(&mut self, id: &str) {
        self.open.remove(id);
        self.last_activity = Instant::now();
    }

    fn answered(&mut self, id: &str, received: &Received, has_extra_info: bool) {
        let Some(hops) = self.hops.get_mut(id) else { return };
        let Some(&row) = hops.rows.last() else { return };
        if !has_extra_info {
            // No header events will come for this hop: the next ones are the next hop's.
            hops.next_sent = hops.next_sent.max(hops.rows.len());
            hops.next_received = hops.next_received.max(hops.rows.len());
        }
        let response = self.rows[row].response.get_or_insert_default();
        let headers = std::mem::take(&mut response.headers);
        let from_cache = response.from_cache;
        *response = convert::response(received);
        response.headers = self.budget.headers(std::mem::take(&mut response.headers));
        // Chromium says "from the prefetch cache" also of the prefetch that fills it.
        let from_prefetch_cache =
            received.from_prefetch_cache && self.rows[row].kind != ResourceKind::Prefetch;
        let response = self.rows[row].response.get_or_insert_default();
        response.from_cache |= from_cache || from_prefetch_cache;
        if !headers.is_empty() {
            response.headers = headers; // the wire's, which came first
        }
    }

    /// Hands waiting header events to their hops, in order.
    fn settle_headers(&mut self, id: &str) {
        let Some(hops) = self.hops.get_mut(id) else { return };
        while hops.next_sent < hops.rows.len() && !hops.waiting_sent.is_empty() {
            self.rows[hops.rows[hops.next_sent]].headers = hops.waiting_sent.remove(0);
            hops.next_sent += 1;
        }
        while hops.next_received < hops.rows.len() && !hops.waiting_received.is_empty() {
            let (status, headers) = hops.waiting_received.remove(0);
            let response =
                self.rows[hops.rows[hops.next_received]].response.get_or_insert_default();
            response.headers = headers;
            if response.status == 0 {
                response.status = status.unwrap_or_default();
            }
            hops.next_received += 1;
        }
    }
}

fn request_of(event: &RequestWillBeSent, from: Sender<'_>, phase: Phase) -> Request {
    Request {
        url: convert::without_fragment(&event.request.url),
        method: event.request.method.to_ascii_uppercase(),
        kind: convert::kind_of_request(event),
        headers: convert::headers(&event.request.headers),
        body: convert::inline_body(&event.request).map(Body::new),
        phase,
        initiator: convert::initiator(&event.initiator),
        frame: Frame {
            id: event.frame_id.clone(),
            url: event.document_url.clone(),
            top: !event.frame_id.is_empty() && event.frame_id == from.top_frame,
        },
        target: from.target,
        ..Request::default()
    }
}

#[cfg(test)]
mod tests;
