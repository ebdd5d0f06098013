//! Pixels that wait: for time, an answer, scrolling, or a sign of a person. Each is
//! `/t/<name>.gif` on [`super::hosts::TIMING`] or [`super::hosts::TIMING_FRAME`].

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;

use super::server::Call;
use super::{Received, pages, reply};

/// The pixels that a visitor causes who scrolls to the end, moves the mouse, turns the
/// wheel, stays for fifteen seconds and leaves.
pub const OF_A_VISIT: &[&str] = &[
    "after-fetch-2500",
    "after-load-2500",
    "at-once",
    "chain-3x1500",
    "depth-25",
    "depth-50",
    "depth-75",
    "depth-90",
    "frame-2",
    "frame-3000",
    "frame-8000",
    "idle",
    "idle-timeout-6000",
    "interval-4000",
    "lazy",
    "on-mousemove",
    "on-mouseover",
    "on-pagehide",
    "on-pointermove",
    "on-scroll",
    "on-visibilitychange",
    "on-wheel",
    "seen",
    "seen-1000",
    "slow-script-2500",
    "slow-script-then-1000",
    "timer-500",
    "timer-1000",
    "timer-2000",
    "timer-3000",
    "timer-5000",
    "timer-8000",
    "timer-10000",
    "timer-15000",
    "worker-3000",
    "worker-8000",
    "worker-chain-3x4000",
];

/// The pixels that need a visitor who clicks, types, touches, or stays for half a minute.
pub const OF_MORE_THAN_A_VISIT: &[&str] =
    &["on-click", "on-keydown", "on-mousedown", "on-touchstart", "timer-30000"];

/// Pixels that depend on where focus and mouse were before: nobody's promise.
pub const PERHAPS: &[&str] = &["on-blur", "on-focus", "on-mouseleave"];

/// The names of the pixels that arrived, sorted, each once.
#[must_use]
pub fn fired(log: &[Received]) -> Vec<String> {
    let name = |row: &Received| {
        let name = row.path().strip_prefix("/t/")?.strip_suffix(".gif")?;
        Some(name.to_owned())
    };
    let mut names: Vec<String> = log.iter().filter_map(name).collect();
    names.sort();
    names.dedup();
    names
}

pub(super) async fn answer(call: &Call) -> Response {
    let wait = |ms| tokio::time::sleep(Duration::from_millis(ms));
    let response = match call.path() {
        "/t/slow-2500.js" => {
            wait(2500).await;
            let script = "pixel('slow-script-2500');\n\
                setTimeout(() => pixel('slow-script-then-1000'), 1000);\n";
            reply::bytes("text/javascript", script)
        }
        "/t/answer.txt" => {
            wait(300).await;
            reply::bytes("text/plain", "answered\n")
        }
        path if path.ends_with(".gif") => reply::gif(),
        path => match pages::find("timing", path) {
            Some((name, contents)) => {
                let port = call.shared.http_port.to_string();
                let page = String::from_utf8_lossy(contents).replace("HTTP_PORT", &port);
                reply::bytes(pages::media_type(&name), page)
            }
            None => reply::status(StatusCode::NOT_FOUND),
        },
    };
    reply::with(response, CACHE_CONTROL, "no-store")
}
