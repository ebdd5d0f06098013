//! A user's own copy of autoconsent's `rules.json`, as a layer between our rules and the
//! words. Only what clicks is taken from it: what hides a banner makes no choice, and what
//! calls code that the file does not hold cannot be done. A choice made by one of its rules
//! is proved like any other.

mod ask;
mod form;
mod load;
#[cfg(test)]
mod tests;
mod walk;

use regex::bytes::Regex;
use serde::Serialize;
use thiserror::Error;

pub use load::MOST_BYTES;
pub(super) use walk::{Held, banner, matching};

/// The rules of the file that can be used, and what was left out.
#[derive(Debug)]
pub struct Autoconsent {
    rules: Vec<OwnRule>,
    /// What was left out.
    pub left_out: LeftOut,
}

impl Autoconsent {
    /// Rules that are used.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// How many rules of the file are not used, by the reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// They hide the banner, and choose nothing.
    pub hiding: usize,
    /// Recognising the banner or refusing calls code that the file does not hold.
    pub code: usize,
    /// They are of a form that is not known here, too large, or one part of a whole.
    pub unknown: usize,
}

/// The file is not one of autoconsent's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AutoconsentError {
    /// It is no JSON.
    #[error("line {line}: {message}")]
    Json {
        /// Line, counted from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// It is JSON, but not of the two forms.
    #[error("{0}")]
    Form(String),
}

/// One rule, ready for use.
#[derive(Debug)]
struct OwnRule {
    /// `autoconsent:` and its name in the file.
    name: String,
    /// Used only on addresses that match.
    address: Option<Regex>,
    /// Used in the top frame.
    in_top: bool,
    /// Used in the frames below it.
    in_frames: bool,
    /// All of these hold while its banner is shown.
    shown: Vec<Condition>,
    accept: Option<Vec<OwnStep>>,
    reject: Option<Vec<OwnStep>>,
}

/// A selector: CSS, or `xpath/` and a path; several are a chain through shadow roots.
type Selector = Vec<String>;

/// What the page's script can be asked; its form is that of `js/autoconsent.js`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Condition {
    Exists(Selector),
    Visible(Selector, Check),
    /// The document's cookies have this text in them.
    Cookie(String),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Condition, then, else.
    If(Box<Condition>, Vec<Condition>, Vec<Condition>),
}

/// How many of the elements have to be visible.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Check {
    #[default]
    All,
    Any,
    None,
}

/// One step of a choice.
#[derive(Debug, Clone, PartialEq)]
struct OwnStep {
    action: Action,
    /// The choice goes on when it fails.
    optional: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Action {
    /// Holds now.
    Check(Condition),
    /// Comes to hold within so many milliseconds.
    Await(Condition, u64),
    /// Clicks the first match, or all of them, waiting for it so many milliseconds.
    Click {
        selector: Selector,
        all: bool,
        wait: u64,
    },
    /// Lets the page work for so many milliseconds.
    Wait(u64),
    /// Changes the looks of the page, and is not done.
    Cosmetic,
    If(Condition, Vec<OwnStep>, Vec<OwnStep>),
    /// The first that works.
    Any(Vec<OwnStep>),
}

impl OwnStep {
    /// Whether it, or a step inside it, clicks.
    fn clicks(&self) -> bool {
        match &self.action {
            Action::Click { .. } => true,
            Action::If(_, then, otherwise) => then.iter().chain(otherwise).any(Self::clicks),
            Action::Any(steps) => steps.iter().any(Self::clicks),
            Action::Check(_) | Action::Await(..) | Action::Wait(_) | Action::Cosmetic => false,
        }
    }
}
