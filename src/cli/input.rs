//! What a command reads that somebody captured before: a bundle, a HAR file or an e-mail.

use std::path::Path;

use crate::bundle;
use crate::model::Capture;

/// The capture in a folder, or that of a HAR file or a message.
pub(super) fn capture(place: &Path) -> anyhow::Result<Capture> {
    let is_mail = place.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("eml"));
    Ok(match (place.is_file(), is_mail) {
        (true, true) => bundle::mail::read(place)?,
        (true, false) => bundle::har::read(place)?,
        (false, _) => bundle::open(place)?,
    })
}
