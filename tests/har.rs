//! HAR files out and in again: what a user of DevTools, and of the file, gets.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod captures;

use captures::{accepted, capture, detected, ga4, meta, rejected};
use pixelwarden::bundle::har::{Shown, Values, parse, write};
use pixelwarden::health::{mask, mask_param};
use pixelwarden::model::{Body, Capture, Header, Masked, Request};
use serde_json::{Value, json};

const SAMPLES: [&str; 9] = [
    include_str!("../src/bundle/har/samples/charles.har"),
    include_str!("../src/bundle/har/samples/chrome.har"),
    include_str!("../src/bundle/har/samples/fiddler.har"),
    include_str!("../src/bundle/har/samples/firefox.har"),
    include_str!("../src/bundle/har/samples/insomnia.har"),
    include_str!("../src/bundle/har/samples/mitmproxy.har"),
    include_str!("../src/bundle/har/samples/playwright.har"),
    include_str!("../src/bundle/har/samples/safari.har"),
    include_str!("../src/bundle/har/samples/webpagetest.har"),
];

fn written(capture: &Capture, values: &Values<'_>) -> String {
    let mut out = Vec::new();
    write(capture, &mut out, values).unwrap();
    String::from_utf8(out).unwrap()
}

fn masked(shown: Shown<'_>) -> String {
    match shown {
        Shown::Text(text) => mask(text).to_string(),
        Shown::Value { name, value } => mask_param(name, value).to_string(),
        Shown::Secret { value, .. } => {
            Masked::new(value, std::slice::from_ref(&(0..value.len()))).to_string()
        }
    }
}

/// A request as far as a HAR file can hold it.
fn essence(request: &Request) -> Request {
    let mut request = request.clone();
    request.time_ms = (request.time_ms * 1000.0).round() / 1000.0;
    for message in &mut request.websocket {
        message.time_ms = message.time_ms.round();
    }
    request
}

#[test]
fn what_is_written_reads_back_the_same() {
    for sample in SAMPLES {
        let first = parse(sample.as_bytes()).unwrap();
        let second = parse(written(&first, &Values::Kept).as_bytes()).unwrap();
        assert_eq!(first.visits.len(), second.visits.len());
        for (a, b) in first.visits.iter().zip(&second.visits) {
            let about = |v: &pixelwarden::model::Visit| {
                (
                    v.id.clone(),
                    v.site.clone(),
                    v.page.clone(),
                    v.title.clone(),
                    v.started.map(|at| at.as_microsecond()),
                    v.outcome.clone(),
                )
            };
            assert_eq!(about(a), about(b));
            let rows = |v: &pixelwarden::model::Visit| -> Vec<Request> {
                v.requests.iter().map(essence).collect()
            };
            assert_eq!(rows(a), rows(b));
        }
    }
}

#[test]
fn detections_of_an_export_are_those_of_the_capture() {
    let lead = meta("Lead", "/appointment?doctor=maya", "&ud[em]=jane.roe%40mail.example");
    let view = ga4("page_view", "/conditions/asthma", "&gcs=G111");
    let body = "en=scroll&epn.percent_scrolled=90\r\nen=form_start&ep.form_id=intake";
    let capture = capture([
        rejected("/conditions/asthma").sends(&view).sends(&lead),
        accepted("/appointment").sends(&view).with(|request| {
            request.method = "POST".to_owned();
            request.body = Some(Body::new(body.as_bytes()));
        }),
    ]);
    let again = parse(written(&capture, &Values::Kept).as_bytes()).unwrap();
    let facts = |capture: &Capture| -> Vec<Value> {
        let mut facts: Vec<Value> = Vec::new();
        for detection in detected(capture).detections {
            let mut fact = serde_json::to_value(&detection).unwrap();
            // A HAR file knows no consent.
            for unknown in ["state", "phase"] {
                fact.as_object_mut().unwrap().remove(unknown);
            }
            facts.push(fact);
        }
        facts
    };
    let (before, after) = (facts(&capture), facts(&again));
    assert!(before.len() >= 3, "{before:#?}");
    assert_eq!(before, after);
}

