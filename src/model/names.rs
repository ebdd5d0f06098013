//! What name servers said of a capture's hosts: asked once, after the visits, and
//! kept, so that everything downstream needs no network and repeats exactly.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What name servers said of a capture's hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameLookups {
    /// Who was asked: `system`, or the address of a name server.
    pub server: String,
    /// The answer for each host that was asked about.
    pub hosts: BTreeMap<String, NameLookup>,
    /// Hosts that were not asked about, for want of time or because there were too many.
    pub left_out: u64,
}

/// What is known of one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum NameLookup {
    /// The names that the host is an alias of, one leading to the next; empty for a host
    /// with addresses of its own.
    Known {
        /// Lower case, without a trailing dot.
        aliases: Vec<String>,
    },
    /// Not known, or only in part.
    Unknown {
        /// Why, in words.
        message: String,
        /// The aliases as far as they were followed.
        aliases: Vec<String>,
    },
}

impl NameLookup {
    /// Nothing is known, for this reason.
    #[must_use]
    pub fn unknown(message: impl Into<String>) -> Self {
        Self::Unknown { message: message.into(), aliases: Vec::new() }
    }
}

impl NameLookups {
    /// The names that a host is an alias of, the nearest first, as far as they are known.
    #[must_use]
    pub fn aliases(&self, host: &str) -> &[String] {
        match self.hosts.get(host.trim_end_matches('.')) {
            Some(NameLookup::Known { aliases } | NameLookup::Unknown { aliases, .. }) => aliases,
            None => &[],
        }
    }

    /// The hosts of which not all is known, sorted.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        let is_unknown = |lookup: &NameLookup| matches!(lookup, NameLookup::Unknown { .. });
        self.hosts.iter().filter(move |(_, l)| is_unknown(l)).map(|(host, _)| host.as_str())
    }
}
