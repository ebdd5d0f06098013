//! What an audit says of itself: help, reports and `docs/audits.md` are made from it.

use super::{Provision, Severity};

/// The facts about one audit.
#[derive(Debug)]
pub struct AuditInfo {
    /// Its id, a row of the audits' table in lower kebab case: `ep-preconsent`.
    pub id: &'static str,
    /// What it looks for, in a few words.
    pub title: &'static str,
    /// The gravest severity that it gives.
    pub severity: Severity,
    /// The provisions that an observation may touch.
    pub citations: &'static [Provision],
    /// What a finding means, for a reader who is no engineer.
    pub means: &'static str,
    /// How to mend it, the general way first, then per product.
    pub fix: &'static [Fix],
    /// What the tool cannot see here.
    pub blind_spots: &'static str,
}

impl AuditInfo {
    /// Whether its findings are about flows of health data, which reviewers decide on.
    pub(crate) fn is_about_health(&self) -> bool {
        const OTHERS: &[&str] =
            &["health-ad-platform-policy", "hbnr-disclosure", "mhmda-consent", "gdpr-art9"];
        self.id.starts_with("phi-") || OTHERS.contains(&self.id)
    }
}

/// How to mend a finding in one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fix {
    /// Where: `Any site`, `Google Tag Manager`, `Meta`, `Consent platform` …
    pub product: &'static str,
    /// What to do.
    pub text: &'static str,
}
