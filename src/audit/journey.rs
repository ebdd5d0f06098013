//! How far a journey came in one consent state.

use crate::model::{Capture, JourneyPlan, Pass, StepTaken, Visit};

/// One journey in one state, put together from its pages.
#[derive(Debug)]
pub struct Journey<'a> {
    /// Its pages, in order.
    pub visits: Vec<&'a Visit>,
    /// How many steps were taken.
    pub steps: usize,
    /// The step that failed, if one did.
    pub failed: Option<&'a StepTaken>,
    /// The state exists on this site: where no refusal is offered, nothing can be seen
    /// after refusing.
    pub is_possible: bool,
}

impl<'a> Journey<'a> {
    /// What a capture has of a journey in a state.
    #[must_use]
    pub fn of(capture: &'a Capture, plan: &JourneyPlan, pass: &Pass) -> Self {
        let in_state = || capture.visits.iter().filter(move |visit| visit.pass() == *pass);
        let part = |visit: &&Visit| visit.journey.as_ref().is_some_and(|j| j.name == plan.name);
        // A run that was gone on with made the journey again, whole: the last time counts.
        let last = in_state().filter(part).map(attempt).max();
        let visits: Vec<&Visit> =
            in_state().filter(part).filter(|visit| Some(attempt(visit)) == last).collect();
        let steps = || visits.iter().filter_map(|v| v.journey.as_ref()).flat_map(|j| &j.steps);
        let is_observed = |visit: &Visit| {
            visit.choice.as_ref().is_some_and(|choice| choice.outcome.is_observation())
        };
        Self {
            steps: steps().filter(|step| step.failure.is_none()).count(),
            failed: steps().find(|step| step.failure.is_some()),
            is_possible: !in_state().any(is_observed),
            visits,
        }
    }
}

/// What the ids of a journey's pages have in common: `v0042` of `v0042-02`.
fn attempt(visit: &Visit) -> &str {
    visit.id.0.split('-').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{JourneyPart, StepFailure, VisitId};

    fn page(id: &str, failed: bool) -> Visit {
        let failure = failed.then(StepFailure::default);
        let step = StepTaken { failure, ..StepTaken::default() };
        let part = JourneyPart { name: "portal".to_owned(), steps: vec![step] };
        Visit { id: VisitId(id.to_owned()), journey: Some(part), ..Visit::default() }
    }

    #[test]
    fn a_journey_that_was_made_again_is_judged_by_its_last_time() {
        let visits = vec![
            page("v0003", false),
            page("v0003-02", true),
            page("v0009", false),
            page("v0009-02", false),
        ];
        let capture = Capture { visits, ..Capture::default() };
        let plan = JourneyPlan { name: "portal".to_owned(), ..JourneyPlan::default() };
        let journey = Journey::of(&capture, &plan, &capture.visits[0].pass());
        assert_eq!((journey.steps, journey.failed.is_none()), (2, true));
    }
}
