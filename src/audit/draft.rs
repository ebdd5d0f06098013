//! From sightings to findings: one per vendor product, page kind and data kind.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::case::{Act, Sighting};
use super::evidence::{self, masked};
use super::review;
use super::words::{count, list};
use super::{AuditInfo, Citation, Confidence, Evidence, Finding, Severity, Standing};
use crate::model::host_of;

/// How many pieces of evidence a finding shows; the rest is in its total.
const SHOWN: usize = 10;

/// How many bytes of the hash name a finding.
const FINGERPRINT: usize = 8;

/// What a finding is one of.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) site: String,
    pub(crate) vendor: String,
    pub(crate) product: String,
    /// Empty for audits that ask about a site as a whole.
    pub(crate) page_kind: String,
    pub(crate) data_kind: String,
}

impl Key {
    /// A finding about the site itself.
    pub(crate) fn site(site: &str, data_kind: &str) -> Self {
        Self { site: site.to_owned(), data_kind: data_kind.to_owned(), ..Self::default() }
    }

    /// A finding about what a product did, on whatever page.
    pub(crate) fn product(sighting: &Sighting<'_>, data_kind: &str) -> Self {
        Self {
            vendor: sighting.detection.vendor.clone(),
            product: sighting.detection.product.clone(),
            ..Self::site(&sighting.visit.site, data_kind)
        }
    }

    /// A finding about what a product did on one kind of page.
    pub(crate) fn on_kind(sighting: &Sighting<'_>, data_kind: &str) -> Self {
        let page_kind = super::words::name(&sighting.page_kind());
        Self { page_kind, ..Self::product(sighting, data_kind) }
    }

    /// Stable across runs: nothing in it changes with addresses, ids, order or page sampling.
    fn fingerprint(&self, audit: &str) -> String {
        let product = format!("{}/{}", self.vendor, self.product);
        let mut hash = Sha256::new();
        for part in [audit, &self.site, &product, &self.page_kind, &self.data_kind] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hex::encode(&hash.finalize()[..FINGERPRINT])
    }
}

/// The sightings that share a key, in the order of the capture.
pub(crate) type Group<'c, 'a> = Vec<&'c Sighting<'a>>;

/// Sorts sightings by what they are one of.
pub(crate) fn grouped<'c, 'a: 'c>(
    keyed: impl Iterator<Item = (Key, &'c Sighting<'a>)>,
) -> BTreeMap<Key, Group<'c, 'a>> {
    let mut groups: BTreeMap<Key, Group<'c, 'a>> = BTreeMap::new();
    for (key, sighting) in keyed {
        groups.entry(key).or_default().push(sighting);
    }
    groups
}

/// A finding before it gets its name and its evidence.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    /// What was observed; masked when the finding is made.
    pub(crate) message: String,
    pub(crate) caveats: Vec<String>,
}

