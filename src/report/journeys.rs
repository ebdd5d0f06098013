//! What came of each journey in each consent state, as every report tells it.

use super::words;
use crate::audit::Journey;
use crate::model::{Capture, JourneyPlan, Pass, StepTaken, Visit};

/// One journey in one state.
pub(crate) struct Made<'a> {
    pub(crate) plan: &'a JourneyPlan,
    pub(crate) pass: &'a Pass,
    pub(crate) visits: Vec<&'a Visit>,
    pub(crate) failed: Option<&'a StepTaken>,
    pub(crate) outcome: Outcome,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every step was taken.
    Completed,
    /// A step failed.
    Failed,
    /// It was not made, or not to its end.
    NotMade,
    /// The site has no such choice.
    NotOffered,
}

/// Every journey in every state that it was to be made in.
pub(crate) fn made(capture: &Capture) -> Vec<Made<'_>> {
    let plans = capture.manifest.journeys.iter();
    let rows = plans.flat_map(|plan| plan.states.iter().map(move |pass| (plan, pass)));
    rows.map(|(plan, pass)| {
        let journey = Journey::of(capture, plan, pass);
        let outcome = match (journey.failed, journey.steps >= plan.steps.len()) {
            (Some(_), _) => Outcome::Failed,
            (None, true) => Outcome::Completed,
            (None, false) if journey.is_possible => Outcome::NotMade,
            (None, false) => Outcome::NotOffered,
        };
        Made { plan, pass, visits: journey.visits, failed: journey.failed, outcome }
    })
    .collect()
}

impl<'a> Made<'a> {
    /// The steps that were taken, the one that failed included.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &'a StepTaken> {
        let parts = self.visits.iter().filter_map(|visit| visit.journey.as_ref());
        parts.flat_map(|part| &part.steps).collect::<Vec<_>>().into_iter()
    }

    /// `all 9 steps, 4 pages`, or where it ended.
    pub(crate) fn words(&self) -> String {
        let total = self.plan.steps.len();
        match (self.outcome, self.failed) {
            (Outcome::Failed, Some(step)) => {
                format!("failed at step {} of {total}: {}", step.number, step.step)
            }
            (Outcome::Completed, _) | (Outcome::Failed, None) => format!(
                "all {}, {}",
                words::count(total, "step", "steps"),
                words::count(self.visits.len(), "page", "pages")
            ),
            (Outcome::NotMade, _) => "not made, or not to its end".to_owned(),
            (Outcome::NotOffered, _) => "not made: the site offers no such choice".to_owned(),
        }
    }
}
