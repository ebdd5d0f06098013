//! From files as written to vendors as used. Every error names file and line.

use std::collections::BTreeMap;

use toml::Spanned;

use super::pattern::Pattern;
use super::raw::{OneOrMore, RawCookie, RawDecode, RawFile, RawParam, RawRequest, RawSignature};
use super::source::Source;
use super::vendor::{CookieRule, Decode, Meaning, Params, RequestRule, Signature, Vendor};
use super::vocabulary::{CATEGORIES, COMMON_PARAMS, data_kind_label};

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

/// Reads one file. `id` is its name without `.toml`.
pub(super) fn vendor(id: &str, text: Text<'_>) -> Result<(Vendor, RawFile), SignatureError> {
    let raw: RawFile = toml::from_str(text.text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        text.error(at, error.message().to_owned())
    })?;
    let mut signatures = Vec::with_capacity(raw.signature.len());
    for (name, signature) in &raw.signature {
        let params = params(&[&raw.params, &signature.get_ref().params], text)?;
        signatures.push(self::signature(&format!("{id}/{name}"), signature, params, text)?);
    }
    let of = &raw.vendor;
    let vendor = Vendor {
        id: id.to_owned(),
        name: of.name.clone(),
        owner: of.owner.clone(),
        country: of.country.clone(),
        homepage: of.homepage.clone(),
        privacy: of.privacy.clone(),
        gvl: of.gvl.clone(),
        hosts: of.hosts.clone(),
        signatures,
    };
    Ok((vendor, raw))
}

fn signature(
    id: &str,
    raw: &Spanned<RawSignature>,
    params: Params,
    text: Text<'_>,
) -> Result<Signature, SignatureError> {
    let at = raw.span().start;
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
    raw: &Spanned<RawRequest>,
    shared: &RawDecode,
    text: Text<'_>,
) -> Result<RequestRule, SignatureError> {
    let at = raw.span().start;
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

/// What parameters mean whoever receives them.
pub(super) fn common_params() -> Params {
    let mut params = Params::default();
    for (name, data) in COMMON_PARAMS {
        let label = data_kind_label(data).unwrap_or_default().to_owned();
        params.insert(name, Meaning { label, data: (*data).to_owned() });
    }
    params.sort();
    params
}

fn params(
    layers: &[&BTreeMap<String, Spanned<RawParam>>],
    text: Text<'_>,
) -> Result<Params, SignatureError> {
    let mut params = common_params();
    for (name, raw) in layers.iter().copied().flatten() {
        let (label, data) = match raw.get_ref() {
            RawParam::Data(data) => ("", data.as_str()),
            RawParam::Full(full) => (full.label.as_str(), full.data.as_str()),
        };
        let kind = data_kind_label(data);
        if kind.is_none() && !data.is_empty() {
            let message = format!("`{name}`: unknown kind of data `{data}`");
            return Err(text.error(raw.span().start, message));
        }
        let label = if label.is_empty() { kind.unwrap_or_default() } else { label };
        params.insert(name, Meaning { label: label.to_owned(), data: data.to_owned() });
    }
    params.sort();
    Ok(params)
}
