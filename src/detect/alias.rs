//! Hosts that are another name of a vendor's: what is sent to them is held against the
//! signatures as if it had been sent to the vendor by name.

use std::collections::BTreeSet;

use super::Alias;
use crate::health::mask;
use crate::model::{Masked, NameLookups, Request, host_of};
use crate::signature::{Database, Match, Observation};

/// Names of cookies that are told of one request, each way.
const COOKIES: usize = 20;

/// What a request to an alias turned out to be.
#[derive(Debug, Default)]
pub(super) struct Uncovered {
    pub(super) matches: Vec<Match>,
    pub(super) alias: Alias,
    /// Only the host is known, not what was sent to it.
    pub(super) by_host_alone: bool,
}

/// The vendor behind a request's host, if that host is an alias of one's. `matches` is
/// what the request is by its own name.
///
/// A host that is a vendor's by its own name hides nothing, and one that is an alias of
/// a hoster's machine is nobody else's for that: only requests that the vendor's own
/// signatures know, and names that serve nothing but tracking, count.
pub(super) fn uncover(
    request: &Request,
    matches: &[Match],
    names: &NameLookups,
    database: &Database,
) -> Option<Uncovered> {
    let host = host_of(&request.url);
    let aliases = names.aliases(&host);
    if aliases.is_empty() || database.owner_of_host(&host).is_some() {
        return None;
    }
    let found = |target: &String, matches, by_host_alone| Uncovered {
        matches,
        alias: alias(request, &host, target),
        by_host_alone,
    };
    for target in aliases {
        let as_target = by_name(request, &host, target, database);
        if !as_target.is_empty() {
            return Some(found(target, as_target, false));
        }
    }
    for target in aliases {
        let (known, _) = super::confirmed(database.matches(&Observation::Cname { target }));
        let Some(vendor) = known.first().map(|matched| &matched.vendor) else { continue };
        let same: Vec<Match> = matches.iter().filter(|m| m.vendor == *vendor).cloned().collect();
        let by_host_alone = same.is_empty();
        return Some(found(target, if by_host_alone { known } else { same }, by_host_alone));
    }
    None
}

/// What the request would be if it had gone to `target` by name, and to nobody else.
fn by_name(request: &Request, host: &str, target: &str, database: &Database) -> Vec<Match> {
    let Some(owner) = database.owner_of_host(target) else { return Vec::new() };
    let url = request.url.replacen(host, target, 1);
    let mut matches = super::matches(request, &url, database);
    matches.retain(|matched| {
        let vendor = matched.signature.split('/').next().unwrap_or_default();
        !matched.draft && database.vendor(vendor).is_some_and(|vendor| vendor.owner == owner)
    });
    matches
}

fn alias(request: &Request, host: &str, target: &str) -> Alias {
    let sent = request.header("cookie").into_iter().flat_map(|header| header.split(';'));
    let set = request.response.iter().flat_map(|response| response.set_cookies());
    Alias {
        host: mask(host),
        target: mask(target),
        cookies_sent: names(sent),
        cookies_set: names(set),
    }
}

/// The names before the equals signs, each once.
fn names<'a>(cookies: impl Iterator<Item = &'a str>) -> Vec<Masked> {
    let names = cookies.filter_map(|cookie| Some(cookie.split_once('=')?.0.trim()));
    let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
    names.into_iter().take(COOKIES).map(|name| mask(name).shortened(100)).collect()
}
