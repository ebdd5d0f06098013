//! EasyPrivacy, uBlock Origin's lists and whatever else is in adblock syntax: filters of
//! network requests are kept as they are, what hides elements is left out.

use super::{Imported, ListSource};
use crate::signature::list::ListFile;

/// Marks of filters that change pages instead of stopping requests.
const COSMETIC: &[&str] = &["##", "#@#", "#?#", "#$#", "#%#", "#@?#", "$$"];

/// Who uses filter lists, in words.
const BLOCKERS: &str = "uBlock Origin and other blockers";

pub(super) fn import(sources: &[ListSource]) -> Imported {
    let mut list = ListFile { blocker: BLOCKERS.to_owned(), ..ListFile::default() };
    let mut cosmetic = 0;
    for source in sources {
        for line in source.text.lines().map(str::trim) {
            if let Some(comment) = line.strip_prefix('!') {
                head(&mut list, comment);
            } else if line.is_empty() || line.starts_with('[') || line.starts_with("# ") {
                // The form's own name, or a comment of a hosts file.
            } else if COSMETIC.iter().any(|mark| line.contains(mark)) {
                cosmetic += 1;
            } else {
                list.filters.extend(filter(line));
            }
        }
    }
    if list.name.is_empty() {
        list.name = sources.first().map(|source| stem(&source.name)).unwrap_or_default();
    }
    Imported { list, left_out: vec![("filters that hide elements", cosmetic)] }
}

/// What a list says of itself in its first comments.
fn head(list: &mut ListFile, comment: &str) {
    let Some((key, value)) = comment.split_once(':') else { return };
    let value = value.trim();
    match key.trim().to_ascii_lowercase().as_str() {
        "title" if list.name.is_empty() => value.clone_into(&mut list.name),
        "version" | "last modified" if list.version.is_empty() => {
            value.clone_into(&mut list.version);
        }
        _ => {}
    }
}

/// A line of a hosts file is a filter for that host; any other line is one itself.
fn filter(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    match (words.next(), words.next()) {
        (Some("0.0.0.0" | "127.0.0.1"), Some(host)) => {
            host.contains('.').then(|| format!("||{host}^"))
        }
        _ => Some(line.to_owned()),
    }
}

fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.split('.').next().unwrap_or(name).to_owned()
}
