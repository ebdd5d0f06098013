//! The canonical order of keys: two people write the same file alike.

use toml::Table;

use crate::signature::raw::RawFile;

const FILE: &[&str] = &["vendor", "params", "signature"];
const VENDOR: &[&str] =
    &["name", "aliases", "owner", "country", "homepage", "privacy", "gvl", "hosts"];
const SIGNATURE: &[&str] = &[
    "product",
    "title",
    "categories",
    "role",
    "status",
    "reviewed",
    "references",
    "globals",
    "decode",
    "params",
    "request",
    "cookie",
    "storage",
    "dom",
    "cname",
];
const DECODE: &[&str] = &["layout", "open", "events", "account", "event", "mirror"];
const REQUEST: &[&str] = &[
    "host",
    "subdomain",
    "path",
    "query",
    "param",
    "not",
    "method",
    "type",
    "decode",
    "examples",
    "negative-examples",
];
const COOKIE: &[&str] = &["name", "domain", "lifetime", "examples", "negative-examples"];
const STORAGE: &[&str] = &["key", "examples", "negative-examples"];
const DOM: &[&str] = &["selector", "examples", "negative-examples"];
const CNAME: &[&str] = &["host", "examples", "negative-examples"];

/// Where keys stand out of order, with the position to report.
pub(super) fn problems(text: &str, raw: &RawFile) -> Vec<(usize, String)> {
    // The text was read before, so it is a table.
    let Ok(file) = text.parse::<Table>() else { return Vec::new() };
    let mut found = Vec::new();
    compare(&file, FILE, 0, &mut found);
    if let Some(vendor) = file.get("vendor").and_then(|v| v.as_table()) {
        compare(vendor, VENDOR, 0, &mut found);
    }
    let Some(signatures) = file.get("signature").and_then(|s| s.as_table()) else { return found };
    for (name, spanned) in &raw.signature {
        let Some(table) = signatures.get(name).and_then(|s| s.as_table()) else { continue };
        compare(table, SIGNATURE, spanned.at(), &mut found);
        if let Some(decode) = table.get("decode").and_then(|d| d.as_table()) {
            compare(decode, DECODE, spanned.at(), &mut found);
        }
        let raw = spanned.get_ref();
        let requests = raw.request.iter().map(|r| r.at()).collect();
        let cookies = raw.cookie.iter().map(|c| c.at()).collect();
        let storage = raw.storage.iter().map(|s| s.at()).collect();
        let elements = raw.dom.iter().map(|d| d.at()).collect();
        let cnames = raw.cname.iter().map(|c| c.at()).collect();
        list(table, "request", REQUEST, requests, &mut found);
        list(table, "cookie", COOKIE, cookies, &mut found);
        list(table, "storage", STORAGE, storage, &mut found);
        list(table, "dom", DOM, elements, &mut found);
        list(table, "cname", CNAME, cnames, &mut found);
    }
    found
}

fn list(
    table: &Table,
    key: &str,
    order: &[&str],
    positions: Vec<usize>,
    found: &mut Vec<(usize, String)>,
) {
    let items = table.get(key).and_then(|list| list.as_array()).into_iter().flatten();
    for (item, at) in items.filter_map(|item| item.as_table()).zip(positions) {
        compare(item, order, at, found);
    }
}

fn compare(table: &Table, order: &[&str], at: usize, found: &mut Vec<(usize, String)>) {
    let rank = |key: &str| order.iter().position(|known| *known == key);
    let keys: Vec<&str> = table.keys().map(String::as_str).collect();
    if !keys.iter().map(|key| rank(key)).is_sorted() {
        let right: Vec<&str> = order.iter().copied().filter(|key| keys.contains(key)).collect();
        found.push((at, format!("key order: {}", right.join(", "))));
    }
}
