//! One consent state of one site: its profile, the choice that was made in it, and
//! the visits that wait until that choice is confirmed. A profile that is lost with its
//! browser is made anew, with the choice, before the next page.

mod first;
mod travel;

use futures_util::future::join_all;
use url::Url;

use super::collect::document_scripts;
use super::progress::Event;
use super::seen::{Errand, Further, Late, Lost, Plan, PlannedPage, Seen};
use super::visit::Visitor;
use super::window::{Engine, Space};
use crate::browser::BrowserError;
use crate::consent::{self, Confirmation, ReloadCheck};
use crate::model::{Choice, Cmp, ConsentReading, Link, Pass, Phase, VisitId};

/// How often a page is visited again after its browser was lost.
const RETRIES: usize = 2;

/// One consent state of one site.
pub(super) struct StateRun<'v, 'a, E: Engine> {
    pub(super) pass: Pass,
    engine: &'v E,
    space: E::Space,
    visitor: &'v Visitor<'a>,
    /// Where the choice is made.
    first: Url,
    /// Where the first page led to, once it loaded.
    home: Option<Url>,
    /// No other visit is made beside these.
    alone: bool,
    /// The site, once the first page has told.
    site: Option<String>,
    /// Visits whose choice is not confirmed yet, or whose site is not known yet. All
    /// others are written as they end.
    held: Vec<Seen>,
    /// Links of the visits since they were last asked for.
    found: Vec<(VisitId, Vec<Link>)>,
    choice: Option<Choice>,
    cmp: Option<Cmp>,
    reload: Option<ReloadCheck>,
    signals: Vec<ConsentReading>,
    /// The state does not exist on this site, or cannot be reached.
    over: bool,
}

impl<'v, 'a, E: Engine> StateRun<'v, 'a, E> {
    /// Begins a state with a fresh profile; the first page will be `first`.
    pub(super) async fn begin(
        pass: Pass,
        engine: &'v E,
        visitor: &'v Visitor<'a>,
        first: &Url,
    ) -> Result<Self, BrowserError> {
        let space = engine.profile(pass.signals, &document_scripts()).await?;
        Ok(Self {
            pass,
            engine,
            space,
            visitor,
            first: first.clone(),
            home: None,
            alone: false,
            site: None,
            held: Vec::new(),
            found: Vec::new(),
            choice: None,
            cmp: None,
            reload: None,
            signals: Vec::new(),
            over: false,
        })
    }

    /// Whether further pages are visited in this state.
    pub(super) fn goes_on(&self) -> bool {
        !self.over
    }

    /// Where the first page led to, if it loaded.
    pub(super) fn home(&self) -> Option<Url> {
        self.home.clone()
    }

    /// Files this state's visits under a site.
    pub(super) fn settle_on(&mut self, site: &str) {
        self.site = Some(site.to_owned());
        if self.reload.is_none() {
            self.release();
        }
    }

    /// The links that were found since this was last asked, by visit.
    pub(super) fn take_links(&mut self) -> Vec<(VisitId, Vec<Link>)> {
        std::mem::take(&mut self.found)
    }

    /// Makes one visit, and lets the ledger be settled when that is due.
    async fn visit(&self, plan: &Plan) -> Option<Seen> {
        let seen = self.visitor.visit(&self.space, plan).await;
        self.visitor.settle_accounts(self.engine).await;
        seen
    }

    /// Takes a new profile in place of one that is lost. Whether there is one.
    async fn fresh_profile(&mut self) -> bool {
        match self.engine.profile(self.pass.signals, &document_scripts()).await {
            Ok(space) => {
                self.space = space;
                true
            }
            Err(error) => {
                let gap = format!("no further page was visited ({}): {error}", self.pass);
                self.visitor.store().gap(gap);
                self.over = true;
                false
            }
        }
    }

    /// A new profile in the middle of a site. Its cookies are gone, so the choice is made
    /// again in it. Whether further pages can be visited in this state.
    async fn renew(&mut self) -> bool {
        // What was chosen in the lost profile is confirmed by what it still showed.
        self.confirm(None, None);
        self.release();
        if !self.fresh_profile().await {
            return false;
        }
        if self.choice.is_none() {
            return true;
        }
        let ids = self.visitor.take(2);
        self.visitor.progress.tell(Event::Planned(2));
        let lost = self.open_page(&ids).await;
        if self.over && !lost {
            let gap = format!("after the browser was lost, {} could not be had again", self.pass);
            self.visitor.store().gap(gap);
        }
        // A browser that was lost once more is found out by the next page.
        self.over = self.over && !lost;
        !self.over
    }

    /// What the site thinks was chosen, as the opposite state's differential needs it.
    pub(super) fn readings(&self) -> Vec<ConsentReading> {
        let chosen = self.choice.iter().flat_map(|choice| &choice.readings);
        let again = self.reload.iter().flat_map(|reload| &reload.readings);
        chosen.filter(|reading| reading.after).chain(again).cloned().collect()
    }

    /// Visits a level's pages. Those that were visited in an earlier part of the run are
    /// not visited again. Those during which the browser was lost are, alone in it, so
    /// that a page which kills its browser harms no other.
    pub(super) async fn level(&mut self, pages: &[PlannedPage], other: Option<&[ConsentReading]>) {
        let mut waiting: Vec<&PlannedPage> = Vec::new();
        for page in pages {
            match self.visitor.done(&self.pass, &page.page) {
                Some(done) => self.found.push((done.id, done.links)),
                None => waiting.push(page),
            }
        }
        let mut suspects = Vec::new();
        while !waiting.is_empty() && self.is_ready().await {
            let lost = self.attempt(&waiting, other, false).await;
            suspects.extend(lost.begun);
            waiting = lost.waiting;
        }
        self.alone = true;
        for page in suspects {
            for retry in 1..=RETRIES {
                if !self.is_ready().await {
                    waiting.push(page);
                    break;
                }
                let lost = self.attempt(&[page], other, retry == RETRIES).await;
                if lost.begun.is_empty() {
                    break;
                }
            }
        }
        self.alone = false;
        self.tell_unvisited(&waiting);
    }

