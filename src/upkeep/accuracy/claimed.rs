//! Which requests are of a vendor that the database claims to know: the list's name for
//! it is one of ours, or one of its hosts lies in the same registrable domain.

use std::collections::BTreeSet;

use super::LabelledRequest;
use crate::model::{host_of, registrable_domain};
use crate::signature::Database;

/// The vendors that the database claims.
#[derive(Debug)]
pub(super) struct Claimed<'a> {
    database: &'a Database,
    names: BTreeSet<String>,
    domains: BTreeSet<String>,
}

impl<'a> Claimed<'a> {
    pub(super) fn of(database: &'a Database) -> Self {
        let (mut names, mut domains) = (BTreeSet::new(), BTreeSet::new());
        for vendor in database.vendors() {
            names.extend([plain(&vendor.id), plain(&vendor.name)]);
            names.extend(vendor.signatures.iter().map(|signature| plain(&signature.product)));
            let of_signatures = vendor.signatures.iter().flat_map(|s| s.request_hosts());
            let hosts = vendor.hosts.iter().map(String::as_str).chain(of_signatures);
            // `*` and `www.google.*` are no hosts; whom the latter belong to the database says.
            domains.extend(hosts.filter(|host| !host.contains('*')).map(registrable_domain));
        }
        Self { database, names, domains }
    }

    pub(super) fn has(&self, request: &LabelledRequest) -> bool {
        let host = host_of(&request.url);
        self.domains.contains(&registrable_domain(&host))
            || self.database.owner_of_host(&host).is_some()
            || request.label.tracker().is_some_and(|name| self.names.contains(&plain(name)))
    }
}

/// `Google Analytics` and `google_analytics` are one name.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}
