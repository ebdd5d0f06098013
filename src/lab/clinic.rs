//! The fictional clinic: static pages in one layout, and forms that lead on.

use axum::http::StatusCode;
use axum::response::Response;

use super::server::Call;
use super::{hosts, pages, reply};

/// The one patient whom the portal lets in; all of it is made up.
pub const PORTAL_USER: &str = "jordan.rivera@mail.example";
/// That patient's password, with letters that every encoding writes in its own way.
pub const PORTAL_PASSWORD: &str = "Lake & Side/2026+\"42\"";

/// The cookie of a patient who is logged in.
const PATIENT: &str = "lakeside_patient=";

/// Where each form leads.
const FORMS: &[(&str, &str)] = &[
    ("/appointments", "/appointments/thank-you"),
    ("/portal", "/portal?failed"),
    ("/portal/appointments", "/portal/time"),
    ("/portal/time", "/portal/booked"),
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
        _ => session(call, portal(call).unwrap_or_else(|| visit(call))),
    }
}

/// The patient portal: the form lets one patient in, and only a patient sees more.
fn portal(call: &Call) -> Option<Response> {
    let path = call.path();
    if path == "/portal" && call.method() == "POST" && may_enter(&call.received.body) {
        let home = reply::redirect(StatusCode::SEE_OTHER, "/portal/home");
        let cookie = format!("{PATIENT}jordan; Path=/portal; Secure; HttpOnly; SameSite=Lax");
        return Some(reply::cookie(home, &cookie));
    }
    if !path.starts_with("/portal/") {
        return None;
    }
    if path == "/portal/logout" {
        let out = reply::redirect(StatusCode::SEE_OTHER, "/portal");
        return Some(reply::cookie(out, &format!("{PATIENT}; Path=/portal; Max-Age=0")));
    }
    let is_patient =
        call.received.header("cookie").is_some_and(|cookies| cookies.contains(PATIENT));
    (!is_patient).then(|| reply::redirect(StatusCode::SEE_OTHER, "/portal"))
}

fn may_enter(body: &[u8]) -> bool {
    let fields: Vec<_> = url::form_urlencoded::parse(body).collect();
    let is = |name: &str, value: &str| fields.iter().any(|(n, v)| n == name && v == value);
    is("username", PORTAL_USER) && is("password", PORTAL_PASSWORD)
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
