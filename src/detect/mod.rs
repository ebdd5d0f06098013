//! From a capture to detections: signature × observation, with party, phase,
//! mirrors, data flags and page verdicts.

mod consent_mode;
mod detection;

use crate::health::Lexicon;
use crate::model::Capture;
use crate::signature::Database;

pub use consent_mode::ConsentMode;
pub use detection::{DataFlag, DataKind, Detected, Detection, Party, Source, Stored, UnknownPixel};

/// Everything that the database and the lexicon recognise in a capture.
#[must_use]
pub fn detect(capture: &Capture, database: &Database, lexicon: &Lexicon) -> Detected {
    let _ = (capture, database, lexicon);
    Detected::default()
}