    /// Whether the next page can be visited, in a new profile if the last one is lost.
    async fn is_ready(&mut self) -> bool {
        if self.visitor.stop.is_pressed() || !self.visitor.store().is_sound() || self.over {
            return false;
        }
        self.space.is_alive() || self.renew().await
    }

    fn tell_unvisited(&self, pages: &[&PlannedPage]) {
        if let Some(first) = pages.first().filter(|_| !self.visitor.stop.is_pressed()) {
            let (number, pass, page) = (pages.len(), &self.pass, &first.page);
            let gap = format!("{number} known pages were not visited ({pass}), {page} the first");
            self.visitor.store().gap(gap);
        }
    }

    /// Visits pages. The first one also shows whether the choice has lasted; then it is
    /// confirmed, and the others are visited side by side. Returns those whose browser was
    /// lost; in the `last` attempt they are kept as failed instead.
    async fn attempt<'p>(
        &mut self,
        pages: &[&'p PlannedPage],
        other: Option<&[ConsentReading]>,
        last: bool,
    ) -> Lost<'p> {
        let mut rest = pages;
        if self.reload.is_some()
            && let Some((first, others)) = pages.split_first()
        {
            rest = others;
            let errand = Errand::Check(self.cmp.clone());
            let mut plan = self.plan(&first.id, &first.page, Phase::After, errand);
            plan.followed = !first.given;
            plan.is_policy = first.is_policy;
            let mut second_page = None;
            if let Some(mut seen) = self.visit(&plan).await {
                if seen.lost && !last {
                    return Lost { begun: vec![first], waiting: others.to_vec() };
                }
                second_page = seen.check.take();
                self.signals.append(&mut seen.signals);
                self.hold(seen);
            }
            self.confirm(second_page, other);
            self.release();
        }
        let this = &*self;
        let seen = join_all(rest.iter().map(|page| this.further_page(page, last))).await;
        let mut lost = Lost::default();
        for (page, seen) in rest.iter().zip(seen) {
            match seen {
                Further::Seen(id, links) => self.found.push((id, links)),
                Further::Lost => lost.begun.push(*page),
                Further::NotBegun => lost.waiting.push(*page),
                Further::Stopped => {}
            }
        }
        lost
    }

    /// Visits one page, writes the visit at once and returns its links.
    async fn further_page(&self, page: &PlannedPage, last: bool) -> Further {
        let phase = if self.choice.is_some() { Phase::After } else { Phase::Before };
        let had_banner = self.cmp.as_ref().is_some_and(|cmp| cmp.banner_visible);
        let expected = had_banner && self.choice.is_none();
        let late = if expected { Late::Awaited } else { Late::NotAwaited };
        let mut plan = self.plan(&page.id, &page.page, phase, Errand::Look(late));
        plan.followed = !page.given;
        plan.is_policy = page.is_policy;
        let Some(mut seen) = self.visit(&plan).await else { return Further::Stopped };
        if seen.lost && !last {
            return if seen.tab.is_some() { Further::Lost } else { Further::NotBegun };
        }
        let links = seen.links();
        self.file(&mut seen);
        self.visitor.store().keep(seen);
        Further::Seen(plan.id, links)
    }

    fn hold(&mut self, seen: Seen) {
        self.found.push((seen.visit.id.clone(), seen.links()));
        if self.home.is_none() && seen.visit.outcome.is_loaded() {
            self.home = Url::parse(&seen.visit.final_url).ok();
        }
        self.held.push(seen);
    }

    /// What every visit of this state has in common.
    fn file(&self, seen: &mut Seen) {
        seen.visit.choice.clone_from(&self.choice);
        seen.visit.signals = self.pass.signals;
        if let Some(site) = &self.site {
            seen.visit.site.clone_from(site);
        }
    }

    /// Confirms the choice by what was seen since, once.
    fn confirm(&mut self, second_page: Option<ReloadCheck>, other: Option<&[ConsentReading]>) {
        let (Some(reload), Some(choice)) = (self.reload.take(), self.choice.take()) else {
            return;
        };
        let signals = std::mem::take(&mut self.signals);
        let confirmation = Confirmation { reload, second_page, signals, other };
        self.choice = Some(consent::confirm(choice, confirmation));
    }

    /// Writes the visits that were held, each with the choice of this profile.
    fn release(&mut self) {
        for mut seen in std::mem::take(&mut self.held) {
            self.file(&mut seen);
            self.visitor.store().keep(seen);
        }
    }

    /// Ends the state: confirms what can be, writes what is held, drops the profile.
    pub(super) async fn end(mut self, other: Option<&[ConsentReading]>) {
        self.confirm(None, other);
        self.release();
        // The browser ends in a moment; a profile that stays until then harms nothing.
        drop(self.space.close().await);
    }

    fn plan(&self, id: &VisitId, page: &Url, phase: Phase, errand: Errand) -> Plan {
        Plan {
            id: id.clone(),
            page: page.clone(),
            pass: self.pass.clone(),
            phase,
            errand,
            followed: false,
            is_policy: false,
            alone: self.alone,
        }
    }
}
