//! A JSON schema of signature files, for editors: the keys, and the closed lists that
//! the program checks.

use serde_json::{Value, json};

use crate::signature::vocabulary::{CATEGORIES, DATA_KINDS};

/// The schema, with the lists of this version.
#[must_use]
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pixelwarden signature file",
        "type": "object",
        "required": ["vendor", "signature"],
        "additionalProperties": false,
        "properties": {
            "vendor": vendor(),
            "params": { "$ref": "#/$defs/params" },
            "signature": {
                "description": "One recognisable behaviour each; its id is file name and table name",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": signature(),
            },
        },
        "$defs": definitions(),
    })
}

fn vendor() -> Value {
    json!({
        "type": "object",
        "required": ["name", "owner", "country", "homepage", "privacy"],
        "additionalProperties": false,
        "properties": {
            "name": text("Its name"),
            "aliases": texts("What it was called, or is called by many; `signatures show` finds it by them"),
            "owner": text("The company behind it"),
            "country": { "description": "That company's country", "type": "string", "pattern": "^[A-Z]{2}$" },
            "homepage": { "$ref": "#/$defs/https" },
            "privacy": { "$ref": "#/$defs/https" },
            "gvl": { "description": "Its numbers in the IAB's vendor list", "type": "array", "items": { "type": "integer", "minimum": 1 } },
            "hosts": texts("Hosts that belong to it, beside those of its signatures"),
        },
    })
}

fn signature() -> Value {
    let names: Vec<&str> = CATEGORIES.iter().map(|(name, _)| *name).collect();
    json!({
        "type": "object",
        "required": ["product", "title", "categories", "role", "status", "reviewed", "references"],
        "additionalProperties": false,
        "properties": {
            "product": text("The product"),
            "title": text("What it does, in a few words"),
            "categories": { "description": "Purposes, the primary one first", "type": "array", "minItems": 1, "items": { "enum": names } },
            "role": { "enum": ["hit", "loader", "config", "sync", "auxiliary"] },
            "status": { "enum": ["draft", "stable", "retired"] },
            "reviewed": { "description": "The day somebody last compared it with its references" },
            "references": { "description": "Where its facts can be checked", "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/https" } },
            "globals": texts("JavaScript names that only this product makes"),
            "params": { "$ref": "#/$defs/params" },
            "decode": { "$ref": "#/$defs/decode" },
            "request": list(request()),
            "cookie": list(named(json!({
                "name": text("A pattern of its whole name"),
                "domain": texts("Where it lies; the site itself if absent"),
                "lifetime": text("`90 d`, `13 mo`, `30 min`, `session`"),
            }), &["name", "lifetime"])),
            "storage": list(named(json!({ "key": text("A pattern of the whole key") }), &["key"])),
            "dom": list(named(json!({ "selector": text("A CSS selector of elements that only this product has; examples are markup") }), &["selector"])),
            "cname": list(named(json!({ "host": texts("What a site's own host is an alias of") }), &["host"])),
        },
    })
}

fn request() -> Value {
    named(
        json!({
            "host": { "description": "This host or below it; `*` for any, `www.google.*` for any public suffix", "type": "array", "minItems": 1, "items": { "type": "string" } },
            "subdomain": text("A pattern of what stands before the host"),
            "path": text("A pattern of the path alone; no look-around"),
            "query": { "$ref": "#/$defs/patterns" },
            "param": { "$ref": "#/$defs/patterns" },
            "not": { "$ref": "#/$defs/patterns" },
            "method": texts("HTTP methods"),
            "type": texts("What the browser says that the request is for"),
            "decode": { "$ref": "#/$defs/decode" },
        }),
        &["host"],
    )
}

/// A matcher: its own keys, and the examples that prove it.
fn named(mut own: Value, required: &[&str]) -> Value {
    let proof =
        json!({ "type": "array", "minItems": 1, "items": { "type": ["string", "object"] } });
    own["examples"] = proof.clone();
    own["negative-examples"] = proof;
    let required: Vec<&str> =
        required.iter().copied().chain(["examples", "negative-examples"]).collect();
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": own })
}

fn definitions() -> Value {
    let kinds: Vec<&str> = DATA_KINDS.iter().map(|(name, _)| *name).collect();
    json!({
        "https": { "type": "string", "pattern": "^https://" },
        "patterns": { "description": "Parameter to a pattern of its value; all must hold", "type": "object", "additionalProperties": { "type": "string" } },
        "place": { "description": "`query.id`, `body.events[*].name`, `path.account`, `host.account`, `param.ev`, or a text with such places in braces", "type": ["string", "array"], "items": { "type": "string" } },
        "decode": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "layout": text("How the body is laid out"),
                "open": { "description": "Values that hold a body of their own, and its layout", "type": "object", "additionalProperties": { "type": "string" } },
                "events": { "$ref": "#/$defs/place" },
                "account": { "$ref": "#/$defs/place" },
                "event": { "$ref": "#/$defs/place" },
                "mirror": { "$ref": "#/$defs/place" },
            },
        },
        "params": {
            "description": "What parameters mean: a kind of data, or a label of your own; a name may hold one `*`",
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    { "enum": kinds },
                    {
                        "type": "object",
                        "required": ["label"],
                        "additionalProperties": false,
                        "properties": { "label": text("A name that a person understands"), "data": { "enum": kinds } },
                    },
                ],
            },
        },
    })
}

fn text(description: &str) -> Value {
    json!({ "description": description, "type": "string" })
}

fn texts(description: &str) -> Value {
    json!({ "description": description, "type": "array", "items": { "type": "string" } })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}
