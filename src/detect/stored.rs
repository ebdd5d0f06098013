//! Cookies and storage keys that a signature knows: where, for how long, and who wrote them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::fmt::rfc2822::DateTimeParser;

use super::page::Page;
use super::{Detection, Source, Stored};
use crate::health::mask;
use crate::model::{
    Cookie, Masked, Phase, Request, RequestId, StackFrame, StorageArea, Visit, host_of, same_site,
};
use crate::signature::{Match, Observation};

/// What the visits of one profile have shown so far. A profile keeps its cookies from
/// visit to visit, so each counts where it was first seen.
pub(super) type Known = BTreeSet<(StorageArea, String, String)>;

/// One cookie or key as it was seen in a visit.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    area: StorageArea,
    name: String,
    /// Cookie domain without a leading dot, or the origin that owns the key.
    place: String,
    value: String,
    lifetime_s: Option<i64>,
    request: Option<RequestId>,
    /// When it was written; `None` if it only lay there in the end.
    written: Option<(f64, Phase)>,
    written_by: Option<Masked>,
}

/// Every item that `recognise` knows, with what it says; and those that nobody knows and
/// that hold personal data.
pub(super) fn detect<'a>(
    page: &Page<'a>,
    known: &mut Known,
    recognise: impl Fn(&Observation<'_>) -> Vec<Match>,
) -> (Vec<(Match, Detection)>, Vec<Detection>) {
    let (mut found, mut kept) = (Vec::new(), Vec::new());
    for item in items(page.visit, known) {
        let observation = match item.area {
            StorageArea::Cookie => Observation::Cookie { name: &item.name, domain: &item.place },
            _ => Observation::Storage { key: &item.name },
        };
        let matches = recognise(&observation);
        if matches.is_empty() {
            kept.extend(Some(detection(page.visit, &item)).filter(|kept| !kept.flags.is_empty()));
        }
        for matched in matches {
            found.push((matched, detection(page.visit, &item)));
        }
    }
    (found, kept)
}

/// The place and time of an item; what the signature says is filled in by the caller.
fn detection(visit: &Visit, item: &Item) -> Detection {
    let (time_ms, phase) = item.written.unwrap_or_else(|| (end(visit), first_phase(visit)));
    Detection {
        source: match item.area {
            StorageArea::Cookie => Source::Cookie,
            _ => Source::Storage,
        },
        request: item.request.clone(),
        time_ms,
        phase,
        url: mask(&item.name),
        flags: super::flags::beside(area(item.area), &item.name, &item.value),
        stored: Some(Stored {
            name: mask(&item.name),
            place: mask(&item.place),
            lifetime_s: item.lifetime_s,
            stated: None,
            write_seen: item.written.is_some(),
            written_by: item.written_by.clone(),
        }),
        ..Detection::default()
    }
}

/// Where a stored value lies, as paths name it.
fn area(area: StorageArea) -> &'static str {
    if area == StorageArea::Cookie { "cookie" } else { "storage" }
}

/// The time of the last request, when the page had come to rest.
pub(super) fn end(visit: &Visit) -> f64 {
    visit.requests.iter().map(|request| request.time_ms).fold(0.0, f64::max)
}

/// The phase in which the visit began.
pub(super) fn first_phase(visit: &Visit) -> Phase {
    let first = visit.requests.iter().min_by(|a, b| a.time_ms.total_cmp(&b.time_ms));
    first.map(|request| request.phase).unwrap_or_default()
}

/// The items of a visit: what answers set, what scripts wrote, and what lay there in
/// the end and was not known before.
fn items(visit: &Visit, known: &mut Known) -> Vec<Item> {
    let mut items: BTreeMap<(StorageArea, String, String, Option<Phase>), Item> = BTreeMap::new();
    let mut add = |item: Item| {
        let phase = item.written.map(|(_, phase)| phase);
        items.entry((item.area, item.name.clone(), item.place.clone(), phase)).or_insert(item);
    };
    let jar = visit.collected.cookies.as_deref().unwrap_or_default();
    let begun = visit.started.map(|time| time.as_second());
    for mut item in visit.requests.iter().flat_map(|request| set_by_answer(request, begun)) {
        item.lifetime_s = item.lifetime_s.or_else(|| in_jar(jar, &item)?.lifetime_s);
        add(item);
    }
    let writes = scripts(visit);
    for cookie in jar {
        let place = cookie.domain.trim_start_matches('.').to_owned();
        let base = Item {
            area: StorageArea::Cookie,
            name: cookie.name.clone(),
            place,
            value: cookie.value.clone(),
            lifetime_s: cookie.lifetime_s,
            request: None,
            written: None,
            written_by: None,
        };
        found_at_end(base, &writes, known, &mut add);
    }
    for item in visit.collected.storage.iter().flatten() {
        let base = Item {
            area: item.area,
            name: item.key.clone(),
            place: item.origin.clone(),
            value: item.value.clone(),
            lifetime_s: None,
            request: None,
            written: None,
            written_by: None,
        };
        found_at_end(base, &writes, known, &mut add);
    }
    let mut items: Vec<Item> = items.into_values().collect();
    forget_unseen_writes(&mut items);
    items
}

