//! A form whose script tells on whoever fills it in: each field as it is left, in every
//! encoding and by every way. Each request names itself: `case=<field>.<encoding>.<way>`.

use axum::http::StatusCode;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL,
};
use axum::response::Response;

use super::server::Call;
use super::{Received, hard, hosts, pages, reply};

/// The fields that are told on, by their names in the form.
pub const FIELDS: &[&str] =
    &["email", "phone", "first_name", "last_name", "dob", "mrn", "zip", "reason"];
/// Fields of a second form that are told on in one way: a town, a day of birth in a date
/// field, an editable text, and a field in a shadow root.
pub const MORE_FIELDS: &[&str] = &["town", "birth_date", "note", "member"];
/// What that form lets choose, as it is told: of boxes only the one that agrees to nothing.
pub const CHOICES: &[&str] = &["topic:Cardiology", "visit:first", "fever:yes", "day:2030-01-02"];
/// How values are encoded.
pub const ENCODINGS: &[&str] = &[
    "plain",
    "percent",
    "json",
    "base64",
    "base64url",
    "hex",
    "gzip",
    "deflate",
    "deflate-raw",
    "nested",
    "sha1",
    "sha256",
];
/// How they are sent.
pub const WAYS: &[&str] =
    &["query", "path", "referrer", "header", "cookie", "body", "multipart", "beacon", "websocket"];

/// The case that an address names.
#[must_use]
pub fn case(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("case=")?;
    Some(rest.split('&').next().unwrap_or(rest))
}

/// The cases that arrived, sorted, each once; those of a WebSocket with their message.
#[must_use]
pub fn told(log: &[Received]) -> Vec<String> {
    let came = |row: &&Received| {
        let silent = row.path() == "/socket" && row.messages.is_empty();
        row.method != "OPTIONS" && !silent
    };
    let asked = log.iter().filter(came);
    let mut cases: Vec<String> =
        asked.filter_map(|row| case(&row.path_and_query)).map(str::to_owned).collect();
    cases.sort();
    cases.dedup();
    cases
}

pub(super) async fn answer(mut call: Call) -> Response {
    if call.upgrade.is_some() {
        return hard::echo(&mut call);
    }
    if call.received.host == hosts::SINK || call.path() == "/collect" {
        let response = if call.method() == "OPTIONS" {
            reply::status(StatusCode::NO_CONTENT)
        } else {
            reply::gif()
        };
        let response = reply::with(response, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        let response = reply::with(response, ACCESS_CONTROL_ALLOW_HEADERS, "*");
        return reply::with(response, CACHE_CONTROL, "no-store");
    }
    match pages::find("forms", call.path()) {
        Some((name, contents)) => {
            let port = call.shared.http_port.to_string();
            let page = String::from_utf8_lossy(contents).replace("HTTP_PORT", &port);
            reply::bytes(pages::media_type(&name), page)
        }
        None => reply::status(StatusCode::NOT_FOUND),
    }
}
