//! Exit codes: the same for every command and format.

use std::process::ExitCode;

/// How a run ended. Ordered by rank: what could not run outranks findings, and
/// findings outrank an incomplete run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: complete, and nothing at or above the threshold.
    Clean,
    /// 3: incomplete, so that silence proves nothing.
    Incomplete,
    /// 1: findings at or above the threshold, a failed check, or a bad line in a pipe.
    Findings,
    /// 2: could not run.
    CannotRun,
    /// 130: stopped by a second Ctrl-C.
    Killed,
}

impl Exit {
    /// The process's exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::CannotRun => 2,
            Self::Incomplete => 3,
            Self::Killed => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
