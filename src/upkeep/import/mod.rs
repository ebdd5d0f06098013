//! Brings a user's own copy of a list into one form, which `--list` takes. None of these
//! lists is part of the program: their licences do not allow it.

mod abp;
mod cookies;
mod disconnect;
mod radar;
mod trackerdb;

use sha2::{Digest, Sha256};

use crate::signature::list::{HostRules, LIST_FORM, ListFile, Tracker, Unusable, usable};

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// Filters in adblock syntax.
    Abp,
    /// Disconnect's `services.json`, which Firefox uses.
    Disconnect,
    /// The Open Cookie Database: a table of cookies as CSV.
    OpenCookieDatabase,
    /// Ghostery's TrackerDB: `trackerdb.json`, or the folder `db`.
    TrackerDb,
    /// DuckDuckGo's `tds.json`, or the folder `domains` of Tracker Radar.
    TrackerRadar,
}

/// One file of a list: its name and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSource {
    /// Its name, `trackerdb.json`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A list in the one form, with what could not be brought into it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The list.
    pub list: ListFile,
    /// What was left out, in words, with how often.
    pub left_out: Vec<(&'static str, usize)>,
}

/// A list that cannot be imported.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {message}")]
pub struct ImportError {
    /// The file.
    pub file: String,
    /// What is wrong.
    pub message: String,
}

impl ImportError {
    fn of(source: &ListSource, message: impl ToString) -> Self {
        Self { file: source.name.clone(), message: message.to_string() }
    }
}

/// Imports the files of a list, all of them in one format. `name` names it where the list
/// itself does not.
///
/// # Errors
/// When a file is not written in that format, or nothing is in it.
pub fn import(
    format: ListFormat,
    sources: &[ListSource],
    name: Option<&str>,
) -> Result<Imported, ImportError> {
    for source in sources {
        if let Some(what) = looks_like(&source.text) {
            let message = format!("this is {what}, not a list: save the list itself");
            return Err(ImportError::of(source, message));
        }
    }
    let mut imported = match format {
        ListFormat::Abp => abp::import(sources)?,
        ListFormat::OpenCookieDatabase => cookies::import(sources)?,
        ListFormat::Disconnect => disconnect::import(sources)?,
        ListFormat::TrackerDb => trackerdb::import(sources)?,
        ListFormat::TrackerRadar => radar::import(sources)?,
    };
    let list = &mut imported.list;
    imported.left_out.extend(leave_out_unusable(list));
    let nothing =
        list.filters.is_empty() && list.cookies.is_empty() && list.trackers.iter().all(is_empty);
    if let (true, Some(first)) = (nothing, sources.first()) {
        return Err(ImportError::of(first, "nothing in it names a tracker in this format"));
    }
    list.pixelwarden_list = LIST_FORM;
    list.sha256 = hash(sources);
    if let Some(name) = name {
        list.name = name.to_owned();
    }
    imported.left_out.retain(|(_, count)| *count > 0);
    Ok(imported)
}

/// What is saved by mistake in place of a list.
fn looks_like(text: &str) -> Option<&'static str> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('<') {
        return Some("an HTML or XML page");
    }
    (start.contains('\0') || start.starts_with("\u{1f}\u{fffd}"))
        .then_some("an archive or a program")
}

/// Leaves out the filters that nothing would be held against, and counts them.
fn leave_out_unusable(list: &mut ListFile) -> [(&'static str, usize); 2] {
    let (mut wide, mut unreadable) = (0, 0);
    let mut keep = |filter: &String| {
        match usable(filter) {
            Ok(()) => return true,
            Err(Unusable::TooWide) => wide += 1,
            Err(Unusable::Unreadable) => unreadable += 1,
        }
        false
    };
    list.filters.retain(&mut keep);
    list.trackers.iter_mut().for_each(|tracker| tracker.filters.retain(&mut keep));
    [
        ("filters that are too long or have too many wildcards", wide),
        ("filters with options that the engine does not know", unreadable),
    ]
}

fn is_empty(tracker: &Tracker) -> bool {
    tracker.filters.is_empty() && tracker.hosts.is_empty()
}

fn hash(sources: &[ListSource]) -> String {
    let mut hasher = Sha256::new();
    for source in sources {
        hasher.update(source.text.as_bytes());
    }
    hex::encode(hasher.finalize())
}

/// Our purpose for what a list calls it; `None` where that is none of tracking.
fn purpose(category: &str) -> Option<&'static str> {
    let plain: String = category.chars().filter(char::is_ascii_alphanumeric).collect();
    Some(match plain.to_ascii_lowercase().as_str() {
        "advertising" | "admotivatedtracking" | "pornvertising" => "advertising",
        "actionpixels" => "conversion",
        "siteanalytics" | "analytics" | "audiencemeasurement" | "thirdpartyanalyticsmarketing" => {
            "analytics"
        }
        "sessionreplay" => "session-replay",
        "social" | "socialmedia" | "socialnetwork" => "social",
        "email" | "emailaggressive" => "email",
        "fingerprintinginvasive" | "fingerprintinggeneral" | "cryptomining" => "identity",
        _ => return None,
    })
}

/// A tracker that is known by its hosts alone.
fn by_host(name: &str, owner: &str, category: &str, hosts: Vec<(String, HostRules)>) -> Tracker {
    Tracker {
        name: name.to_owned(),
        owner: owner.to_owned(),
        category: category.to_owned(),
        hosts: hosts.into_iter().collect(),
        filters: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
