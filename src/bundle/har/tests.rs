//! What each exporter writes, and what a reader of the capture sees of it.

use proptest::prelude::*;

use super::*;
use crate::model::{
    ConsentState, Initiator, InitiatorKind, Outcome, Request, ResourceKind, StackFrame,
};

const CHROME: &str = include_str!("samples/chrome.har");
const FIREFOX: &str = include_str!("samples/firefox.har");
const SAFARI: &str = include_str!("samples/safari.har");
const CHARLES: &str = include_str!("samples/charles.har");
const MITMPROXY: &str = include_str!("samples/mitmproxy.har");
const FIDDLER: &str = include_str!("samples/fiddler.har");
const INSOMNIA: &str = include_str!("samples/insomnia.har");
const PLAYWRIGHT: &str = include_str!("samples/playwright.har");
const WEBPAGETEST: &str = include_str!("samples/webpagetest.har");

fn capture(har: &str) -> Capture {
    parse(har.as_bytes()).unwrap()
}

/// The request whose address contains `part`.
fn request<'a>(capture: &'a Capture, part: &str) -> &'a Request {
    let mut requests = capture.visits.iter().flat_map(|visit| &visit.requests);
    requests.find(|request| request.url.contains(part)).unwrap()
}

fn pages(capture: &Capture) -> Vec<(&str, &str, usize)> {
    let visits = capture.visits.iter();
    visits.map(|v| (v.id.0.as_str(), v.final_url.as_str(), v.requests.len())).collect()
}

fn error(har: &str) -> String {
    parse(har.as_bytes()).unwrap_err().to_string()
}

#[test]
fn chrome_pages_become_visits_with_their_redirects() {
    let capture = capture(CHROME);
    assert_eq!(
        pages(&capture),
        [
            ("v0001", "https://www.clinic.example/", 4),
            ("v0002", "https://www.clinic.example/appointment", 2)
        ]
    );
    let visit = &capture.visits[0];
    assert_eq!(
        (visit.page.as_str(), visit.site.as_str()),
        ("http://clinic.example/", "clinic.example")
    );
    assert_eq!(visit.outcome, Outcome::Loaded);
    assert_eq!(visit.state, ConsentState::Unknown);
    assert!(visit.signals.gpc);
    assert_eq!((visit.coverage.tap, visit.coverage.ledger), (4, None));
    let hop = &visit.requests[1];
    assert_eq!(hop.redirected_from.as_ref(), Some(&visit.requests[0].id));
    assert_eq!(hop.initiator.kind, InitiatorKind::Redirect);
    assert!(hop.frame.top);
    assert_eq!(capture.manifest.tool, "WebInspector 537.36");
    assert_eq!(capture.manifest.targets, ["http://clinic.example/"]);
    assert!(capture.manifest.browser.is_none());
}

#[test]
fn chrome_requests_keep_headers_initiator_and_time() {
    let capture = capture(CHROME);
    let pixel = request(&capture, "facebook.com/tr");
    let names: Vec<&str> = pixel.headers.iter().map(|h| h.name.as_str()).collect();
    assert_eq!(names, ["referer", "user-agent"]);
    assert_eq!(pixel.kind, ResourceKind::Image);
    assert!((pixel.time_ms - 350.5).abs() < 1e-6, "{}", pixel.time_ms);
    let frame = |function: &str, url: &str, line, column| StackFrame {
        function: function.to_owned(),
        url: url.to_owned(),
        line,
        column,
    };
    let expected = Initiator {
        kind: InitiatorKind::Script,
        url: Some("https://connect.facebook.net/en_US/fbevents.js".to_owned()),
        line: Some(24),
        stack: vec![
            frame("send", "https://connect.facebook.net/en_US/fbevents.js", 24, 101),
            frame("", "https://www.clinic.example/", 8, 1),
        ],
    };
    assert_eq!(pixel.initiator, expected);
    let cookies: Vec<&str> = pixel.response.as_ref().unwrap().set_cookies().collect();
    assert_eq!(cookies, ["fr=1; Secure", "xs=2; Secure"]);
}

