//! `pixelwarden signatures match`: requests from a pipe, one JSON object per line, against the
//! signatures and the user's lists.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use super::Exit;
use super::lines::{LONGEST, Line, next_line};
use crate::decode::base64;
use crate::detect::{self, Party};
use crate::model::{ResourceKind, host_of};
use crate::signature::list::Asked;
use crate::signature::{Database, Match, Observation, Role};

/// A request as it comes in. Further keys are let through: captures have more to say.
#[derive(Deserialize)]
struct RawLine {
    url: String,
    method: Option<String>,
    post_data: Option<String>,
    post_base64: Option<String>,
    content_encoding: Option<String>,
    page_url: Option<String>,
    /// What it was for, which only lists ask about.
    resource_type: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    detections: Vec<Detected<'a>>,
    /// What the user's lists say of it, where some were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    lists: Option<Vec<Said<'a>>>,
}

/// What a list says of a request.
#[derive(Serialize)]
struct Said<'a> {
    list: &'a str,
    /// It says that the request tracks; else only whose the host is.
    tracks: bool,
    /// Whose it is, where the list tells.
    tracker: Option<&'a str>,
    /// The filter, host or pattern.
    rule: String,
}

#[derive(Serialize)]
struct Detected<'a> {
    signature: &'a str,
    vendor: &'a str,
    product: &'a str,
    categories: &'a [String],
    role: Role,
    party: Party,
    account: Option<&'a str>,
    event: Option<&'a str>,
    params: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct BadLine {
    line: usize,
    message: String,
}

/// Matches one request per line: one line in, one line out, in order; a bad line
/// does not stop the next one.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub(super) fn match_lines(
    db: &Database,
    stdin: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Exit> {
    let mut exit = Exit::Clean;
    let mut bytes = Vec::new();
    for line in 1.. {
        let read = next_line(stdin, &mut bytes).context("standard input cannot be read")?;
        let text = bytes.trim_ascii();
        let answer = match read {
            Line::End => break,
            Line::Whole if text.is_empty() => continue,
            Line::Whole => match_line(db, text),
            Line::TooLong => Err(anyhow!("the line is longer than {} MiB", LONGEST >> 20)),
        };
        match answer {
            Ok(answer) => writeln!(out, "{answer}")?,
            Err(error) => {
                exit = Exit::Findings;
                let message = format!("{error:#}");
                let bad = serde_json::json!({ "error": BadLine { line, message } });
                writeln!(out, "{bad}")?;
            }
        }
        out.flush()?;
    }
    Ok(exit)
}

fn match_line(db: &Database, text: &[u8]) -> Result<String> {
    let line: RawLine = serde_json::from_slice(text)?;
    if !line.url.contains("://") && !line.url.starts_with("data:") {
        bail!("`url` is not an address: it has no scheme");
    }
    let body = match (&line.post_base64, &line.post_data) {
        (Some(text), _) => base64(text).context("`post_base64` is not base64")?,
        (None, Some(text)) => text.clone().into_bytes(),
        (None, None) => Vec::new(),
    };
    let default = if body.is_empty() { "GET" } else { "POST" };
    let matches = db.matches(&Observation::Request {
        url: &line.url,
        method: line.method.as_deref().unwrap_or(default),
        body: &body,
        content_encoding: line.content_encoding.as_deref().unwrap_or_default(),
        content_type: "",
        kind: None,
    });
    let page = line.page_url.as_deref().unwrap_or_default();
    let detections = matches
        .iter()
        .map(|m| detected(m, detect::party(&host_of(page), &host_of(&line.url), m.own_host, db)));
    let lists = (!db.lists().is_empty()).then(|| said(db, &line, default));
    Ok(serde_json::to_string(&Answer { detections: detections.collect(), lists })?)
}

/// What the lists that know the request say of it, in their order.
fn said<'a>(db: &'a Database, line: &RawLine, default: &str) -> Vec<Said<'a>> {
    let asked = Asked {
        url: &line.url,
        page: line.page_url.as_deref().unwrap_or_default(),
        method: line.method.as_deref().unwrap_or(default),
        kind: ResourceKind::named(line.resource_type.as_deref().unwrap_or_default()),
    };
    let one = |list: &'a crate::signature::List| {
        let listed = list.ask(&asked)?;
        Some(Said {
            list: &list.facts().name,
            tracks: listed.tracks,
            tracker: listed.tracker.map(|tracker| tracker.name.as_str()),
            rule: listed.rule,
        })
    };
    db.lists().iter().filter_map(one).collect()
}

fn detected(found: &Match, party: Party) -> Detected<'_> {
    let params = found.params.iter().map(|(name, param)| (name.as_str(), param.value.as_str()));
    Detected {
        signature: &found.signature,
        vendor: &found.vendor,
        product: &found.product,
        categories: &found.categories,
        role: found.role,
        party,
        account: found.account.as_deref(),
        event: found.event.as_deref(),
        params: params.collect(),
    }
}
