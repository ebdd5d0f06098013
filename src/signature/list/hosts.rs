//! Rules by host: the host or the nearest one above it that the list names decides.

use std::collections::{BTreeMap, HashMap};

use super::file::{Act, HostRules, Limits, ListFile};
use super::{Asked, kind_name};
use crate::model::{host_of, same_site};
use crate::signature::index::suffixes;
use crate::signature::pattern::Pattern;
use crate::signature::vendor::is_or_is_below;

/// The hosts of a list.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    by_host: HashMap<String, Host>,
    owners: BTreeMap<String, Vec<String>>,
}

#[derive(Debug)]
struct Host {
    tracker: usize,
    owner: String,
    otherwise: Act,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    url: Pattern,
    act: Act,
    only: Option<Limits>,
    except: Option<Limits>,
}

/// What the list says of a request to one of its hosts.
pub(super) struct Said {
    pub(super) tracker: usize,
    pub(super) tracks: bool,
    pub(super) rule: String,
}

impl Hosts {
    pub(super) fn of(list: &ListFile) -> Self {
        let mut by_host = HashMap::new();
        for (tracker, of) in list.trackers.iter().enumerate() {
            for (host, rules) in &of.hosts {
                by_host.insert(host.clone(), Host::of(tracker, &of.owner, rules));
            }
        }
        Self { by_host, owners: list.owners.clone() }
    }

    /// Whose host it is, and whether the list says that the request tracks.
    pub(super) fn say(&self, asked: &Asked<'_>) -> Option<Said> {
        if self.by_host.is_empty() {
            return None;
        }
        let (host, page) = (host_of(asked.url), host_of(asked.page));
        let (named, of) = suffixes(&host)
            .find_map(|(_, suffix)| self.by_host.get(suffix).map(|of| (suffix, of)))?;
        let own = same_site(&host, &page) || self.owns(&of.owner, &page);
        let kind = kind_name(asked);
        let fits = |rule: &&Rule| rule.url.is_match(asked.url);
        let (act, rule) = match of.rules.iter().find(fits) {
            None => (of.otherwise, named.to_owned()),
            Some(rule) => (rule.act_on(&page, kind), rule.url.source().to_owned()),
        };
        Some(Said { tracker: of.tracker, tracks: act == Act::Block && !own, rule })
    }

    /// Whether a page is of the owner's own.
    fn owns(&self, owner: &str, page: &str) -> bool {
        let sites = self.owners.get(owner).into_iter().flatten();
        !owner.is_empty() && sites.into_iter().any(|site| is_or_is_below(page, site))
    }
}

impl Host {
    fn of(tracker: usize, owner: &str, rules: &HostRules) -> Self {
        let rule = |rule: &super::file::HostRule| Rule {
            url: Pattern::new(&format!("(?i){}", rule.url)),
            act: rule.act,
            only: rule.only.clone(),
            except: rule.except.clone(),
        };
        Self {
            tracker,
            owner: owner.to_owned(),
            otherwise: rules.otherwise,
            rules: rules.rules.iter().map(rule).collect(),
        }
    }
}

impl Rule {
    /// What it does about a request from this page; it has matched its address.
    fn act_on(&self, page: &str, kind: &str) -> Act {
        let meets = |limits: &Limits| limits.fit(page, kind);
        let holds =
            self.only.as_ref().is_none_or(meets) && !self.except.as_ref().is_some_and(meets);
        if holds { self.act } else { Act::Name }
    }
}

impl Limits {
    fn fit(&self, page: &str, kind: &str) -> bool {
        let site = self.sites.is_empty() || self.sites.iter().any(|s| is_or_is_below(page, s));
        site && (self.types.is_empty() || self.types.iter().any(|name| name == kind))
    }
}
