//! Whatever is planted in a capture, in whatever layer: no report, HAR file or redacted
//! bundle contains it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod captures;

use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use captures::{Page, SITE, before, capture, meta, urlencoded};
use pixelwarden::audit::{self, Policy};
use pixelwarden::bundle::har::{self, Shown, Values};
use pixelwarden::bundle::redact;
use pixelwarden::detect::detect;
use pixelwarden::health::{Lexicon, mask, mask_param};
use pixelwarden::model::{Capture, Cookie, Header, StorageItem, WebSocketFrame};
use pixelwarden::report::{self, FORMATS, Look, Report, SignatureStamp, terminal};
use pixelwarden::signature::Database;
use proptest::prelude::*;

/// What may be planted: the name it stands under, and a value of it.
const PLANTED: &[(&str, &str)] = &[
    ("email", "leona.plantwell@mailbox.example"),
    ("ssn", "219-09-4177"),
    ("card", "4111 1111 1111 1111"),
    ("phone", "(312) 555-0188"),
    ("mrn", "MR7719043"),
    ("date_of_birth", "1969-07-21"),
    ("first_name", "Leonadora"),
    ("street", "4471 Plantwell Crescent"),
];

/// Ways to write it.
const LAYERS: &[&str] = &[
    "plain",
    "percent",
    "percent five times",
    "base64",
    "base64url",
    "hex",
    "gzip",
    "deflate",
    "zstd",
    "lz-string",
    "nested",
    "JSON in JSON",
];

/// Places to put it.
const PLACES: &[&str] = &[
    "vendor",
    "stranger",
    "body",
    "form",
    "multipart",
    "header",
    "cookie",
    "referrer",
    "page",
    "title",
    "socket",
    "storage",
    "jar",
];

fn packed(layer: &str, text: &[u8]) -> Vec<u8> {
    match layer {
        "gzip" => {
            let mut writer =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            writer.write_all(text).unwrap();
            writer.finish().unwrap()
        }
        "deflate" => {
            let mut writer =
                flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            writer.write_all(text).unwrap();
            writer.finish().unwrap()
        }
        _ => zstd::bulk::compress(text, 3).unwrap(),
    }
}

/// The value under its name in JSON, wrapped up.
fn wrapped(layer: &str, name: &str, value: &str) -> String {
    let json = serde_json::json!({ "visitor": { name: value } }).to_string();
    match layer {
        "plain" => json,
        "percent" => urlencoded(&json),
        "percent five times" => (0..5).fold(json, |text, _| urlencoded(&text)),
        "base64" => STANDARD.encode(json),
        "base64url" => URL_SAFE_NO_PAD.encode(json),
        "hex" => hex::encode(json),
        "JSON in JSON" => serde_json::json!({ "state": json }).to_string(),
        "lz-string" => lz_str::compress_to_encoded_uri_component(json.as_str()),
        "nested" => {
            let inner = serde_json::json!({ "state": STANDARD.encode(json) }).to_string();
            URL_SAFE_NO_PAD.encode(inner)
        }
        layer => STANDARD.encode(packed(layer, json.as_bytes())),
    }
}

fn planted(place: &str, text: &str) -> Page {
    let page = |path: &str| before(path).titled("Breast cancer treatment");
    let path = "/conditions/breast-cancer";
    let encoded = urlencoded(text);
    let hit = |more: &str| meta("Lead", path, more);
    let header = |name: &str, value: String| Header { name: name.to_owned(), value };
    let stranger = "https://t.unheard-of.example/collect";
    match place {
        "vendor" => page(path).sends(&hit(&format!("&cd[state]={encoded}"))),
        "stranger" => page(path).sends(&format!("{stranger}?v=1&d={encoded}")),
        "body" => page(path).posts(stranger, text.as_bytes()),
        "form" => page(path).posts(stranger, format!("a=1&d={encoded}").as_bytes()),
        "multipart" => page(path).posts(
            stranger,
            format!("--x\r\nContent-Disposition: form-data; name=\"d\"\r\n\r\n{text}\r\n--x--\r\n")
                .as_bytes(),
        ),
        "header" => page(path)
            .posts(stranger, b"{}")
            .with(|request| request.headers.push(header("x-state", encoded.clone()))),
        "cookie" => page(path)
            .sends(&hit(""))
            .with(|request| request.headers.push(header("cookie", format!("s={encoded}; a=1")))),
        "referrer" => page(path).sends(&hit("")).with(|request| {
            let from = format!("{SITE}{path}?s={encoded}");
            request.headers.push(header("referer", from));
        }),
        "page" => page(&format!("{path}?s={encoded}"))
            .sends(&hit(&format!("&rl={}", urlencoded(&format!("{SITE}{path}?s={encoded}"))))),
        "title" => page(path).titled(&format!("Results: {text}")).sends(&hit("")),
        "socket" => page(path).sends(&hit("")).with(|request| {
            request.websocket.push(WebSocketFrame {
                sent: true,
                payload: text.to_owned(),
                ..WebSocketFrame::default()
            });
        }),
        "storage" => {
            let mut page = page(path).sends(&hit(""));
            let item = StorageItem {
                origin: SITE.to_owned(),
                key: "_fbp".to_owned(),
                value: text.to_owned(),
                ..StorageItem::default()
            };
            page.0.collected.storage = Some(vec![item]);
            page
        }
        _ => {
            let mut page = page(path).sends(&hit(""));
            let cookie = Cookie {
                name: "_fbp".to_owned(),
                value: encoded,
                domain: ".northfield-clinic.example".to_owned(),
                ..Cookie::default()
            };
            page.0.collected.cookies = Some(vec![cookie]);
            page
        }
    }
}

