//! The journeys of a state, made after its pages.

use super::super::journey::Traveller;
use super::super::progress::Event;
use super::super::window::Engine;
use super::StateRun;
use crate::model::{ConsentReading, Phase, VisitId};

impl<E: Engine> StateRun<'_, '_, E> {
    /// How many journeys are made in this state.
    pub(in crate::crawl) fn journeys(&self) -> usize {
        let journeys = &self.visitor.options.journeys;
        let here = journeys.iter().filter(|journey| journey.is_in(&self.pass)).count();
        self.visitor.progress.tell(Event::Planned(here));
        here
    }

    /// Makes the journeys, when the choice is confirmed and what came before is written.
    pub(in crate::crawl) async fn travel(
        &mut self,
        ids: &[VisitId],
        other: Option<&[ConsentReading]>,
    ) {
        if ids.is_empty() || !self.is_ready().await {
            return;
        }
        self.confirm(None, other);
        self.release();
        let options = self.visitor.options;
        let named = options.secrets.iter().map(|s| (s.name().to_owned(), s.clone()));
        let secrets = named.collect();
        let here = options.journeys.iter().filter(|journey| journey.is_in(&self.pass));
        for (journey, id) in here.zip(ids) {
            let traveller = Traveller {
                visitor: self.visitor,
                journey,
                secrets: &secrets,
                id: id.clone(),
                pass: self.pass.clone(),
                phase: if self.choice.is_some() { Phase::After } else { Phase::Before },
                base: journey.site.clone().unwrap_or_else(|| self.first.clone()),
            };
            for mut seen in traveller.travel(&self.space).await.into_iter().flatten() {
                self.file(&mut seen);
                self.visitor.store().keep(seen);
            }
        }
    }
}
