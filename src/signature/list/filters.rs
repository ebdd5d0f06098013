//! Filters in adblock syntax, asked by the engine that Brave and Firefox use.

use std::fmt;

use adblock::lists::{FilterFormat, ParseOptions, RuleTypes, parse_filter};
use adblock::{Engine, FilterSet};

use super::{Asked, kind_name};
use crate::model::{host_of, same_site};

/// Longer filters are left out, in bytes, and those with more wildcards.
const LONGEST_FILTER: usize = 4 << 10;
const MOST_WILDCARDS: usize = 20;
/// Of a longer address only the start is asked about, in bytes.
const LONGEST_URL: usize = 8 << 10;

/// The filters of a list.
pub(super) struct Filters {
    engine: Engine,
    /// The number of the tracker whose filter stands in a line, by the line.
    trackers: Vec<Option<usize>>,
}

impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} filters", self.trackers.len())
    }
}

/// The filter that stops a request.
pub(super) struct Stopped {
    pub(super) tracker: Option<usize>,
    pub(super) filter: String,
}

/// Why a filter is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// It is longer, or has more wildcards, than one that a person wrote for a purpose:
    /// thousands of them hold up an audit.
    TooWide,
    /// The engine does not know what it asks for.
    Unreadable,
}

/// Whether requests are held against a filter.
///
/// # Errors
/// Why they are not.
pub fn usable(filter: &str) -> Result<(), Unusable> {
    if !is_sane(filter) {
        return Err(Unusable::TooWide);
    }
    parse_filter(filter, false, options()).map(drop).map_err(|_| Unusable::Unreadable)
}

fn is_sane(filter: &str) -> bool {
    filter.len() <= LONGEST_FILTER && filter.matches('*').count() <= MOST_WILDCARDS
}

fn options() -> ParseOptions {
    ParseOptions {
        format: FilterFormat::Standard,
        rule_types: RuleTypes::NetworkOnly,
        ..ParseOptions::default()
    }
}

/// As much of an address as filters are written for.
fn start_of(url: &str) -> &str {
    let mut end = url.len().min(LONGEST_URL);
    while !url.is_char_boundary(end) {
        end -= 1;
    }
    &url[..end]
}

impl Filters {
    /// Filters with the numbers of their trackers.
    pub(super) fn of<'a>(filters: impl Iterator<Item = (&'a str, Option<usize>)>) -> Self {
        let (mut text, mut trackers) = (String::new(), Vec::new());
        for (filter, tracker) in filters.filter(|(filter, _)| is_sane(filter)) {
            // One line each: what a filter's number counts from.
            text.extend(filter.chars().filter(|c| !matches!(c, '\n' | '\r')));
            text.push('\n');
            trackers.push(tracker);
        }
        // Without the lines nobody could say which filter it was.
        let mut set = FilterSet::new(true);
        set.add_filter_list(text, options());
        Self { engine: Engine::new_with_filter_set(set), trackers }
    }

    /// The filter that stops it, unless an exception lets it through.
    pub(super) fn stops(&self, asked: &Asked<'_>) -> Option<Stopped> {
        if self.trackers.is_empty() {
            return None;
        }
        let host = host_of(asked.url);
        let page = host_of(asked.page);
        let url = start_of(asked.url);
        let request = adblock::request::Request::preparsed(
            url,
            &host,
            &page,
            kind_name(asked),
            !same_site(&host, &page),
            asked.method,
        );
        let answer = self.engine.check_network_request(&request);
        if !answer.should_block() {
            return None;
        }
        let rule = answer.filter?;
        let line = rule.source_location.and_then(|at| usize::try_from(at.line_number).ok());
        let tracker = line.and_then(|line| self.trackers.get(line).copied().flatten());
        Some(Stopped { tracker, filter: rule.raw_line.unwrap_or_default() })
    }
}
