//! HAR files: exports of browsers and proxies in, as a [`Capture`], so that a session
//! recorded by hand, behind a login, is audited like one of our own; captures out.
//!
//! A file is read in one pass ([`json`]), entry by entry; response bodies are passed
//! over. What it cannot tell (consent state, ledger, frames) stays unknown.

mod body;
mod entry;
mod error;
mod json;
mod masking;
mod packed;
mod request;
mod visits;
mod write;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

pub use error::HarError;
pub use masking::{Shown, Values};
pub use write::write;

use self::entry::{Product, RawEntry, RawPage};
use self::json::{Fault, Read, Reader, string};
use self::request::{Row, row};
use self::visits::{Page, visits};
use super::FORMAT_VERSION;
use crate::model::{Capture, Manifest, Pass, RunFacts, SkippedPage, Vantage, Visit};

/// The largest file, in bytes.
const LARGEST_FILE: u64 = 2 << 30;
/// The most entries of a file.
const MOST_ENTRIES: usize = 1_000_000;
/// Why silence of a HAR file proves nothing: each makes its run incomplete.
const GAPS: [&str; 2] = [
    "The requests come from a HAR file: what its recorder left out (as often beacons of a page \
     that is being left, workers, popups) does not show, and no account of the browser's own \
     stands against it.",
    "A HAR file does not tell which consent choice stood behind its requests: audits that compare \
     consent states could not judge them.",
];
/// The most pages of a file.
const MOST_PAGES: usize = 100_000;

/// Reads the HAR file at `path`.
///
/// # Errors
/// When it cannot be read, is too large, or is no HAR file; the error names the place.
pub fn read(path: impl AsRef<Path>) -> Result<Capture, HarError> {
    let place = path.as_ref();
    let io = |source| HarError::Io { place: place.to_owned(), source };
    let file = File::open(place).map_err(io)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(io)?;
    parse(&bytes)
}

/// Reads a HAR file that is in memory, compressed with gzip or not.
///
/// # Errors
/// As [`read`].
pub fn parse(bytes: &[u8]) -> Result<Capture, HarError> {
    let bytes = packed::unpacked(bytes, LARGEST_FILE)?;
    let found = bytes.len() as u64;
    if found > LARGEST_FILE {
        return Err(HarError::TooLarge { found, limit: LARGEST_FILE });
    }
    let log = Log::read(&bytes).map_err(|fault| HarError::broken(&bytes, &fault))?;
    let pages = log.pages.into_iter().map(Page::from).collect();
    let (visits, skipped) = visits(pages, log.rows);
    let manifest = manifest(&log.creator, log.browser.as_ref(), &visits, skipped);
    Ok(Capture { manifest, visits })
}

/// The file's `log`, its entries already as requests.
#[derive(Default)]
struct Log<'a> {
    creator: Product<'a>,
    browser: Option<Product<'a>>,
    pages: Vec<RawPage<'a>>,
    rows: Vec<Row>,
}

impl<'a> Log<'a> {
    fn read(bytes: &'a [u8]) -> Read<Self> {
        let mut reader = Reader::new(bytes);
        let mut found = None;
        reader.object(|reader, key| {
            match key {
                b"log" => found = Some(Self::read_log(reader)?),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        reader.end()?;
        found.ok_or_else(|| Fault::missing(0, "log"))
    }

    fn read_log(reader: &mut Reader<'a>) -> Read<Self> {
        let mut log = Self::default();
        reader.peek();
        let at = reader.at();
        let mut has_entries = false;
        reader.object(|reader, key| {
            match key {
                b"creator" => log.creator = Product::read(reader)?,
                b"browser" => log.browser = Some(Product::read(reader)?),
                b"pages" => reader.maybe_array(MOST_PAGES, |reader| {
                    log.pages.push(RawPage::read(reader)?);
                    Ok(())
                })?,
                b"entries" => {
                    has_entries = true;
                    reader.array(MOST_ENTRIES, |reader| {
                        log.rows.extend(row(RawEntry::read(reader)?));
                        Ok(())
                    })?;
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        match has_entries {
            true => Ok(log),
            false => Err(Fault::missing(at, "entries")),
        }
    }
}

fn manifest(
    creator: &Product<'_>,
    browser: Option<&Product<'_>>,
    visits: &[Visit],
    skipped: Vec<SkippedPage>,
) -> Manifest {
    let mut options = std::collections::BTreeMap::new();
    options.insert("source".to_owned(), "HAR file".to_owned());
    if let Some(browser) = browser.map(named).filter(|name| !name.is_empty()) {
        options.insert("recorded with".to_owned(), browser);
    }
    let mut targets: Vec<String> = Vec::new();
    let mut sites = std::collections::BTreeSet::new();
    for visit in visits {
        if sites.insert(&visit.site) {
            targets.push(visit.page.clone());
        }
    }
    let language = visits
        .iter()
        .flat_map(|visit| visit.requests.first())
        .find_map(|request| request.header("accept-language"))
        .map(str::to_owned);
    let passes: std::collections::BTreeSet<Pass> = visits.iter().map(Visit::pass).collect();
    let passes = passes.into_iter().collect();
    Manifest {
        format: FORMAT_VERSION,
        tool: named(creator),
        started: visits.iter().filter_map(|visit| visit.started).min(),
        vantage: Vantage { language, ..Vantage::default() },
        states: passes,
        targets,
        options,
        run: RunFacts { skipped, gaps: GAPS.map(str::to_owned).to_vec(), ..RunFacts::default() },
        contains_personal_values: true,
        ..Manifest::default()
    }
}

/// `name version`, as far as told.
fn named(product: &Product<'_>) -> String {
    let parts = [&product.name, &product.version];
    let told: Vec<String> = parts.into_iter().flatten().map(|text| string(text)).collect();
    told.join(" ").trim().to_owned()
}