impl Draft {
    /// The finding that stands on these sightings.
    pub(crate) fn on(mut self, info: &AuditInfo, key: &Key, group: &[&Sighting<'_>]) -> Finding {
        self.soften(group);
        let evidence = group.iter().take(SHOWN).map(|sighting| evidence::of(sighting)).collect();
        let mut finding = self.with(info, key, evidence, group.len());
        if info.is_about_health() {
            finding.flows = review::ids(group).into_iter().collect();
        }
        finding
    }

    /// What only a list of the user's knows is one list's word: no run fails by default
    /// for it.
    fn soften(&mut self, group: &[&Sighting<'_>]) {
        let lists: BTreeSet<&str> =
            group.iter().filter_map(|sighting| sighting.detection.list.as_deref()).collect();
        if lists.is_empty() || group.iter().any(|sighting| sighting.detection.list.is_none()) {
            return;
        }
        self.confidence = Confidence::Low;
        self.severity = self.severity.min(Severity::Medium);
        self.caveats.push(format!(
            "No signature knows it: that it tracks is what {} says.",
            list(lists.iter().copied(), 3)
        ));
    }

    /// The finding that stands on this evidence, `total` pieces in all.
    pub(crate) fn with(
        self,
        info: &AuditInfo,
        key: &Key,
        mut evidence: Vec<Evidence>,
        total: usize,
    ) -> Finding {
        evidence.truncate(SHOWN);
        Finding {
            audit: info.id.to_owned(),
            site: key.site.clone(),
            severity: self.severity,
            confidence: self.confidence,
            message: masked(&self.message),
            vendor: key.vendor.clone(),
            product: key.product.clone(),
            fingerprint: key.fingerprint(info.id),
            total,
            evidence,
            citations: info.citations.iter().map(Citation::from).collect(),
            caveats: self.caveats,
            standing: Standing::Open,
            flows: Vec::new(),
        }
    }
}

/// What a product did: `sent PageView to www.facebook.com and stored _fbp`.
pub(crate) fn deed(group: &[&Sighting<'_>]) -> String {
    let (stored, rest): (Group<'_, '_>, Group<'_, '_>) =
        group.iter().partition(|sighting| is_stored(sighting));
    let sent: Group<'_, '_> = rest.into_iter().filter(|s| s.request.is_some()).collect();
    let mut parts = Vec::new();
    if !sent.is_empty() {
        parts.push(sending(&sent));
    }
    if !stored.is_empty() {
        let names = stored.iter().filter_map(|s| s.detection.stored.as_ref());
        parts.push(format!("stored {}", list(names.map(|s| s.name.as_str()), 3)));
    }
    if parts.is_empty() { "was present".to_owned() } else { parts.join(" and ") }
}

fn sending(sent: &[&Sighting<'_>]) -> String {
    let hosts = hosts(sent);
    if sent.iter().all(|sighting| sighting.act() == Act::Code) {
        return format!("loaded its code from {hosts}");
    }
    let events: Vec<&str> = sent.iter().filter_map(|s| s.detection.event.as_deref()).collect();
    let what = if events.is_empty() { "data".to_owned() } else { list(events, 3) };
    format!("sent {what} to {hosts}")
}

fn is_stored(sighting: &Sighting<'_>) -> bool {
    sighting.detection.stored.is_some()
}

/// Where it went: `www.facebook.com`.
pub(crate) fn hosts(group: &[&Sighting<'_>]) -> String {
    let hosts: Vec<String> = group.iter().map(|sighting| sighting.host()).collect();
    list(hosts.iter().map(String::as_str), 2)
}

/// On how many pages: `on 2 pages`.
pub(crate) fn on_pages(group: &[&Sighting<'_>]) -> String {
    format!("on {}", count(pages(group), "page", "pages"))
}

/// On how many of the pages that could have shown it: `on 14 of 15 pages`, `on 1 page`.
pub(crate) fn on_pages_of(group: &[&Sighting<'_>], of: usize) -> String {
    match pages(group) {
        seen if of > seen => format!("on {seen} of {}", count(of, "page", "pages")),
        seen if of == seen && seen > 1 => format!("on all {seen} pages"),
        _ => on_pages(group),
    }
}

fn pages(group: &[&Sighting<'_>]) -> usize {
    group.iter().map(|s| s.visit.page.as_str()).collect::<BTreeSet<_>>().len()
}

/// What softens every finding about a vendor's protocol on the site's own host.
pub(crate) fn own_host_caveat(group: &[&Sighting<'_>]) -> Option<String> {
    let own: Vec<String> = group
        .iter()
        .filter(|s| s.detection.own_host)
        .filter_map(|s| s.request.map(|request| host_of(&request.url)))
        .collect();
    (!own.is_empty()).then(|| {
        format!(
            "The data went to {}, which is not the vendor's own host; what that host passes on cannot be seen from a browser.",
            list(own.iter().map(String::as_str), 2)
        )
    })
}
