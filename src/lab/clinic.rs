//! The fictional clinic: static pages in one layout, and forms that lead on.

use axum::http::StatusCode;
use axum::response::Response;

use super::server::Call;
use super::{hosts, pages, reply};

/// Where each form leads.
const FORMS: &[(&str, &str)] = &[
    ("/appointments", "/appointments/thank-you"),
    ("/portal", "/portal?failed"),
    ("/billing", "/billing?sent"),
    ("/contact", "/contact?sent"),
];

/// The answer of the clinic's own hosts.
pub(super) fn answer(call: &Call) -> Response {
    match call.received.host.as_str() {
        hosts::CLINIC_BARE => {
            let to = format!("https://{}{}", hosts::CLINIC, call.received.path_and_query);
            reply::redirect(StatusCode::MOVED_PERMANENTLY, &to)
        }
        hosts::CLINIC_OLD => pages::serve("clinic", "/archive.html"),
        _ => session(call, visit(call)),
    }
}

fn visit(call: &Call) -> Response {
    let path = call.path();
    if call.method() == "POST" {
        let form = FORMS.iter().find(|(from, _)| *from == path);
        return match form {
            Some((_, to)) => reply::redirect(StatusCode::SEE_OTHER, to),
            None => reply::status(StatusCode::METHOD_NOT_ALLOWED),
        };
    }
    match pages::find("clinic", path) {
        Some((name, contents)) if name.ends_with(".html") => laid_out(contents),
        Some((name, contents)) => reply::bytes(pages::media_type(&name), contents),
        None => {
            let missing = "<title>Page not found | Lakeside Clinic</title>\n\
                <main id=\"main\"><h1>We could not find that page</h1></main>";
            let mut response = laid_out(missing.as_bytes());
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}

/// A page in the layout: what stands before `<main` belongs in the head.
fn laid_out(page: &[u8]) -> Response {
    let layout = pages::file("clinic/layout.html").unwrap_or_default();
    let page = String::from_utf8_lossy(page);
    let (head, main) = page.split_at(page.find("<main").unwrap_or_default());
    let whole = String::from_utf8_lossy(layout).replacen("<!-- head -->", head, 1).replacen(
        "<!-- main -->",
        main,
        1,
    );
    reply::bytes("text/html; charset=utf-8", whole)
}

/// Gives a new visitor the one cookie that the clinic itself needs.
fn session(call: &Call, response: Response) -> Response {
    let known = call.received.header("cookie").is_some_and(|c| c.contains("lakeside_session="));
    if known {
        return response;
    }
    let number = call.received.number;
    let cookie = format!("lakeside_session=s{number:08}; Path=/; Secure; HttpOnly; SameSite=Lax");
    reply::cookie(response, &cookie)
}
