//! What the user's own lists say of a visit's requests: which of them no signature knows,
//! and which a blocker would have stopped.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::page::Page;
use super::{Detection, ListUsed, NamedCookie, observation, of_request};
use crate::health::mask;
use crate::model::{Capture, Request, RequestId, ResourceKind, host_of, registrable_domain};
use crate::signature::list::{Asked, Listed};
use crate::signature::{Database, List, Match, Observation, Role};

/// The lists of a database, for reports.
pub(super) fn used(database: &Database) -> Vec<ListUsed> {
    let used = |list: &List| {
        let facts = list.facts();
        ListUsed {
            name: facts.name.clone(),
            version: facts.version.clone(),
            sha256: facts.sha256.clone(),
            blocker: facts.blocker.clone(),
        }
    };
    database.lists().iter().map(used).collect()
}

/// The cookies that no signature knows and a list describes, the first one that does.
pub(super) fn cookies(capture: &Capture, database: &Database) -> Vec<NamedCookie> {
    let with_cookies: Vec<&List> =
        database.lists().iter().filter(|list| !list.facts().cookies.is_empty()).collect();
    let jars = capture.visits.iter().filter(|_| !with_cookies.is_empty());
    let jars = jars.flat_map(|visit| visit.collected.cookies.iter().flatten());
    let each: BTreeSet<(&str, &str)> =
        jars.map(|cookie| (cookie.name.as_str(), cookie.domain.trim_start_matches('.'))).collect();
    let named = |(name, domain): (&str, &str)| {
        let by_signature = database.matches(&Observation::Cookie { name, domain });
        if by_signature.iter().any(|matched| !matched.draft) {
            return None;
        }
        let (list, cookie) =
            with_cookies.iter().find_map(|list| Some((list, list.cookie(name, domain)?)))?;
        Some(NamedCookie {
            name: mask(name),
            place: domain.to_owned(),
            owner: cookie.owner.clone(),
            product: cookie.product.clone(),
            purpose: cookie.purpose.clone(),
            list: list.facts().name.clone(),
        })
    };
    each.into_iter().filter_map(named).collect()
}

/// The lists' verdicts on the requests of one visit.
#[derive(Debug, Default)]
pub(super) struct Verdicts<'a> {
    named: HashMap<&'a RequestId, Named<'a>>,
    stopped: HashMap<&'a RequestId, BTreeSet<&'a str>>,
}

/// Who a request is by the first list that says that it tracks.
#[derive(Debug, Clone)]
pub(super) struct Named<'a> {
    list: &'a str,
    listed: Listed<'a>,
}

impl<'a> Verdicts<'a> {
    pub(super) fn of(page: &Page<'a>, lists: &'a [List]) -> Self {
        let mut verdicts = Self::default();
        for list in lists {
            verdicts.ask(list, page);
        }
        verdicts
    }

    /// Requests stand in the order sent, so that causes come before effects.
    fn ask(&mut self, list: &'a List, page: &Page<'a>) {
        let name = list.facts().name.as_str();
        let mut addresses: HashSet<&str> = HashSet::new();
        for request in page.visit.requests.iter().filter(|request| is_asked_about(request)) {
            let asked = Asked {
                url: &request.url,
                page: page.url(),
                method: &request.method,
                kind: request.kind,
            };
            let listed = list.ask(&asked).filter(|listed| listed.tracks);
            let stops = listed.is_some() || self.is_effect(request, name, &addresses);
            if stops && !list.facts().blocker.is_empty() {
                addresses.insert(&request.url);
                self.stopped.entry(&request.id).or_default().insert(name);
            }
            if let Some(listed) = listed {
                self.named.entry(&request.id).or_insert(Named { list: name, listed });
            }
        }
    }

    /// Whether it would never have been sent, because what caused it was stopped.
    fn is_effect(&self, request: &Request, list: &str, stopped: &HashSet<&str>) -> bool {
        let redirected = request.redirected_from.as_ref().and_then(|id| self.stopped.get(id));
        let initiator = &request.initiator;
        let stack = initiator.stack.iter().map(|frame| frame.url.as_str());
        let mut causes = stack.chain(initiator.url.as_deref()).chain([request.frame.url.as_str()]);
        redirected.is_some_and(|lists| lists.contains(list))
            || causes.any(|address| stopped.contains(address))
    }

    /// Who it is by the lists, if they know.
    pub(super) fn named(&self, request: &Request) -> Option<Named<'a>> {
        self.named.get(&request.id).filter(|_| request.was_sent()).cloned()
    }

    /// The lists by which it would have been stopped, sorted.
    pub(super) fn stopped_by(&self, request: &Request) -> Vec<String> {
        let names = self.stopped.get(&request.id).into_iter().flatten();
        names.map(|name| (*name).to_owned()).collect()
    }
}

/// Blockers do not stop the page that a visitor asks for; a preflight goes with its request.
fn is_asked_about(request: &Request) -> bool {
    let page = request.kind == ResourceKind::Document && request.frame.top;
    !page && request.kind != ResourceKind::Preflight
}

/// A request that only a list knows. What it carries is read by common names.
pub(super) fn detection(
    request: &Request,
    named: &Named<'_>,
    page: &Page<'_>,
    database: &Database,
) -> Detection {
    let domain = registrable_domain(&host_of(&request.url));
    let tracker = named.listed.tracker;
    let name = tracker.map_or(domain.as_str(), |tracker| tracker.name.as_str());
    let owner = tracker.map(|tracker| tracker.owner.as_str()).filter(|owner| !owner.is_empty());
    let category = tracker.map_or("analytics", |tracker| tracker.category.as_str());
    let matched = Match {
        signature: format!("list/{domain}"),
        vendor: owner.unwrap_or(name).to_owned(),
        product: format!("{name} ({})", named.list),
        categories: vec![category.to_owned()],
        role: match request.kind {
            ResourceKind::Script | ResourceKind::Stylesheet | ResourceKind::Font => Role::Loader,
            _ => Role::Hit,
        },
        ..database.unnamed(&observation(request, &request.url))
    };
    let detection = of_request(request, &matched, page, database);
    Detection { list: Some(named.list.to_owned()), ..detection }
}
