//! What a crawl has so far: visits go to the sink as they end, the rest into the manifest.

use std::collections::{BTreeMap, BTreeSet};

use super::frontier::LeftOut;
use super::visit::Seen;
use crate::browser::{LedgerReport, TabId};
use crate::model::{
    Manifest, Sink, SinkError, SkippedPage, Visit, VisitId, host_of, registrable_domain,
};
use crate::net::Guard;

/// Where a crawl keeps what it has.
pub(super) struct Store<'a> {
    sink: &'a mut dyn Sink,
    guard: Option<&'a Guard>,
    /// The first failure to store; the run ends with it.
    failure: Option<SinkError>,
    tabs: BTreeMap<TabId, VisitId>,
    /// Every host that something was sent to.
    hosts: BTreeSet<String>,
    pub(super) gaps: Vec<String>,
    /// Pages that turned out to be none.
    skipped: Vec<SkippedPage>,
    /// What the frontier left out.
    pub(super) left_out: LeftOut,
    pub(super) notes: Vec<String>,
}

impl<'a> Store<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink, guard: Option<&'a Guard>) -> Self {
        Self {
            sink,
            guard,
            failure: None,
            tabs: BTreeMap::new(),
            hosts: BTreeSet::new(),
            gaps: Vec::new(),
            skipped: Vec::new(),
            left_out: LeftOut::default(),
            notes: Vec::new(),
        }
    }

    /// Keeps one picture and returns its name in the capture.
    pub(super) fn screenshot(&mut self, name: &str, png: &[u8]) -> Result<String, String> {
        self.sink.screenshot(name, png).map_err(|error| {
            let message = error.to_string();
            self.failure.get_or_insert(error);
            message
        })
    }

    /// Keeps one visit. A page that turned out to be none is listed as skipped.
    pub(super) fn keep(&mut self, seen: Seen) {
        let mut visit = seen.visit;
        if let Some(guard) = self.guard {
            guard.explain(&mut visit);
        }
        if let Some(reason) = seen.not_a_page {
            self.skipped.push(SkippedPage { url: visit.page, reason });
            return;
        }
        if let Some(tab) = seen.tab {
            self.tabs.insert(tab, visit.id.clone());
        }
        self.hosts.extend(visit.requests.iter().map(|request| host_of(&request.url)));
        let id = &visit.id;
        self.gaps.extend(seen.gaps.into_iter().map(|gap| format!("visit {id}: {gap}")));
        self.write(&visit);
    }

    fn write(&mut self, visit: &Visit) {
        if self.failure.is_none() {
            self.failure = self.sink.visit(visit).err();
        }
    }

    /// Every host that something was sent to, those of `site` first: their aliases matter
    /// most.
    pub(super) fn hosts(&self, site: &str) -> Vec<String> {
        let mut hosts: Vec<String> = self.hosts.iter().cloned().collect();
        hosts.sort_by_key(|host| registrable_domain(host) != site);
        hosts
    }

    /// Whether the run can go on.
    pub(super) fn is_sound(&self) -> bool {
        self.failure.is_none()
    }

    /// Adds the ledger's verdict and writes the manifest.
    pub(super) fn finish(
        mut self,
        ledger: LedgerReport,
        mut manifest: Manifest,
    ) -> Result<Manifest, SinkError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        for (tab, coverage) in ledger.coverage {
            if let Some(visit) = self.tabs.get(&tab) {
                manifest.coverage.insert(visit.clone(), coverage);
            }
        }
        self.gaps.extend(ledger.gaps);
        self.gaps.append(&mut self.left_out.gaps);
        self.gaps.sort();
        self.gaps.dedup();
        manifest.run.gaps = self.gaps;
        // A page that turns out to be none does so in every state.
        self.skipped.sort();
        self.skipped.dedup();
        let left_out = self.left_out;
        manifest.run.skipped_totals = left_out.totals;
        for page in &self.skipped {
            *manifest.run.skipped_totals.entry(page.reason.clone()).or_default() += 1;
        }
        self.skipped.extend(left_out.skipped);
        self.skipped.sort();
        manifest.run.skipped = self.skipped;
        manifest.run.templates = left_out.templates;
        manifest.run.templates_count = left_out.templates_count;
        manifest.run.notes = self.notes;
        self.sink.finish(&manifest)?;
        Ok(manifest)
    }
}
