//! A crawl that is kept in memory: for a page or two, by programs that use the library.

use super::{CrawlError, Done, Options, Quiet, Stop};
use crate::model::{Capture, Manifest, Sink, SinkError, Visit};

/// Crawls one site in every state and returns what it found. Pictures are not kept.
///
/// # Errors
/// When no browser can be had.
pub async fn to_memory(options: &Options) -> Result<Capture, CrawlError> {
    let mut kept = Kept::default();
    let manifest = super::run(options, &mut kept, &Quiet, &Stop::new(), Done::default()).await?;
    Ok(Capture::new(manifest, kept.0))
}

#[derive(Default)]
struct Kept(Vec<Visit>);

impl Sink for Kept {
    fn visit(&mut self, visit: &Visit) -> Result<(), SinkError> {
        self.0.push(visit.clone());
        Ok(())
    }

    fn screenshot(&mut self, name: &str, _: &[u8]) -> Result<String, SinkError> {
        Ok(name.to_owned())
    }

    fn note(&mut self, _: &Manifest) -> Result<(), SinkError> {
        Ok(())
    }

    fn finish(&mut self, _: &Manifest) -> Result<(), SinkError> {
        Ok(())
    }
}
