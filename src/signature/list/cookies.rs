//! Cookies that a list describes: by name, or by how their names begin.

use std::collections::HashMap;

use super::file::ListedCookie;
use crate::signature::vendor::is_or_is_below;

/// The cookies of a list, by name.
#[derive(Debug, Default)]
pub(super) struct Cookies {
    exact: HashMap<String, Vec<usize>>,
    starts: HashMap<String, Vec<usize>>,
}

impl Cookies {
    pub(super) fn of(list: &[ListedCookie]) -> Self {
        let mut cookies = Self::default();
        for (at, cookie) in list.iter().enumerate() {
            let names = if cookie.any_ending { &mut cookies.starts } else { &mut cookies.exact };
            names.entry(cookie.name.clone()).or_default().push(at);
        }
        cookies
    }

    /// The one that fits best: the whole name, else the longest beginning of it.
    pub(super) fn find<'a>(
        &self,
        list: &'a [ListedCookie],
        name: &str,
        domain: &str,
    ) -> Option<&'a ListedCookie> {
        let at_home = |at: &&usize| list.get(**at).is_some_and(|cookie| lies_at(cookie, domain));
        let first = |all: Option<&Vec<usize>>| all?.iter().find(at_home).copied();
        let starts = || {
            // Names are longer than any list's only in a flood.
            let ends = name.char_indices().map(|(at, c)| at + c.len_utf8()).take(200);
            let ends: Vec<usize> = ends.collect();
            ends.into_iter().rev().find_map(|end| first(self.starts.get(&name[..end])))
        };
        list.get(first(self.exact.get(name)).or_else(starts)?)
    }
}

/// Whether a cookie may lie under that domain.
fn lies_at(cookie: &ListedCookie, domain: &str) -> bool {
    let domain = domain.trim_start_matches('.');
    cookie.own_site || cookie.hosts.iter().any(|host| is_or_is_below(domain, host))
}