#[test]
fn chrome_sockets_and_blocked_requests_are_kept() {
    let capture = capture(CHROME);
    let socket = request(&capture, "wss://");
    assert_eq!(socket.kind, ResourceKind::WebSocket);
    let messages: Vec<_> =
        socket.websocket.iter().map(|m| (m.sent, m.binary, m.payload.as_str())).collect();
    assert_eq!(messages, [(true, false, "{\"ev\":\"hi\u{fffd}\"}"), (false, true, "AAEC")]);
    assert!((socket.websocket[0].time_ms - 500.0).abs() < 1.0);
    let blocked = request(&capture, "blocked.example");
    assert!(blocked.blocked.as_ref().unwrap().before_sending);
    assert!(blocked.response.is_none());
}

#[test]
fn firefox_tells_the_kind_by_the_headers() {
    let capture = capture(FIREFOX);
    assert_eq!(pages(&capture), [("v0001", "https://clinic.example/search?q=hiv", 2)]);
    assert_eq!(capture.visits[0].title, "Search results");
    let beacon = request(&capture, "google-analytics");
    assert_eq!(beacon.kind, ResourceKind::Fetch);
    assert_eq!(beacon.body_bytes(), b"en=page_view\r\nen=scroll");
    assert_eq!(beacon.response.as_ref().unwrap().protocol, "h2");
}

#[test]
fn safari_answers_from_a_cache_were_not_sent() {
    let capture = capture(SAFARI);
    assert!(request(&capture, "logo.png").response.as_ref().unwrap().from_cache);
    assert!(!request(&capture, "logo.png").was_sent());
    assert!(request(&capture, "https://clinic.example/").was_sent());
}

#[test]
fn a_proxy_names_no_pages_and_each_navigation_begins_a_visit() {
    let capture = capture(CHARLES);
    assert_eq!(
        pages(&capture),
        [("v0001", "https://clinic.example/", 3), ("v0002", "https://clinic.example/portal", 2)]
    );
    let hop = &capture.visits[1].requests[1];
    assert_eq!(hop.redirected_from.as_ref().unwrap().0, "r0001");
    let body = request(&capture, "/collect").body_bytes();
    assert_eq!(body, b"em=jane%40example.org&q=a+b");
}

#[test]
fn mitmproxy_bodies_that_are_no_text_come_back_exact() {
    let capture = capture(MITMPROXY);
    let body = request(&capture, "licdn").body_bytes();
    assert_eq!(body, [0x1f, 0x8b, 0x08, 0x00, 0xff]);
    assert_eq!(request(&capture, "clarity").websocket.len(), 1);
}

#[test]
fn fiddler_files_begin_with_a_mark_and_hold_tunnels() {
    let har = format!("\u{feff}{FIDDLER}");
    let capture = capture(&har);
    assert_eq!(pages(&capture), [("v0001", "https://clinic.example/", 2)]);
    assert_eq!(request(&capture, "/upload").body_bytes(), [0, 1, 2]);
}

#[test]
fn insomnia_keeps_a_form_in_its_parameters_beside_an_empty_text() {
    let capture = capture(INSOMNIA);
    assert_eq!(request(&capture, "/tr/").body_bytes(), b"id=1234567890123456&ev=PageView");
    assert_eq!(capture.visits[0].requests.len(), 1);
}

#[test]
fn playwright_requests_that_were_aborted_were_sent() {
    let capture = capture(PLAYWRIGHT);
    assert_eq!(pages(&capture), [("v0001", "https://clinic.example/", 2)]);
    assert_eq!(capture.visits[0].title, "Clinic");
    let beacon = request(&capture, "linkedin");
    assert!(beacon.response.is_none() && beacon.was_sent());
    assert_eq!(beacon.blocked.as_ref().unwrap().reason, "net::ERR_ABORTED");
    assert_eq!((beacon.kind, beacon.body_bytes()), (ResourceKind::Beacon, &b"x=1"[..]));
}

