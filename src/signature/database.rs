//! The loaded database: built-in files, with a user's own on top.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::OnceLock;

use super::files::{self, Files, read_folder, stem};
use super::index::{Candidate, Index, suffixes};
use super::list::List;
use super::load::{SignatureError, Text};
use super::names::Names;
use super::params::{Layer, Params};
use super::request::{Sent, meets};
use super::vendor::{Signature, Vendor};
use super::{Match, Observation, extract, plain};

/// The loaded database: built-in files, with a user's own on top.
#[derive(Debug, Default)]
pub struct Database {
    vendors: Vec<Vendor>,
    files: Files,
    version: String,
    hash: OnceLock<String>,
    index: Index,
    globals: HashMap<String, Vec<(usize, usize)>>,
    cnames: HashMap<String, Vec<(usize, usize)>>,
    selectors: HashMap<String, Vec<(usize, usize)>>,
    names: OnceLock<Names>,
    lists: Vec<List>,
    common: OnceLock<Params>,
}

impl Database {
    /// The built-in database.
    ///
    /// # Errors
    /// When a built-in file cannot be used, which a test rules out.
    pub fn builtin() -> Result<Self, SignatureError> {
        Ok(Self::with(files::builtin_vendors(&[])?, Files::builtin(), ""))
    }

    /// The built-in database with the `*.toml` files of a folder on top: a file
    /// replaces the built-in vendor of the same name.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read or used.
    pub fn with_overlay(folder: &Path) -> Result<Self, SignatureError> {
        let own = read_folder(folder)?;
        let replaced: Vec<&str> = own.keys().map(|file| stem(file)).collect();
        let mut vendors = files::builtin_vendors(&replaced)?;
        vendors.extend(files::vendors(&own)?);
        let mut all = files::builtin();
        all.retain(|file, _| !replaced.contains(&stem(file)));
        all.extend(own.clone());
        let database = Self::with(vendors, Files::These(all), "+own");
        for file in own.keys() {
            database.compile(file)?;
        }
        Ok(database)
    }

    /// Only the files of a folder, for checks.
    ///
    /// # Errors
    /// As [`Database::with_overlay`].
    pub fn from_folder(folder: &Path) -> Result<Self, SignatureError> {
        Self::of(read_folder(folder)?, "")
    }

    /// A database of these files: name and text.
    ///
    /// # Errors
    /// When a text cannot be used.
    pub fn of(files: BTreeMap<String, String>, mark: &str) -> Result<Self, SignatureError> {
        Ok(Self::with(files::vendors(&files)?, Files::These(files), mark))
    }

    fn with(mut vendors: Vec<Vendor>, files: Files, mark: &str) -> Self {
        vendors.sort_by(|a, b| a.id.cmp(&b.id));
        let reviewed = vendors.iter().flat_map(|v| &v.signatures).map(|s| s.reviewed).max();
        let version = reviewed.map_or_else(|| "0".to_owned(), |date| date.to_string());
        let mut database = Self {
            index: Index::of(&vendors),
            version: format!("{version}{mark}"),
            vendors,
            files,
            ..Self::default()
        };
        database.index_names();
        database
    }

    /// The database with lists below it, the first one to be believed first.
    #[must_use]
    pub fn with_lists(self, lists: Vec<List>) -> Self {
        Self { lists, ..self }
    }

    /// The lists below the signatures.
    #[must_use]
    pub fn lists(&self) -> &[List] {
        &self.lists
    }

    fn index_names(&mut self) {
        for (vendor, of) in self.vendors.iter().enumerate() {
            for (signature, of) in of.signatures.iter().enumerate() {
                for global in &of.globals {
                    self.globals.entry(global.clone()).or_default().push((vendor, signature));
                }
                for selector in &of.dom {
                    self.selectors.entry(selector.clone()).or_default().push((vendor, signature));
                }
                for host in &of.cname {
                    self.cnames.entry(host.clone()).or_default().push((vendor, signature));
                }
            }
        }
    }

