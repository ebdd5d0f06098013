//! How much a product did: told of the visitor, sent a bare ping, or only loaded its code.

use super::case::{Act, Sighting};
use super::draft::{Group, Key, grouped};
use crate::detect::Source;

/// What a product's sightings amount to, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// A container for tags was loaded and sent nothing of its own.
    TagManager,
    /// The vendor's code or settings were loaded.
    Code,
    /// A hit that says storage is denied and carries no identifier.
    Ping,
    /// Data was told to the vendor or stored for it.
    Tracking,
}

impl Strength {
    /// What softens a finding of this strength.
    pub(crate) fn caveat(self) -> Option<String> {
        let text = match self {
            Self::Tracking => return None,
            Self::Ping => {
                "Every hit said that storage was denied, and carried no identifier: a ping without cookies."
            }
            Self::Code => "Only the vendor's code or settings were loaded; no event was seen.",
            Self::TagManager => {
                "Only a tag manager's code was loaded; it sent no event of its own."
            }
        };
        Some(text.to_owned())
    }
}

/// Sightings by product and strength. Loaded code says nothing new beside what was then
/// sent, so it stands only where nothing stronger does.
pub(crate) fn by_product<'c, 'a: 'c>(
    sightings: impl Iterator<Item = &'c Sighting<'a>>,
) -> Vec<(Key, Group<'c, 'a>, Strength)> {
    // A global and an element have no time, and a site may have a vendor's stub or markup
    // without anything being sent.
    let timed = sightings.filter(|s| !matches!(s.detection.source, Source::Global | Source::Dom));
    let groups = grouped(timed.map(|s| (Key::product(s, data_kind(s.act())), s)));
    let tracks: Vec<Key> = groups.keys().filter(|key| key.data_kind != CODE).cloned().collect();
    let known = |key: &Key| {
        let same = |other: &Key| (&other.site, &other.product) == (&key.site, &key.product);
        key.data_kind == CODE && tracks.iter().any(same)
    };
    let kept = groups.into_iter().filter(|(key, _)| !known(key));
    kept.map(|(key, group)| {
        let strength = strength(&key.data_kind, &group);
        (key, group, strength)
    })
    .collect()
}

const TRACKING: &str = "tracking";
const PING: &str = "ping";
const CODE: &str = "code";

fn data_kind(act: Act) -> &'static str {
    match act {
        Act::Tracking => TRACKING,
        Act::Ping => PING,
        Act::Code => CODE,
    }
}

fn strength(data_kind: &str, group: &[&Sighting<'_>]) -> Strength {
    match data_kind {
        TRACKING => Strength::Tracking,
        PING => Strength::Ping,
        _ if group.iter().all(|sighting| sighting.is_tag_manager()) => Strength::TagManager,
        _ => Strength::Code,
    }
}
