//! A site with more pages than anyone wants to visit, for what a crawl chooses: entries
//! of lists, a calendar, links that change something, links that only the markup holds,
//! robots.txt, and a sitemap in an index and packed.

use std::fmt::Write as _;
use std::io::Write as _;

use axum::http::StatusCode;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::server::Call;
use super::{hosts, reply};

/// What must never be asked for: it would change something.
pub const DEEDS: &[&str] =
    &["/account/logout", "/items/7", "/newsletter/unsubscribe", "/cart/add/3"];
/// What robots.txt disallows; the first one is linked, the second one in the sitemap.
pub const DISALLOWED: &[&str] = &["/private/linked", "/private/listed", "/private/unlinked"];
/// Pages that only the sitemap knows.
pub const LISTED_ONLY: &str = "/listed/only-there";
/// Pages that only the markup knows: in `noscript`, in a `template`, as a GET form.
pub const HIDDEN: &[&str] = &["/plain", "/later", "/find"];

/// The answer of the site, and of its host that is down.
pub(super) fn answer(call: &Call) -> Response {
    if call.received.host == hosts::WALK_DOWN {
        return reply::status(StatusCode::SERVICE_UNAVAILABLE);
    }
    let origin = format!("http://{}:{}", hosts::WALK, call.shared.http_port);
    match call.path() {
        "/robots.txt" => {
            let text = "User-agent: *\nDisallow: /private/\nSitemap: /sitemap-index.xml\n";
            reply::bytes("text/plain; charset=utf-8", text)
        }
        "/sitemap-index.xml" => {
            let list = format!("<sitemap><loc>{origin}/sitemap-1.xml.gz</loc></sitemap>");
            reply::bytes("application/xml", format!("<sitemapindex>{list}</sitemapindex>"))
        }
        "/sitemap-1.xml.gz" => reply::bytes("application/gzip", packed(&sitemap(&origin))),
        "/" => page("Start", &links(call.shared.http_port)),
        path => page(path, "<p><a href=\"/\">Start</a></p>"),
    }
}

fn page(title: &str, body: &str) -> Response {
    let html = format!("<!doctype html><title>{title}</title><main><h1>{title}</h1>{body}</main>");
    reply::bytes("text/html; charset=utf-8", html)
}

fn links(port: u16) -> String {
    let mut html = String::from(
        "<a href=\"/about?utm_source=menu\">About us</a> <a href=\"/about/#team\">Our team</a>
        <a href=\"/book-appointment\">Book an appointment</a>
        <a href=\"/account/logout\">Log out</a> <a href=\"/items/7\" data-method=\"delete\">Item</a>
        <a href=\"/newsletter/unsubscribe?u=1\">Newsletter</a> <a href=\"/cart/add/3\">Buy</a>
        <a href=\"/private/linked\">Staff</a> <a href=\"/brochure.pdf\">Brochure</a>
        <noscript><a href=\"/plain\">Plain version</a></noscript>
        <template><a href=\"/later\">Later</a></template>
        <form action=\"/find\"><input name=\"q\"><button>Find</button></form>",
    );
    let _ = write!(html, "<a href=\"http://{}:{port}/\">Status</a>", hosts::WALK_DOWN);
    for number in 1..=30 {
        let _ = write!(html, "<a href=\"/doctors/{number}\">Doctor {number}</a> ");
        let _ = write!(html, "<a href=\"/product?id={number}\">Product {number}</a> ");
        let _ = write!(html, "<a href=\"/calendar?day=2026-01-{number:02}\">{number}</a> ");
    }
    for name in [
        "asthma", "gout", "hiv", "flu", "acne", "eczema", "croup", "mumps", "angina", "colds",
        "sprains", "warts",
    ] {
        let _ = write!(html, "<a href=\"/conditions/{name}\">{name}</a> ");
    }
    html
}

fn sitemap(origin: &str) -> String {
    let paths = [LISTED_ONLY, DISALLOWED[1], "/", "/about"];
    let url = |path: &str| format!("<url><loc>{origin}{path}</loc></url>");
    let mut urls: String = paths.iter().map(|path| url(path)).collect();
    urls.extend((31..=60).map(|number| url(&format!("/doctors/{number}"))));
    format!("<urlset>{urls}</urlset>")
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}
