//! Pages that misbehave, for the errors a crawl must survive. Each has a path
//! of its own on [`super::hosts::BAD`]; the wrong certificate is a host,
//! [`super::hosts::WRONG_CERTIFICATE`].

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::Response;
use futures_util::stream;

use super::server::Call;
use super::{pages, reply};

/// Accepts the request and never answers.
pub const NEVER_ANSWERS: &str = "/never-answers";
/// Redirects to itself for ever.
pub const REDIRECT_LOOP: &str = "/redirect-loop";
/// Opens alert boxes for ever.
pub const ALERTS: &str = "/alert-forever";
/// A download instead of a page.
pub const DOWNLOAD: &str = "/download";
/// A bot wall: status 403 and a challenge.
pub const BOT_WALL: &str = "/bot-wall";
/// Status 500.
pub const SERVER_ERROR: &str = "/server-error";
/// A page that asks the server five times a second and never goes idle.
pub const NEVER_IDLE: &str = "/never-idle";
/// A page whose script reads a body of 200 MB that comes slowly.
pub const SLOW_BODY: &str = "/slow-body";

/// The answer of the host with bad manners.
pub(super) async fn answer(call: &Call) -> Response {
    match call.path() {
        NEVER_ANSWERS => std::future::pending().await,
        REDIRECT_LOOP => reply::redirect(StatusCode::FOUND, REDIRECT_LOOP),
        DOWNLOAD => {
            let file = reply::bytes("application/octet-stream", "not a page\n");
            reply::with(file, CONTENT_DISPOSITION, "attachment; filename=\"report.bin\"")
        }
        BOT_WALL => with_status(StatusCode::FORBIDDEN, pages::serve("bad", BOT_WALL)),
        SERVER_ERROR => {
            with_status(StatusCode::INTERNAL_SERVER_ERROR, pages::serve("bad", SERVER_ERROR))
        }
        "/slow.bin" => reply::bytes("application/octet-stream", slow()),
        "/poll" => reply::status(StatusCode::NO_CONTENT),
        path => pages::serve("bad", path),
    }
}

fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}

/// 200 MB in pieces of 64 KiB, fifty a second.
fn slow() -> Body {
    const PIECES: u32 = 3200;
    Body::from_stream(stream::unfold(0, |piece| async move {
        if piece == PIECES {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Ok::<_, Infallible>(Bytes::from_static(&[0x55; 65_536])), piece + 1))
    }))
}
