//! Ghostery's TrackerDB: the compiled `trackerdb.json`, or the folder `db` with its
//! patterns and organisations in eno notation.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ImportError, Imported, ListSource, by_host, purpose};
use crate::signature::list::{HostRules, ListFile, Tracker};

/// Categories that Ghostery blocks as it is installed.
const BLOCKED: &[&str] = &["advertising", "pornvertising", "site_analytics"];

/// What is needed of `trackerdb.json`; further keys are let through.
#[derive(Deserialize)]
struct RawDb {
    #[serde(default)]
    organizations: BTreeMap<String, RawOrganization>,
    patterns: BTreeMap<String, RawPattern>,
}

#[derive(Deserialize)]
struct RawOrganization {
    name: String,
}

#[derive(Deserialize, Default)]
struct RawPattern {
    #[serde(default)]
    name: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    organization: Option<String>,
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    filters: Vec<String>,
}

pub(super) fn import(sources: &[ListSource]) -> Result<Imported, ImportError> {
    let raw = match sources {
        [one] if one.name.ends_with(".json") => {
            serde_json::from_str(&one.text).map_err(|error| ImportError::of(one, error))?
        }
        folder => of_folder(folder),
    };
    let mut list = ListFile {
        name: "TrackerDB".to_owned(),
        blocker: "Ghostery".to_owned(),
        ..ListFile::default()
    };
    let mut let_through = 0;
    for pattern in raw.patterns.into_values() {
        let blocked = BLOCKED.contains(&pattern.category.as_str());
        let_through += if blocked { 0 } else { pattern.filters.len() };
        let organization = pattern.organization.as_ref().and_then(|id| raw.organizations.get(id));
        let owner = organization.map_or("", |organization| organization.name.as_str());
        list.trackers.push(tracker(&pattern, owner, blocked));
    }
    let why = "filters of categories that Ghostery lets through (their hosts are named)";
    Ok(Imported { list, left_out: vec![(why, let_through)] })
}

/// Its filters say that a request tracks, its domains only whose a host is.
fn tracker(pattern: &RawPattern, owner: &str, blocked: bool) -> Tracker {
    let hosts = pattern.domains.iter();
    let hosts = hosts.map(|host| (host.to_ascii_lowercase(), HostRules::default())).collect();
    let category = purpose(&pattern.category).unwrap_or("analytics");
    Tracker {
        filters: if blocked { pattern.filters.clone() } else { Vec::new() },
        ..by_host(&pattern.name, owner, category, hosts)
    }
}

fn of_folder(sources: &[ListSource]) -> RawDb {
    let mut db = RawDb { organizations: BTreeMap::new(), patterns: BTreeMap::new() };
    for source in sources {
        let mut parts = source.name.rsplit(['/', '\\']);
        let id = parts.next().and_then(|name| name.strip_suffix(".eno")).unwrap_or_default();
        let mut fields = eno(&source.text);
        let mut one = |name: &str| fields.remove(name).map(|lines| lines.concat());
        match parts.next() {
            Some("organizations") => {
                let name = one("name").unwrap_or_default();
                db.organizations.insert(id.to_owned(), RawOrganization { name });
            }
            Some("patterns") => {
                let (name, category) = (one("name"), one("category"));
                let pattern = RawPattern {
                    name: name.unwrap_or_default(),
                    category: category.unwrap_or_default(),
                    organization: one("organization"),
                    domains: fields.remove("domains").unwrap_or_default(),
                    filters: fields.remove("filters").unwrap_or_default(),
                };
                db.patterns.insert(id.to_owned(), pattern);
            }
            _ => {}
        }
    }
    db
}

/// The fields of a file in eno notation: `name: value`, or lines between two `-- name`.
fn eno(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut open: Option<String> = None;
    for line in text.lines().map(str::trim) {
        let block = line.strip_prefix("--").map(|rest| rest.trim_start_matches('-').trim());
        match (&open, block) {
            (Some(name), Some(end)) if name == end => open = None,
            (Some(name), _) => {
                if !line.is_empty() && !line.starts_with('!') {
                    fields.entry(name.clone()).or_default().push(line.to_owned());
                }
            }
            (None, Some(name)) => open = Some(name.to_owned()),
            (None, None) => {
                if let Some((name, value)) = line.split_once(':').filter(|_| !line.starts_with('>'))
                {
                    fields.entry(name.trim().to_owned()).or_default().push(value.trim().to_owned());
                }
            }
        }
    }
    fields
}
