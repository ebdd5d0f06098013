//! What is taken from a file of rules, and what they do on scripted pages.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Autoconsent, LeftOut};
use crate::consent::fake::{Does, FakeBanner, FakePage, button};
use crate::consent::{Rules, choose, find};
use crate::model::{Choice, ChoiceOutcome, Decision, Via};

const REFUSED: Does = Does::Stores("cookie_choice", "rejected");

fn rule(name: &str, opt_out: Value) -> Value {
    json!({
        "name": name,
        "detectCmp": [{ "exists": "#box" }],
        "detectPopup": [{ "visible": "#box" }],
        "optIn": [{ "click": "#yes" }],
        "optOut": opt_out,
    })
}

fn parse(rules: Value) -> Autoconsent {
    Autoconsent::parse(&rules.to_string()).unwrap()
}

#[test]
fn what_only_hides_or_calls_code_is_left_out_and_counted() {
    let with = |name: &str, key: &str, value: Value| {
        let mut rule = rule(name, json!([{ "click": "#no" }]));
        rule[key] = value;
        rule
    };
    let read = parse(json!([
        rule("clicks", json!([{ "click": "#no" }])),
        rule(
            "hides in the end",
            json!([{ "if": { "exists": "#no" },
            "then": [{ "click": "#no" }], "else": [{ "hide": "#box" }] }])
        ),
        with("a remark", "_metadata", json!({ "vendorUrl": "https://a.example" })),
        rule("hides", json!([{ "hide": "#box" }])),
        with("says that it hides", "cosmetic", json!(true)),
        rule("calls code", json!([{ "eval": "EVAL_TEST_0" }, { "click": "#no" }])),
        with("recognises by code", "detectPopup", json!([{ "eval": "EVAL_TEST_1" }])),
        rule("a new kind of step", json!([{ "teleport": "#no" }])),
        with("a newer form", "minimumRuleStepVersion", json!(9)),
        with("one of several", "intermediate", json!(true)),
        with("looks around", "runContext", json!({ "urlPattern": "(?=x)" })),
        rule("too long", json!([{ "click": "x".repeat(5_000) }])),
        rule("too many", json!(vec![json!({ "click": "#no" }); 500])),
        "no rule at all",
    ]));
    assert_eq!(read.len(), 3);
    assert_eq!(read.left_out, LeftOut { hiding: 2, code: 2, unknown: 7 });
}

#[test]
fn a_text_that_is_named_again_and_again_is_not_spelled_out_without_end() {
    let steps = vec![json!({ "e": 0 }); 40];
    let rows: Vec<Value> = (0..150)
        .map(|n| json!([1, format!("r{n}"), 2, "", 22, [], steps, [], [{ "k": 1 }], [], {}]))
        .collect();
    let read = parse(json!({ "v": 1, "s": ["x".repeat(3_900), "#no"], "r": rows }));
    assert!((1..150).contains(&read.len()), "{} rules", read.len());
    assert_eq!(read.len() + read.left_out.unknown, 150);
}

#[test]
fn the_compact_form_says_the_same_as_the_one_with_names() {
    let named = parse(json!({ "autoconsent": [{
        "name": "both", "runContext": { "urlPattern": "^https://a\\.example/", "main": true },
        "detectCmp": [{ "exists": "#box" }],
        "detectPopup": [{ "any": [{ "visible": "#box", "check": "any" }] }],
        "optOut": [{ "wait": 500 }, { "if": { "exists": "#no" },
            "then": [{ "waitForThenClick": "#no" }] , "else": [{ "hide": "#box" }] }],
    }] }));
    let compact = parse(json!({ "v": 1, "s": ["#no", "#box"], "r": [[
        1, "both", 2, "^https://a\\.example/", 12, [1], [{ "e": 1 }],
        [{ "any": [{ "v": 1, "check": "any" }] }],
        [{ "wait": 500 }, { "if": { "e": 0 }, "then": [{ "c": 0 }], "else": [{ "h": 1 }] }],
        [{ "negated": true, "cc": 0 }], {},
    ]], "index": {} }));
    assert_eq!(format!("{named:?}"), format!("{compact:?}"));
    assert_eq!(named.len(), 1);
}

#[test]
fn a_file_of_another_form_is_an_error() {
    for (text, told) in [
        ("{\n\"autoconsent\": [}", "line 2"),
        ("{}", "not a list"),
        (r#"{ "v": 2, "s": [], "r": [] }"#, "not a list"),
        ("[", "line 1"),
    ] {
        let error = Autoconsent::parse(text).unwrap_err().to_string();
        assert!(error.contains(told), "{text}: {error}");
    }
}

/// Refuses the banner of a page by one rule.
async fn refuse(page: &FakePage, opt_out: Value) -> Choice {
    let own = parse(json!([rule("box", opt_out)]));
    let rules = Rules::builtin().unwrap().with_own(Some(own.into()));
    let banner = find(page, &rules, Duration::ZERO).await.unwrap().unwrap();
    choose(page, &rules, &banner, Decision::Reject).await
}

fn page(buttons: &[(&'static str, &'static str)]) -> FakePage {
    let buttons: Vec<_> =
        buttons.iter().map(|(label, selector)| button(label, REFUSED).at(selector)).collect();
    FakePage::new(&["https://a.example/"], &[FakeBanner::new(&buttons).popup("#box")])
}

#[tokio::test]
async fn a_rule_clicks_what_no_word_knows_and_is_named() {
    let page = page(&[("Fiat", "#yes"), ("Minime", "#no")]);
    let choice = refuse(&page, json!([{ "waitForThenClick": "#no" }])).await;
    assert_eq!(page.clicked(), ["Minime"]);
    assert_eq!(choice.via, Some(Via::Click));
    assert_eq!(choice.path[0].by, "autoconsent:box");
}

#[tokio::test]
async fn a_rule_pays_nothing_accepts_nothing_and_hides_nothing() {
    for step in [
        json!([{ "click": "#pay" }]),
        json!([{ "click": "#all" }]),
        json!([{ "if": { "exists": "#gone" }, "then": [{ "click": "#gone" }],
                 "else": [{ "hide": "#box" }] }]),
    ] {
        let page =
            page(&[("Subscribe without ads for 2.99 a month", "#pay"), ("Accept all", "#all")]);
        let choice = refuse(&page, step).await;
        assert_eq!(page.clicked(), Vec::<String>::new());
        assert_eq!(choice.outcome, ChoiceOutcome::PayOrAccept, "{choice:#?}");
    }
}

proptest! {
    #[test]
    fn no_file_panics(
        text in r#"[ -~\[\]{}":,]{0,60}"#,
        key in "exists|click|if|then|any|eval|e|c|wait|v",
        depth in 0usize..100,
    ) {
        let _ = Autoconsent::parse(&text);
        let deep = format!("{}{{}}{}", r#"{"any":["#.repeat(depth), "]}".repeat(depth));
        let deep: Value = serde_json::from_str(&deep).unwrap_or_default();
        for value in [json!(text), json!(depth), json!([text]), deep] {
            let step = json!([{ key.clone(): value }]);
            let named = json!([{ "name": "x", "detectCmp": step, "optOut": step }]);
            let _ = Autoconsent::parse(&named.to_string());
            let row = json!([1, "x", 2, text, depth, [], step, step, step, step, {}]);
            let compact = json!({ "v": 1, "s": ["#a"], "r": [row, step, text] });
            let _ = Autoconsent::parse(&compact.to_string());
        }
    }
}
