//! Going to an address, and what can come of it.

use std::time::Duration;

use serde_json::json;

use super::Arrival;
use super::cdp::CdpError;
use super::error::BrowserError;
use super::hub::{Wait, within};
use super::tab::Tab;
use crate::model::{Outcome, ResourceKind, host_of};

/// How often the browser is asked to forget where a page came from.
const FORGET_TRIES: usize = 50;

/// Goes there, waits for `load`, and says how it went.
pub(super) async fn go(tab: &Tab, url: &str, at_most: Duration) -> Result<Arrival, BrowserError> {
    let deadline = within(at_most);
    let (commits, is_first) =
        tab.with(|state| (state.commits, !state.on_web)).ok_or_else(|| tab.gone())?;
    let answer = tab.go_to(url, at_most).await;
    let mut download = false;
    let outcome = match answer {
        Ok(answer) => match answer["errorText"].as_str() {
            Some(error) => {
                download = answer["isDownload"].as_bool() == Some(true);
                refused(url, error, download)
            }
            None => {
                let forget = async {
                    if is_first {
                        forget_blank_page(tab).await;
                    }
                };
                tokio::join!(loaded(tab, commits, url, deadline, at_most), forget).0?
            }
        },
        Err(CdpError::Timeout { .. }) => {
            tab.hub.cdp.send(&tab.session, "Page.stopLoading", json!({}));
            timed_out(url, "did not answer", at_most)
        }
        Err(CdpError::Refused { message, .. }) => {
            Outcome::Failed { message: format!("{url}: {message}") }
        }
        Err(CdpError::Broken { .. }) => broken(tab, url).unwrap_or_default(),
        Err(error @ CdpError::Closed { .. }) => return Err(error.into()),
    };
    Ok(Arrival { download, ..arrival(tab, outcome) })
}

/// The blank page that every window begins with is no place that a page may go back to.
/// A page tells that it is there before the browser's history knows of it.
async fn forget_blank_page(tab: &Tab) {
    for _ in 0..FORGET_TRIES {
        let asked = async |method| tab.command(&tab.session, method, json!({})).await;
        drop(asked("Page.resetNavigationHistory").await);
        let Ok(history) = asked("Page.getNavigationHistory").await else { return };
        let entries = history["entries"].as_array().map_or(&[][..], Vec::as_slice);
        if !entries.iter().any(|entry| entry["url"].as_str() == Some("about:blank")) {
            return;
        }
    }
}

async fn loaded(
    tab: &Tab,
    commits: u64,
    url: &str,
    deadline: std::time::Instant,
    at_most: Duration,
) -> Result<Outcome, BrowserError> {
    let waited = tab.hub.wait_until(deadline, |state| {
        if state.closed {
            return Wait::Done(Err(tab.gone()));
        }
        let Some((_, page)) = state.tab_of(&tab.session) else {
            return Wait::Done(Err(tab.gone()));
        };
        if let Some(outcome) = broken(tab, url) {
            return Wait::Done(Ok(outcome));
        }
        let arrived = page.commits > commits && page.loaded;
        if arrived { Wait::Done(Ok(Outcome::Loaded)) } else { Wait::ForEvent }
    });
    if let Some(outcome) = waited.await {
        return outcome;
    }
    tab.look_alive().await;
    Ok(broken(tab, url).unwrap_or_else(|| timed_out(url, "did not finish loading", at_most)))
}

/// What a page that answers no more has come to.
fn broken(tab: &Tab, url: &str) -> Option<Outcome> {
    tab.broken().map(|why| why.outcome(url))
}

fn arrival(tab: &Tab, outcome: Outcome) -> Arrival {
    let seen = tab.with(|state| {
        let mut documents = state.recorder.requests().iter();
        let document =
            documents.rfind(|r| r.kind == ResourceKind::Document && r.frame.id == state.target);
        let status = document.and_then(|r| r.response.as_ref()).map(|r| r.status);
        (state.url(), status.filter(|status| *status > 0))
    });
    let (final_url, status) = seen.unwrap_or_default();
    Arrival { outcome, final_url, status, download: false }
}

fn timed_out(url: &str, what: &str, at_most: Duration) -> Outcome {
    Outcome::TimedOut { message: format!("{url} {what} within {} s", at_most.as_secs()) }
}

/// A navigation that the browser gave up, in words.
fn refused(url: &str, error: &str, download: bool) -> Outcome {
    if download {
        return Outcome::Failed { message: format!("{url} is a download, not a page") };
    }
    let host = host_of(url);
    let words = match error {
        "net::ERR_NAME_NOT_RESOLVED" => format!("there is no host {host}"),
        "net::ERR_CONNECTION_REFUSED" => format!("{host} refused the connection"),
        "net::ERR_CONNECTION_RESET" | "net::ERR_CONNECTION_CLOSED" | "net::ERR_EMPTY_RESPONSE" => {
            format!("{host} closed the connection without an answer")
        }
        "net::ERR_CONNECTION_TIMED_OUT" | "net::ERR_TIMED_OUT" => format!("{host} did not answer"),
        "net::ERR_TOO_MANY_REDIRECTS" => format!("{url} redirects in a circle"),
        "net::ERR_ABORTED" => format!("{url} gave an empty answer"),
        "net::ERR_BLOCKED_BY_CLIENT" => format!("{url} was blocked inside the browser"),
        code if code.starts_with("net::ERR_CERT") || code.starts_with("net::ERR_SSL") => {
            format!("{host} has no certificate that this browser trusts")
        }
        _ => format!("{url} could not be loaded"),
    };
    Outcome::Failed { message: format!("{words} ({error})") }
}
