//! What a command reads that somebody captured before: a bundle or a HAR file.

use std::path::Path;

use crate::bundle;
use crate::model::Capture;

/// The capture in a folder, or that of a HAR file.
pub(super) fn capture(place: &Path) -> anyhow::Result<Capture> {
    Ok(if place.is_file() { bundle::har::read(place)? } else { bundle::open(place)? })
}
