//! Where the canary went: requests that carry what was typed into forms, in any layer,
//! plain or hashed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::detection::Party;
use super::headers::is_of_the_site;
use super::page::Page;
use super::{Detection, party};
use crate::decode::{base64, content_decoded, unfold};
use crate::health::{CanaryField, Spelling, canary_hits};
use crate::model::{
    Capture, Phase, Request, RequestId, ResourceKind, Typed, VisitId, host_of, registrable_domain,
};
use crate::signature::Database;

/// How many leaks of one visit are kept.
const MOST: usize = 2_000;
/// How many messages of a WebSocket are read.
const MESSAGES: usize = 500;
/// What carried a piece of the canary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// The request's address.
    Address,
    /// Its `Referer` header.
    Referrer,
    /// Another header.
    Header,
    /// A cookie that was sent along.
    Cookie,
    /// Its body.
    Body,
    /// A message of a WebSocket.
    WebSocket,
}

impl Transport {
    /// In a sentence, after `in`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Address => "the address",
            Self::Referrer => "the referrer",
            Self::Header => "a header",
            Self::Cookie => "a cookie",
            Self::Body => "the body",
            Self::WebSocket => "a WebSocket message",
        }
    }
}

/// A request that carries a piece of the canary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leak {
    /// The visit.
    pub visit: VisitId,
    /// The request.
    pub request: RequestId,
    /// The vendor, where a signature knows it; else the registrable domain of the host.
    pub vendor: String,
    /// The vendor's product; else the domain.
    pub product: String,
    /// Whose host it went to.
    pub party: Party,
    /// What of the canary.
    pub field: CanaryField,
    /// Plain or hashed.
    pub spelling: Spelling,
    /// What carried it.
    pub transport: Transport,
    /// The name that it stood under, by names and layers; empty where there is none.
    pub path: String,
    /// The layers that were undone to see it, the outermost first.
    pub layers: Vec<String>,
    /// The form field that it was typed into, if it was on this visit.
    pub typed: Option<Typed>,
    /// Milliseconds from typing to sending.
    pub after_ms: Option<f64>,
    /// Relative to the consent choice.
    pub phase: Phase,
}

/// Whether a crawl typed the canary anywhere.
pub(super) fn was_typed(capture: &Capture) -> bool {
    capture.visits.iter().any(|visit| visit.collected.typed.is_some())
}

/// The leaks of one visit, by request, field and carrier.
pub(super) fn of_visit(page: &Page<'_>, found: &[Detection], database: &Database) -> Vec<Leak> {
    let mut names: BTreeMap<&RequestId, &Detection> = BTreeMap::new();
    for detection in found {
        for id in detection.request.iter().chain(&detection.mirrors) {
            names.entry(id).or_insert(detection);
        }
    }
    let mut leaks = Vec::new();
    let sent = page.visit.requests.iter();
    for request in sent.filter(|r| r.kind != ResourceKind::Preflight && r.was_sent()) {
        let named = names.get(&request.id).copied();
        leaks.extend(of_request(request, page, named, database));
        if leaks.len() >= MOST {
            leaks.truncate(MOST);
            break;
        }
    }
    leaks
}

fn of_request(
    request: &Request,
    page: &Page<'_>,
    named: Option<&Detection>,
    database: &Database,
) -> Vec<Leak> {
    let host = host_of(&request.url);
    let whose = match named {
        Some(detection) => detection.party,
        None => party(&page.host, &host, false, database),
    };
    let own = matches!(whose, Party::FirstParty | Party::SameOwner)
        && !named.is_some_and(|detection| detection.own_host);
    let domain = registrable_domain(&host);
    let typed = page.visit.collected.typed.as_deref().unwrap_or_default();
    let found = carried(request);
    let told = found.into_iter().filter(|((field, ..), _)| !own || *field != CanaryField::Search);
    told.map(|((field, transport, spelling), place)| {
        let typed = typed_before(typed, field, place.time_ms);
        Leak {
            visit: page.visit.id.clone(),
            request: request.id.clone(),
            vendor: named.map_or_else(|| domain.clone(), |d| d.vendor.clone()),
            product: named.map_or_else(|| domain.clone(), |d| d.product.clone()),
            party: if own { Party::FirstParty } else { whose },
            field,
            spelling,
            transport,
            path: place.path,
            layers: place.layers.into_iter().map(str::to_owned).collect(),
            after_ms: typed.map(|typed| (place.time_ms - typed.time_ms).max(0.0)),
            typed: typed.cloned(),
            phase: request.phase,
        }
    })
    .collect()
}

/// The last field that this was typed into before the request was sent.
fn typed_before(typed: &[Typed], field: CanaryField, time_ms: f64) -> Option<&Typed> {
    let asked = |field: CanaryField| {
        let mine = typed.iter().filter(move |typed| typed.canary == field.name());
        mine.rev().find(|typed| typed.time_ms <= time_ms)
    };
    asked(field).or_else(|| match field {
        CanaryField::FullName => asked(CanaryField::LastName),
        _ => None,
    })
}

/// Where a piece stood.
struct Place {
    path: String,
    layers: Vec<&'static str>,
    /// Length of the text around it: the shorter, the more it tells.
    around: usize,
    time_ms: f64,
}

type Found = BTreeMap<(CanaryField, Transport, Spelling), Place>;

/// Every piece of the canary that a request carries, each once per carrier.
fn carried(request: &Request) -> Found {
    let mut found = Found::new();
    let mut look = |transport, name: &str, bytes: &[u8], time_ms| {
        for text in unfold(bytes) {
            for hit in canary_hits(&text.text) {
                let around = text.text.len();
                let key = (hit.field, transport, hit.spelling);
                if found.get(&key).is_some_and(|known| known.around <= around) {
                    continue;
                }
                let path = if text.path.is_empty() { name.to_owned() } else { text.path.clone() };
                let layers = text.layers.clone();
                found.insert(key, Place { path, layers, around, time_ms });
            }
        }
    };
    let at = request.time_ms;
    // The host tells whose it is; all after it is data.
    let rest = request.url.split_once("://").map_or("", |(_, rest)| rest);
    let rest = rest.find(['/', '?']).map_or("", |from| &rest[from..]);
    look(Transport::Address, "", rest.as_bytes(), at);
    for header in &request.headers {
        let transport = match header.name.as_str() {
            "referer" => Transport::Referrer,
            "cookie" => Transport::Cookie,
            name if is_of_the_site(name) => Transport::Header,
            _ => continue,
        };
        look(transport, &header.name, header.value.as_bytes(), at);
    }
    let encoding = request.header("content-encoding").unwrap_or_default();
    look(Transport::Body, "", &content_decoded(request.body_bytes(), encoding), at);
    for message in request.websocket.iter().filter(|message| message.sent).take(MESSAGES) {
        let bytes: Cow<'_, [u8]> = match message.binary {
            true => Cow::Owned(base64(&message.payload).unwrap_or_default()),
            false => Cow::Borrowed(message.payload.as_bytes()),
        };
        look(Transport::WebSocket, "", &bytes, message.time_ms);
    }
    found
}
