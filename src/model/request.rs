//! One network request: a redirect hop is a request of its own.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Phase;

/// Names a request within its visit: `r0001`, in the order sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub String);

/// As numbers: `r9999` comes before `r10000`, which has a digit more.
impl Ord for RequestId {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for RequestId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl RequestId {
    /// The id of the `number`th request of a visit, counted from 1.
    #[must_use]
    pub fn numbered(number: usize) -> Self {
        Self(format!("r{number:04}"))
    }
}

/// One request that the browser made, with what came back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its name within the visit.
    pub id: RequestId,
    /// Full address, without fragment.
    pub url: String,
    /// HTTP method, upper case.
    pub method: String,
    /// What it was for.
    pub kind: ResourceKind,
    /// Request headers as sent, in order, names lower case.
    pub headers: Vec<Header>,
    /// The body, exact.
    pub body: Option<Body>,
    /// Milliseconds from the start of the visit to when it was sent.
    pub time_ms: f64,
    /// Before, during or after the consent choice.
    pub phase: Phase,
    /// What caused it.
    pub initiator: Initiator,
    /// The frame that it was sent for.
    pub frame: Frame,
    /// The kind of target that sent it.
    pub target: TargetKind,
    /// The hop before, for a request that a redirect caused.
    pub redirected_from: Option<RequestId>,
    /// The answer, if one came.
    pub response: Option<Response>,
    /// Why no answer came, if none did.
    pub blocked: Option<Blocked>,
    /// Frames of a WebSocket connection, both ways, in order.
    pub websocket: Vec<WebSocketFrame>,
}

impl Request {
    /// The value of a request header, by lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find_header(&self.headers, name)
    }

    /// The body's bytes, empty when there is none.
    #[must_use]
    pub fn body_bytes(&self) -> &[u8] {
        self.body.as_ref().map_or(&[], |body| &body.bytes)
    }

    /// Whether bytes left the browser towards the network: not answered from the
    /// cache or a service worker, and not stopped before sending.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        let answered_locally =
            self.response.as_ref().is_some_and(|r| r.from_cache || r.from_service_worker);
        let stopped = self.blocked.as_ref().is_some_and(|b| b.before_sending);
        !answered_locally && !stopped
    }
}

/// One header, name in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Header {
    /// Lower-case name.
    pub name: String,
    /// Value as sent.
    pub value: String,
}

/// The value of the first header of that lower-case name.
fn find_header<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    headers.iter().find(|h| h.name == name).map(|h| h.value.as_str())
}

/// A request body. Its bytes live beside the visit in a bundle, named by their
/// hash, so that a body sent ten times is stored once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// Length in bytes.
    pub length: u64,
    /// The bytes; the bundle fills them in when it is read.
    #[serde(skip)]
    pub bytes: Arc<[u8]>,
}

impl Body {
    /// A body of these bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        use sha2::Digest;
        let bytes = bytes.into();
        let sha256 = hex::encode(sha2::Sha256::digest(&bytes));
        Self { sha256, length: bytes.len() as u64, bytes }
    }
}

/// What a request was for, as the browser says.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    /// A page or a frame.
    Document,
    /// A style sheet.
    Stylesheet,
    /// An image, and so most pixels.
    Image,
    /// Audio or video.
    Media,
    /// A font.
    Font,
    /// A script.
    Script,
    /// `XMLHttpRequest`.
    Xhr,
    /// `fetch`, also keepalive and `fetchLater`.
    Fetch,
    /// `sendBeacon`, and what Chromium labels a ping.
    Beacon,
    /// `a[ping]`.
    Ping,
    /// A CORS preflight.
    Preflight,
    /// Prefetch, preload, or prerender by link or speculation rule.
    Prefetch,
    /// Server-sent events.
    EventSource,
    /// A WebSocket.
    WebSocket,
    /// A CSP violation report or one of the Reporting API.
    Report,
    /// A web app manifest.
    Manifest,
    /// Anything else.
    #[default]
    Other,
}