/// An item that was seen being set needs no second mention as merely lying there.
fn forget_unseen_writes(items: &mut Vec<Item>) {
    let written: BTreeSet<(StorageArea, String, String)> =
        items.iter().filter(|item| item.written.is_some()).map(key).collect();
    items.retain(|item| item.written.is_some() || !written.contains(&key(item)));
}

fn key(item: &Item) -> (StorageArea, String, String) {
    (item.area, item.name.clone(), item.place.clone())
}

/// Adds an item once per phase that a script wrote it in, else once per profile.
fn found_at_end(base: Item, writes: &Writes, known: &mut Known, add: &mut impl FnMut(Item)) {
    let place = base.place.clone();
    let host = if base.area == StorageArea::Cookie { place } else { host_of(&place) };
    let mine = writes.get(&(base.area, base.name.clone())).into_iter().flatten();
    let mine: Vec<&Write> = mine.filter(|write| same_site(&write.host, &host)).collect();
    let new = known.insert(key(&base));
    for write in &mine {
        add(Item {
            written: Some((write.time_ms, write.phase)),
            written_by: write.by.clone(),
            ..base.clone()
        });
    }
    if mine.is_empty() && new {
        add(base);
    }
}

/// One write by a script.
struct Write {
    host: String,
    time_ms: f64,
    phase: Phase,
    by: Option<Masked>,
}

type Writes = BTreeMap<(StorageArea, String), Vec<Write>>;

fn scripts(visit: &Visit) -> Writes {
    let mut timeline: Vec<(f64, Phase)> =
        visit.requests.iter().map(|request| (request.time_ms, request.phase)).collect();
    timeline.sort_by(|a, b| a.0.total_cmp(&b.0));
    let phase_at = |time: f64| {
        let passed = timeline.partition_point(|(at, _)| *at <= time);
        let last = timeline[..passed].last().or(timeline.first());
        last.map(|(_, phase)| *phase).unwrap_or_default()
    };
    let mut writes = Writes::new();
    for write in visit.collected.writes.iter().flatten() {
        writes.entry((write.area, write.key.clone())).or_default().push(Write {
            host: host_of(&write.frame),
            time_ms: write.time_ms,
            phase: phase_at(write.time_ms),
            by: innermost(&write.stack),
        });
    }
    writes
}

fn innermost(stack: &[StackFrame]) -> Option<Masked> {
    let url = stack.iter().map(|frame| frame.url.as_str()).find(|url| !url.is_empty())?;
    Some(mask(url).shortened(500))
}

/// The cookie as it lies in the jar.
fn in_jar<'a>(jar: &'a [Cookie], item: &Item) -> Option<&'a Cookie> {
    jar.iter().find(|c| c.name == item.name && c.domain.trim_start_matches('.') == item.place)
}

/// The cookies that one answer set, deletions left out. `begun` is when the visit began,
/// in seconds of Unix time.
fn set_by_answer(request: &Request, begun: Option<i64>) -> Vec<Item> {
    let Some(response) = request.response.as_ref().filter(|r| !r.from_cache) else {
        return Vec::new();
    };
    let host = host_of(&request.url);
    let set = response.set_cookies().filter_map(|header| read_cookie(header, &host, begun));
    set.map(|cookie| Item {
        area: StorageArea::Cookie,
        name: cookie.name,
        place: cookie.domain,
        value: cookie.value,
        lifetime_s: cookie.lifetime_s,
        request: Some(request.id.clone()),
        written: Some((request.time_ms, request.phase)),
        written_by: None,
    })
    .collect()
}

/// Reads one `Set-Cookie` value; `None` if it deletes the cookie or is none.
fn read_cookie(header: &str, host: &str, begun: Option<i64>) -> Option<Cookie> {
    let mut parts = header.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        domain: host.to_owned(),
        ..Cookie::default()
    };
    let (mut max_age, mut expires) = (None, None);
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "domain" if !value.is_empty() => {
                value.trim_start_matches('.').to_ascii_lowercase().clone_into(&mut cookie.domain);
            }
            "max-age" => max_age = value.parse().ok(),
            // The usual way to delete is a date at the beginning of time.
            "expires" if value.contains("1970") => return None,
            "expires" => expires = until(value, begun),
            _ => {}
        }
    }
    // Of the two, the age counts.
    cookie.lifetime_s = max_age.or(expires);
    let deleted = cookie.lifetime_s.is_some_and(|seconds| seconds <= 0);
    (!deleted && !cookie.name.is_empty()).then_some(cookie)
}

/// Seconds from the begin of the visit to a date as cookies write it.
fn until(date: &str, begun: Option<i64>) -> Option<i64> {
    // An old form has hyphens in it: `Wed, 21-Oct-2026 07:28:00 GMT`.
    let parser = DateTimeParser::new().relaxed_weekday(true);
    let date = parser.parse_timestamp(date.replace('-', " ")).ok()?;
    Some(date.as_second() - begun?)
}
