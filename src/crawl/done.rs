//! What an earlier part of the run has done, so that a resumed one does not do it again.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::frontier::key;
use crate::model::{Cmp, Link, Manifest, Pass, RunFacts, Visit, VisitId, host_of};

/// A run that was cut off: what it noted, and which visits are whole.
#[derive(Debug, Default)]
pub struct Done {
    manifest: Option<Manifest>,
    visits: BTreeMap<(Pass, String), DoneVisit>,
    last_number: usize,
    hosts: BTreeSet<String>,
}

/// As much of a finished visit as the crawl goes on from.
#[derive(Debug, Clone)]
pub(super) struct DoneVisit {
    pub(super) id: VisitId,
    pub(super) final_url: String,
    pub(super) cmp: Option<Cmp>,
    pub(super) links: Vec<Link>,
}

impl Done {
    /// Nothing yet, of a run that noted this when it began.
    #[must_use]
    pub fn of(manifest: Manifest) -> Self {
        Self { manifest: Some(manifest), ..Self::default() }
    }

    /// Takes a visit in. One that did not load is made again.
    pub fn add(&mut self, visit: Visit) {
        let number = visit.id.0.trim_start_matches('v').parse::<u32>().unwrap_or_default();
        self.last_number = self.last_number.max(number as usize);
        self.hosts.extend(visit.requests.iter().map(|request| host_of(&request.url)));
        // A journey is made whole or not at all; its pages are not those of the crawl.
        if !visit.outcome.is_loaded() || visit.journey.is_some() {
            return;
        }
        let Ok(page) = Url::parse(&visit.page) else { return };
        let (pass, links) = (visit.pass(), visit.collected.links.unwrap_or_default());
        let (id, final_url, cmp) = (visit.id, visit.final_url, visit.cmp);
        self.visits.insert((pass, key(&page)), DoneVisit { id, final_url, cmp, links });
    }

    /// How many visits need not be made again.
    #[must_use]
    pub fn len(&self) -> usize {
        self.visits.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.visits.is_empty()
    }

    pub(super) fn last_number(&self) -> usize {
        self.last_number
    }

    /// Hands out a visit, once.
    pub(super) fn take(&mut self, pass: &Pass, page: &Url) -> Option<DoneVisit> {
        self.visits.remove(&(pass.clone(), key(page)))
    }

    pub(super) fn take_hosts(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.hosts)
    }

    /// What this run notes when it begins: what the earlier part did, if both are the same
    /// in all that shapes what is seen. Else the first thing that differs, in words.
    pub(super) fn go_on(&mut self, planned: Manifest) -> Result<Manifest, String> {
        let Some(earlier) = self.manifest.take() else { return Ok(planned) };
        if let Some(differs) = difference(&earlier, &planned) {
            return Err(differs);
        }
        let mut manifest =
            Manifest { started: earlier.started, coverage: earlier.coverage, ..planned };
        // What was left out is found out again on the way.
        manifest.run = RunFacts {
            resumed: true,
            gaps: earlier.run.gaps,
            browser_ms: earlier.run.browser_ms,
            total_ms: earlier.run.total_ms,
            ..RunFacts::default()
        };
        Ok(manifest)
    }
}

fn difference(earlier: &Manifest, now: &Manifest) -> Option<String> {
    let list = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(",");
    let mut pairs = vec![
        (
            "states".to_owned(),
            list(&mut earlier.states.iter().map(ToString::to_string)),
            list(&mut now.states.iter().map(ToString::to_string)),
        ),
        (
            "the addresses".to_owned(),
            list(&mut earlier.targets.iter().cloned()),
            list(&mut now.targets.iter().cloned()),
        ),
        ("the tool".to_owned(), earlier.tool.clone(), now.tool.clone()),
        (
            "where it is seen from".to_owned(),
            format!("{:?}", earlier.vantage),
            format!("{:?}", now.vantage),
        ),
    ];
    let names: BTreeSet<&String> = earlier.options.keys().chain(now.options.keys()).collect();
    for name in names {
        let value = |of: &Manifest| of.options.get(name).cloned().unwrap_or_default();
        pairs.push((name.clone(), value(earlier), value(now)));
    }
    let (name, was, is) = pairs.into_iter().find(|(_, was, is)| was != is)?;
    Some(format!("the capture was begun with other options: {name} was {was}, and is now {is}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConsentState, Outcome};

    #[test]
    fn what_differs_from_the_earlier_part_is_named() {
        let manifest = |pages: &str| {
            let mut manifest = Manifest::default();
            manifest.options.insert("max-pages".to_owned(), pages.to_owned());
            manifest
        };
        let error = Done::of(manifest("20")).go_on(manifest("50")).unwrap_err();
        assert!(error.ends_with("max-pages was 20, and is now 50"), "{error}");
        assert!(Done::of(manifest("20")).go_on(manifest("20")).unwrap().run.resumed);
        assert!(!Done::default().go_on(manifest("20")).unwrap().run.resumed);
    }

    #[test]
    fn a_page_is_done_in_its_own_state_once_and_only_if_it_loaded() {
        let visit = |number, page: &str, outcome| Visit {
            id: VisitId::numbered(number),
            page: page.to_owned(),
            state: ConsentState::BeforeChoice,
            outcome,
            ..Visit::default()
        };
        let mut done = Done::default();
        done.add(visit(7, "https://clinic.example/a#top", Outcome::Loaded));
        done.add(visit(9, "https://clinic.example/b", Outcome::Failed { message: "x".into() }));
        let url = |path: &str| Url::parse(&format!("https://clinic.example{path}")).unwrap();
        let before = ConsentState::BeforeChoice.into();
        assert!(done.take(&ConsentState::AfterReject.into(), &url("/a")).is_none());
        assert!(done.take(&before, &url("/a")).is_some());
        assert!(done.take(&before, &url("/a")).is_none());
        assert!(done.take(&before, &url("/b")).is_none());
        assert_eq!(done.last_number(), 9);
    }
}
