//! Where a finding is shown beside code: the line of the configuration that has its
//! journey or its site. Never an address: code hosts refuse those, and pages are no files.

use super::Report;
use crate::audit::Finding;

/// A file, relative to where the tool is run, and a line in it, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
}

impl Place {
    /// The line of the finding's journey, else of its site, else the head of the file;
    /// without a configuration a name that stands for the site.
    pub(super) fn of(finding: &Finding, report: &Report<'_>) -> Self {
        let written = &report.policy.written;
        let Some(file) = &written.file else { return Self::without_file(&finding.site) };
        let journey = finding.evidence.first().and_then(|evidence| {
            let visit = report.capture.visits.iter().find(|visit| visit.id == evidence.visit)?;
            written.journeys.get(&visit.journey.as_ref()?.name)
        });
        let line = journey.or_else(|| written.sites.get(&finding.site));
        Self { file: file.clone(), line: line.copied().unwrap_or(1) }
    }

    fn without_file(site: &str) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
        let name: String = site.chars().take(200).map(plain).collect();
        let name = name.trim_matches('.');
        let name = if name.is_empty() { "site" } else { name };
        Self { file: format!("sites/{name}"), line: 1 }
    }
}
