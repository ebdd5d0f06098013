//! Why a bundle could not be read, always with the place.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::FORMAT_VERSION;

/// A bundle could not be created or read.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The folder or a file in it could not be read or written.
    #[error("cannot {action} {}", place.display())]
    Io {
        /// What was tried, `read`, `create`.
        action: &'static str,
        /// The file or folder.
        place: PathBuf,
        /// The system's words.
        #[source]
        source: std::io::Error,
    },
    /// The folder holds no capture at all.
    #[error("{} is not a capture: it has neither manifest.json nor visits.jsonl.zst", .0.display())]
    NotABundle(PathBuf),
    /// The folder that a capture should go to already holds something.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// The run that wrote it came to its end.
    #[error("{} is finished: there is nothing to go on with", .0.display())]
    Finished(PathBuf),
    /// A run began to write it and noted nothing.
    #[error("{} cannot be gone on with: it has no plan.json", .0.display())]
    NoPlan(PathBuf),
    /// It was written by a newer build.
    #[error("{} has format {found}; this build reads up to format {FORMAT_VERSION}", place.display())]
    Newer {
        /// The manifest.
        place: PathBuf,
        /// Its format version.
        found: u64,
    },
    /// It is no e-mail message.
    #[error("{} is not an e-mail message: {problem}", place.display())]
    NotMail {
        /// The file.
        place: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A file is not what the manifest says, or not what it should be.
    #[error("{} is damaged: {problem}", place.display())]
    Damaged {
        /// The file, with visit number where it has one.
        place: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

impl BundleError {
    /// A file is damaged.
    pub(super) fn damaged(place: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::Damaged { place: place.as_ref().to_owned(), problem: problem.into() }
    }

    /// An action on a file failed.
    pub(super) fn io(
        action: &'static str,
        place: impl AsRef<Path>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let place = place.as_ref().to_owned();
        move |source| Self::Io { action, place, source }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Io { .. } => None,
            Self::NotABundle(_) => Some("name the folder that `pixelwarden scan -o DIR` wrote"),
            Self::NotEmpty(_) => Some(
                "name another folder with -o DIR, empty this one, or go on with a capture that was cut off with --resume DIR",
            ),
            Self::Finished(_) | Self::NoPlan(_) => Some("begin another capture with -o DIR"),
            Self::NotMail { .. } => Some("save the message with its headers, as `.eml`"),
            Self::Newer { .. } => {
                Some("update pixelwarden, or read it with the build that wrote it")
            }
            Self::Damaged { .. } => {
                Some("the capture was changed after it was written: it is no evidence any more")
            }
        }
    }
}
