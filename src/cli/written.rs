//! What can be written of a capture: the report's formats, the page on paper, and the
//! requests as a HAR file.

use std::fmt;
use std::str::FromStr;

use anyhow::Result;

use super::{har, pdf};
use crate::browser::LaunchOptions;
use crate::bundle::har::{Values, write};
use crate::report::{FORMATS, Format, Report, render};

/// What can be written of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// A format that is a function of the capture.
    Format(Format),
    /// The page as a browser prints it.
    Pdf,
    /// The requests for other tools, personal values masked.
    Har,
}

/// What is not a report's format.
const OTHERS: &[(Written, &str, &str)] = &[
    (Written::Pdf, "pdf", "the page on paper, printed by the browser"),
    (Written::Har, "har", "the requests as HAR 1.2, personal values masked"),
];

impl Written {
    /// The usual ending of its files, without the dot.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Format(format) => format.extension(),
            Self::Pdf => "pdf",
            Self::Har => "har",
        }
    }

    /// The bytes; a browser is started so for a PDF only.
    pub(super) fn bytes(self, report: &Report<'_>, launch: &LaunchOptions) -> Result<Vec<u8>> {
        match self {
            Self::Format(format) => Ok(render(format, report)?),
            Self::Pdf => pdf::print(&render(Format::Html, report)?, launch.clone()),
            Self::Har => {
                let mut bytes = Vec::new();
                write(report.capture, &mut bytes, &Values::Masked(&har::masked))?;
                Ok(bytes)
            }
        }
    }

    /// Every one with whom it is for, as help shows it.
    pub(super) fn help() -> String {
        let formats = FORMATS.iter().map(|format| format!("- {format}: {}", format.summary()));
        let others = OTHERS.iter().map(|(_, name, summary)| format!("- {name}: {summary}"));
        format!("The format:\n{}", formats.chain(others).collect::<Vec<_>>().join("\n"))
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(format) => format.fmt(f),
            Self::Pdf | Self::Har => f.write_str(self.extension()),
        }
    }
}

impl FromStr for Written {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let other = OTHERS.iter().find(|(_, name, _)| *name == text);
        match other {
            Some((written, ..)) => Ok(*written),
            None => text.parse().map(Self::Format).map_err(|error| format!("{error}, pdf, har")),
        }
    }
}
