//! The fictional clinic: static pages in one layout, and forms that lead on.

use axum::response::Response;

use super::pages;
use super::server::Call;

/// The answer of the clinic's own hosts.
pub(super) fn answer(call: &Call) -> Response {
    pages::serve("clinic", call.path())
}
