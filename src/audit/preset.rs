//! Regulations by the names that people use, and presets for who they apply to.

use std::collections::BTreeSet;

use super::{AUDITS, FailOn, Severity};

/// Names that stand for more than the citations of the same name.
const GROUPS: &[(&str, &[&str])] =
    &[("gdpr", &["gdpr", "eprivacy", "tcf"]), ("uk", &["uk", "tcf"]), ("ccpa", &["ccpa", "gpc"])];

/// Regulations in force and a threshold, for a common case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// The name by which a user asks for it.
    pub name: &'static str,
    /// For whom it is.
    pub summary: &'static str,
    /// Regulations in force; all if empty.
    regulations: &'static [&'static str],
    /// The least severity that fails a run.
    fail_on: Severity,
}

/// Every preset, in the order that help shows them.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "hipaa",
        summary: "health care in the United States",
        regulations: &["hipaa", "ftc", "mhmda", "cipa", "vppa"],
        fail_on: Severity::High,
    },
    Preset {
        name: "gdpr",
        summary: "visitors in the European Union and the United Kingdom",
        regulations: &["gdpr", "uk"],
        fail_on: Severity::High,
    },
    Preset {
        name: "ccpa",
        summary: "visitors in California",
        regulations: &["ccpa", "cipa"],
        fail_on: Severity::High,
    },
    Preset {
        name: "strict",
        summary: "everything, and low findings fail, too",
        regulations: &[],
        fail_on: Severity::Low,
    },
];

impl Preset {
    /// The preset of this name.
    ///
    /// # Errors
    /// When there is none; the message lists them.
    pub fn named(name: &str) -> Result<Self, String> {
        let known = PRESETS.iter().find(|preset| preset.name == name);
        let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
        known.copied().ok_or_else(|| format!("`{name}` is not a preset: {}", names.join(", ")))
    }

    /// The regulations in force, as citations name them; all if empty.
    #[must_use]
    pub fn regulations(&self) -> BTreeSet<String> {
        self.regulations.iter().flat_map(|name| expanded(name)).collect()
    }

    /// What makes a run fail.
    #[must_use]
    pub fn fail_on(&self) -> FailOn {
        FailOn::from(self.fail_on)
    }
}

/// A regulation by its common name, as the names that citations have for it.
///
/// # Errors
/// When no audit cites it; the message lists those that one does.
pub fn regulation(name: &str) -> Result<BTreeSet<String>, String> {
    let cited = AUDITS.iter().flat_map(|audit| audit.info().citations);
    let known: BTreeSet<&str> = cited.map(|law| law.regulation).collect();
    if known.contains(name) || GROUPS.iter().any(|(group, _)| *group == name) {
        return Ok(expanded(name).collect());
    }
    let known: Vec<&str> = known.into_iter().collect();
    Err(format!("`{name}` is not a regulation that an audit cites: {}", known.join(", ")))
}

fn expanded(name: &str) -> impl Iterator<Item = String> {
    let group = GROUPS.iter().find(|(group, _)| *group == name);
    let names = group.map_or_else(
        || vec![name.to_owned()],
        |(_, names)| names.iter().map(|&name| name.to_owned()).collect(),
    );
    names.into_iter()
}
