//! Events in, requests out.

use serde_json::{Value, json};

use super::*;

const FROM: Sender<'_> = Sender { target: TargetKind::Page, top_frame: "TOP" };

fn event<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn sent(recorder: &mut Recorder, id: &str, url: &str, redirect: Option<Value>) {
    let mut params = json!({
        "requestId": id, "documentURL": "https://clinic.example/", "timestamp": 10.0,
        "request": { "url": url, "method": "GET", "headers": { "Accept": "*/*" } },
        "initiator": { "type": "parser" }, "type": "Image", "frameId": "TOP",
        "redirectHasExtraInfo": true,
    });
    if let Some(response) = redirect {
        params["redirectResponse"] = response;
    }
    recorder.sent(event(params), FROM);
}

fn received(recorder: &mut Recorder, id: &str, status: u16, cookie: &str) {
    recorder.received_headers(event(json!({
        "requestId": id, "statusCode": status, "headers": { "Set-Cookie": cookie },
    })));
}

/// The second stream may be a hop ahead or a hop behind the first.
#[test]
fn each_hop_of_a_redirect_keeps_its_own_cookies() {
    let mut recorder = Recorder::new();
    received(&mut recorder, "1", 302, "a=1\nb=2");
    sent(&mut recorder, "1", "https://t.example/1", None);
    sent(&mut recorder, "1", "https://u.example/2", Some(json!({ "status": 302 })));
    sent(&mut recorder, "1", "https://v.example/3", Some(json!({ "status": 307 })));
    received(&mut recorder, "1", 307, "c=3");
    received(&mut recorder, "1", 200, "d=4");
    let cookies: Vec<Vec<&str>> = recorder
        .requests()
        .iter()
        .map(|r| r.response.as_ref().unwrap().set_cookies().collect())
        .collect();
    assert_eq!(cookies, [vec!["a=1", "b=2"], vec!["c=3"], vec!["d=4"]]);
    let statuses: Vec<u16> =
        recorder.requests().iter().map(|r| r.response.as_ref().unwrap().status).collect();
    assert_eq!(statuses, [302, 307, 200]);
    assert_eq!(recorder.requests()[2].redirected_from, Some(RequestId::numbered(2)));
}

#[test]
fn a_request_told_by_two_targets_is_one() {
    let mut recorder = Recorder::new();
    sent(&mut recorder, "1", "https://t.example/sw.js", None);
    sent(&mut recorder, "1", "https://t.example/sw.js", None);
    assert_eq!(recorder.requests().len(), 1);
}

#[test]
fn data_addresses_are_no_requests() {
    let mut recorder = Recorder::new();
    sent(&mut recorder, "1", "data:image/gif;base64,R0lGOD", None);
    assert!(recorder.requests().is_empty());
}

#[test]
fn a_body_of_several_parts_is_whole_or_asked_for() {
    let body = |parts: Value| -> SentRequestBody {
        event(json!({ "hasPostData": true, "postDataEntries": parts }))
    };
    type SentRequestBody = super::super::protocol::SentRequest;
    let whole = body(json!([{ "bytes": "AAE=" }, { "bytes": "/w==" }]));
    assert_eq!(convert::inline_body(&whole), Some(vec![0, 1, 255]));
    let partly = body(json!([{ "bytes": "AAE=" }, {}]));
    assert_eq!(convert::inline_body(&partly), None);
}

#[test]
fn a_stalled_answer_does_not_keep_a_page_from_being_quiet() {
    let mut recorder = Recorder::new();
    sent(&mut recorder, "1", "https://t.example/stream", None);
    let long = std::time::Duration::from_secs(60);
    assert!(recorder.quiet_since(long).is_none(), "no answer yet");
    recorder.heard("1");
    assert!(recorder.quiet_since(long).is_none(), "the answer is coming");
    assert!(recorder.quiet_since(std::time::Duration::ZERO).is_some(), "it stalls");
}
