//! One handler for everything: it logs what arrives, reads the body to its end,
//! and hands over to the virtual host.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use http_body_util::BodyExt as _;

use super::log::{Log, Received, Scheme};
use super::{
    bad, clinic, forms, hard, hosts, pages, reply, signals, timing, vendors, walk, weight,
};
use crate::model::Header;

/// A body larger than this is cut in the log.
const LARGEST_BODY: usize = 64 << 20;

/// What both ports share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) log: Log,
    /// Port of plain HTTP, for pages that name other hosts.
    pub(super) http_port: u16,
    /// A port that refuses connections.
    pub(super) closed_port: u16,
    /// The port of answers that no well-behaved server gives.
    pub(super) raw_port: u16,
}

impl Shared {
    pub(super) fn new(http_port: u16, closed_port: u16, raw_port: u16) -> Self {
        Self { log: Log::new(), http_port, closed_port, raw_port }
    }
}

/// One request, read and logged.
pub(super) struct Call {
    pub(super) shared: Arc<Shared>,
    /// The row that the log now has.
    pub(super) received: Received,
    pub(super) upgrade: Option<WebSocketUpgrade>,
}

impl Call {
    pub(super) fn path(&self) -> &str {
        self.received.path()
    }

    pub(super) fn method(&self) -> &str {
        &self.received.method
    }

    /// The query without its question mark, empty if there is none.
    pub(super) fn query(&self) -> &str {
        self.received.path_and_query.split_once('?').map_or("", |(_, query)| query)
    }
}

#[derive(Clone)]
struct Port {
    scheme: Scheme,
    shared: Arc<Shared>,
}

/// The service of one port.
pub(super) fn router(scheme: Scheme, shared: &Arc<Shared>) -> Router {
    let port = Port { scheme, shared: Arc::clone(shared) };
    Router::new().fallback(handle).with_state(port)
}

async fn handle(State(port): State<Port>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut received = row(port.scheme, &parts);
    received.number = port.shared.log.arrived(received.clone());
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await.ok();
    (received.body, received.complete) = read(body).await;
    port.shared.log.update(received.number, |row| {
        row.body.clone_from(&received.body);
        row.complete = received.complete;
    });
    answer(Call { shared: port.shared, received, upgrade }).await
}

async fn answer(call: Call) -> Response {
    let host = call.received.host.clone();
    match host.as_str() {
        hosts::CLINIC | hosts::CLINIC_BARE | hosts::CLINIC_OLD => clinic::answer(&call),
        hosts::HARD | hosts::OTHER | hosts::THIRD => hard::answer(call).await,
        hosts::SIGNALS | hosts::SIGNALS_SISTER | hosts::SIGNALS_OTHER => signals::answer(&call),
        hosts::BAD
        | hosts::BAD_FRAME
        | hosts::BAD_TLS
        | hosts::WRONG_CERTIFICATE
        | hosts::SELF_SIGNED
        | hosts::EXPIRED => bad::answer(call).await,
        hosts::FORMS | hosts::SINK => forms::answer(call).await,
        hosts::TIMING | hosts::TIMING_FRAME => timing::answer(&call).await,
        host if weight::is_host(host) => weight::answer(&call),
        hosts::WALK | hosts::WALK_DOWN => walk::answer(&call),
        _ if hosts::cmp::ALL.contains(&host.as_str()) => cmp_page(&call),
        _ if host.ends_with(".localhost") => reply::status(StatusCode::NOT_FOUND),
        _ => vendors::answer(&call),
    }
}

/// A consent platform's page (the second page is the first one again), else what all of them share.
fn cmp_page(call: &Call) -> Response {
    let name = call.received.host.trim_end_matches(".localhost");
    match call.path() {
        "/" | "/page2" => pages::serve(&format!("cmp/{name}"), "/"),
        path if path.starts_with("/third-party/") => pages::serve("", path),
        path => pages::serve("cmp/shared", path),
    }
}

fn row(scheme: Scheme, parts: &Parts) -> Received {
    let header = parts.headers.get("host").and_then(|value| value.to_str().ok());
    // HTTP/2 names the host in the address instead.
    let authority = parts.uri.authority().map(axum::http::uri::Authority::as_str).or(header);
    let host = authority.unwrap_or_default().split(':').next().unwrap_or_default();
    let headers = parts.headers.iter().map(|(name, value)| Header {
        name: name.as_str().to_owned(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    });
    Received {
        number: 0,
        time_ms: 0,
        scheme,
        host: host.to_ascii_lowercase(),
        method: parts.method.as_str().to_owned(),
        path_and_query: parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
        headers: headers.collect(),
        body: Vec::new(),
        complete: false,
        messages: Vec::new(),
    }
}

/// The body as far as it came, and whether that was all of it.
async fn read(mut body: Body) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return (bytes, false) };
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
        if bytes.len() > LARGEST_BODY {
            return (bytes, false);
        }
    }
    (bytes, true)
}