#[test]
fn webpagetest_views_are_visits_and_its_odd_numbers_harm_nothing() {
    let capture = capture(WEBPAGETEST);
    let expected =
        [("v0001", "https://clinic.example/", 2), ("v0002", "https://clinic.example/", 1)];
    assert_eq!(pages(&capture), expected);
    let hit = request(&capture, "google-analytics");
    assert_eq!(hit.response.as_ref().unwrap().status, 204);
    assert_eq!(hit.response.as_ref().unwrap().length, None);
    assert_eq!(hit.initiator.url.as_deref(), Some("https://clinic.example/tag.js"));
}

#[test]
fn gzip_is_taken_off_and_other_wrappings_are_named() {
    use std::io::Write as _;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(CHROME.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(parse(&packed).unwrap(), capture(CHROME));
    let error = parse(&packed[..packed.len() / 2]).unwrap_err();
    assert_eq!(error.to_string(), "the HAR file is compressed, and damaged");
    let error = parse(b"PK\x03\x04rest").unwrap_err();
    assert_eq!(error.to_string(), "the HAR file is a ZIP archive");
    assert!(error.hint().unwrap().contains("unpack"));
}

#[test]
fn silence_of_a_har_file_proves_nothing() {
    let gaps = &capture(CHROME).manifest.run.gaps;
    assert!(gaps[0].contains("its recorder left out") && gaps[1].contains("consent choice"));
}

#[test]
fn almost_everything_may_be_missing() {
    let bare = r#"{"log":{"entries":[{"request":{"url":"https://a.example/x#part"}}]}}"#;
    let capture = capture(bare);
    assert_eq!(pages(&capture), [("v0001", "https://a.example/x", 1)]);
    assert_eq!(request(&capture, "/x").method, "GET");
    let odd = r#"{"log":{"version":1.2,"pages":null,"creator":"me","entries":[{"pageref":7,
        "startedDateTime":false,"time":"12","time":null,"cache":[],"_initiator":"https://a.example/s.js",
        "request":{"method":null,"url":"data:,","url":"https://a.example/y","headers":{},"postData":[]},
        "response":null}]}}"#;
    assert_eq!(request(&parse(odd.as_bytes()).unwrap(), "/y").method, "GET");
}

#[test]
fn a_broken_file_is_told_with_its_place() {
    assert_eq!(
        error(
            "{\"log\":{\"entries\":[\n{\"request\":{\"url\":\"https://a.example/\"}},\n {\"request\":{\"url\":7}}]}}"
        ),
        "broken HAR file: log.entries[1].request.url is not an address (line 3, column 20)"
    );
    assert_eq!(
        error(r#"{"log":{"entries":[{"request":{}}]}}"#),
        "broken HAR file: log.entries[0].request.url is missing (line 1, column 31)"
    );
    assert_eq!(
        error(r#"{"log":{"entries":{}}}"#),
        "broken HAR file: log.entries should be an array (line 1, column 19)"
    );
    assert_eq!(error("{}"), "broken HAR file: log is missing (line 1, column 1)");
    assert_eq!(error("<html>"), "broken HAR file: the file should be an object (line 1, column 1)");
    let cut = error(&CHROME[..CHROME.len() / 2]);
    assert!(cut.contains("log.entries[") && cut.contains("ends in the middle"), "{cut}");
}

#[test]
fn a_page_that_did_not_come_is_a_failed_visit() {
    let har = CHARLES.replace("\"status\": 200", "\"status\": 503");
    let outcome = &capture(&har).visits[0].outcome;
    assert!(outcome.message().contains("503"), "{outcome:?}");
}

#[test]
fn a_file_is_read_from_disk() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.har");
    std::fs::write(&path, CHROME).unwrap();
    assert_eq!(read(&path).unwrap(), capture(CHROME));
    assert!(read(dir.path().join("none.har")).unwrap_err().to_string().starts_with("cannot read"));
}

proptest! {
    #[test]
    fn a_damaged_file_never_panics(at in 0.0..1.0f64, cut in 0usize..40, put in prop::collection::vec(any::<u8>(), 0..8)) {
        for sample in [CHROME, FIREFOX, CHARLES, MITMPROXY] {
            let mut bytes = sample.as_bytes().to_vec();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a small file")]
            let at = (at * bytes.len() as f64) as usize;
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, put.clone());
            let _ = parse(&bytes);
        }
    }
}
