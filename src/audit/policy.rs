//! What the owner of a site has decided beforehand, as audits need it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::waiver::is_named;
use super::{DeclaredVendor, FailOn, Finding, HealthPolicy, Severity, Standing, Waiver};
use crate::model::Pass;

/// Audits whose findings a permission for a vendor in a consent state answers.
const ABOUT_CONSENT: &[&str] =
    &["ep-preconsent", "ep-after-reject", "gpc-ignored", "ccpa-optout-broken"];

/// The decisions that an audit run stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The date that the run counts from: today for a scan, the capture's for an old capture.
    pub today: Date,
    /// What makes a run fail.
    pub fail_on: FailOn,
    /// The regulations in force, as citations name them; all if empty.
    pub regulations: BTreeSet<String>,
    /// Severities that the owner gave to audits, by audit id.
    pub severities: BTreeMap<String, Severity>,
    /// The vendors and products that are allowed in a consent state, where the owner says;
    /// a state without a row allows what the audits do.
    pub allowed: BTreeMap<Pass, Vec<String>>,
    /// The vendors that the owner declared; `None` when nobody declared any.
    pub declared: Option<Vec<DeclaredVendor>>,
    /// Findings that somebody accepted.
    pub waivers: Vec<Waiver>,
    /// The fingerprints of an earlier run that this one is compared with.
    pub baseline: Option<BTreeSet<String>>,
    /// What the owner and reviewers say about health data.
    #[serde(default)]
    pub health: HealthPolicy,
    /// Where these decisions are written.
    pub written: Written,
}

/// The file that a policy is written in, and the lines in it that findings can point to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The file, relative to where the tool is run, with `/`; `None` when there is none.
    pub file: Option<String>,
    /// The line of each site (registrable domain), counted from 1.
    pub sites: BTreeMap<String, usize>,
    /// The line of each journey.
    pub journeys: BTreeMap<String, usize>,
}

impl Policy {
    /// The default policy on that date: every audit runs, high findings fail the run.
    #[must_use]
    pub fn on(today: Date) -> Self {
        Self {
            today,
            fail_on: FailOn::default(),
            regulations: BTreeSet::new(),
            severities: BTreeMap::new(),
            allowed: BTreeMap::new(),
            declared: None,
            waivers: Vec::new(),
            baseline: None,
            health: HealthPolicy::default(),
            written: Written::default(),
        }
    }

    /// Whether any of these findings makes the run fail.
    #[must_use]
    pub fn fails(&self, findings: &[Finding]) -> bool {
        findings.iter().any(|finding| self.fail_on.includes(finding))
    }

    /// Gives each finding the severity and the standing that were decided.
    pub(crate) fn settle(&self, findings: &mut [Finding]) {
        for finding in findings {
            if let Some(severity) = self.severities.get(&finding.audit) {
                finding.severity = *severity;
            }
            // An agreement or a review may have covered it already.
            if finding.standing.is_open() {
                finding.standing = self.standing(finding);
            }
        }
    }

    fn standing(&self, finding: &Finding) -> Standing {
        let in_force = |law: &super::Citation| self.regulations.contains(&law.regulation);
        if !self.regulations.is_empty() && !finding.citations.iter().any(in_force) {
            return Standing::OutOfForce;
        }
        if let Some(by) = self.permission(finding) {
            return Standing::Covered { by };
        }
        let waivers: Vec<&Waiver> = self.waivers.iter().filter(|w| w.fits(finding)).collect();
        let counts = |waiver: &&&Waiver| waiver.by.expires >= self.today;
        match (waivers.iter().find(counts), waivers.first(), &self.baseline) {
            (Some(waiver), _, _) => Standing::Waived(waiver.by.clone()),
            (None, Some(over), _) => Standing::Expired(over.by.clone()),
            (None, None, Some(known)) if known.contains(&finding.fingerprint) => Standing::Known,
            (None, None, Some(_)) => Standing::New,
            (None, None, None) => Standing::Open,
        }
    }

    /// The permission for this vendor in every state that the finding was seen in.
    fn permission(&self, finding: &Finding) -> Option<String> {
        let states: BTreeSet<&Pass> = finding.evidence.iter().map(|e| &e.state).collect();
        let about = ABOUT_CONSENT.contains(&finding.audit.as_str()) && !states.is_empty();
        let allowed =
            |state: &&Pass| self.is_allowed(state, &finding.vendor, &finding.product) == Some(true);
        let names: Vec<String> = states.iter().map(ToString::to_string).collect();
        (about && states.iter().all(allowed))
            .then(|| format!("the owner's permission for {}", names.join(", ")))
    }

    /// Whether the owner allows a vendor's product in a state; `None` when nothing is said
    /// about that state.
    pub(crate) fn is_allowed(&self, state: &Pass, vendor: &str, product: &str) -> Option<bool> {
        let names = self.allowed.get(state)?;
        Some(names.iter().any(|name| is_named(name, vendor) || is_named(name, product)))
    }
}
