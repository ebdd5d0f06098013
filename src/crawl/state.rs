//! One consent state of one site: its profile, the choice that was made in it, and
//! the visits that wait until that choice is confirmed.

use std::time::Duration;

use futures_util::future::join_all;
use url::Url;

use super::visit::{Errand, Plan, Seen, Visitor};
use super::window::Space;
use crate::consent::{self, Confirmation, ReloadCheck};
use crate::model::{
    Choice, Cmp, ConsentReading, ConsentState, Decision, Link, Pass, Phase, VisitId,
};

/// How long a banner may take to appear on a page where none is expected.
const NO_BANNER_EXPECTED: Duration = Duration::from_millis(300);
/// The same where the first page had one.
const BANNER_EXPECTED: Duration = Duration::from_millis(1500);

/// A page of a level, with what the plan of each state needs.
#[derive(Debug, Clone)]
pub(super) struct PlannedPage {
    pub(super) id: VisitId,
    pub(super) page: Url,
    /// The user named it, rather than the site.
    pub(super) given: bool,
    pub(super) is_policy: bool,
}

/// One consent state of one site.
pub(super) struct StateRun<'v, 'a, S> {
    pub(super) pass: Pass,
    space: S,
    visitor: &'v Visitor<'a>,
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

impl<'v, 'a, S: Space> StateRun<'v, 'a, S> {
    pub(super) fn new(pass: Pass, space: S, visitor: &'v Visitor<'a>) -> Self {
        Self {
            pass,
            space,
            visitor,
            site: None,
            held: Vec::new(),
            found: Vec::new(),
            choice: None,
            cmp: None,
            reload: None,
            signals: Vec::new(),
            over: false,
        }
    }

    /// Whether further pages are visited in this state.
    pub(super) fn goes_on(&self) -> bool {
        !self.over
    }

    /// Where the first page led to, if it loaded.
    pub(super) fn home(&self) -> Option<Url> {
        let loaded = self.held.iter().find(|seen| seen.visit.outcome.is_loaded())?;
        Url::parse(&loaded.visit.final_url).ok()
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

    /// How many visits the first page takes in a state.
    pub(super) fn first_visits(pass: &Pass) -> usize {
        if decision(&pass.state).is_some() { 2 } else { 1 }
    }

    /// The first page: a look, or the choice and the same page again. The visits are held.
    pub(super) async fn first_page(&mut self, page: &Url, ids: &[VisitId]) {
        let Some(decision) = decision(&self.pass.state) else {
            let errand = Errand::Look(self.visitor.options.settle.banner);
            let plan = self.plan(&ids[0], page, Phase::Before, errand);
            match self.visitor.visit(&self.space, &plan).await {
                Some(seen) => {
                    self.over = !seen.is_there();
                    self.cmp.clone_from(&seen.visit.cmp);
                    self.hold(seen);
                }
                None => self.over = true,
            }
            return;
        };
        let errand = Errand::Choose(decision.clone());
        let plan = self.plan(&ids[0], page, Phase::Before, errand);
        let Some(mut chosen) = self.visitor.visit(&self.space, &plan).await else {
            self.over = true;
            return;
        };
        let note = "the page did not load, so nothing could be chosen".to_owned();
        let choice = chosen.visit.choice.take().unwrap_or(Choice { note, ..Choice::new(decision) });
        self.over = choice.outcome.is_observation() || !chosen.is_there();
        self.cmp.clone_from(&chosen.visit.cmp);
        self.signals = std::mem::take(&mut chosen.signals);
        self.choice = Some(choice);
        self.hold(chosen);
        if self.over {
            return;
        }
        let plan = self.plan(&ids[1], page, Phase::After, Errand::Check(self.cmp.clone()));
        if let Some(mut again) = self.visitor.visit(&self.space, &plan).await {
            self.reload = again.check.take();
            self.signals.append(&mut again.signals);
            self.hold(again);
        }
    }

    /// What the site thinks was chosen, as the opposite state's differential needs it.
    pub(super) fn readings(&self) -> Vec<ConsentReading> {
        let chosen = self.choice.iter().flat_map(|choice| &choice.readings);
        let again = self.reload.iter().flat_map(|reload| &reload.readings);
        chosen.filter(|reading| reading.after).chain(again).cloned().collect()
    }

    /// Visits a level's pages. The first one also shows whether the choice has lasted;
    /// then it is confirmed, and the others are visited side by side.
    pub(super) async fn level(&mut self, pages: &[PlannedPage], other: Option<&[ConsentReading]>) {
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
            if let Some(mut seen) = self.visitor.visit(&self.space, &plan).await {
                second_page = seen.check.take();
                self.signals.append(&mut seen.signals);
                self.hold(seen);
            }
            self.confirm(second_page, other);
            self.release();
        }
        let this = &*self;
        let visits = rest.iter().map(|page| this.further_page(page));
        let found = join_all(visits).await;
        self.found.extend(found.into_iter().flatten());
    }

    /// Visits one page, writes the visit at once and returns its links.
    async fn further_page(&self, page: &PlannedPage) -> Option<(VisitId, Vec<Link>)> {
        let phase = if self.choice.is_some() { Phase::After } else { Phase::Before };
        let had_banner = self.cmp.as_ref().is_some_and(|cmp| cmp.banner_visible);
        let expected = had_banner && self.choice.is_none();
        let patience = if expected { BANNER_EXPECTED } else { NO_BANNER_EXPECTED };
        let mut plan = self.plan(&page.id, &page.page, phase, Errand::Look(patience));
        plan.followed = !page.given;
        plan.is_policy = page.is_policy;
        let mut seen = self.visitor.visit(&self.space, &plan).await?;
        let links = (plan.id, seen.links());
        self.file(&mut seen);
        self.visitor.store().keep(seen);
        Some(links)
    }

    fn hold(&mut self, seen: Seen) {
        self.found.push((seen.visit.id.clone(), seen.links()));
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
        }
    }
}

/// The choice that brings a state about, if it takes one.
fn decision(state: &ConsentState) -> Option<Decision> {
    match state {
        ConsentState::AfterReject => Some(Decision::Reject),
        ConsentState::AfterAccept => Some(Decision::Accept),
        ConsentState::AfterAcceptOnly(category) => Some(Decision::AcceptOnly(category.clone())),
        ConsentState::AfterWithdraw => Some(Decision::Withdraw),
        ConsentState::BeforeChoice | ConsentState::NoInteraction | ConsentState::Unknown => None,
    }
}