impl ResourceKind {
    /// The kind that a recorder, driver or extension calls so; what is not known is other.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "document" | "subdocument" | "sub_frame" | "main_frame" => Self::Document,
            "stylesheet" | "css" => Self::Stylesheet,
            "image" | "imageset" => Self::Image,
            "media" => Self::Media,
            "font" => Self::Font,
            "script" => Self::Script,
            "xhr" | "xmlhttprequest" => Self::Xhr,
            "fetch" => Self::Fetch,
            "beacon" => Self::Beacon,
            "ping" => Self::Ping,
            "websocket" | "web-socket" => Self::WebSocket,
            "eventsource" | "event-source" => Self::EventSource,
            "preflight" => Self::Preflight,
            "prefetch" => Self::Prefetch,
            "manifest" => Self::Manifest,
            "csp_report" | "report" => Self::Report,
            _ => Self::Other,
        }
    }
}

/// What caused a request: which tag did this.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initiator {
    /// The cause's kind.
    pub kind: InitiatorKind,
    /// The address of the document or script, if told.
    pub url: Option<String>,
    /// Line in that address, counted from 1.
    pub line: Option<u32>,
    /// The script's stack, innermost first, across asynchronous calls.
    pub stack: Vec<StackFrame>,
}

/// The kinds of cause.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum InitiatorKind {
    /// Markup.
    Parser,
    /// A script.
    Script,
    /// The hop before.
    Redirect,
    /// A preload, prefetch or speculation rule.
    Preload,
    /// Anything else, navigation among it.
    #[default]
    Other,
}

/// One call in a stack.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StackFrame {
    /// Function name, empty when anonymous.
    pub function: String,
    /// Script address.
    pub url: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1.
    pub column: u32,
}

/// The frame that a request was sent for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The browser's frame id; empty for workers.
    pub id: String,
    /// The frame's document at that time, if known.
    pub url: String,
    /// Whether it is the visit's top frame.
    pub top: bool,
}

/// The kinds of target a browser sends requests from.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// The page that was visited.
    #[default]
    Page,
    /// A frame in a process of its own.
    Frame,
    /// A window that the page opened.
    Popup,
    /// A page loaded ahead of a navigation.
    Prerender,
    /// A dedicated worker.
    Worker,
    /// A shared worker.
    SharedWorker,
    /// A service worker.
    ServiceWorker,
    /// Anything else.
    Other,
}

/// What came back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// HTTP status code.
    pub status: u16,
    /// Headers in order, names lower case; `set-cookie` once per cookie.
    pub headers: Vec<Header>,
    /// MIME type as the browser understood it.
    pub mime: String,
    /// Bytes received over the network, headers included, if told.
    pub length: Option<u64>,
    /// Address and port of the server.
    pub remote: Option<String>,
    /// Protocol, `h2`, `http/1.1`.
    pub protocol: String,
    /// Answered from a cache: nothing was sent.
    pub from_cache: bool,
    /// Answered by a service worker: the worker's own request, if any, is another row.
    pub from_service_worker: bool,
}

impl Response {
    /// The value of a response header, by lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find_header(&self.headers, name)
    }

    /// Every `Set-Cookie` value of this hop.
    pub fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(|h| h.name == "set-cookie").map(|h| h.value.as_str())
    }
}

/// Why a request got no answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// The browser's words: `net::ERR_CONNECTION_REFUSED`, `csp`, `mixed-content`.
    pub reason: String,
    /// Stopped inside the browser: nothing reached the network.
    pub before_sending: bool,
}

/// One WebSocket message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WebSocketFrame {
    /// Sent by the page (`true`) or received.
    pub sent: bool,
    /// Milliseconds from the start of the visit.
    pub time_ms: f64,
    /// Binary message: `payload` is then base64.
    pub binary: bool,
    /// The message, cut at the capture's limit.
    pub payload: String,
}
