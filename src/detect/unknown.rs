//! How much a third-party request that no signature knows looks like a pixel.

use url::Url;

use super::UnknownPixel;
use super::flags::{names_a_person, readable};
use super::page::Page;
use crate::decode::content_decoded;
use crate::health::mask;
use crate::model::{Request, ResourceKind, host_of, registrable_domain, same_site};

/// From this score on, of 10, a request looks like a pixel and is reported.
pub const PIXEL_LIKE: u8 = 5;

/// From this score on a request does more than bring content.
pub(super) const TELLING: u8 = 2;

/// What is read of a body, in bytes.
const READ: usize = 256 * 1024;

/// A pixel's picture is this small, in bytes.
const TINY: u64 = 200;

/// What comes over the network for a tiny picture, headers and all, in bytes.
const TINY_WITH_HEADERS: u64 = 1_000;

/// Path segments that name what a pixel does.
const NAMES: &[&str] = &[
    "pixel",
    "pixels",
    "beacon",
    "collect",
    "collector",
    "track",
    "tracking",
    "tracker",
    "event",
    "events",
    "imp",
    "impression",
    "log",
    "hit",
    "ping",
    "conversion",
    "sync",
    "usersync",
];

/// A third-party request that brings no content, with its score.
pub(super) fn judge(request: &Request, page: &Page<'_>) -> Option<UnknownPixel> {
    let host = host_of(&request.url);
    if host.is_empty() || same_site(&host, &page.host) || !is_candidate(request) {
        return None;
    }
    let (score, reasons) = score(request, page);
    Some(UnknownPixel {
        visit: page.visit.id.clone(),
        request: request.id.clone(),
        domain: registrable_domain(&host),
        perhaps: None,
        url: mask(&request.url),
        score,
        reasons,
    })
}

/// What brings no content: code, styles, fonts and media serve the page.
fn is_candidate(request: &Request) -> bool {
    use ResourceKind as Kind;
    let kind = matches!(
        request.kind,
        Kind::Image | Kind::Xhr | Kind::Fetch | Kind::Beacon | Kind::Ping | Kind::WebSocket
    ) || request.kind == Kind::Document && !request.frame.top
        || request.kind == Kind::Other;
    kind && request.was_sent()
}

fn score(request: &Request, page: &Page<'_>) -> (u8, Vec<String>) {
    let encoding = request.header("content-encoding").unwrap_or_default();
    let body = content_decoded(request.body_bytes(), encoding);
    let body = &readable(&body[..body.len().min(READ)]);
    let mut signs: Vec<(u8, &str)> = Vec::new();
    let mut sign = |holds: bool, points: u8, reason: &'static str| {
        if holds {
            signs.push((points, reason));
        }
    };
    let beacon = matches!(request.kind, ResourceKind::Beacon | ResourceKind::Ping);
    sign(is_tiny_image(request), 3, "1×1 image");
    sign(beacon, 3, "beacon");
    sign(!beacon && is_empty_answer(request), 2, "answered with nothing");
    sign(has_id(&request.url) || has_id_in(body), 2, "identifier in the data");
    sign(tells_page(request, body, page), 2, "page address in the data");
    sign(sets_id_cookie(request), 3, "third-party cookie");
    sign(named_pixel(&request.url), 2, "path names a pixel");
    sign(hops_sites(request, page), 2, "redirect across sites");
    let person = names_a_person(&request.url) || names_a_person(body) || messages_tell(request);
    sign(person, 4, "personal value in the data");
    let score = signs.iter().map(|(points, _)| points).sum::<u8>().min(10);
    (score, signs.into_iter().map(|(_, reason)| reason.to_owned()).collect())
}

fn is_tiny_image(request: &Request) -> bool {
    let Some(response) = &request.response else { return false };
    let told = response.header("content-length").and_then(|length| length.parse::<u64>().ok());
    let tiny = match (told, response.length) {
        (Some(length), _) => length <= TINY,
        (None, Some(length)) => length <= TINY_WITH_HEADERS,
        (None, None) => false,
    };
    request.kind == ResourceKind::Image && (response.status == 204 || tiny)
}

/// A request with a body or a query, to which the server had nothing to say.
fn is_empty_answer(request: &Request) -> bool {
    let Some(response) = &request.response else { return false };
    let empty = response.status == 204 || response.header("content-length") == Some("0");
    empty && request.kind != ResourceKind::Image
}

fn has_id(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.query_pairs().take(200).any(|(_, value)| is_id(&value)))
}

fn has_id_in(body: &str) -> bool {
    let separators = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.');
    body.split(separators).take(2_000).any(is_id)
}

/// Long enough to tell one visitor from another, and no word.
fn is_id(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    plain && (16..=128).contains(&value.len()) && digits >= 4
}

/// The page's own address, plain or percent-encoded.
fn tells_page(request: &Request, body: &str, page: &Page<'_>) -> bool {
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let host = page.host.as_str();
    !host.is_empty() && (query.contains(host) || body.contains(host))
}

fn sets_id_cookie(request: &Request) -> bool {
    let cookies = request.response.iter().flat_map(|response| response.set_cookies());
    let mut values = cookies.filter_map(|cookie| {
        let pair = cookie.split(';').next().unwrap_or_default();
        pair.split_once('=').map(|(_, value)| value.trim())
    });
    values.any(is_id)
}

fn named_pixel(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    url.path()
        .split(['/', '.', '-', '_'])
        .any(|part| NAMES.iter().any(|name| part.eq_ignore_ascii_case(name)))
}

/// Sent on by another third party: identifiers are being matched.
fn hops_sites(request: &Request, page: &Page<'_>) -> bool {
    let Some(before) = &request.redirected_from else { return false };
    page.request(before).is_some_and(|before| {
        let (from, to) = (host_of(&before.url), host_of(&request.url));
        !same_site(&from, &to) && !same_site(&from, &page.host)
    })
}

fn messages_tell(request: &Request) -> bool {
    let sent = request.websocket.iter().filter(|message| message.sent && !message.binary);
    sent.take(50).any(|message| names_a_person(&message.payload))
}
