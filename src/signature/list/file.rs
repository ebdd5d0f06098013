//! A list as `signatures import` writes it: one form, whatever the list was written in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of this form.
pub const LIST_FORM: u32 = 1;

/// The most bytes that a file of this form may have.
const MAX_FILE: usize = 256 << 20;

/// Somebody's list of trackers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListFile {
    /// The version of the form, [`LIST_FORM`].
    pub pixelwarden_list: u32,
    /// The list's name: `EasyPrivacy`.
    pub name: String,
    /// Who stops requests by it, in words; empty for a list that only describes.
    pub blocker: String,
    /// The version that the list states, empty if it states none.
    pub version: String,
    /// SHA-256 of what was imported, lower-case hex.
    pub sha256: String,
    /// Whom it names.
    pub trackers: Vec<Tracker>,
    /// Filters in adblock syntax that belong to no tracker by name.
    pub filters: Vec<String>,
    /// The sites of an owner, whose own trackers are first parties there.
    pub owners: BTreeMap<String, Vec<String>>,
    /// Cookies that it describes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<ListedCookie>,
}

/// A cookie that a list describes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListedCookie {
    /// Its name, or how its name begins.
    pub name: String,
    /// Its name goes on in any way.
    #[serde(default)]
    pub any_ending: bool,
    /// The hosts that it lies under.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// It may lie under the site's own domain.
    pub own_site: bool,
    /// The product that sets it: `Google Analytics`.
    pub product: String,
    /// The company behind it, empty if the list does not tell.
    pub owner: String,
    /// What it is for, in the list's own words: `marketing`.
    pub purpose: String,
    /// What it does, in the list's own words.
    pub description: String,
    /// How long it lives, in the list's own words.
    pub lifetime: String,
}

/// Somebody whom a list names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tracker {
    /// Its name: `Criteo`.
    pub name: String,
    /// The company behind it, empty if the list does not tell.
    pub owner: String,
    /// A purpose of [`crate::signature::vocabulary::CATEGORIES`].
    pub category: String,
    /// Its filters in adblock syntax.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
    /// What is done about requests to its hosts, and to those below them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hosts: BTreeMap<String, HostRules>,
}

/// What is done about requests to a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostRules {
    /// What is done where no rule fits.
    pub otherwise: Act,
    /// The first one that fits decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<HostRule>,
}

/// One rule for addresses of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostRule {
    /// A pattern of the whole address, in any case.
    pub url: String,
    /// What is done.
    pub act: Act,
    /// Where it holds; everywhere if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Limits>,
    /// Where it does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub except: Option<Limits>,
}

/// Sites and kinds of request; both must fit, an empty list fits all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// The site of the page, or one above it.
    #[serde(default)]
    pub sites: Vec<String>,
    /// Kinds of request, in the words of browser extensions: `script`, `image` …
    #[serde(default)]
    pub types: Vec<String>,
}

/// What a list does about a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Says that it tracks.
    Block,
    /// Only says whose it is.
    #[default]
    Name,
}

/// A list cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ListError(String);

impl ListError {
    pub(super) fn read(error: std::io::Error) -> Self {
        Self(format!("cannot be read: {error}"))
    }
}

impl ListFile {
    /// Reads a list from the bytes of its file.
    ///
    /// # Errors
    /// When it is none, or of a form that this program does not know.
    pub fn parse(bytes: &[u8]) -> Result<Self, ListError> {
        if bytes.len() > MAX_FILE {
            return Err(ListError(format!("the list is larger than {} MiB", MAX_FILE >> 20)));
        }
        let list: Self = serde_json::from_slice(bytes)
            .map_err(|error| ListError(format!("this is no imported list: {error}")))?;
        if list.pixelwarden_list != LIST_FORM {
            let form = list.pixelwarden_list;
            return Err(ListError(format!("form {form} of lists is not known: import it again")));
        }
        Ok(list)
    }
}