    /// Every event that a signature recognises in an observation; empty if none does.
    #[must_use]
    pub fn matches(&self, observation: &Observation<'_>) -> Vec<Match> {
        match *observation {
            Observation::Request { .. } => {
                Sent::of(observation).map_or_else(Vec::new, |sent| self.request_matches(&sent))
            }
            Observation::Cookie { name, domain } => self.cookie_matches(name, domain),
            Observation::Storage { key } => {
                let names = self.names();
                let found = names.storage.matches(key).into_iter();
                found.map(|at| names.storage_rules[at]).map(|at| self.plain(at)).collect()
            }
            Observation::Global { name } => {
                let found = self.globals.get(name).into_iter().flatten();
                found.map(|at| self.plain(*at)).collect()
            }
            Observation::Element { selector } => {
                let found = self.selectors.get(selector).into_iter().flatten();
                found.map(|at| self.plain(*at)).collect()
            }
            Observation::Cname { target } => {
                let target = target.trim_end_matches('.').to_ascii_lowercase();
                let found = suffixes(&target).find_map(|(_, suffix)| self.cnames.get(suffix));
                found.into_iter().flatten().map(|at| self.plain(*at)).collect()
            }
        }
    }

    /// What a request carries that no signature knows, as far as common names tell.
    #[must_use]
    pub fn unnamed(&self, observation: &Observation<'_>) -> Match {
        match Sent::of(observation) {
            Some(sent) => extract::unnamed(
                &sent,
                self.common.get_or_init(|| Params::of(vec![Layer::common()])),
            ),
            None => Match::default(),
        }
    }

    /// The signatures that recognise a request, undecoded: who is it?
    #[must_use]
    pub fn recognise(&self, url: &str, method: &str, body: &[u8]) -> Vec<&Signature> {
        let observation = Observation::Request {
            url,
            method,
            body,
            content_encoding: "",
            content_type: "",
            kind: None,
        };
        let Some(sent) = Sent::of(&observation) else { return Vec::new() };
        self.recognised(&sent).into_iter().map(|found| self.signature_at(found).1).collect()
    }

    fn request_matches(&self, sent: &Sent<'_>) -> Vec<Match> {
        let mut matches = Vec::new();
        for found in self.recognised(sent) {
            let (vendor, signature) = self.signature_at(found);
            let rule = &signature.requests[found.rule.rule];
            let subdomain = subdomain(&sent.target.host, found);
            matches.extend(extract::extract(vendor, signature, rule, sent, subdomain));
        }
        matches
    }

    /// The rules that a request meets, the first of each signature. A protocol on any
    /// host is asked only where no vendor's own host answers.
    pub(super) fn recognised(&self, sent: &Sent<'_>) -> Vec<Candidate> {
        let host = sent.target.host.as_ref();
        let at_home = self.met(self.index.at_host(host), sent);
        if at_home.is_empty() {
            return self.met(self.index.anywhere(sent), sent);
        }
        at_home
    }

    fn met(&self, candidates: Vec<Candidate>, sent: &Sent<'_>) -> Vec<Candidate> {
        let mut met: Vec<Candidate> = Vec::new();
        for candidate in candidates {
            let at = candidate.rule;
            let known =
                |m: &Candidate| (m.rule.vendor, m.rule.signature) == (at.vendor, at.signature);
            if met.iter().any(known) {
                continue;
            }
            let rule = &self.signature_at(candidate).1.requests[at.rule];
            if meets(rule, sent, subdomain(&sent.target.host, candidate)) {
                met.push(candidate);
            }
        }
        self.without_fallbacks(met)
    }

    /// A rule that names a host and nothing else is its vendor's fallback: it speaks
    /// only where no other rule of that vendor does.
    fn without_fallbacks(&self, mut met: Vec<Candidate>) -> Vec<Candidate> {
        let bare =
            |found: &Candidate| self.signature_at(*found).1.requests[found.rule.rule].is_fallback();
        if met.len() > 1 && met.iter().any(bare) {
            let told: Vec<usize> =
                met.iter().filter(|found| !bare(found)).map(|found| found.rule.vendor).collect();
            met.retain(|found| !bare(found) || !told.contains(&found.rule.vendor));
        }
        met
    }

