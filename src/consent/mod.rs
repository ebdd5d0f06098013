//! Find a banner, make a choice, prove that it was stored. Works over `dom`.
//!
//! A choice is believed when two independent sources say the same: a click that was
//! delivered is not a choice that was stored. Rules and words are data
//! (`signatures/cmps/`); everything that a page says is bounded and parsed with care.

mod act;
mod autoconsent;
mod banner;
mod confirm;
mod examples;
#[cfg(test)]
mod fake;
mod find;
mod guess;
mod json;
mod label;
mod leave;
mod look;
mod notice;
mod path;
mod probe;
mod purpose;
mod read;
mod recognise;
mod record;
mod rule;
mod signals;
mod switches;
#[cfg(test)]
mod tests;
mod withdraw;
mod words;

pub use act::choose;
pub use autoconsent::{Autoconsent, AutoconsentError, LeftOut, MOST_BYTES};
pub use banner::Banner;
pub use confirm::{Confirmation, ReloadCheck, confirm};
pub use find::find;
pub(crate) use find::wait_for_change;
pub use leave::leave_alone;
pub(crate) use probe::settled;
pub use read::read_back;
pub use recognise::{RecogniseError, Recognised, StoredRecord, recognise};
pub use rule::{RuleError, Rules};
pub use signals::wire_signals;
pub use withdraw::{answered, ways_back};
