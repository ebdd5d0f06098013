//! Stand-ins for the pages that bot walls answer with, as far as a visitor can tell them:
//! status, headers, the words, and what they load. And pages that only look like one.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

use crate::lab::reply;

/// One answer below `/wall/`.
#[derive(Debug, Clone, Copy)]
pub struct Wall {
    /// The end of its path.
    pub name: &'static str,
    /// HTTP status.
    pub status: u16,
    headers: &'static [(&'static str, &'static str)],
    /// What stands between head and end.
    page: &'static str,
}

impl Wall {
    const fn new(name: &'static str, status: u16, page: &'static str) -> Self {
        Self { name, status, headers: &[], page }
    }

    const fn with(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        Self { headers, ..self }
    }
}

/// Walls: what a visitor sees is not the site.
pub const WALLS: &[Wall] = &[
    Wall::new(
        "cloudflare-challenge",
        403,
        "<title>Just a moment...</title><p>Enable JavaScript and cookies to continue\
         <script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=8f3c'></script>",
    )
    .with(&[("cf-mitigated", "challenge"), ("server", "cloudflare")]),
    Wall::new(
        "cloudflare-translated",
        200,
        "<title>Einen Moment…</title><p>Überprüfung, ob Sie ein Mensch sind.\
         <script src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray=8f3c'></script>",
    ),
    Wall::new(
        "cloudflare-block",
        403,
        "<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1>\
         <h2>You are unable to access lakeside.example</h2><p>Cloudflare Ray ID: 8f3c2a10",
    ),
    Wall::new(
        "akamai",
        403,
        "<title>Access Denied</title><h1>Access Denied</h1>You don't have permission to access \
         \"http&#58;&#47;&#47;lakeside.example&#47;\" on this server.<p>Reference&#32;&#35;18.2d3e",
    )
    .with(&[("server", "AkamaiGHost")]),
    Wall::new(
        "akamai-challenge",
        428,
        "<title>&nbsp;</title><div id=sec-if-cpt-container></div>\
         <script src='/_sec/cp_challenge/sec-4-4.js'></script>",
    ),
    Wall::new(
        "akamai-200",
        200,
        "<title>Access Denied</title><h1>Access Denied</h1>You don't have permission to access \
         this page on this server.<p>Reference #18.2d3e1702.1700000000.1a2b3c",
    ),
    Wall::new(
        "datadome",
        403,
        "<title>lakeside.example</title><p>Please enable JS and disable any ad blocker\
         <script src='https://ct.captcha-delivery.com/c.js'></script>",
    )
    .with(&[("x-datadome", "protected")]),
    Wall::new(
        "datadome-200",
        200,
        "<title>lakeside.example</title>\
         <iframe src='https://geo.captcha-delivery.com/captcha/?initialCid=AHr'></iframe>",
    ),
    Wall::new(
        "human",
        403,
        "<title>Access to this page has been denied</title><div id=px-captcha></div>\
         <p>Press &amp; Hold to confirm you are a human (and not a bot).\
         <script src='https://captcha.px-cloud.net/PXabcd1234/captcha.js'></script>",
    ),
    Wall::new(
        "human-200",
        200,
        "<title>Human verification</title><p>Before we continue… Press &amp; Hold to confirm you \
         are a human.<div id=px-captcha></div>",
    ),
    Wall::new(
        "imperva",
        200,
        "<meta name=robots content='noindex, nofollow'><iframe id=main-iframe \
         src='/_Incapsula_Resource?SWUDNSAI=31&amp;xinfo=5-1234'>Request unsuccessful. Incapsula \
         incident ID: 1234000560123456789-987654321</iframe>",
    ),
    Wall::new(
        "imperva-distil",
        200,
        "<title>Pardon Our Interruption</title><h1>Pardon Our Interruption...</h1><p>As you were \
         browsing something about your browser made us think you were a bot.",
    ),
    Wall::new(
        "aws-challenge",
        202,
        "<title></title><script>window.gokuProps = {};</script>\
         <script src='https://de5282c3ca0c.edge.sdk.awswaf.com/de5282c3ca0c/challenge.js'></script>",
    )
    .with(&[("x-amzn-waf-action", "challenge")]),
    Wall::new(
        "aws-captcha",
        405,
        "<title>Human Verification</title><p>Let's confirm you are human\
         <script src='https://de5282c3ca0c.edge.captcha-sdk.awswaf.com/de5282c3ca0c/jsapi.js'></script>",
    )
    .with(&[("x-amzn-waf-action", "captcha")]),
    Wall::new(
        "kasada",
        429,
        "<script>window.KPSDK = {};</script><script src='/149e9513-01fa-4fb0-aad4-566afd725d1b/\
         2d206a39-8ed7-437e-a3be-862e0f06eea3/ips.js'></script>",
    )
    .with(&[("x-kpsdk-ct", "0abc")]),
    Wall::new(
        "sucuri",
        403,
        "<title>Sucuri WebSite Firewall - Access Denied</title><h1>Access Denied - Sucuri Website \
         Firewall</h1><p>Block reason: Bad bot access attempt.",
    )
    .with(&[("server", "Sucuri/Cloudproxy")]),
    Wall::new(
        "sucuri-challenge",
        200,
        "<title>You are being redirected...</title><noscript>Javascript is required. Please \
         enable javascript before you are allowed to see this page.</noscript>\
         <script>const sucuri_cloudproxy_js = '';</script>",
    )
    .with(&[("x-sucuri-id", "12005"), ("server", "Sucuri/Cloudproxy")]),
    Wall::new(
        "f5",
        200,
        "<title>Request Rejected</title>The requested URL was rejected. Please consult with your \
         administrator.<br><br>Your support ID is: 1234567890123456789",
    ),
    Wall::new("forbidden", 403, "<title>403 Forbidden</title><h1>Forbidden</h1>"),
    Wall::new("too-many", 429, "<title>Too many requests</title><p>Slow down."),
    Wall::new(
        "unavailable-captcha",
        503,
        "<title>Sorry!</title><p>Enter the characters you see below. Sorry, we just need to make \
         sure you're not a robot.<form action=/validate><input name=field-keywords></form>",
    ),
    Wall::new(
        "recaptcha-200",
        200,
        "<title>One more step</title><p>Please complete the security check to access the site.\
         <div class=g-recaptcha></div><script src='https://www.recaptcha.net/recaptcha/api.js'></script>",
    ),
    Wall::new(
        "hcaptcha-200",
        200,
        "<title>lakeside.example</title><p>Please verify you are human to continue.\
         <div class=h-captcha></div><script src='https://js.hcaptcha.com/1/api.js'></script>",
    ),
    Wall::new(
        "turnstile-200",
        200,
        "<title>Checking</title><p>Checking if the site connection is secure.<div class=cf-turnstile>\
         </div><script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>",
    ),
    Wall::new(
        "denied-200",
        200,
        "<title>Access denied</title><h1>Access denied</h1><p>Your request has been blocked by our \
         security service. Unusual traffic from your network.",
    ),
    Wall::new(
        "ddos-guard",
        503,
        "<title>DDoS-Guard</title><p>Checking your browser before accessing lakeside.example.",
    ),
];

