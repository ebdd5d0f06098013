//! Pages that misbehave, for the errors a crawl must survive.

use axum::response::Response;

use super::pages;
use super::server::Call;

/// The answer of the host with bad manners.
pub(super) async fn answer(call: &Call) -> Response {
    pages::serve("bad", call.path())
}
