//! A site on which every frame, window and worker tells what it sees of the browser:
//! Global Privacy Control, language, time zone, device. Parts of it ask who is there.

use axum::http::StatusCode;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::server::Call;
use super::{Received, pages, reply};

/// The name that the closed parts of the site expect.
pub const USER: &str = "jane";
/// Its password.
pub const PASSWORD: &str = "open sesame!";

/// What the page's script, its frames, windows and workers are called in
/// [`Told::of`], sorted.
pub const PLACES: &[&str] = &[
    "frame-about-blank",
    "frame-blank",
    "frame-blob",
    "frame-cross",
    "frame-cross-blank",
    "frame-cross-worker",
    "frame-data",
    "frame-javascript",
    "frame-later",
    "frame-nested",
    "frame-same",
    "frame-same-at-once",
    "frame-sandboxed",
    "frame-srcdoc",
    "frame-srcdoc-sandboxed",
    "frame-written",
    "page",
    "popup-blank",
    "popup-cross",
    "popup-no-opener",
    "popup-same",
    "prerender",
    "worker",
    "worker-blob",
    "worker-data",
    "worker-module",
    "worker-nested",
    "worker-service",
    "worker-service-module",
    "worker-shared",
    "worker-shared-module",
];

/// What one frame or worker told of itself, with the request that told it.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its name, one of [`PLACES`].
    pub place: String,
    /// Pairs of a property's name and what it was, as text.
    pub seen: Vec<(String, String)>,
    /// The request.
    pub request: Received,
}

impl Told {
    /// What was told so far, sorted by place.
    #[must_use]
    pub fn of(log: &[Received]) -> Vec<Self> {
        let mut told: Vec<Self> = log.iter().filter_map(Self::by).collect();
        told.sort_by(|a, b| a.place.cmp(&b.place));
        told
    }

    fn by(row: &Received) -> Option<Self> {
        let query = row.path_and_query.strip_prefix("/seen?")?;
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
        let seen: Vec<(String, String)> = pairs.collect();
        let place = seen.iter().find(|(name, _)| name == "where")?.1.clone();
        Some(Self { place, seen, request: row.clone() })
    }

    /// One property as text, empty if it was not told.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.seen.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// The answer of both hosts.
pub(super) fn answer(call: &Call) -> Response {
    let path = call.path();
    if path == "/seen" {
        return reply::status(StatusCode::NO_CONTENT);
    }
    if let Some(question) = asks(call) {
        return reply::with(reply::status(StatusCode::UNAUTHORIZED), WWW_AUTHENTICATE, question);
    }
    let response = match pages::find("signals", path) {
        Some((name, contents)) => {
            let port = call.shared.http_port.to_string();
            let text = String::from_utf8_lossy(contents).replace("HTTP_PORT", &port);
            reply::bytes(pages::media_type(&name), text)
        }
        None if path.ends_with(".gif") => reply::gif(),
        None => reply::status(StatusCode::NOT_FOUND),
    };
    let response = reply::with(response, CACHE_CONTROL, "no-store");
    reply::with(response, ACCESS_CONTROL_ALLOW_ORIGIN, "*")
}

/// The question that a closed part asks, unless it has been answered.
fn asks(call: &Call) -> Option<&'static str> {
    let given = call.received.header("authorization").unwrap_or_default();
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{USER}:{PASSWORD}")));
    if call.path().starts_with("/basic/") && given != basic {
        return Some("Basic realm=\"staff\"");
    }
    // That the browser answers at all is its part; what it computes is not ours to check.
    let digest = given.starts_with("Digest ") && given.contains(&format!("username=\"{USER}\""));
    if call.path().starts_with("/digest/") && !digest {
        return Some("Digest realm=\"staff\", nonce=\"c2lnbmFscw\", qop=\"auth\"");
    }
    None
}
