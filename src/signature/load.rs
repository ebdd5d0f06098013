//! From files as written to vendors as used. Every error names file and line.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use super::params::{Layer, Meaning, Params};
use super::pattern::Pattern;
use super::placed::Placed;
use super::raw::{OneOrMore, RawCookie, RawDecode, RawFile, RawParam, RawRequest, RawSignature};
use super::source::Source;
use super::vendor::{CookieRule, Decode, RequestRule, Signature, Vendor};
use super::vocabulary::{CATEGORIES, data_kind_label};

/// A signature file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct SignatureError {
    /// The file, as it was given.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// A file's name and text, to turn positions into lines.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Text<'_> {
    pub(super) fn error(&self, at: usize, message: impl Into<String>) -> SignatureError {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        SignatureError { file: self.file.to_owned(), line, message: message.into() }
    }
}

/// Files that are read at once by one thread, at least.
const SHARE: usize = 16;

/// Reads files as they are written, by their ids.
pub(super) fn vendors(files: &[(&str, Text<'_>)]) -> Result<Vec<Vendor>, SignatureError> {
    side_by_side(files, |(id, text)| Ok(vendor(id, *text)?.0))
}

/// Reads files in the form that the build made of them, by their ids.
pub(super) fn prebuilt(files: &[(&str, &[u8])]) -> Result<Vec<Vendor>, SignatureError> {
    side_by_side(files, |(id, bytes)| {
        let text = Text { file: id, text: "" };
        let raw = rmp_serde::from_slice(bytes).map_err(|error| text.error(0, error.to_string()))?;
        used(id, &raw, text)
    })
}

/// Reads files on all cores where there are many: they stand for nothing but themselves.
fn side_by_side<F: Sync>(
    files: &[F],
    read: impl Fn(&F) -> Result<Vendor, SignatureError> + Sync,
) -> Result<Vec<Vendor>, SignatureError> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = files.len().div_ceil(cores).max(SHARE);
    let read = &read;
    let shares = thread::scope(|scope| {
        let workers: Vec<_> = files
            .chunks(share)
            .map(|share| scope.spawn(move || share.iter().map(read).collect::<Result<Vec<_>, _>>()))
            .collect();
        let ended = workers.into_iter().map(|worker| worker.join());
        // A worker that panicked panics here, as it would have without workers.
        ended.map(|ended| ended.unwrap_or_else(|panic| resume_unwind(panic))).collect::<Vec<_>>()
    });
    let shares: Result<Vec<_>, _> = shares.into_iter().collect();
    Ok(shares?.into_iter().flatten().collect())
}

/// Reads one file. `id` is its name without `.toml`.
pub(super) fn vendor(id: &str, text: Text<'_>) -> Result<(Vendor, RawFile), SignatureError> {
    let raw: RawFile = toml::from_str(text.text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        text.error(at, error.message().to_owned())
    })?;
    Ok((used(id, &raw, text)?, raw))
}

/// A vendor as used, of its file as written.
fn used(id: &str, raw: &RawFile, text: Text<'_>) -> Result<Vendor, SignatureError> {
    let mut signatures = Vec::with_capacity(raw.signature.len());
    let shared = layer(&raw.params, text)?;
    for (name, signature) in &raw.signature {
        let own = layer(&signature.get_ref().params, text)?;
        let params = Params::of(vec![own, Arc::clone(&shared), Layer::common()]);
        signatures.push(self::signature(&format!("{id}/{name}"), signature, params, text)?);
    }
    let of = &raw.vendor;
    Ok(Vendor {
        id: id.to_owned(),
        name: of.name.clone(),
        aliases: of.aliases.clone(),
        owner: of.owner.clone(),
        country: of.country.clone(),
        homepage: of.homepage.clone(),
        privacy: of.privacy.clone(),
        gvl: of.gvl.clone(),
        hosts: of.hosts.clone(),
        signatures,
    })
}

