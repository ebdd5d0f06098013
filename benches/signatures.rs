//! How fast requests are recognised and decoded, beside asking every expression in turn.

#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use divan::Bencher;
use divan::counter::ItemsCount;
use pixelwarden::signature::{Database, Observation};
use regex::Regex;
use toml::Value;

fn main() {
    divan::main();
}

/// A mix as pages have it: two of ten requests go to a vendor.
fn urls() -> Vec<String> {
    (0..1000)
        .map(|n| match n % 10 {
            0 => format!("https://www.facebook.com/tr/?id=1234567890&ev=PageView&dl=https%3A%2F%2Fclinic.example%2F{n}&ts={n}&sw=1280&sh=720&v=2.9.1&fbp=fb.1.1.{n}"),
            1 => format!("https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC123&cid=1.{n}&en=page_view&dl=https%3A%2F%2Fclinic.example%2F{n}&gcs=G111&sr=1280x720"),
            _ => format!("https://static{n}.clinic.example/assets/{n}/app.js?v={n}&cache=1"),
        })
        .collect()
}

fn observation(url: &str) -> Observation<'_> {
    Observation::Request {
        url,
        method: "GET",
        body: b"",
        content_encoding: "",
        content_type: "",
        kind: None,
    }
}

#[divan::bench]
fn decode(bencher: Bencher<'_, '_>) {
    let (db, urls) = (Database::builtin().unwrap(), urls());
    bencher
        .counter(ItemsCount::new(urls.len()))
        .bench_local(|| urls.iter().map(|url| db.matches(&observation(url)).len()).sum::<usize>());
}

#[divan::bench]
fn recognise(bencher: Bencher<'_, '_>) {
    let (db, urls) = (Database::builtin().unwrap(), urls());
    bencher
        .counter(ItemsCount::new(urls.len()))
        .bench_local(|| urls.iter().map(|url| db.recognise(url, "GET", b"").len()).sum::<usize>());
}

/// The baseline: the host and path of every request rule of every signature, as one
/// expression each, asked of each address in turn. It decodes nothing.
#[divan::bench]
fn every_expression_in_turn(bencher: Bencher<'_, '_>) {
    let (db, urls) = (Database::builtin().unwrap(), urls());
    let all: Vec<Regex> = db.files().values().flat_map(|file| expressions(file)).collect();
    assert!(all.len() > 200, "{} rules", all.len());
    bencher.counter(ItemsCount::new(urls.len())).bench_local(|| {
        urls.iter().map(|url| all.iter().filter(|one| one.is_match(url)).count()).sum::<usize>()
    });
}

/// One expression for each request rule of a file.
fn expressions(file: &str) -> Vec<Regex> {
    let file: toml::Table = file.parse().unwrap();
    let signatures = file.get("signature").and_then(Value::as_table).into_iter().flatten();
    let rules = signatures.filter_map(|(_, one)| one.get("request")?.as_array()).flatten();
    rules.map(|rule| Regex::new(&expression(rule)).unwrap()).collect()
}

fn expression(rule: &Value) -> String {
    let listed = |key: &str| rule.get(key).and_then(Value::as_array).into_iter().flatten();
    let host = |host: &Value| regex::escape(host.as_str().unwrap()).replace("\\*", "[^/:?]+");
    let hosts: Vec<String> = listed("host").map(host).collect();
    let hosts = if hosts.is_empty() { "[^/:?]+".to_owned() } else { hosts.join("|") };
    let path = rule.get("path").and_then(Value::as_str).unwrap_or_default();
    // A rule's path ends where the query begins.
    let path = path.trim_start_matches('^').replace('$', r"(?:$|\?)");
    format!(r"^https?://(?:[^/:?]+\.)?(?:{hosts})(?::\d+)?(?:{path})")
}

#[divan::bench]
fn load() -> Database {
    Database::builtin().unwrap()
}
