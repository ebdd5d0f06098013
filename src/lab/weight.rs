//! A site of ordinary weight, for measuring: each page has some forty tags of other
//! sites, pictures, style, scripts, frames and fonts, 1 to 2 MB in all. The same number
//! always gives the same page.

use std::fmt::{self, Write as _};
use std::sync::OnceLock;

use axum::http::StatusCode;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::response::Response;

use super::server::Call;
use super::{hosts, reply};

/// Tags on each page, each on a site of its own: `tag01.localhost` and so on.
pub const TAGS: usize = 45;
/// Pages that the site has; each links to ten more.
pub const PAGES: usize = 1_000;
/// Tags that stand in the page itself; the first of them brings the others.
const IN_PAGE: usize = 10;
/// Pictures of a page; those in the second half are lazy.
const PICTURES: usize = 14;
/// Bytes of a script that is made up.
const SCRIPT: usize = 20 << 10;

/// Whether a host is one of the site's or of its tags'.
pub(super) fn is_host(host: &str) -> bool {
    host == hosts::WEIGHT || tag_of(host).is_some()
}

/// The number of a tag's host.
fn tag_of(host: &str) -> Option<usize> {
    let number = host.strip_prefix("tag")?.strip_suffix(".localhost")?;
    number.parse().ok().filter(|tag| (1..=TAGS).contains(tag))
}

/// The path of a page.
#[must_use]
pub fn path(page: usize) -> String {
    if page == 0 { "/".to_owned() } else { format!("/page/{page}") }
}

pub(super) fn answer(call: &Call) -> Response {
    let port = call.shared.http_port;
    let path = call.path();
    let kept = |response| reply::with(response, CACHE_CONTROL, "max-age=600");
    let response = match (tag_of(&call.received.host), path) {
        (Some(tag), "/tag.js") => kept(script(&tag_script(tag, port), SCRIPT)),
        (Some(_), "/frame.html") => frame(),
        (Some(_), _) => reply::with(reply::gif(), CACHE_CONTROL, "no-store"),
        (None, "/site.css") => kept(reply::bytes("text/css", filler_css())),
        (None, path) if path.ends_with(".js") => kept(script("", 3 * SCRIPT)),
        (None, path) if path.ends_with(".png") => kept(reply::bytes("image/png", picture())),
        (None, path) if path.ends_with(".woff2") => kept(reply::bytes("font/woff2", picture())),
        (None, path) => match page_of(path) {
            Some(number) => reply::bytes("text/html; charset=utf-8", page(number, port)),
            None => reply::status(StatusCode::NOT_FOUND),
        },
    };
    reply::with(response, ACCESS_CONTROL_ALLOW_ORIGIN, "*")
}

fn page_of(path: &str) -> Option<usize> {
    if path == "/" {
        return Some(0);
    }
    path.strip_prefix("/page/")?.parse().ok().filter(|page| (1..PAGES).contains(page))
}

fn page(number: usize, port: u16) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Page {number}</title>\n\
         <link rel=\"stylesheet\" href=\"/site.css\"><link rel=\"icon\" href=\"data:,\">\n\
         <script src=\"/head.js\"></script><script src=\"/site-{}.js\" defer></script>\n",
        number % 7
    );
    for tag in 1..=IN_PAGE {
        tag_element(&mut html, tag, port);
    }
    html.push_str("</head><body><main>\n");
    for paragraph in 0..60 {
        let words = WORDS.iter().cycle().skip((number * 31 + paragraph * 7) % WORDS.len()).take(90);
        html.push_str("<p>");
        words.for_each(|word| html.extend([word, " "]));
        html.push_str("</p>\n");
        if paragraph.is_multiple_of(4) && paragraph / 4 < PICTURES {
            let lazy = if paragraph / 4 >= PICTURES / 2 { " loading=\"lazy\"" } else { "" };
            let file = format!("/picture-{}.png", (number * PICTURES + paragraph / 4) % 97);
            add(
                &mut html,
                format_args!("<img src=\"{file}\"{lazy} width=\"96\" height=\"96\" alt=\"\">\n"),
            );
        }
    }
    for tag in [3, 17] {
        add(
            &mut html,
            format_args!(
                "<iframe src=\"http://tag{tag:02}.localhost:{port}/frame.html\"></iframe>\n"
            ),
        );
    }
    for next in (number * 10 + 1..=number * 10 + 10).filter(|next| *next < PAGES) {
        add(&mut html, format_args!("<a href=\"{}\">Page {next}</a>\n", path(next)));
    }
    html.push_str("</main></body></html>\n");
    html
}

