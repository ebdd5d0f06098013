//! What a crawl has so far: visits go to the sink as they end, the rest into the manifest.

use std::collections::{BTreeMap, BTreeSet};

use super::frontier::LeftOut;
use super::seen::Seen;
use crate::browser::{LedgerReport, TabId};
use crate::model::{
    Manifest, Sink, SinkError, SkippedPage, Visit, VisitId, host_of, registrable_domain,
};
use crate::net::Guard;

/// Where a crawl keeps what it has.
pub(super) struct Store<'a> {
    sink: &'a mut dyn Sink,
    guard: Option<&'a Guard>,
    /// The run so far, as far as it is not visits.
    manifest: Manifest,
    /// The first failure to store; the run ends with it.
    failure: Option<SinkError>,
    /// The visit that each tab made, for the ledger's verdict.
    tabs: BTreeMap<TabId, VisitId>,
    /// Visits of pages that turned out to be none.
    dropped: BTreeSet<VisitId>,
    /// Every host that something was sent to.
    hosts: BTreeSet<String>,
    /// What the frontier left out.
    pub(super) left_out: LeftOut,
    pub(super) notes: Vec<String>,
}

impl<'a> Store<'a> {
    /// A store that begins with what is known before the first visit.
    pub(super) fn new(
        sink: &'a mut dyn Sink,
        manifest: Manifest,
        hosts: BTreeSet<String>,
        guard: Option<&'a Guard>,
    ) -> Self {
        let mut store = Self {
            sink,
            guard,
            manifest,
            failure: None,
            tabs: BTreeMap::new(),
            dropped: BTreeSet::new(),
            hosts,
            left_out: LeftOut::default(),
            notes: Vec::new(),
        };
        store.note();
        store
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
            self.manifest.coverage.remove(&visit.id);
            self.dropped.insert(visit.id);
            let page = SkippedPage { url: visit.page, reason };
            // A page that turns out to be none does so in every state.
            if !self.manifest.run.skipped.contains(&page) {
                self.manifest.run.skipped.push(page);
            }
            return;
        }
        self.hosts.extend(visit.requests.iter().map(|request| host_of(&request.url)));
        let id = &visit.id;
        seen.gaps.into_iter().for_each(|gap| self.gap(format!("visit {id}: {gap}")));
        self.write(&visit);
    }

    /// The tab that a visit was made in, for the ledger.
    pub(super) fn made_in(&mut self, tab: TabId, visit: &VisitId) {
        self.tabs.insert(tab, visit.clone());
    }

    /// Something that limits what the run shows.
    pub(super) fn gap(&mut self, gap: String) {
        if !self.manifest.run.gaps.contains(&gap) {
            self.manifest.run.gaps.push(gap);
        }
    }

    /// The ledger's verdict on the visits since the last one.
    pub(super) fn account(&mut self, ledger: LedgerReport) {
        for (tab, coverage) in ledger.coverage {
            if let Some(visit) = self.tabs.get(&tab).filter(|id| !self.dropped.contains(id)) {
                self.manifest.coverage.entry(visit.clone()).or_default().add(coverage);
            }
        }
        ledger.gaps.into_iter().for_each(|gap| self.gap(gap));
        self.note();
    }

    fn write(&mut self, visit: &Visit) {
        if self.failure.is_none() {
            self.failure = self.sink.visit(visit).err();
        }
    }

    /// Notes the run so far, so that it can be gone on with if it is killed.
    fn note(&mut self) {
        if self.failure.is_none() {
            self.failure = self.sink.note(&self.manifest).err();
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

    /// Adds the rest of the ledger's verdict and what is known at the end, and writes the
    /// manifest.
    pub(super) fn finish(
        mut self,
        ledger: LedgerReport,
        end: impl FnOnce(&mut Manifest),
    ) -> Result<Manifest, SinkError> {
        let mut left_out = std::mem::take(&mut self.left_out);
        left_out.gaps.drain(..).for_each(|gap| self.gap(gap));
        self.account(ledger);
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let mut manifest = self.manifest;
        end(&mut manifest);
        let run = &mut manifest.run;
        run.gaps.sort();
        run.skipped_totals = left_out.totals;
        for page in &run.skipped {
            *run.skipped_totals.entry(page.reason.clone()).or_default() += 1;
        }
        run.skipped.extend(left_out.skipped);
        run.skipped.sort();
        run.skipped.dedup();
        run.templates = left_out.templates;
        run.templates_count = left_out.templates_count;
        run.notes = self.notes;
        self.sink.finish(&manifest)?;
        Ok(manifest)
    }
}
