//! Other people's lists of trackers, given by the user: a layer below the signatures.
//!
//! A list says of a request whether it tracks and, where it names trackers, whose it is.
//! It decodes nothing, and what it alone knows is less certain than a signature.

mod cookies;
mod file;
mod filters;
mod hosts;

use std::path::Path;

use crate::model::ResourceKind;

pub use file::{
    Act, HostRule, HostRules, LIST_FORM, Limits, ListError, ListFile, ListedCookie, Tracker,
};
pub use filters::{Unusable, usable};

/// A request to ask a list about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Its address.
    pub url: &'a str,
    /// The address of the page that the visitor sees.
    pub page: &'a str,
    /// HTTP method.
    pub method: &'a str,
    /// What it was for.
    pub kind: ResourceKind,
}

/// What a list says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<'a> {
    /// Whose it is, where the list tells.
    pub tracker: Option<&'a Tracker>,
    /// By the list it tracks; else the list only knows whose host that is.
    pub tracks: bool,
    /// The filter, host or pattern that says so.
    pub rule: String,
}

/// A list, ready to be asked.
#[derive(Debug)]
pub struct List {
    file: ListFile,
    filters: filters::Filters,
    hosts: hosts::Hosts,
    cookies: cookies::Cookies,
}

impl List {
    /// Reads a list that `signatures import` wrote.
    ///
    /// # Errors
    /// When the file cannot be read or is no such list.
    pub fn read(place: &Path) -> Result<Self, ListError> {
        let bytes = std::fs::read(place).map_err(ListError::read)?;
        Ok(Self::of(ListFile::parse(&bytes)?))
    }

    /// Makes a list ready to be asked.
    #[must_use]
    pub fn of(file: ListFile) -> Self {
        let of_nobody = file.filters.iter().map(|filter| (filter.as_str(), None));
        let of_trackers = file.trackers.iter().enumerate();
        let of_trackers = of_trackers
            .flat_map(|(at, t)| t.filters.iter().map(move |filter| (filter.as_str(), Some(at))));
        let filters = filters::Filters::of(of_nobody.chain(of_trackers));
        let cookies = cookies::Cookies::of(&file.cookies);
        Self { filters, hosts: hosts::Hosts::of(&file), cookies, file }
    }

    /// What it says of a cookie; `None` if it knows nothing of it.
    #[must_use]
    pub fn cookie(&self, name: &str, domain: &str) -> Option<&ListedCookie> {
        self.cookies.find(&self.file.cookies, name, domain)
    }

    /// What it says of a request; `None` if it knows nothing of it.
    #[must_use]
    pub fn ask(&self, asked: &Asked<'_>) -> Option<Listed<'_>> {
        let tracker = |at: usize| self.file.trackers.get(at);
        let by_host = self.hosts.say(asked);
        if let Some(stopped) = self.filters.stops(asked) {
            let at = stopped.tracker.or(by_host.map(|said| said.tracker));
            return Some(Listed {
                tracker: at.and_then(tracker),
                tracks: true,
                rule: stopped.filter,
            });
        }
        let said = by_host?;
        Some(Listed { tracker: tracker(said.tracker), tracks: said.tracks, rule: said.rule })
    }

    /// What the list is.
    #[must_use]
    pub fn facts(&self) -> &ListFile {
        &self.file
    }
}

/// What a request is for in the words of browser extensions.
fn kind_name(asked: &Asked<'_>) -> &'static str {
    use ResourceKind as Kind;
    match asked.kind {
        // A page itself is never asked about, so this is a frame.
        Kind::Document => "sub_frame",
        Kind::Stylesheet => "stylesheet",
        Kind::Image => "image",
        Kind::Media => "media",
        Kind::Font => "font",
        Kind::Script => "script",
        Kind::Xhr | Kind::Fetch | Kind::EventSource => "xmlhttprequest",
        Kind::Beacon | Kind::Ping => "ping",
        Kind::WebSocket => "websocket",
        Kind::Report => "csp_report",
        Kind::Preflight | Kind::Prefetch | Kind::Manifest | Kind::Other => "other",
    }
}