#[test]
fn the_file_has_every_field_that_har_demands() {
    let schema = jsonschema::validator_for(&har_schema()).unwrap();
    for sample in SAMPLES {
        let file = written(&parse(sample.as_bytes()).unwrap(), &Values::Kept);
        let file: Value = serde_json::from_str(&file).unwrap();
        let wrong: Vec<String> =
            schema.iter_errors(&file).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[test]
fn masked_files_hold_no_personal_value_and_no_session() {
    let mut capture = parse(SAMPLES[0].as_bytes()).unwrap();
    let request = &mut capture.visits[0].requests[1];
    "https://stats.example/c?em=jane.roe%40example.org&ssn=123-45-6789"
        .clone_into(&mut request.url);
    for (name, value) in [
        ("cookie", "session=s3cr3t-session; _ga=GA1.2"),
        ("authorization", "Bearer s3cr3t-token"),
        ("referer", "https://clinic.example/?email=jane.roe@example.org"),
    ] {
        request.headers.push(Header { name: name.to_owned(), value: value.to_owned() });
    }
    let request = &mut capture.visits[0].requests[2];
    // {"em":"jane.roe@example.org"}
    request.body = Some(Body::new(&b"eyJlbSI6ImphbmUucm9lQGV4YW1wbGUub3JnIn0="[..]));
    let file = written(&capture, &Values::Masked(&masked));
    for value in ["jane.roe", "s3cr3t", "123-45-6789", "eyJlbSI6Imp"] {
        assert!(!file.contains(value), "{value} is in {file}");
    }
    assert!(file.contains("session=s"), "the cookie's name stays");
    assert!(parse(file.as_bytes()).is_ok());
    assert!(written(&capture, &Values::Kept).contains("s3cr3t-session"));
}

#[test]
fn masked_files_leave_out_bodies_that_masking_cannot_look_into() {
    let secret = r#"{"em":"jane.roe@example.org","note":"knee pain"}"#;
    let lz = lz_str::compress_to_encoded_uri_component(secret);
    for body in [hex::encode(secret), format!("v=1&p={}", hex::encode(secret)), lz] {
        let mut capture = parse(SAMPLES[0].as_bytes()).unwrap();
        capture.visits[0].requests[2].body = Some(Body::new(body.clone().into_bytes()));
        assert!(written(&capture, &Values::Kept).contains(&body));
        assert!(!written(&capture, &Values::Masked(&masked)).contains(&body), "{body}");
    }
    let mut capture = parse(SAMPLES[0].as_bytes()).unwrap();
    capture.visits[0].requests[2].body = Some(Body::new(&b"base64=on&hex=off"[..]));
    assert!(written(&capture, &Values::Masked(&masked)).contains("base64=on&hex=off"));
}

/// What HAR 1.2 makes mandatory, in our words.
fn har_schema() -> Value {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "number" });
    let pairs = json!({ "type": "array", "items": {
        "type": "object", "required": ["name", "value"], "properties": { "name": text, "value": text } } });
    let time = json!({ "type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$" });
    let request = json!({ "type": "object",
        "required": ["method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"],
        "properties": { "method": text, "url": text, "httpVersion": text, "cookies": pairs, "headers": pairs,
            "queryString": pairs, "headersSize": number, "bodySize": number,
            "postData": { "type": "object", "required": ["mimeType", "text"],
                "properties": { "mimeType": text, "text": text, "params": pairs } } } });
    let response = json!({ "type": "object",
        "required": ["status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize"],
        "properties": { "status": number, "statusText": text, "httpVersion": text, "cookies": pairs, "headers": pairs,
            "redirectURL": text, "headersSize": number, "bodySize": number,
            "content": { "type": "object", "required": ["size", "mimeType"],
                "properties": { "size": number, "mimeType": text } } } });
    let timing = json!({ "type": "number", "minimum": 0 });
    let entry = json!({ "type": "object",
        "required": ["startedDateTime", "time", "request", "response", "cache", "timings", "pageref"],
        "properties": { "startedDateTime": time, "time": timing, "pageref": text, "request": request, "response": response,
            "cache": { "type": "object" },
            "timings": { "type": "object", "required": ["send", "wait", "receive"],
                "properties": { "send": timing, "wait": timing, "receive": timing } } } });
    let page = json!({ "type": "object", "required": ["startedDateTime", "id", "title", "pageTimings"],
        "properties": { "startedDateTime": time, "id": text, "title": text, "pageTimings": { "type": "object" } } });
    json!({ "type": "object", "required": ["log"], "properties": { "log": { "type": "object",
        "required": ["version", "creator", "entries", "pages"],
        "properties": { "version": { "const": "1.2" },
            "creator": { "type": "object", "required": ["name", "version"] },
            "pages": { "type": "array", "items": page }, "entries": { "type": "array", "items": entry } } } } })
}
