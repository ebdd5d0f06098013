//! Consent strings: Google's `gcs`, `gcd` and Additional Consent, TCF, GPP and US Privacy.
//!
//! Each reader takes any text, and an error names the character at fault.

mod additional;
mod bits;
mod error;
mod google;
mod gpp;
mod tcf;
mod tcf_ca;
mod us;
mod us_layouts;
mod usp;

pub use additional::{AdditionalConsent, additional_consent};
pub use error::ConsentError;
pub use google::{Gcd, GcdSignal, Gcs, Signal, gcd, gcs};
pub use gpp::{Gpp, GppSection, Section, gpp};
pub use tcf::{Publisher, Restriction, RestrictionRule, Tcf, tcf};
pub use tcf_ca::TcfCa;
pub use us::{OptOut, UsSection};
pub use usp::{UsPrivacy, YesNo, us_privacy};