fn knowledge() -> &'static (Database, Lexicon) {
    static KNOWLEDGE: OnceLock<(Database, Lexicon)> = OnceLock::new();
    KNOWLEDGE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/signatures");
        (Database::from_folder(&folder).unwrap(), Lexicon::builtin().unwrap())
    })
}

fn shown(shown: Shown<'_>) -> String {
    match shown {
        Shown::Text(text) => mask(text).to_string(),
        Shown::Value { name, value } => mask_param(name, value).to_string(),
        Shown::Secret { .. } => "•••".to_owned(),
    }
}

/// Everything that is made from a capture and may leave, by name.
fn written(capture: &Capture) -> Vec<(String, String)> {
    let (database, lexicon) = knowledge();
    let detected = detect(capture, database, lexicon);
    let policy = Policy::on("2026-11-24".parse().unwrap());
    let findings = audit::run(capture, &detected, &policy);
    let review = audit::review(capture, &detected, &policy);
    let completeness = audit::completeness(capture);
    let report = Report {
        capture,
        detected: &detected,
        findings: &findings,
        review: &review,
        completeness: &completeness,
        policy: &policy,
        signatures: SignatureStamp { version: "1", hash: "abc" },
        screenshots: &|_: &str| None,
        look: &Look::default(),
    };
    let mut all: Vec<(String, String)> = FORMATS
        .iter()
        .map(|format| {
            let bytes = report::render(*format, &report).unwrap();
            (format.name().to_owned(), String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect();
    all.push(("terminal".to_owned(), terminal::summary(&report, terminal::Style::plain())));
    let values = Values::Masked(&shown);
    let mut bytes = Vec::new();
    har::write(capture, &mut bytes, &values).unwrap();
    all.push(("har".to_owned(), String::from_utf8(bytes).unwrap()));
    let redacted = redact(capture, &values);
    assert!(!redacted.manifest.contains_personal_values);
    let mut text = serde_json::to_string(&redacted).unwrap();
    for request in redacted.visits.iter().flat_map(|visit| &visit.requests) {
        text.push_str(&String::from_utf8_lossy(request.body_bytes()));
    }
    all.push(("redacted bundle".to_owned(), text));
    all
}

fn check(place: &str, layer: &str, (name, value): (&str, &str)) {
    let text = wrapped(layer, name, value);
    let capture = capture([planted(place, &text)]);
    for (what, output) in written(&capture) {
        let told = format!("{place}, {layer}, {name}, in {what}");
        for form in [value.to_owned(), urlencoded(value), value.replace(' ', "+")] {
            assert!(!output.contains(&form), "{told}: {form}");
        }
        if layer != "plain" && !layer.starts_with("percent") {
            assert!(!output.contains(&text), "{told}: {text}");
            assert!(!output.contains(&urlencoded(&text)), "{told}: {text}, escaped");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_report_contains_what_was_planted(
        place in proptest::sample::select(PLACES),
        layer in proptest::sample::select(LAYERS),
        what in proptest::sample::select(PLANTED),
    ) {
        check(place, layer, what);
    }
}

/// The same for every place and layer, for the value that is known wherever it stands.
#[test]
fn an_address_is_masked_in_every_place_and_layer() {
    for place in PLACES {
        for layer in LAYERS {
            check(place, layer, PLANTED[0]);
        }
    }
}