const PROSE: &str = "<nav><a href=/good/a>Home</a> <a href=/good/b>Doctors</a> <a href=/good/c>\
    Services</a> <a href=/good/d>About</a> <a href=/good/e>Contact</a> <a href=/good/f>Jobs</a></nav>\
    <p>Our clinic by the lake has cared for families since 1962. We see patients from Monday to \
    Friday between eight and six, and on Saturday mornings without an appointment. Our doctors \
    speak English, German and French, and there is parking behind the house.";

/// Pages that have something of a wall and are none.
pub const NEAR_WALLS: &[Wall] = &[
    Wall::new(
        "contact-form",
        200,
        "<title>Contact us</title>NAV<form action=/send><input name=name><input name=email \
         type=email><textarea name=message></textarea><p>Please complete the security check to \
         show that you are not a robot.<div class=g-recaptcha></div><button>Send</button></form>\
         <script src='https://www.recaptcha.net/recaptcha/api.js'></script>",
    ),
    Wall::new(
        "login",
        200,
        "<title>Sign in</title><form action=/send><input name=user><input name=password \
         type=password><div class=cf-turnstile></div><p>Verify you are human<button>Sign in</button>\
         </form><script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>",
    ),
    Wall::new(
        "article",
        200,
        "<title>Are you a robot? How captchas work</title>NAV<h1>Are you a robot?</h1>NAV<p>\
         \"Checking your browser\", \"Access denied\", \"Please verify you are human\": everybody has \
         read these words. Why do sites ask?",
    ),
    Wall::new(
        "security-check",
        200,
        "<title>Security check for your heart</title>NAV<p>A check in time. \
         <script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
    ),
    Wall::new(
        "protected",
        200,
        "<title>Our services</title>NAV<script src='https://js.datadome.co/tags.js'></script>\
         <script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e'></script>\
         <script src='https://de5282c3ca0c.edge.sdk.awswaf.com/de5282c3ca0c/challenge.js'></script>",
    )
    .with(&[("x-datadome", "protected"), ("server", "cloudflare"), ("x-sucuri-id", "12005")]),
    Wall::new("short", 200, "<title>Thank you</title><p>We have received your message."),
];

/// The answer of one of them.
pub(super) fn answer(name: &str) -> Response {
    let Some(wall) = WALLS.iter().chain(NEAR_WALLS).find(|wall| wall.name == name) else {
        return reply::status(StatusCode::NOT_FOUND);
    };
    let head = "<!doctype html><html lang=en><meta charset=utf-8><link rel=icon href='data:,'>";
    let page = format!("{head}{}", wall.page.replace("NAV", PROSE));
    let mut response = reply::bytes("text/html; charset=utf-8", page);
    *response.status_mut() = StatusCode::from_u16(wall.status).unwrap_or_default();
    for (name, value) in wall.headers {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}
