//! The faults: page, what is wrong with it, what comes of it, and what must be kept.

use crate::fault::{Came, Fault};

use Came::{Blocked, Failed, Loaded, Moving, TimedOut, With};

const fn fault(page: &'static str, what: &'static str, came: Came) -> Fault {
    Fault { page, what, came, keeps: &[] }
}

impl Fault {
    const fn keeps(self, keeps: &'static [&'static str]) -> Self {
        Self { keeps, ..self }
    }
}

/// What a page that behaves sends, from its first request to its last.
const GOOD: &[&str] = &["good=image", "good=now", "good=soon", "good=bye"];

const fn good(page: &'static str) -> Fault {
    fault(page, "nothing: it stands beside the others", Loaded).keeps(GOOD)
}

/// Pages that end by themselves, or never do and can be left.
pub(crate) const PAGES: &[Fault] = &[
    good("/good/1"),
    fault("/push-state-storm", "changes its address every 2 ms", Loaded)
        .keeps(&["seen?push-state"]),
    fault("/history-back-loop", "goes back for ever", Loaded).keeps(&["seen?history-back-loop"]),
    fault("/never-idle", "asks the server five times a second", Loaded).keeps(&["/poll"]),
    fault("/dialogs", "alert, confirm and prompt, and asks to stay", Loaded)
        .keeps(&["agreed=false&name=null", "seen?dialogs-bye"]),
    fault("/dialogs-in-frame", "the same in frames, one of another site", Loaded)
        .keeps(&["bad-frame.localhost", "agreed=false"]),
    fault("/auth", "asks for a password (HTTP 401)", Failed("HTTP 401")),
    fault("/auth-image", "a picture that asks for a password", Loaded)
        .keeps(&["/auth", "seen?auth-image"]),
    fault("/permissions", "asks for notifications, place, camera, clipboard, MIDI", Loaded)
        .keeps(&["seen?permissions", "permission=camera"]),
    fault("/download", "a file instead of a page", Failed("is a download")),
    fault("/download-in-frame", "a file in a frame", Loaded)
        .keeps(&["/download", "seen?download-in-frame"]),
    fault("/download-by-script", "files that a script asks for", Loaded).keeps(&[
        "seen?download-by-script",
        "/download?link",
        "/download?location",
    ]),
    fault("/print-loop", "prints itself for ever", Loaded).keeps(&["seen?print-loop"]),
    fault("/big-response", "an answer of 50 MB", Loaded).keeps(&["big-response=52428800"]),
    fault("/deep-tree", "100,000 elements, and 2,000 within each other", Loaded)
        .keeps(&["seen?deep-tree"]),
    fault("/frames", "50 frames within each other", Loaded).keeps(&["seen?innermost"]),
    fault("/events-forever", "server-sent events without end", Loaded).keeps(&["/events"]),
    fault("/debugger", "stops for a debugger again and again", Loaded).keeps(&["seen?debugger"]),
    fault(
        "/redefined",
        "replaces JSON, String, Promise and other built-ins",
        With("globals could not"),
    )
    .keeps(&["seen?redefined"]),
    fault("/loose-ends", "sub-requests with broken answers", Loaded).keeps(&[
        "/no-content",
        "/bad-encoding",
        "/wrong-length",
        "/header-flood",
        "/cut",
    ]),
    fault("/big-cookies", "a megabyte of cookies", Loaded).keeps(&["seen?big-cookies"]),
    fault("/long-addresses", "addresses of up to 3 MB", Loaded).keeps(&["/long?xxx", "seen?long"]),
    fault("/infinite-loop-on-leaving", "a script that never ends, on leaving", Loaded)
        .keeps(&["seen?infinite-loop-on-leaving"]),
    fault("/refresh-file", "leads to a file: address", Loaded).keeps(&["seen?refresh-file"]),
    fault("/refresh-chrome", "leads to a chrome: address", Loaded).keeps(&["seen?refresh-chrome"]),
    fault("/refresh-javascript", "leads to a javascript: address", Loaded)
        .keeps(&["seen?refresh-javascript"]),
    fault("/refresh-data", "leads to a data: address", Loaded).keeps(&["seen?refresh-data"]),
    fault("/leads-to-a-file", "redirects to a file: address", Failed("ERR_UNSAFE_REDIRECT")),
    fault("/redirect-loop", "redirects to itself", Failed("redirects in a circle")),
    fault("/server-error", "HTTP 500", Failed("HTTP 500")),
    fault("/no-content", "HTTP 204", Failed("empty answer")),
    fault("/reset-content", "HTTP 205", Failed("empty answer")),
    fault("/not-modified", "HTTP 304 without a question", Failed("empty answer")),
    fault("/empty", "HTTP 200 and nothing", Blocked("the page is empty")),
    fault("/bad-characters", "bytes that are no characters, in title and addresses", Loaded)
        .keeps(&["seen?bad-characters"]),
    fault("raw:/bad-location", "redirects to such an address", Loaded)
        .keeps(&["%FF%FE", "seen?raw-page"]),
    fault("raw:/headers", "200 KB of headers", Loaded).keeps(&["seen?raw-page"]),
    fault("raw:/header-flood", "1 MB of headers", Failed("ERR_RESPONSE_HEADERS_TOO_BIG")),
    fault("raw:/two-lengths", "two content lengths", Failed("MULTIPLE_CONTENT_LENGTH")),
    fault("raw:/cut", "closes without an answer", Failed("closed the connection")),
    fault("raw:/garbage", "answers what is not HTTP", Failed("ERR_INVALID_HTTP_RESPONSE")),
    good("/good/2"),
];

