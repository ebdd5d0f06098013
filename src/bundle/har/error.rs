//! Why a HAR file could not be read or written, always with the place.

use std::path::PathBuf;

use thiserror::Error;

use super::json::Fault;

/// A HAR file could not be read.
#[derive(Debug, Error)]
pub enum HarError {
    /// The file could not be read.
    #[error("cannot read {}", place.display())]
    Io {
        /// The file.
        place: PathBuf,
        /// The system's words.
        #[source]
        source: std::io::Error,
    },
    /// The file is larger than this build reads.
    #[error("the HAR file has {found} bytes; at most {limit} are read")]
    TooLarge {
        /// Its size in bytes.
        found: u64,
        /// The largest size in bytes.
        limit: u64,
    },
    /// The file is gzip, and damaged.
    #[error("the HAR file is compressed, and damaged")]
    Gzip {
        /// The decoder's words.
        #[source]
        source: std::io::Error,
    },
    /// The file is in a form that is not read.
    #[error("the HAR file is {what}")]
    Packed {
        /// What it is.
        what: &'static str,
    },
    /// The file is no JSON, or no HAR.
    #[error("broken HAR file: {place} {problem} (line {line}, column {column})")]
    Broken {
        /// The value, as in `log.entries[12].request.url`.
        place: String,
        /// What is wrong with it, to be read after the place.
        problem: String,
        /// Line of the file, counted from 1.
        line: usize,
        /// Column in bytes, counted from 1.
        column: usize,
    },
}

impl HarError {
    /// A fault of the reader, with its line and column in `file`.
    pub(super) fn broken(file: &[u8], fault: &Fault) -> Self {
        let before = &file[..fault.at.min(file.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        Self::Broken {
            place: fault.place(),
            problem: fault.problem.to_string(),
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            column: before.len() - line_start + 1,
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Io { .. } => None,
            Self::TooLarge { .. } => {
                Some("record fewer pages at a time, or export without content")
            }
            Self::Packed { .. } => Some("unpack it, and save what is in it as UTF-8 text"),
            Self::Gzip { .. } | Self::Broken { .. } => {
                Some("export the file again; a download may have been cut short")
            }
        }
    }
}
