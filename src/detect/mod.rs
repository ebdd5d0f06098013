//! From a capture to detections: signature × observation, with party, phase,
//! mirrors, data flags and page verdicts.

mod alias;
mod consent_mode;
mod detection;
mod flags;
mod headers;
mod leaks;
mod listed;
mod mirrors;
mod opt_out;
mod page;
mod party;
mod stored;
mod strangers;
mod tc_string;
mod unknown;

use std::collections::{BTreeMap, BTreeSet};

use crate::health::{IdentifierKind, Lexicon, identifiers, mask, mask_param};
use crate::model::{
    Capture, NameLookups, Request, ResourceKind, StorageArea, host_of, registrable_domain,
    same_site,
};
use crate::signature::{Database, Match, Observation, Role, Vendor};

use listed::Verdicts;
use page::Page;

pub use consent_mode::ConsentMode;
pub use detection::{
    Alias, DataFlag, DataKind, Detected, Detection, ListUsed, NamedCookie, Party, Source, Stored,
    UnknownPixel, VendorFacts,
};
pub use leaks::{Leak, Transport};
pub use opt_out::tells_opt_out;
pub use party::party;
pub use tc_string::TcString;
pub use unknown::PIXEL_LIKE;

/// How many characters of an address or a value a detection keeps.
const KEPT: usize = 4_000;

/// Everything that the database and the lexicon recognise in a capture.
#[must_use]
pub fn detect(capture: &Capture, database: &Database, lexicon: &Lexicon) -> Detected {
    let mut detected = Detected {
        lists: listed::used(database),
        listed_cookies: listed::cookies(capture, database),
        ..Detected::default()
    };
    let mut profiles: BTreeMap<_, stored::Known> = BTreeMap::new();
    let typed = leaks::was_typed(capture);
    for visit in &capture.visits {
        let signals = (visit.signals.gpc, visit.signals.dnt);
        let known =
            profiles.entry((&visit.site, &visit.state, signals)).or_insert_with(|| given(capture));
        let page = Page::of(visit, lexicon);
        let names = capture.manifest.names.as_ref();
        let (mut found, unknown, strangers) = of_requests(&page, names, database);
        detected.unknown_pixels.extend(unknown);
        detected.strangers.extend(strangers);
        let (collected, kept) = of_collected(&page, known, database);
        found.extend(collected.into_iter().map(|d| (None, d)));
        detected.kept.extend(kept);
        found.sort_by(|(_, a), (_, b)| order(a, b));
        let found = mirrors::collapse(found);
        if typed {
            detected.leaks.extend(leaks::of_visit(&page, &found, database));
        }
        detected.detections.extend(found);
        detected.pages.insert(visit.id.clone(), page.verdict);
    }
    let seen: BTreeSet<&str> = detected.detections.iter().map(|d| d.vendor.as_str()).collect();
    let vendors = database.vendors().iter().filter(|vendor| seen.contains(vendor.name.as_str()));
    detected.vendors = vendors.map(|vendor| (vendor.name.clone(), facts(vendor))).collect();
    detected
}

fn facts(vendor: &Vendor) -> VendorFacts {
    VendorFacts { owner: vendor.owner.clone(), country: vendor.country.clone() }
}

/// Every third-party request that no signature knows and that brings no content,
/// however little it looks like a pixel: what a maintainer goes through.
#[must_use]
pub fn unmatched(capture: &Capture, database: &Database, lexicon: &Lexicon) -> Vec<UnknownPixel> {
    let of_visit = |visit| {
        let page = Page::of(visit, lexicon);
        let unknown = |request: &Request| {
            let known = !matches(request, &request.url, database).is_empty();
            if known { None } else { unknown::judge(request, &page) }
        };
        visit.requests.iter().filter_map(unknown).collect::<Vec<_>>()
    };
    capture.visits.iter().flat_map(of_visit).collect()
}

/// The cookies that lay in each profile before its first page, put there by the user.
fn given(capture: &Capture) -> stored::Known {
    let names = &capture.manifest.vantage.cookies;
    let of_site = |site: &str| {
        let site = site.to_owned();
        names.iter().map(move |name| (StorageArea::Cookie, name.clone(), site.clone()))
    };
    capture.sites().into_iter().flat_map(of_site).collect()
}

