//! How fast a HAR file becomes a capture, in bytes of the file, on one core.
//!
//! The files are made here, in the proportions of a browser's export: scripts and pages
//! as response bodies, some thirty headers an entry, stacks, and a tag's POST now and then.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::fmt::Write as _;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use pixelwarden::detect::detect;
use pixelwarden::health::Lexicon;
use pixelwarden::signature::Database;

fn main() {
    divan::main();
}

/// Entries of the file.
const ENTRIES: usize = 2_000;

/// A file whose answers have bodies of this many kilobytes, as `JSON` in a HAR has them.
#[divan::bench(args = [0, 8, 64])]
fn parse(bencher: Bencher<'_, '_>, body_kb: usize) {
    let file = har(body_kb << 10);
    bencher
        .counter(BytesCount::new(file.len()))
        .bench_local(|| pixelwarden::bundle::har::parse(black_box(file.as_bytes())).unwrap());
}

/// The way of `audit FILE.har` up to the detections, every fourth entry a GA4 hit.
#[divan::bench(args = [0, 8, 64], sample_count = 10)]
fn parse_and_detect(bencher: Bencher<'_, '_>, body_kb: usize) {
    let file = har(body_kb << 10);
    let (database, lexicon) = (Database::builtin().unwrap(), Lexicon::builtin().unwrap());
    bencher.counter(BytesCount::new(file.len())).bench_local(|| {
        let capture = pixelwarden::bundle::har::parse(black_box(file.as_bytes())).unwrap();
        detect(&capture, &database, &lexicon)
    });
}

/// The same file as a tree of `serde_json`, for comparison; no capture is made of it.
#[divan::bench(args = [0, 8, 64])]
fn parse_as_a_serde_json_tree(bencher: Bencher<'_, '_>, body_kb: usize) {
    let file = har(body_kb << 10);
    bencher
        .counter(BytesCount::new(file.len()))
        .bench_local(|| serde_json::from_str::<serde_json::Value>(black_box(&file)).unwrap());
}

fn har(body: usize) -> String {
    let mut file = String::from(
        r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":["#,
    );
    for page in 0..ENTRIES / 100 {
        let comma = if page == 0 { "" } else { "," };
        write!(
            file,
            r#"{comma}{{"startedDateTime":"2026-11-24T09:{page:02}:00.000Z","id":"page_{page}","title":"https://clinic.example/{page}","pageTimings":{{}}}}"#
        )
        .unwrap();
    }
    file.push_str("],\"entries\":[");
    let script = script(body);
    for number in 0..ENTRIES {
        if number > 0 {
            file.push(',');
        }
        entry(&mut file, number, &script);
    }
    file.push_str("]}}");
    file
}

/// Minified source: a line feed, a quotation mark or a tab every thirty bytes or so.
fn script(length: usize) -> String {
    let line = "\\tfunction a(b,c){return b.d(\\\"click\\\",c)||e[\\\"f\\\"].g(h,i)}\\n";
    line.repeat(length / line.len())
}

fn entry(file: &mut String, number: usize, script: &str) {
    let page = number / 100;
    let (host, path) = match number % 4 {
        0 => ("region1.google-analytics.com".to_owned(), "g/collect"),
        _ => (format!("t{}.vendor.example", number % 40), "collect"),
    };
    let mut headers = String::new();
    for header in 0..15 {
        let comma = if header == 0 { "" } else { "," };
        write!(
            headers,
            r#"{comma}{{"name":"Sec-Header-{header}","value":"\"value\" of header {header}, as long as they are"}}"#
        )
        .unwrap();
    }
    let post = match number % 10 {
        0 => {
            r#","postData":{"mimeType":"text/plain;charset=UTF-8","text":"en=page_view&dl=https%3A%2F%2Fclinic.example%2F\r\nen=scroll&epn.percent_scrolled=90"}"#
        }
        _ => "",
    };
    write!(
        file,
        r#"{{"_initiator":{{"type":"script","stack":{{"callFrames":[{{"functionName":"send","scriptId":"9","url":"https://{host}/t.js","lineNumber":23,"columnNumber":100}},{{"functionName":"","scriptId":"4","url":"https://clinic.example/","lineNumber":7,"columnNumber":0}}]}}}},
"_priority":"High","_resourceType":"script","cache":{{}},"connection":"443","pageref":"page_{page}","request":{{"method":"POST","url":"https://{host}/{path}?v=2&tid=G-ABCDEF&cid=12345.678&dl=https%3A%2F%2Fclinic.example%2Fappointment&n={number}","httpVersion":"h2","headers":[{headers}],"queryString":[{{"name":"v","value":"2"}},{{"name":"tid","value":"G-ABCDEF"}},{{"name":"cid","value":"12345.678"}}],"cookies":[],"headersSize":-1,"bodySize":0{post}}},
"response":{{"status":200,"statusText":"","httpVersion":"h2","headers":[{headers}],"cookies":[],"content":{{"size":{},"mimeType":"application/javascript","text":"{script}"}},"redirectURL":"","headersSize":-1,"bodySize":-1,"_transferSize":512,"_error":null}},
"serverIPAddress":"192.0.2.10","startedDateTime":"2026-11-24T09:{page:02}:00.{:03}Z","time":90.5,"timings":{{"blocked":1.2,"dns":-1,"ssl":-1,"connect":-1,"send":0.3,"wait":80.1,"receive":8.9}}}}"#,
        script.len(),
        number % 1000,
    )
    .unwrap();
}
