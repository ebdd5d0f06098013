//! From a capture to detections: signature × observation, with party, phase,
//! mirrors, data flags and page verdicts.

mod detection;

pub use detection::{DataFlag, DataKind, Detected, Detection, Party, Source, Stored, UnknownPixel};
