//! EasyPrivacy, uBlock Origin's lists and whatever else is in adblock syntax: filters of
//! network requests are kept as they are, what hides elements is left out.

use super::{ImportError, Imported, ListSource};
use crate::signature::list::ListFile;

/// Marks of filters that change pages instead of stopping requests.
const COSMETIC: &[&str] = &["##", "#@#", "#?#", "#$#", "#%#", "#@?#", "$$"];

/// Who uses filter lists, in words.
const BLOCKERS: &str = "uBlock Origin and other blockers";

pub(super) fn import(sources: &[ListSource]) -> Result<Imported, ImportError> {
    let mut list = ListFile { blocker: BLOCKERS.to_owned(), ..ListFile::default() };
    let (mut cosmetic, mut other) = (0, 0);
    for source in sources {
        for line in source.text.lines().map(str::trim) {
            if let Some(comment) = line.strip_prefix('!') {
                head(&mut list, comment);
            } else if line.is_empty() || line.starts_with('[') || line.starts_with("# ") {
                // The form's own name, or a comment of a hosts file.
            } else if COSMETIC.iter().any(|mark| line.contains(mark)) {
                cosmetic += 1;
            } else if let Some(filter) = filter(line) {
                list.filters.push(filter);
            } else {
                other += 1;
            }
        }
    }
    if let Some(first) = sources.first().filter(|_| other > list.filters.len() + cosmetic) {
        let message = format!("{other} of its lines are no filters in adblock syntax");
        return Err(ImportError::of(first, message));
    }
    if list.name.is_empty() {
        list.name = sources.first().map(|source| stem(&source.name)).unwrap_or_default();
    }
    let left_out =
        vec![("filters that hide elements", cosmetic), ("lines that are no filters", other)];
    Ok(Imported { list, left_out })
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

/// A line of a hosts file is a filter for that host; any other line is one itself, unless it
/// is prose, JSON or a table.
fn filter(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    match (words.next(), words.next()) {
        (Some("0.0.0.0" | "127.0.0.1"), Some(host)) => {
            host.contains('.').then(|| format!("||{host}^"))
        }
        _ => is_filter(line).then(|| line.to_owned()),
    }
}

/// Addresses have no blanks, quotes or braces, and are more than a word; what stands behind
/// a `$` are options.
fn is_filter(line: &str) -> bool {
    let pattern = line.split('$').next().unwrap_or(line);
    let is_expression = pattern.starts_with('/') || pattern.starts_with("@@/");
    let foreign = |c: char| c.is_whitespace() || matches!(c, '"' | '{' | '}');
    let is_word = line.chars().all(char::is_alphanumeric);
    !is_word && (is_expression || !pattern.contains(foreign))
}

fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.split('.').next().unwrap_or(name).to_owned()
}
