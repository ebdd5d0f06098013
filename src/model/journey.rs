//! What a journey (steps of a visitor, as logging in) did: which, how far, what was seen.

use serde::{Deserialize, Serialize};

/// A journey that a run was asked to make, as far as reports need it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyPlan {
    /// Its name, unique in a run.
    pub name: String,
    /// The site that it is made on, as [`super::Visit::site`] writes it.
    pub site: String,
    /// The consent states that it was to be made in.
    pub states: Vec<super::Pass>,
    /// Its steps in words, secrets by their names.
    pub steps: Vec<String>,
}

/// The part of a journey that one visit is: one page on its way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyPart {
    /// The journey's name.
    pub name: String,
    /// The steps that were taken on this page, in order; the one that led off it is the
    /// last, except for a `goto`, which counts to the page that it opens.
    pub steps: Vec<StepTaken>,
}

/// One step that was taken, or that failed; none is taken after a failed one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// Its number in the journey, counted from 1.
    pub number: usize,
    /// The step in words.
    pub step: String,
    /// What else came of it: a dialog that was answered, a new tab, a download.
    pub notes: Vec<String>,
    /// Why it failed, if it did.
    pub failure: Option<StepFailure>,
}

/// Why a step failed, and what was seen then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFailure {
    /// What was expected and what stood in the way.
    pub message: String,
    /// The address that the page had.
    pub url: String,
    /// The title that the page had.
    pub title: String,
    /// A picture of it, by its name in the bundle.
    pub screenshot: Option<String>,
}
