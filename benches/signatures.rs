//! How fast requests are recognised and decoded, beside asking every expression in turn.

#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use divan::Bencher;
use divan::counter::ItemsCount;
use pixelwarden::signature::{Database, Observation};
use regex::Regex;

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

/// The baseline: one expression per signature, each asked of each request.
#[divan::bench]
fn every_expression_in_turn(bencher: Bencher<'_, '_>) {
    let (db, urls) = (Database::builtin().unwrap(), urls());
    let all: Vec<Regex> = db
        .vendors()
        .iter()
        .flat_map(|vendor| &vendor.hosts)
        .map(|host| {
            Regex::new(&format!(r"^https?://(?:[^/]+\.)?{}/", regex::escape(host))).unwrap()
        })
        .collect();
    bencher.counter(ItemsCount::new(urls.len())).bench_local(|| {
        urls.iter().map(|url| all.iter().filter(|one| one.is_match(url)).count()).sum::<usize>()
    });
}

#[divan::bench]
fn load() -> Database {
    Database::builtin().unwrap()
}
