//! How the vendors' hosts answer: scripts of our own under the vendors' names,
//! pixels, cookies and redirects as the real ones give them.

use axum::http::StatusCode;
use axum::response::Response;

use super::reply;
use super::server::Call;

/// The answer of a vendor's host.
pub(super) fn answer(call: &Call) -> Response {
    if call.path().ends_with(".gif") {
        return reply::gif();
    }
    reply::status(StatusCode::NOT_FOUND)
}
