//! Brings a user's own copy of a list into one form, which `--list` takes. None of these
//! lists is part of the program: their licences do not allow it.

mod abp;
mod disconnect;
mod radar;
mod trackerdb;

use sha2::{Digest, Sha256};

use crate::signature::list::{HostRules, LIST_FORM, ListFile, Tracker};

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// Filters in adblock syntax.
    Abp,
    /// Disconnect's `services.json`, which Firefox uses.
    Disconnect,
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
    let mut imported = match format {
        ListFormat::Abp => abp::import(sources),
        ListFormat::Disconnect => disconnect::import(sources)?,
        ListFormat::TrackerDb => trackerdb::import(sources)?,
        ListFormat::TrackerRadar => radar::import(sources)?,
    };
    let list = &mut imported.list;
    let nothing = list.filters.is_empty() && list.trackers.iter().all(is_empty);
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
