//! Consent strings: Google's `gcs` and `gcd`, TCF, GPP and US Privacy.
//!
//! Each reader takes any text and answers `None` where it is not such a string.

mod bits;
mod google;
mod gpp;
mod tcf;
mod usp;

pub use google::{Gcd, GcdSignal, Gcs, Signal, gcd, gcs};
pub use gpp::{Gpp, Section, UsOptOuts, gpp};
pub use tcf::{Tcf, tcf};
pub use usp::{UsPrivacy, YesNo, us_privacy};

/// What a two-valued opt-out field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OptOut {
    /// Does not apply.
    NotApplicable,
    /// The visitor opted out.
    OptedOut,
    /// The visitor did not opt out.
    DidNotOptOut,
}