fn tag_element(html: &mut String, tag: usize, port: u16) {
    let source = format!("http://tag{tag:02}.localhost:{port}/tag.js");
    add(html, format_args!("<script src=\"{source}\" async></script>\n"));
}

/// What a tag does: it counts the view by a picture, stores an id, and tells more in a
/// POST; some wait. The first brings those that are not in the page.
fn tag_script(tag: usize, port: u16) -> String {
    let own = format!("http://tag{tag:02}.localhost:{port}");
    let mut script = format!(
        "(() => {{ const own = '{own}', key = 'tag{tag:02}_id';\n\
         if (!localStorage.getItem(key)) localStorage.setItem(key, String(Math.random()));\n\
         if (!document.cookie.includes(key)) document.cookie = key + '=' + Math.random() + '; path=/; max-age=7776000';\n\
         const data = new URLSearchParams({{ id: 'T-{tag}', ev: 'PageView', dl: location.href, dt: document.title,\n\
           cid: localStorage.getItem(key), sw: screen.width, sh: screen.height, ts: Date.now() }});\n\
         new Image().src = own + '/collect?' + data;\n"
    );
    if tag.is_multiple_of(3) {
        script.push_str("navigator.sendBeacon(own + '/beacon', JSON.stringify({ ev: 'view', url: location.href, links: document.links.length }));\n");
    }
    if tag.is_multiple_of(5) {
        script.push_str(
            "setTimeout(() => { new Image().src = own + '/collect?ev=stay&' + data; }, 1500);\n",
        );
    }
    if tag.is_multiple_of(9) {
        script.push_str(
            "addEventListener('pagehide', () => navigator.sendBeacon(own + '/beacon', 'bye'));\n",
        );
    }
    if tag == 1 {
        add(
            &mut script,
            format_args!(
                "for (let n = {}; n <= {TAGS}; n++) {{ const s = document.createElement('script'); s.async = true;\n\
             s.src = 'http://tag' + String(n).padStart(2, '0') + '.localhost:{port}/tag.js'; document.head.append(s); }}\n",
                IN_PAGE + 1
            ),
        );
    }
    script.push_str("})();\n");
    script
}

/// A script that begins so, and goes on with functions up to a length.
fn script(begins: &str, length: usize) -> Response {
    static FILLER: OnceLock<String> = OnceLock::new();
    let filler = FILLER.get_or_init(|| {
        let mut text = String::new();
        for n in 0..1_200 {
            add(&mut text, format_args!("function f{n}(a,b){{var c=a*{n}+b,d=[];for(var i=0;i<{n};i++){{c=(c^i)<<1;d.push(c)}}return d}}\n"));
        }
        text
    });
    let rest = &filler[..filler.len().min(length)];
    let whole_lines = &rest[..rest.rfind('\n').map_or(0, |end| end + 1)];
    reply::bytes("text/javascript", format!("{begins}{whole_lines}"))
}

fn filler_css() -> String {
    let mut css = String::from(
        "@font-face{font-family:Site;src:url(/site.woff2)}body{font-family:Site,serif}\n",
    );
    for n in 0..600 {
        add(
            &mut css,
            format_args!(
                ".block-{n} > .part-{n}:hover{{margin:{n}px;color:#{n:06x};padding:1px}}\n"
            ),
        );
    }
    css
}

fn frame() -> Response {
    let html = "<!doctype html><title>frame</title><script>new Image().src = '/collect?ev=frame';</script>";
    reply::bytes("text/html; charset=utf-8", html)
}

/// Noise of 96 × 96 points as a PNG: some 27 KB, as noise does not compress.
fn picture() -> Vec<u8> {
    static PICTURE: OnceLock<Vec<u8>> = OnceLock::new();
    let made = PICTURE.get_or_init(|| {
        let mut state = 0x2545_f491_u32;
        let noise = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_be_bytes()[0]
        });
        let points: Vec<u8> = noise.take(96 * 96 * 3).collect();
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, 96, 96);
        encoder.set_color(png::ColorType::Rgb);
        let written = encoder.write_header().and_then(|mut w| w.write_image_data(&points));
        // Writing to memory does not fail; a picture that is none is a request all the same.
        drop(written);
        png
    });
    made.clone()
}

fn add(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    out.write_fmt(text).unwrap_or_default();
}

const WORDS: &[&str] = &[
    "care",
    "patients",
    "visit",
    "clinic",
    "doctors",
    "heart",
    "family",
    "health",
    "today",
    "our",
    "team",
    "offers",
    "with",
    "the",
    "and",
    "for",
    "every",
    "season",
    "help",
    "book",
    "online",
    "results",
    "portal",
    "questions",
    "answers",
    "about",
    "your",
    "stay",
];
