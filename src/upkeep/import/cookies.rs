//! The Open Cookie Database: a table of cookies with their product, purpose and life.

use serde::Deserialize;

use super::{ImportError, Imported, ListSource};
use crate::signature::list::{ListFile, ListedCookie};

/// One row; further columns are let through.
#[derive(Deserialize)]
struct RawCookie {
    #[serde(rename = "Platform")]
    platform: String,
    #[serde(rename = "Category")]
    category: String,
    #[serde(rename = "Cookie / Data Key name")]
    name: String,
    #[serde(rename = "Domain", default)]
    domain: String,
    #[serde(rename = "Description", default)]
    description: String,
    #[serde(rename = "Retention period", default)]
    retention: String,
    #[serde(rename = "Data Controller", default)]
    controller: String,
    #[serde(rename = "Wildcard match", default)]
    wildcard: String,
}

pub(super) fn import(sources: &[ListSource]) -> Result<Imported, ImportError> {
    let mut list = ListFile { name: "Open Cookie Database".to_owned(), ..ListFile::default() };
    let mut unusable = 0;
    for source in sources {
        let text = source.text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let head = reader.headers().map_err(|error| ImportError::of(source, error))?;
        if !head.iter().any(|column| column == "Cookie / Data Key name") {
            let message = "the first line does not name the columns of the Open Cookie Database";
            return Err(ImportError::of(source, message));
        }
        for row in reader.deserialize() {
            match row.ok().and_then(|raw| cookie(&raw)) {
                Some(cookie) => list.cookies.push(cookie),
                None => unusable += 1,
            }
        }
    }
    Ok(Imported { list, left_out: vec![("rows that name no cookie", unusable)] })
}

fn cookie(raw: &RawCookie) -> Option<ListedCookie> {
    // `SR<RotatorID>` stands for any ending, `CookieConsent [x4]` for how many there are.
    let name = raw.name.split(" [").next().unwrap_or_default().trim();
    let (start, open) =
        name.split_once(['<', '*']).map_or((name, false), |(start, _)| (start, true));
    let start = start.trim();
    if start.is_empty() || start.contains(char::is_whitespace) {
        return None;
    }
    let text = |text: &str| text.trim().to_owned();
    Some(ListedCookie {
        name: start.to_owned(),
        any_ending: open || raw.wildcard.trim() == "1",
        hosts: hosts(&raw.domain),
        own_site: says_own_site(&raw.domain),
        product: text(&raw.platform),
        owner: text(&raw.controller),
        purpose: raw.category.trim().to_lowercase(),
        description: text(&raw.description),
        lifetime: text(&raw.retention),
    })
}

/// The hosts in `google-analytics.com (3rd party) or advertiser's website domain (1st party)`.
fn hosts(domain: &str) -> Vec<String> {
    let words = domain.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'));
    let words = words.map(|word| word.trim_matches('.').to_ascii_lowercase());
    words
        .filter(|word| word.contains('.') && !word.ends_with(|c: char| c.is_ascii_digit()))
        .collect()
}

/// Whether it may lie under the site's own domain, which is so where nothing is said.
fn says_own_site(domain: &str) -> bool {
    let domain = domain.to_lowercase();
    let names_own = ["1st", "first party", "website", "own domain"];
    names_own.iter().any(|words| domain.contains(words)) || hosts(&domain).is_empty()
}
