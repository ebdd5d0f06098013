//! Journeys: what a visitor does beyond following links, step by step, in every consent
//! state. Log in, book an appointment, search.
//!
//! Here is what a journey is made of; `run` makes it, `act` takes one step, `find` finds
//! what a step names.

mod act;
mod find;
mod run;

use std::fmt;
use std::time::Duration;

use url::Url;

use super::Options;
use crate::model::{JourneyPlan, Pass, host_of, registrable_domain};

pub(super) use run::Traveller;

/// How long a step may take that says nothing else.
pub const STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// Steps of a visitor, made once in each consent state after the choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// Its name, unique in a run.
    pub name: String,
    /// Where it begins, and what relative addresses count from; `None` for the only
    /// target.
    pub site: Option<Url>,
    /// The consent states that it is made in; `None` for all of the run.
    pub states: Option<Vec<Pass>>,
    /// What is done, in order. The first step goes to a page.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// How long what it needs may take to appear.
    pub timeout: Duration,
}

/// What a visitor can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Opens an address, relative to the journey's site.
    Goto(String),
    /// Clicks.
    Click(Target),
    /// Types into a field in place of what is there.
    Type(Target, Value),
    /// Picks the option with this text.
    Select(Target, Value),
    /// Switches a box on.
    Check(Target),
    /// Switches a box off.
    Uncheck(Target),
    /// Presses a key where the focus is.
    Press(String),
    /// Scrolls an element into view; without one, through the page and back.
    Scroll(Option<Target>),
    /// Keeps a picture under this name.
    Screenshot(String),
    /// Waits until something holds.
    WaitFor(Condition),
    /// Waits until the network is quiet.
    WaitForQuiet,
    /// Fails unless something holds, or comes to hold in time.
    Expect(Condition),
}

/// What a step acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The first element shown that a CSS selector matches.
    Selector(String),
    /// What a visitor would press that is called so, else any text.
    Text(String),
    /// The field with this label.
    Label(String),
    /// What a screen reader calls by this role and name.
    Role {
        /// `button`, `link`, `textbox` …
        role: String,
        /// Its accessible name.
        name: String,
    },
}

/// What is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// As it stands here. Never for a password.
    Literal(String),
    /// The secret of this name.
    Secret(String),
}

/// What can be waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What it is about.
    pub what: Sign,
    /// Whether it is to be there; else it must not, or no more.
    pub present: bool,
}

/// What a page can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// An element that is shown.
    Element(Target),
    /// Visible text in any frame, upper and lower case alike.
    Text(String),
    /// The page's address has this in it.
    Url(String),
}

impl Journey {
    /// Whether it is made in a state.
    pub(super) fn is_in(&self, pass: &Pass) -> bool {
        // A state that names no signal is meant with whatever the run sends.
        let fits = |of: &Pass| of == pass || *of == Pass::from(pass.state.clone());
        self.states.as_ref().is_none_or(|states| states.iter().any(fits))
    }
}

/// What reports need to know of the journeys of a run.
pub(super) fn plans(options: &Options) -> Vec<JourneyPlan> {
    let start = options.start.first().map(|url| host_of(url.as_str())).unwrap_or_default();
    let plan = |journey: &Journey| JourneyPlan {
        name: journey.name.clone(),
        site: registrable_domain(&start),
        states: options.states.iter().filter(|pass| journey.is_in(pass)).cloned().collect(),
        steps: journey.steps.iter().map(|step| step.action.to_string()).collect(),
    };
    options.journeys.iter().map(plan).collect()
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Goto(to) => write!(f, "goto {to}"),
            Self::Click(target) => write!(f, "click {target}"),
            Self::Type(target, value) => write!(f, "type {value} into {target}"),
            Self::Select(target, value) => write!(f, "select {value} in {target}"),
            Self::Check(target) => write!(f, "check {target}"),
            Self::Uncheck(target) => write!(f, "uncheck {target}"),
            Self::Press(key) => write!(f, "press {key}"),
            Self::Scroll(Some(target)) => write!(f, "scroll to {target}"),
            Self::Scroll(None) => f.write_str("scroll through the page"),
            Self::Screenshot(name) => write!(f, "screenshot \"{name}\""),
            Self::WaitFor(condition) => write!(f, "wait for {condition}"),
            Self::WaitForQuiet => f.write_str("wait for a quiet network"),
            Self::Expect(condition) => write!(f, "expect {condition}"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selector(selector) => write!(f, "`{selector}`"),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Label(label) => write!(f, "the field \"{label}\""),
            Self::Role { role, name } => write!(f, "the {role} \"{name}\""),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => write!(f, "\"{text}\""),
            Self::Secret(name) => write!(f, "${name}"),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.present {
            f.write_str("no ")?;
        }
        match &self.what {
            Sign::Element(target) => target.fmt(f),
            Sign::Text(text) => write!(f, "text \"{text}\""),
            Sign::Url(part) => write!(f, "address with \"{part}\" in it"),
        }
    }
}
