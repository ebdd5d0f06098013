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
        let visits: Vec<&Visit> = in_state().filter(part).collect();
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
