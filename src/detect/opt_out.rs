//! What a hit told its vendor of an opt-out of sale: American signals, and vendors' own.

use super::{ConsentMode, Detection};
use crate::decode::consent::{YesNo, us_privacy};

/// Whether the hit itself told its vendor that the visitor opted out.
#[must_use]
pub fn tells_opt_out(detection: &Detection) -> bool {
    let param = |name: &str| detection.params.get(name).map(|value| value.as_str());
    let usp = param("us_privacy").and_then(|text| us_privacy(text).ok());
    let usp = usp.is_some_and(|usp| usp.opted_out == YesNo::Yes);
    let restricted = param("rdp") == Some("1") || param("npa") == Some("1");
    // Meta's limited data use.
    let limited = param("dpo").is_some_and(|options| options.contains("LDU"));
    let denied = ConsentMode::of(detection).is_some_and(|mode| mode.ad_storage == Some(false));
    usp || restricted || limited || denied
}