/// The visit's requests: those that a signature knows, those that merely look like pixels,
/// and those to strangers that carry personal or health data.
fn of_requests(
    page: &Page<'_>,
    names: Option<&NameLookups>,
    database: &Database,
) -> (Vec<mirrors::Keyed>, Vec<UnknownPixel>, Vec<Detection>) {
    let (mut found, mut unknown, mut told) = (Vec::new(), Vec::new(), Vec::new());
    let lists = Verdicts::of(page, database.lists());
    let requests = page.visit.requests.iter();
    for request in requests.filter(|request| request.kind != ResourceKind::Preflight) {
        let (matches, drafts) = confirmed(matches(request, &request.url, database));
        let alias = names.and_then(|names| alias::uncover(request, &matches, names, database));
        let stopped_by = lists.stopped_by(request);
        let mut keep = |key: Option<String>, detection: Detection| {
            let stopped_by = stopped_by.clone();
            found.push((key, Detection { stopped_by, ..detection }));
        };
        if let Some(alias) = alias {
            for (key, detection) in of_alias(request, alias, page, database) {
                keep(key, detection);
            }
            continue;
        }
        if let Some(known) = lists.named(request).filter(|_| matches.is_empty()) {
            keep(None, listed::detection(request, &known, page, database));
            continue;
        }
        if matches.is_empty() {
            let perhaps = drafts.into_iter().next().map(|draft| draft.vendor);
            let pixel = unknown::judge(request, page);
            let pixel = pixel.filter(|pixel| pixel.score >= unknown::PIXEL_LIKE);
            unknown.extend(pixel.map(|pixel| UnknownPixel { perhaps, ..pixel }));
            told.extend(strangers::judge(request, page));
        }
        for matched in matches.into_iter().filter(|matched| is_real(request, matched)) {
            let detection = of_request(request, &matched, page, database);
            keep(matched.mirror_key, detection);
        }
    }
    (found, unknown, told)
}

/// What signatures say, and apart from it what only drafts do: a report states nothing
/// that no source has confirmed.
fn confirmed(matches: Vec<Match>) -> (Vec<Match>, Vec<Match>) {
    matches.into_iter().partition(|matched| !matched.draft)
}

/// A request to a host that is an alias of a vendor's.
fn of_alias(
    request: &Request,
    uncovered: alias::Uncovered,
    page: &Page<'_>,
    database: &Database,
) -> Vec<mirrors::Keyed> {
    let own = same_site(&page.host, &host_of(&request.url));
    let real = uncovered.matches.into_iter().filter(|matched| is_real(request, matched));
    let detection = |mut matched: Match| {
        // The host is the vendor's, whatever it is called.
        matched.own_host = false;
        let detection = of_request(request, &matched, page, database);
        let detection = Detection {
            source: if uncovered.by_host_alone { Source::Cname } else { Source::Request },
            party: if own { Party::Cloaked } else { Party::ThirdParty },
            alias: Some(uncovered.alias.clone()),
            ..detection
        };
        (matched.mirror_key, detection)
    };
    real.map(detection).collect()
}

/// What lay on the visitor's device, the globals that vendors' code leaves, and elements;
/// and what holds personal data there under names that no signature knows.
fn of_collected(
    page: &Page<'_>,
    known: &mut stored::Known,
    database: &Database,
) -> (Vec<Detection>, Vec<Detection>) {
    let mut found = Vec::new();
    let recognise = |seen: &Observation<'_>| confirmed(database.matches(seen)).0;
    let (stored, kept) = stored::detect(page, known, recognise);
    let kept = kept.into_iter().map(|place| of_nobody(page, place, database)).collect();
    for (matched, place) in stored {
        let host = stored_for(&place);
        let party = party(&page.host, &host, false, database);
        let mut detection = Detection { party, ..named(page, &matched, place) };
        if let Some(stored) = detection.stored.as_mut() {
            let name = stored.name.as_str();
            let stated = database.cookie_lifetime(&matched.signature, name, &host);
            stored.stated = stated.map(str::to_owned);
        }
        found.push(detection);
    }
    let collected = &page.visit.collected;
    let mut at_end = |source, observation: &Observation<'_>, what: &str| {
        for matched in confirmed(database.matches(observation)).0 {
            let place = Detection {
                source,
                time_ms: stored::end(page.visit),
                phase: stored::first_phase(page.visit),
                url: mask(what).shortened(KEPT),
                ..Detection::default()
            };
            found.push(named(page, &matched, place));
        }
    };
    for name in collected.globals.iter().flatten() {
        at_end(Source::Global, &Observation::Global { name }, name);
    }
    for element in collected.elements.iter().flatten() {
        let selector = &element.selector;
        at_end(Source::Dom, &Observation::Element { selector }, &element.tag);
    }
    (found, kept)
}

