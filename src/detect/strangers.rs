//! Third parties that no signature knows, where what was sent to them carries personal or
//! health data: they are told on like those that are known.

use std::collections::BTreeSet;

use super::flags::{self, Value};
use super::page::Page;
use super::unknown;
use super::{DataFlag, DataKind, Detection, KEPT, Party, Source};
use crate::decode::{content_decoded, peel};
use crate::health::mask;
use crate::model::{Request, host_of, registrable_domain};
use crate::signature::Role;

/// What is read of a body, in bytes.
const READ: usize = 256 * 1024;
/// Parts of a request that are read.
const MOST_LEAVES: usize = 300;
/// So many flags of a request are kept.
const MOST_FLAGS: usize = 20;

/// The request as a detection under the name of its domain, if it carries such data.
pub(super) fn judge(request: &Request, page: &Page<'_>) -> Option<Detection> {
    let pixel = unknown::judge(request, page)?;
    // What merely brings the page something names health matters for its own reasons:
    // a picture's address, the slots of a calendar.
    let telling = pixel.score >= unknown::TELLING;
    let mut flags = flags::of_request(request, page);
    flags.extend(of_parts(request, page));
    flags.sort();
    flags.dedup();
    flags.retain(|flag| match flag.kind {
        DataKind::Health => telling,
        DataKind::Personal(kind) => flags::is_somebodys(kind),
    });
    flags.truncate(MOST_FLAGS);
    let domain = registrable_domain(&host_of(&request.url));
    (!flags.is_empty()).then(|| Detection {
        visit: page.visit.id.clone(),
        source: Source::Request,
        request: Some(request.id.clone()),
        time_ms: request.time_ms,
        phase: request.phase,
        signature: "unrecognised".to_owned(),
        vendor: domain.clone(),
        product: domain,
        role: Role::Hit,
        party: Party::ThirdParty,
        url: mask(&request.url).shortened(KEPT),
        flags,
        ..Detection::default()
    })
}

/// What the query, the path's values and the body hold, every layer undone.
fn of_parts(request: &Request, page: &Page<'_>) -> BTreeSet<DataFlag> {
    let mut flags = BTreeSet::new();
    let mut read = |part: &str, text: &str| {
        for leaf in peel(text).into_iter().take(MOST_LEAVES) {
            let key = leaf.path.rsplit(['.', ']', '[']).find(|k| !k.is_empty()).unwrap_or(part);
            let path = match leaf.path.as_str() {
                "" => part.to_owned(),
                path => format!("{part}.{path}"),
            };
            let value = Value { name: key, key, path: &path, text: &leaf.text };
            flags.extend(flags::personal(&value, ""));
            flags.extend(flags::health(&value, "", page));
        }
    };
    if let Some((_, query)) = request.url.split_once('?') {
        read("query", query);
    }
    let encoding = request.header("content-encoding").unwrap_or_default();
    let body = content_decoded(request.body_bytes(), encoding);
    let body = flags::readable(&body[..body.len().min(READ)]);
    if !body.is_empty() {
        read("body", &body);
    }
    flags
}
