//! Journeys in `json-v1`.

use super::build::hidden;
use super::v1;
use crate::model::{Capture, StepTaken};
use crate::report::journeys::{Outcome, made};

pub(super) fn of(capture: &Capture) -> Vec<v1::Journey> {
    let rows = made(capture).into_iter();
    rows.map(|row| v1::Journey {
        name: row.plan.name.clone(),
        state: row.pass.to_string(),
        outcome: match row.outcome {
            Outcome::Completed => "completed",
            Outcome::Failed => "failed",
            Outcome::NotMade => "not-made",
            Outcome::NotOffered => "not-offered",
        }
        .to_owned(),
        visits: row.visits.iter().map(|visit| visit.id.to_string()).collect(),
        total: row.plan.steps.len(),
        steps: row.steps().map(step).collect(),
    })
    .collect()
}

fn step(step: &StepTaken) -> v1::JourneyStep {
    v1::JourneyStep {
        number: step.number,
        step: hidden(&step.step),
        notes: step.notes.clone(),
        failure: step.failure.as_ref().map(|failure| v1::JourneyFailure {
            message: hidden(&failure.message),
            url: hidden(&failure.url),
            title: hidden(&failure.title),
            screenshot: failure.screenshot.clone(),
        }),
    }
}
