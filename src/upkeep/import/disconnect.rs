//! Disconnect's `services.json`: category, company, its homepage, its hosts. Firefox's
//! tracking protection is made from it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{ImportError, Imported, ListSource, by_host, purpose};
use crate::signature::list::{Act, HostRules, ListFile};

/// By their names, companies: a homepage with a list of hosts, and remarks.
type RawCompanies = BTreeMap<String, BTreeMap<String, Value>>;

#[derive(Deserialize)]
struct RawServices {
    categories: BTreeMap<String, Vec<RawCompanies>>,
}

pub(super) fn import(sources: &[ListSource]) -> Result<Imported, ImportError> {
    let mut list = ListFile {
        name: "Disconnect".to_owned(),
        blocker: "Disconnect, and Firefox's strict tracking protection".to_owned(),
        ..ListFile::default()
    };
    for source in sources {
        let raw: RawServices =
            serde_json::from_str(&source.text).map_err(|error| ImportError::of(source, error))?;
        for (category, companies) in raw.categories {
            // Content is known, and let through.
            let act = if purpose(&category).is_some() { Act::Block } else { Act::Name };
            let category = purpose(&category).unwrap_or("analytics");
            for (company, facts) in companies.into_iter().flatten() {
                let rules = || HostRules { otherwise: act, rules: Vec::new() };
                let hosts = facts.values().filter_map(Value::as_array).flatten();
                let hosts: Vec<_> = hosts
                    .filter_map(Value::as_str)
                    .map(|host| (host.to_ascii_lowercase(), rules()))
                    .collect();
                let sites = list.owners.entry(company.clone()).or_default();
                sites.extend(hosts.iter().map(|(host, _)| host.clone()));
                list.trackers.push(by_host(&company, &company, category, hosts));
            }
        }
    }
    // A host that is in several categories is blocked if one of them is.
    list.trackers.sort_by_key(|tracker| tracker.hosts.values().any(|h| h.otherwise == Act::Block));
    Ok(Imported { list, left_out: Vec::new() })
}
