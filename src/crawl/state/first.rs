//! The first page of a state: a look, or the choice and the same page again. A consent
//! that is to be withdrawn is given first, and proved.

use url::Url;

use super::super::seen::{Errand, Late, Seen, decision};
use super::super::window::Engine;
use super::{RETRIES, StateRun};
use crate::consent::{self, Confirmation};
use crate::model::{Choice, ChoiceOutcome, Decision, Pass, Phase, VisitId};

impl<E: Engine> StateRun<'_, '_, E> {
    /// How many visits the first page takes in a state.
    pub(in crate::crawl) fn first_visits(pass: &Pass) -> usize {
        match decision(&pass.state) {
            Some(Decision::Withdraw) => 3,
            Some(_) => 2,
            None => 1,
        }
    }

    /// The first page: a look, or the choice and the same page again. The visits are held.
    pub(in crate::crawl) async fn first_page(&mut self, ids: &[VisitId]) {
        if decision(&self.pass.state).is_none()
            && let Some(done) = self.visitor.done(&self.pass, &self.first)
        {
            self.home = Url::parse(&done.final_url).ok();
            self.cmp = done.cmp;
            self.found.push((done.id, done.links));
            return;
        }
        for retry in 0..=RETRIES {
            if !self.open_page(ids).await || retry == RETRIES || self.visitor.stop.is_pressed() {
                break;
            }
            self.held.clear();
            self.found.clear();
            self.alone = true;
            if !self.fresh_profile().await {
                break;
            }
        }
        self.alone = false;
        self.over |= !self.held.iter().any(|seen| seen.is_there());
    }

    /// Makes the first visit, or those that make a choice. Whether the browser was lost.
    pub(super) async fn open_page(&mut self, ids: &[VisitId]) -> bool {
        self.over = false;
        match decision(&self.pass.state) {
            None => self.look(&ids[0]).await,
            Some(Decision::Withdraw) => self.withdraw(ids).await,
            Some(decision) => {
                let (chose, lost) = self.choose(&ids[0], decision).await;
                if !chose || lost { lost } else { self.check(&ids[1]).await }
            }
        }
    }

    async fn look(&mut self, id: &VisitId) -> bool {
        let errand = match self.pass.is_implied() {
            true => Errand::LeaveAlone(self.visitor.options.settle.banner),
            false => Errand::Look(Late::Awaited),
        };
        let plan = self.plan(id, &self.first, Phase::Before, errand);
        let Some(mut seen) = self.visit(&plan).await else { return false };
        let lost = seen.lost;
        self.over = !seen.is_there();
        self.cmp.clone_from(&seen.visit.cmp);
        self.choice = seen.visit.choice.take();
        self.hold(seen);
        lost
    }

    /// Makes a choice. Whether there is one to be proved, and whether the browser was lost.
    async fn choose(&mut self, id: &VisitId, decision: Decision) -> (bool, bool) {
        let errand = Errand::Choose(decision.clone());
        let plan = self.plan(id, &self.first, Phase::Before, errand);
        let Some(mut chosen) = self.visit(&plan).await else {
            self.over = true;
            return (false, false);
        };
        let note = "the page did not load, so nothing could be chosen".to_owned();
        let choice = chosen.visit.choice.take().unwrap_or(Choice { note, ..Choice::new(decision) });
        let lost = chosen.lost;
        self.over = choice.outcome.is_observation() || !chosen.is_there();
        self.cmp.clone_from(&chosen.visit.cmp);
        self.signals = std::mem::take(&mut chosen.signals);
        self.choice = Some(choice);
        self.hold(chosen);
        (!self.over, lost)
    }

    /// The same page again, to see whether the choice has lasted.
    async fn check(&mut self, id: &VisitId) -> bool {
        let errand = Errand::Check(self.cmp.clone());
        let plan = self.plan(id, &self.first, Phase::After, errand);
        let Some(mut again) = self.visit(&plan).await else { return false };
        let lost = again.lost;
        self.reload = again.check.take();
        self.signals.append(&mut again.signals);
        self.hold(again);
        lost
    }

    /// Gives consent, proves it, and takes it back.
    async fn withdraw(&mut self, ids: &[VisitId]) -> bool {
        let (chose, lost) = self.choose(&ids[0], Decision::Accept).await;
        let given = self.choice.take();
        if !chose || lost {
            // What kept consent from being given keeps it from being taken back.
            let given = given.unwrap_or_else(|| Choice::new(Decision::Withdraw));
            self.choice = Some(Choice { decision: Decision::Withdraw, ..given });
            return lost;
        }
        let errand = Errand::Withdraw(self.cmp.clone());
        // What the page sends now it sends with consent.
        let plan = self.plan(&ids[1], &self.first, Phase::During, errand);
        let Some(mut seen) = self.visit(&plan).await else { return false };
        let lost = seen.lost;
        let reload = seen.check.take().unwrap_or_default();
        let given = given.map(|given| {
            consent::confirm(given, Confirmation { reload, ..Confirmation::default() })
        });
        self.choice = Some(taken_back(given, &mut seen));
        self.over = self.choice.as_ref().is_some_and(|c| c.outcome.is_observation());
        self.signals = Vec::new();
        self.hold(seen);
        if self.over || lost { lost } else { self.check(&ids[2]).await }
    }
}

/// The withdrawal as it was made. One of a consent that was not proved proves nothing.
fn taken_back(given: Option<Choice>, seen: &mut Seen) -> Choice {
    let made = seen.visit.choice.take();
    let mut choice = made.unwrap_or_else(|| Choice::new(Decision::Withdraw));
    if let Some(given) = given.filter(|given| !given.verified) {
        choice.via = None;
        choice.outcome = ChoiceOutcome::Inconclusive;
        choice.note = format!("the consent that was to be withdrawn is not proved: {}", given.note);
    }
    choice
}
