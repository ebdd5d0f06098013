//! Signatures: recognise a vendor's behaviour and decode what it carried.

mod observation;

pub use observation::{Match, Observation, Param, Role};

/// The loaded database: built-in files, with a user's own on top.
#[derive(Debug, Default)]
pub struct Database {}
