//! What changed between two versions of the database, and what a capture's detections
//! would be by the other one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::detect;
use crate::health::Lexicon;
use crate::model::Capture;
use crate::signature::{Database, Signature};

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// Vendors and signatures that are new, gone or different, by id.
    pub changes: Vec<Change>,
    /// Detections of the capture that are new, gone or more or fewer; empty without one.
    pub detections: Vec<Shift>,
}

/// A vendor or a signature that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its id, `meta` or `meta/pixel`.
    pub id: String,
    /// `added`, `removed` or `changed`.
    pub what: &'static str,
    /// Which of its facts changed.
    pub facts: Vec<&'static str>,
}

/// A signature's detections in a capture, by the one and by the other database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// The signature.
    pub signature: String,
    /// The event, if it has one.
    pub event: Option<String>,
    /// Detections by the old database.
    pub before: usize,
    /// Detections by the new one.
    pub after: usize,
}

impl Diff {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.detections.is_empty()
    }
}

/// What changed from `old` to `new`, and what that does to a capture.
#[must_use]
pub fn diff(old: &Database, new: &Database, capture: Option<(&Capture, &Lexicon)>) -> Diff {
    let (before, after) = (facts_of(old), facts_of(new));
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changes = ids.into_iter().filter_map(|id| change(id, before.get(id), after.get(id)));
    let detections = capture.map(|(capture, lexicon)| {
        let (before, after) = (counts(capture, old, lexicon), counts(capture, new, lexicon));
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let shift = |key: &(String, Option<String>)| Shift {
            signature: key.0.clone(),
            event: key.1.clone(),
            before: before.get(key).copied().unwrap_or_default(),
            after: after.get(key).copied().unwrap_or_default(),
        };
        keys.into_iter().map(shift).filter(|shift| shift.before != shift.after).collect()
    });
    Diff { changes: changes.collect(), detections: detections.unwrap_or_default() }
}

/// Each fact by its name, in the order of a file.
type Facts = Vec<(&'static str, String)>;

fn facts_of(database: &Database) -> BTreeMap<String, Facts> {
    let mut all = BTreeMap::new();
    for vendor in database.vendors() {
        let facts: Facts = vec![
            ("name", vendor.name.clone()),
            ("aliases", vendor.aliases.join(" ")),
            ("owner", vendor.owner.clone()),
            ("country", vendor.country.clone()),
            ("homepage", vendor.homepage.clone()),
            ("privacy", vendor.privacy.clone()),
            ("hosts", vendor.hosts.join(" ")),
        ];
        all.insert(vendor.id.clone(), facts);
        for signature in &vendor.signatures {
            all.insert(signature.id.clone(), signature_facts(signature));
        }
    }
    all
}

fn signature_facts(signature: &Signature) -> Facts {
    let cookies = signature.cookies.iter().map(|c| format!("{} {}", c.pattern(), c.lifetime));
    vec![
        ("product", signature.product.clone()),
        ("title", signature.title.clone()),
        ("categories", signature.categories.join(" ")),
        ("role", signature.role.name().to_owned()),
        ("status", signature.status.name().to_owned()),
        ("reviewed", signature.reviewed.to_string()),
        ("references", signature.references.join(" ")),
        ("request", signature.described_requests().collect::<Vec<_>>().join("\n")),
        ("decode", signature.described_decoding()),
        ("cookie", cookies.collect::<Vec<_>>().join("\n")),
        ("storage", signature.storage_keys().collect::<Vec<_>>().join("\n")),
        ("globals", signature.globals.join(" ")),
        ("dom", signature.dom.join("\n")),
        ("cname", signature.cname.join(" ")),
    ]
}

fn change(id: &str, before: Option<&Facts>, after: Option<&Facts>) -> Option<Change> {
    let (what, facts) = match (before, after) {
        (None, _) => ("added", Vec::new()),
        (_, None) => ("removed", Vec::new()),
        (Some(before), Some(after)) => {
            let changed = before.iter().zip(after).filter(|(old, new)| old != new);
            ("changed", changed.map(|((name, _), _)| *name).collect())
        }
    };
    let same = what == "changed" && facts.is_empty();
    (!same).then(|| Change { id: id.to_owned(), what, facts })
}

fn counts(
    capture: &Capture,
    database: &Database,
    lexicon: &Lexicon,
) -> BTreeMap<(String, Option<String>), usize> {
    let mut counts = BTreeMap::new();
    for detection in detect::detect(capture, database, lexicon).detections {
        *counts.entry((detection.signature, detection.event)).or_default() += 1;
    }
    counts
}
