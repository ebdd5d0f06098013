//! How the vendors' hosts answer: scripts of our own under the vendors' names,
//! pixels, cookies and redirects as the real ones give them.

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::response::Response;

use super::server::Call;
use super::{hosts, pages, reply};

/// Host and path of every script and frame, and the file that stands in for it.
const FILES: &[(&str, &str, &str)] = &[
    ("connect.facebook.net", "/en_US/fbevents.js", "fbevents.js"),
    ("www.googletagmanager.com", "/gtag/js", "gtag.js"),
    ("www.googletagmanager.com", "/gtm.js", "gtm.js"),
    ("www.googleadservices.com", "/pagead/conversion_async.js", "ads.js"),
    (hosts::CLINIC_METRICS, "/gtag/js", "gtag.js"),
    ("snap.licdn.com", "/li.lms-analytics/insight.min.js", "insight.min.js"),
    (hosts::CLINIC_INFO, "/pd.js", "pd.js"),
    (hosts::UNKNOWN_PIXEL, "/loom.js", "loom.js"),
    ("cdn.cookielaw.org", "/scripttemplates/otSDKStub.js", "otSDKStub.js"),
    ("consent.cookiebot.com", "/uc.js", "cookiebot.js"),
    ("app.usercentrics.eu", "/browser-ui/latest/loader.js", "usercentrics.js"),
    ("sdk.privacy-center.org", "/lakeside/loader.js", "didomi.js"),
    ("cdn.privacy-mgmt.com", "/index.html", "sourcepoint.html"),
    ("consent-pref.trustarc.com", "/", "trustarc.html"),
];

/// Cookies that a host sets with its hits.
const COOKIES: &[(&str, &str)] = &[
    ("www.facebook.com", "fr=0aBcDeFgHiJk..BnAAAA; Max-Age=7776000; Domain=facebook.com"),
    (
        "googleads.g.doubleclick.net",
        "IDE=AHWqTUkLakeside; Max-Age=34128000; Domain=doubleclick.net",
    ),
    ("px.ads.linkedin.com", "li_sugr=5b1e6f0a-1c2d-4e3f; Max-Age=7776000; Domain=linkedin.com"),
    (hosts::UNKNOWN_PIXEL, "alid=7f3a9c51d2; Max-Age=63072000"),
];

/// The answer of a vendor's host.
pub(super) fn answer(call: &Call) -> Response {
    let (host, path) = (call.received.host.as_str(), call.path());
    let file = FILES.iter().find(|(h, p, _)| (*h, *p) == (host, path));
    let response = match file {
        Some((_, _, name)) => pages::serve("vendors", name),
        None => hit(call),
    };
    let response = match file {
        None => cookies(host, response),
        Some(_) => response,
    };
    // Vendors let every page read their answers.
    let origin = call.received.header("origin").unwrap_or("*");
    let allow = HeaderName::from_static("access-control-allow-origin");
    reply::with(reply::with(response, allow, origin), CACHE_CONTROL, "no-store")
}

/// The answer to a hit, by its vendor's habits.
fn hit(call: &Call) -> Response {
    let (path, query) = (call.path(), call.query());
    match call.received.host.as_str() {
        "connect.facebook.net" if path.starts_with("/signals/config/") => {
            reply::bytes("text/javascript", "// no automatic events\n")
        }
        "www.facebook.com" if matches!(path, "/tr" | "/tr/") => reply::gif(),
        "www.google-analytics.com" | "region1.google-analytics.com" | "analytics.google.com" => {
            reply::status(StatusCode::NO_CONTENT)
        }
        hosts::CLINIC_METRICS => {
            let id = "FPID=FPID2.2.lakeside; Max-Age=34560000; Domain=lakeside-clinic.example";
            let cookie = format!("{id}; Path=/; Secure; HttpOnly; SameSite=Lax");
            reply::cookie(reply::status(StatusCode::NO_CONTENT), &cookie)
        }
        hosts::CLINIC_INFO if path == "/analytics" => {
            let cookie = "visitor_id1042191=90210417; Max-Age=31536000; \
                Domain=lakeside-clinic.example; Path=/; Secure; SameSite=None";
            reply::cookie(reply::bytes("text/javascript", "// seen\n"), cookie)
        }
        "www.googleadservices.com" => {
            chain("googleads.g.doubleclick.net", "viewthroughconversion", query)
        }
        "googleads.g.doubleclick.net" if query.contains("label=") => {
            chain("www.google.com", "1p-conversion", query)
        }
        "googleads.g.doubleclick.net" => chain("www.google.com", "1p-user-list", query),
        "px.ads.linkedin.com" if path.starts_with("/wa") => reply::status(StatusCode::NO_CONTENT),
        "px.ads.linkedin.com" if !query.contains("cookiesTest") => {
            let next = format!("https://px.ads.linkedin.com/collect/?{query}&cookiesTest=true");
            reply::redirect(StatusCode::FOUND, &next)
        }
        "www.youtube-nocookie.com" => pages::serve("vendors", "embed.html"),
        host if host.ends_with(".fls.doubleclick.net") => pages::serve("vendors", "activityi.html"),
        _ => reply::gif(),
    }
}

/// The next hop of a Google Ads beacon, with the same parameters.
fn chain(host: &str, path: &str, query: &str) -> Response {
    let next = format!("https://{host}/pagead/{path}/10409117/?{query}&is_vtc=1&random2=2026");
    reply::redirect(StatusCode::FOUND, &next)
}

fn cookies(host: &str, response: Response) -> Response {
    COOKIES.iter().filter(|(h, _)| *h == host).fold(response, |response, (_, cookie)| {
        reply::cookie(response, &format!("{cookie}; Path=/; Secure; SameSite=None"))
    })
}
