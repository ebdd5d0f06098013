//! A capture in memory: what a crawl wrote, for tests.

use std::collections::BTreeMap;

use crate::model::{Capture, Manifest, Sink, SinkError, Visit};

/// Keeps everything that a crawl writes.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// Every visit, in the order written.
    pub visits: Vec<Visit>,
    /// Pictures by name.
    pub screenshots: BTreeMap<String, Vec<u8>>,
    /// The manifest, once the crawl has ended.
    pub manifest: Option<Manifest>,
}

impl Memory {
    /// The capture, as it would be read back from a bundle.
    #[must_use]
    pub fn into_capture(self) -> Capture {
        Capture::new(self.manifest.unwrap_or_default(), self.visits)
    }
}

impl Sink for Memory {
    fn visit(&mut self, visit: &Visit) -> Result<(), SinkError> {
        self.visits.push(visit.clone());
        Ok(())
    }

    fn screenshot(&mut self, name: &str, png: &[u8]) -> Result<String, SinkError> {
        let name = format!("screenshots/{name}");
        self.screenshots.insert(name.clone(), png.to_vec());
        Ok(name)
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<(), SinkError> {
        self.manifest = Some(manifest.clone());
        Ok(())
    }
}