/// The host that a cookie or a storage key lies for.
fn stored_for(place: &Detection) -> String {
    let host = place.stored.as_ref().map_or("", |stored| stored.place.as_str());
    if host.contains("://") { host_of(host) } else { host.to_owned() }
}

/// What no signature knows, under the name of the domain that it lies for.
fn of_nobody(page: &Page<'_>, place: Detection, database: &Database) -> Detection {
    let host = stored_for(&place);
    let domain = registrable_domain(&host);
    Detection {
        visit: page.visit.id.clone(),
        signature: "unrecognised".to_owned(),
        vendor: domain.clone(),
        product: domain,
        party: party(&page.host, &host, false, database),
        ..place
    }
}

fn order(a: &Detection, b: &Detection) -> std::cmp::Ordering {
    let rest = |d: &Detection| (d.signature.clone(), d.request.clone(), d.url.clone());
    a.time_ms.total_cmp(&b.time_ms).then_with(|| rest(a).cmp(&rest(b)))
}

/// What a request is, held against the signatures as one to `url`.
fn matches(request: &Request, url: &str, database: &Database) -> Vec<Match> {
    database.matches(&observation(request, url))
}

fn observation<'a>(request: &'a Request, url: &'a str) -> Observation<'a> {
    Observation::Request {
        url,
        method: &request.method,
        body: request.body_bytes(),
        content_encoding: request.header("content-encoding").unwrap_or_default(),
        content_type: request.header("content-type").unwrap_or_default(),
        kind: Some(request.kind),
    }
}

/// A hit counts only when it left the browser. Code counts also from a cache: it ran.
fn is_real(request: &Request, matched: &Match) -> bool {
    let stopped = request.blocked.as_ref().is_some_and(|blocked| blocked.before_sending);
    let code = matches!(matched.role, Role::Loader | Role::Config);
    request.was_sent() || code && !stopped
}

/// What a signature says, at the place and time where it was seen.
fn named(page: &Page<'_>, matched: &Match, place: Detection) -> Detection {
    Detection {
        visit: page.visit.id.clone(),
        signature: matched.signature.clone(),
        vendor: matched.vendor.clone(),
        gvl: matched.gvl.clone(),
        product: matched.product.clone(),
        categories: matched.categories.clone(),
        role: matched.role,
        account: matched.account.clone(),
        ..place
    }
}

fn of_request(
    request: &Request,
    matched: &Match,
    page: &Page<'_>,
    database: &Database,
) -> Detection {
    let host = host_of(&request.url);
    let mut flags = flags::of_match(matched, page);
    flags.extend(flags::of_request(request, page));
    flags.sort();
    let word = |pick: fn(&crate::signature::Param) -> &str| {
        let told = matched.params.iter().filter(move |(_, param)| !pick(param).is_empty());
        told.map(move |(name, param)| (name.clone(), pick(param).to_owned())).collect()
    };
    let place = Detection {
        source: Source::Request,
        request: Some(request.id.clone()),
        time_ms: request.time_ms,
        phase: request.phase,
        party: party(&page.host, &host, matched.own_host, database),
        event: matched.event.as_deref().map(event),
        url: mask(&request.url).shortened(KEPT),
        params: matched
            .params
            .iter()
            .map(|(name, param)| (name.clone(), mask_param(name, &param.value).shortened(KEPT)))
            .collect(),
        labels: word(|param| &param.label),
        data: word(|param| &param.data),
        flags,
        undecoded: matched.undecoded,
        own_host: matched.own_host,
        ..Detection::default()
    };
    named(page, matched, place)
}

/// The event's literal name. Sites do put addresses of people into it.
fn event(name: &str) -> String {
    let personal = identifiers(name).iter().any(|id| id.kind == IdentifierKind::Email);
    if personal { mask(name).to_string() } else { name.to_owned() }
}
