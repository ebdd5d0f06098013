//! The few kinds of answer that the example site gives.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// A transparent picture of one pixel.
pub(super) const GIF: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x21,
    0xf9, 4, 1, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
];

/// Bytes with their media type.
pub(super) fn bytes(media: &'static str, body: impl Into<Body>) -> Response {
    ([(CONTENT_TYPE, media)], body.into()).into_response()
}

/// The pixel.
pub(super) fn gif() -> Response {
    bytes("image/gif", GIF)
}

/// A status without a body.
pub(super) fn status(code: StatusCode) -> Response {
    code.into_response()
}

/// A redirect.
pub(super) fn redirect(code: StatusCode, to: &str) -> Response {
    with(status(code), LOCATION, to)
}

/// The same answer with one more header; a value that no header can hold is left out.
pub(super) fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
    response
}

/// The same answer with one more cookie.
pub(super) fn cookie(response: Response, cookie: &str) -> Response {
    with(response, SET_COOKIE, cookie)
}