    pub(super) fn signature_at(&self, candidate: Candidate) -> (&Vendor, &Signature) {
        let vendor = &self.vendors[candidate.rule.vendor];
        (vendor, &vendor.signatures[candidate.rule.signature])
    }

    fn plain(&self, (vendor, signature): (usize, usize)) -> Match {
        let vendor = &self.vendors[vendor];
        plain(vendor, &vendor.signatures[signature])
    }

    fn cookie_matches(&self, name: &str, domain: &str) -> Vec<Match> {
        let names = self.names();
        let found = names.cookies.matches(name).into_iter().map(|at| names.cookie_rules[at]);
        let at_home = found.filter(|(vendor, signature, rule)| {
            self.vendors[*vendor].signatures[*signature].cookies[*rule].matches(name, domain)
        });
        let mut matches: Vec<Match> = at_home.map(|(v, s, _)| self.plain((v, s))).collect();
        matches.dedup_by(|a, b| a.signature == b.signature);
        matches
    }

    /// How long a signature says that a cookie of its vendor lives: `90 d`, `session`.
    #[must_use]
    pub fn cookie_lifetime(&self, signature: &str, name: &str, domain: &str) -> Option<&str> {
        let mut rules = self.signature(signature)?.cookies.iter();
        rules.find(|rule| rule.matches(name, domain)).map(|rule| rule.lifetime.as_str())
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.vendors))
    }

    /// The day of the newest review, marked when a user's own files are on top.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// SHA-256 over all files, lower-case hex.
    #[must_use]
    pub fn hash(&self) -> &str {
        self.hash.get_or_init(|| self.files.hash())
    }

    /// Every vendor, sorted by id.
    #[must_use]
    pub fn vendors(&self) -> &[Vendor] {
        &self.vendors
    }

    /// The vendor of that id.
    #[must_use]
    pub fn vendor(&self, id: &str) -> Option<&Vendor> {
        self.vendors.iter().find(|vendor| vendor.id == id)
    }

    /// The signature of that id, `meta/pixel`.
    #[must_use]
    pub fn signature(&self, id: &str) -> Option<&Signature> {
        let vendor = self.vendor(id.split('/').next()?)?;
        vendor.signatures.iter().find(|signature| signature.id == id)
    }

    /// The owner of the vendor that a host belongs to.
    #[must_use]
    pub fn owner_of_host(&self, host: &str) -> Option<&str> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.index.owner(&host).map(|vendor| self.vendors[vendor].owner.as_str())
    }

    /// The JavaScript names to look for on a page, sorted, each once.
    #[must_use]
    pub fn globals(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.globals.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The selectors of elements to look for on a page, sorted, each once.
    #[must_use]
    pub fn selectors(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = self.selectors.keys().map(String::as_str).collect();
        texts.sort_unstable();
        texts
    }

    /// Name and text of every file, sorted by name.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, String> {
        self.files.texts()
    }

    /// Compiles every pattern of one file now.
    fn compile(&self, file: &str) -> Result<(), SignatureError> {
        let signatures = self.vendor(stem(file)).into_iter().flat_map(|v| &v.signatures);
        for signature in signatures {
            let cookies = signature.cookies.iter().map(|cookie| &cookie.name);
            let named = cookies.chain(&signature.storage);
            for pattern in signature.requests.iter().flat_map(|r| r.patterns()).chain(named) {
                pattern.compile().map_err(|message| {
                    let message = format!("`{}`: {message}", signature.id);
                    Text { file, text: "" }.error(0, message)
                })?;
            }
        }
        Ok(())
    }
}

/// What stands before the host key that led to a candidate, without the dot.
fn subdomain(host: &str, candidate: Candidate) -> &str {
    host.get(..candidate.before).unwrap_or(host).trim_end_matches('.')
}
