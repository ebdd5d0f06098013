//! Captures on disk, as a scan leaves them.

use std::path::Path;

use pixelwarden::bundle::Bundle;
use pixelwarden::model::Sink;

use crate::captures::{Page, before, capture, meta, rejected};

/// Writes a capture of these pages into a folder.
pub(crate) fn bundle(dir: &Path, pages: impl IntoIterator<Item = Page>) {
    let mut bundle = Bundle::create(dir).unwrap();
    let capture = capture(pages.into_iter().map(|mut page| {
        page.0.collected.screenshots.clear();
        page
    }));
    for visit in &capture.visits {
        bundle.visit(visit).unwrap();
    }
    bundle.finish(&capture.manifest).unwrap();
}

/// A site that goes on tracking after a refusal.
pub(crate) fn tracked() -> [Page; 2] {
    [
        before("/").sends(&meta("PageView", "/", "")).jar("_fbp"),
        rejected("/").sends(&meta("PageView", "/", "")),
    ]
}
