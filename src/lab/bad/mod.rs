//! Pages that misbehave, for the faults that a crawl must survive. Each has a path of its
//! own on [`super::hosts::BAD`], or on [`super::hosts::BAD_TLS`] where it takes TLS;
//! broken certificates are hosts of their own, and answers that no well-behaved server
//! can give come from a port of their own ([`super::Lab::raw`]).

mod answers;
pub(super) mod raw;
mod walls;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, WWW_AUTHENTICATE};
use axum::response::Response;

use super::server::Call;
use super::{hosts, pages, reply};

pub use walls::{NEAR_WALLS, WALLS, Wall};

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
pub(super) async fn answer(mut call: Call) -> Response {
    let path = call.path().to_owned();
    match path.as_str() {
        NEVER_ANSWERS => std::future::pending().await,
        REDIRECT_LOOP => reply::redirect(StatusCode::FOUND, REDIRECT_LOOP),
        "/leads-to-a-file" => reply::redirect(StatusCode::FOUND, "file:///etc/passwd"),
        DOWNLOAD => {
            let file = reply::bytes("application/octet-stream", "not a page\n");
            reply::with(file, CONTENT_DISPOSITION, "attachment; filename=\"report.bin\"")
        }
        "/print-me" => reply::bytes("application/pdf", answers::PDF),
        "/auth" => reply::with(
            with_status(StatusCode::UNAUTHORIZED, page(&call, "/server-error")),
            WWW_AUTHENTICATE,
            "Basic realm=\"bad manners\"",
        ),
        BOT_WALL => with_status(StatusCode::FORBIDDEN, page(&call, BOT_WALL)),
        SERVER_ERROR => with_status(StatusCode::INTERNAL_SERVER_ERROR, page(&call, SERVER_ERROR)),
        "/poll" | "/seen" | "/no-content" => reply::status(StatusCode::NO_CONTENT),
        "/reset-content" => reply::status(StatusCode::RESET_CONTENT),
        "/not-modified" => reply::status(StatusCode::NOT_MODIFIED),
        "/empty" => reply::bytes("text/html", ""),
        "/bad-encoding" => {
            let page = reply::bytes("text/html", "<title>This was never compressed</title>");
            reply::with(page, CONTENT_ENCODING, "gzip")
        }
        "/bad-characters" => reply::bytes("text/html", answers::BAD_CHARACTERS),
        "/big-page" => answers::big_page(),
        "/frame" => answers::frame(call.query()),
        "/slow.bin" => reply::bytes("application/octet-stream", answers::slow()),
        "/fifty-megabytes.bin" => answers::fifty_megabytes(),
        "/endless.gif" => reply::bytes("image/gif", answers::endless()),
        "/slow-drip" => reply::bytes("text/html", answers::drip()),
        "/events" => reply::bytes("text/event-stream", answers::events()),
        "/socket" => answers::socket(&mut call),
        path if path.starts_with("/good/") => page(&call, "/good"),
        path => match path.strip_prefix("/wall/") {
            Some(name) => walls::answer(name),
            None => page(&call, path),
        },
    }
}

/// A file with its addresses filled in.
fn page(call: &Call, path: &str) -> Response {
    let folder = if call.received.host == hosts::BAD_TLS { "bad/tls" } else { "bad" };
    let Some((name, contents)) = pages::find(folder, path) else {
        return reply::status(StatusCode::NOT_FOUND);
    };
    let raw = format!("http://{}:{}", hosts::BAD, call.shared.raw_port);
    let text = String::from_utf8_lossy(contents)
        .replace("HTTP_PORT", &call.shared.http_port.to_string())
        .replace("RAW", &raw);
    reply::bytes(pages::media_type(&name), text)
}

fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}
