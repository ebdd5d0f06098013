//! DuckDuckGo: `tds.json`, by which its apps and extensions block, or the files in
//! `domains` of Tracker Radar, which only describe.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ImportError, Imported, ListSource, by_host, purpose};
use crate::signature::list::{Act, HostRule, HostRules, Limits, ListFile};

/// What is needed of `tds.json`; further keys are let through, the format grows.
#[derive(Deserialize)]
struct RawTds {
    trackers: BTreeMap<String, RawTracker>,
    #[serde(default)]
    entities: BTreeMap<String, RawEntity>,
}

#[derive(Deserialize)]
struct RawEntity {
    #[serde(default)]
    domains: Vec<String>,
}

#[derive(Deserialize)]
struct RawTracker {
    #[serde(default)]
    owner: RawOwner,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    default: String,
    #[serde(default)]
    rules: Vec<RawRule>,
}

#[derive(Deserialize, Default)]
struct RawOwner {
    #[serde(default)]
    name: String,
    #[serde(default, rename = "displayName")]
    display_name: String,
}

#[derive(Deserialize)]
struct RawRule {
    #[serde(default)]
    rule: String,
    #[serde(default)]
    action: String,
    options: Option<RawLimits>,
    exceptions: Option<RawLimits>,
}

#[derive(Deserialize)]
struct RawLimits {
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    types: Vec<String>,
}

/// One file of `domains`.
#[derive(Deserialize)]
struct RawDomain {
    domain: String,
    #[serde(default)]
    owner: RawOwner,
    #[serde(default)]
    categories: Vec<String>,
}

pub(super) fn import(sources: &[ListSource]) -> Result<Imported, ImportError> {
    match sources {
        [one] if one.text.contains("\"trackers\"") => blocklist(one),
        domains => descriptions(domains),
    }
}

fn blocklist(source: &ListSource) -> Result<Imported, ImportError> {
    let raw: RawTds =
        serde_json::from_str(&source.text).map_err(|error| ImportError::of(source, error))?;
    let mut list = ListFile {
        name: "Tracker Radar".to_owned(),
        blocker: "DuckDuckGo's browsers and extensions".to_owned(),
        owners: raw.entities.into_iter().map(|(name, entity)| (name, entity.domains)).collect(),
        ..ListFile::default()
    };
    let mut unreadable = 0;
    for (domain, tracker) in raw.trackers {
        let all = tracker.rules.len();
        let rules: Vec<HostRule> = tracker.rules.iter().filter_map(rule).collect();
        unreadable += all - rules.len();
        let otherwise = if tracker.default == "ignore" { Act::Name } else { Act::Block };
        let hosts = vec![(domain.to_ascii_lowercase(), HostRules { otherwise, rules })];
        list.trackers.push(of_owner(&domain, &tracker.owner, &tracker.categories, hosts));
    }
    Ok(Imported { list, left_out: vec![("rules whose pattern has look-around", unreadable)] })
}

fn descriptions(sources: &[ListSource]) -> Result<Imported, ImportError> {
    let mut list = ListFile { name: "Tracker Radar".to_owned(), ..ListFile::default() };
    for source in sources {
        let raw: RawDomain =
            serde_json::from_str(&source.text).map_err(|error| ImportError::of(source, error))?;
        let tracks = raw.categories.iter().any(|category| purpose(category).is_some());
        let otherwise = if tracks { Act::Block } else { Act::Name };
        let hosts = vec![(
            raw.domain.to_ascii_lowercase(),
            HostRules { otherwise, ..HostRules::default() },
        )];
        list.trackers.push(of_owner(&raw.domain, &raw.owner, &raw.categories, hosts));
    }
    Ok(Imported { list, left_out: Vec::new() })
}

fn of_owner(
    domain: &str,
    owner: &RawOwner,
    categories: &[String],
    hosts: Vec<(String, HostRules)>,
) -> crate::signature::list::Tracker {
    let names = [owner.display_name.as_str(), owner.name.as_str(), domain];
    let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or(domain);
    let category = categories.iter().find_map(|category| purpose(category));
    by_host(name, &owner.name, category.unwrap_or("analytics"), hosts)
}

/// A rule that our expressions can say; theirs may look around.
fn rule(raw: &RawRule) -> Option<HostRule> {
    regex::Regex::new(&raw.rule).ok().filter(|_| !raw.rule.is_empty())?;
    let limits = |raw: &Option<RawLimits>| {
        raw.as_ref().map(|raw| Limits {
            sites: raw.domains.clone(),
            types: raw.types.iter().map(|kind| kind.to_ascii_lowercase()).collect(),
        })
    };
    Some(HostRule {
        url: raw.rule.clone(),
        act: if raw.action == "ignore" { Act::Name } else { Act::Block },
        only: limits(&raw.options),
        except: limits(&raw.exceptions),
    })
}