fn signature(
    id: &str,
    raw: &Placed<RawSignature>,
    params: Params,
    text: Text<'_>,
) -> Result<Signature, SignatureError> {
    let at = raw.at();
    let raw = raw.get_ref();
    if raw.categories.is_empty() {
        return Err(text.error(at, format!("`{id}` has no category")));
    }
    for category in &raw.categories {
        if !CATEGORIES.iter().any(|(known, _)| known == category) {
            let known: Vec<_> = CATEGORIES.iter().map(|(name, _)| *name).collect();
            let message = format!("unknown category `{category}`; they are {}", known.join(", "));
            return Err(text.error(at, message));
        }
    }
    let requests = raw.request.iter().map(|rule| request(rule, &raw.decode, text));
    Ok(Signature {
        id: id.to_owned(),
        product: raw.product.clone(),
        title: raw.title.clone(),
        categories: raw.categories.clone(),
        role: raw.role,
        status: raw.status,
        reviewed: raw.reviewed,
        references: raw.references.clone(),
        globals: raw.globals.clone(),
        dom: raw.dom.iter().map(|dom| dom.get_ref().selector.clone()).collect(),
        cname: cname(raw),
        cookies: raw.cookie.iter().map(|cookie| self::cookie(cookie.get_ref())).collect(),
        params,
        requests: requests.collect::<Result<_, _>>()?,
        storage: raw.storage.iter().map(|s| Pattern::whole(&s.get_ref().key)).collect(),
    })
}

fn cname(raw: &RawSignature) -> Vec<String> {
    let hosts = raw.cname.iter().flat_map(|cname| &cname.get_ref().host);
    hosts.map(|host| host.to_ascii_lowercase()).collect()
}

fn cookie(raw: &RawCookie) -> CookieRule {
    CookieRule {
        name: Pattern::whole(&raw.name),
        domain: raw.domain.clone(),
        lifetime: raw.lifetime.clone(),
    }
}

fn request(
    raw: &Placed<RawRequest>,
    shared: &RawDecode,
    text: Text<'_>,
) -> Result<RequestRule, SignatureError> {
    let at = raw.at();
    let raw = raw.get_ref();
    if raw.host.is_empty() {
        return Err(text.error(at, "`host` is empty"));
    }
    let named = |conditions: &BTreeMap<String, String>| {
        conditions.iter().map(|(name, p)| (name.clone(), Pattern::new(p))).collect()
    };
    Ok(RequestRule {
        host: raw.host.iter().map(|host| host.to_ascii_lowercase()).collect(),
        subdomain: raw.subdomain.as_deref().map(Pattern::new),
        path: raw.path.as_deref().map(Pattern::new),
        query: named(&raw.query),
        param: named(&raw.param),
        not: named(&raw.not),
        method: raw.method.clone(),
        kind: raw.kind.clone(),
        decode: decode(&raw.decode, shared).map_err(|message| text.error(at, message))?,
    })
}

fn decode(own: &RawDecode, shared: &RawDecode) -> Result<Decode, String> {
    let layout = own.layout.as_ref().or(shared.layout.as_ref());
    let open = own.open.as_ref().or(shared.open.as_ref());
    let events = own.events.as_ref().or(shared.events.as_ref());
    let open = open.into_iter().flatten().map(|(path, layout)| Ok((path.clone(), layout.parse()?)));
    Ok(Decode {
        layout: layout.map(|text| text.parse()).transpose()?.unwrap_or_default(),
        open: open.collect::<Result<_, String>>()?,
        events: events.map(|events| events.as_slice().to_vec()).unwrap_or_default(),
        account: sources(own.account.as_ref().or(shared.account.as_ref()))?,
        event: sources(own.event.as_ref().or(shared.event.as_ref()))?,
        mirror: sources(own.mirror.as_ref().or(shared.mirror.as_ref()))?,
    })
}

fn sources(texts: Option<&OneOrMore>) -> Result<Vec<Source>, String> {
    texts.into_iter().flat_map(OneOrMore::as_slice).map(|text| Source::parse(text)).collect()
}

/// One layer of what parameters mean.
fn layer(
    raw: &BTreeMap<String, Placed<RawParam>>,
    text: Text<'_>,
) -> Result<Arc<Layer>, SignatureError> {
    let mut layer = Layer::default();
    for (name, raw) in raw {
        let (label, data) = match raw.get_ref() {
            RawParam::Data(data) => ("", data.as_str()),
            RawParam::Full(full) => (full.label.as_str(), full.data.as_str()),
        };
        let kind = data_kind_label(data);
        if kind.is_none() && !data.is_empty() {
            let message = format!("`{name}`: unknown kind of data `{data}`");
            return Err(text.error(raw.at(), message));
        }
        let label = if label.is_empty() { kind.unwrap_or_default() } else { label };
        layer.insert(name, Meaning::new(label, data));
    }
    Ok(Arc::new(layer))
}
