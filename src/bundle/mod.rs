//! Captures on disk. A bundle is a directory that only its owner can read:
//! `visits.jsonl.zst` (one zstd frame per visit, append-only, so that a crash loses
//! at most the visits in flight), `bodies/` (request bodies by hash), `screenshots/`,
//! and `manifest.json`, written last, with the SHA-256 of every other file.
//!
//! Other forms of a capture (HAR, e-mail, evidence archives) have their place here too.

mod error;
pub mod evidence;
pub mod har;
pub mod mail;
mod read;
mod redact;
mod resume;
mod stored;
mod write;

pub use error::BundleError;
pub use read::{files, open, outline, screenshot};
pub use redact::redact;
pub use write::Bundle;

/// The version of the bundle format that this build writes, and the newest it reads.
pub const FORMAT_VERSION: u32 = 1;