/// Pages that send much, or for ever.
pub(crate) const STORMS: &[Fault] = &[
    good("/good/1"),
    fault("/refresh-loop", "a meta refresh to itself, for ever", Moving)
        .keeps(&["seen?refresh-loop"]),
    fault("/reload-loop", "reloads itself for ever", Moving).keeps(&["seen?reload-loop"]),
    fault("/move-loop", "moves on to another address for ever", Moving).keeps(&["move-loop?0."]),
    fault("/fetch-loop", "sends requests for ever, one after the other", Loaded)
        .keeps(&["seen?fetch-loop"]),
    fault("/big-page", "a document of 10 MB", Loaded).keeps(&["seen?big-page"]),
    fault("/many-requests", "5,000 requests", Loaded).keeps(&["many=0", "many=4999"]),
    fault("/big-posts", "bodies of 8 MB, and one of 64 MB", With("1 request bodies were not kept"))
        .keeps(&["big-post=text", "big-post=bytes", "big-post=blob", "big-post=large"]),
    fault("/many-posts", "50 bodies of 2 MB", With("19 request bodies were not kept"))
        .keeps(&["many-posts=0", "many-posts=49"]),
    fault("/worker-loop", "a service worker that asks for ever", Loaded)
        .keeps(&["/worker-loop.js", "seen?worker-asks"]),
];

/// Pages that hold whoever visits them, among pages that behave.
pub(crate) const HOLDS: &[Fault] = &[
    good("/good/1"),
    fault(
        "/infinite-loop-at-once",
        "a script that never ends, while loading",
        TimedOut("does not give way"),
    )
    .keeps(&["/infinite-loop-at-once"]),
    fault("/infinite-loop", "a script that never ends", TimedOut("does not give way"))
        .keeps(&["seen?infinite-loop"]),
    good("/good/2"),
    good("/good/3"),
    fault("/alert-forever", "alert boxes, one after the other", TimedOut("dialogs without end")),
    fault("/alert-without-end", "alert boxes in a loop", TimedOut("dialogs without end"))
        .keeps(&["seen?alert-without-end"]),
    fault("/windows", "opens windows for ever", TimedOut("windows without end"))
        .keeps(&["/window?0", "/window?9"]),
    fault("/memory-hog", "takes memory without end", Failed("ran out of memory"))
        .keeps(&["seen?memory-hog"]),
    fault("/never-answers", "never answers", TimedOut("did not answer within")),
    fault("/slow-drip", "sends a byte a second", TimedOut("did not finish loading"))
        .keeps(&["seen?slow-drip"]),
    fault("/never-ends", "a picture that never ends", TimedOut("did not finish loading"))
        .keeps(&["/endless.gif", "seen?never-ends"]),
    fault(
        "/web-socket-forever",
        "a WebSocket that never ends",
        With("WebSocket messages were not"),
    )
    .keeps(&["/socket"]),
    good("/good/4"),
];

/// Faults that take TLS.
pub(crate) const TLS: &[Fault] = &[
    fault("/h2", "100 streams of HTTP/2 at once", Loaded).keeps(&[
        "stream=0",
        "stream=99",
        "seen?h2",
    ]),
    fault("/mixed", "plain HTTP in a page on HTTPS", Loaded)
        .keeps(&["https://www.bad-manners.example/seen?upgraded", "seen?mixed"]),
    fault("wrong-name", "a certificate for another name", Failed("no certificate that")),
    fault("self-signed", "a certificate that nobody vouches for", Failed("no certificate that")),
    fault("expired", "a certificate that has expired", Failed("no certificate that")),
    fault("reset", "a reset in the middle of the handshake", Failed("closed the connection")),
];
