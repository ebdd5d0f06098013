//! One run of the crawl, whole: the manifest and every visit.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Coverage, JourneyPlan, NameLookups, Pass, Visit, VisitId};

/// Everything one run saw, as read back from a bundle or handed on by a crawl.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Capture {
    /// Who captured it, with what, from where, and how it ended.
    pub manifest: Manifest,
    /// Every visit, in the order of [`Visit::id`].
    pub visits: Vec<Visit>,
}

impl Capture {
    /// A capture of these visits, sorted by id, each with its coverage from the manifest.
    #[must_use]
    pub fn new(manifest: Manifest, mut visits: Vec<Visit>) -> Self {
        visits.sort_by(|a, b| a.id.cmp(&b.id));
        for visit in &mut visits {
            match manifest.coverage.get(&visit.id) {
                Some(coverage) => visit.coverage = coverage.clone(),
                None => visit.coverage.ledger = None,
            }
        }
        Self { manifest, visits }
    }

    /// The sites that were visited (registrable domains), sorted, each once.
    #[must_use]
    pub fn sites(&self) -> Vec<&str> {
        let mut sites: Vec<&str> = self.visits.iter().map(|v| v.site.as_str()).collect();
        sites.sort_unstable();
        sites.dedup();
        sites
    }
}

/// The facts about a run that are not about a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the capture format; see `bundle::FORMAT_VERSION`.
    pub format: u32,
    /// The tool that captured, `pixelwarden 0.1.0`, or the creator named in a HAR file.
    pub tool: String,
    /// When the run began.
    pub started: Option<Timestamp>,
    /// When the run ended; `None` if it was killed.
    pub ended: Option<Timestamp>,
    /// The browser that loaded the pages, if it was one of ours.
    pub browser: Option<BrowserInfo>,
    /// From where, and as whom, the site was visited.
    pub vantage: Vantage,
    /// The consent states that were asked for, with their signals, in order.
    pub states: Vec<Pass>,
    /// The addresses that were asked for, as given.
    pub targets: Vec<String>,
    /// The journeys that were to be made.
    #[serde(default)]
    pub journeys: Vec<JourneyPlan>,
    /// The options of the run that shape what it could see, name to value.
    pub options: BTreeMap<String, String>,
    /// The ledger's verdict per visit. It is known only when the browser has ended, so
    /// it stands here; [`Capture::new`] hands it to the visits. A crashed run has none,
    /// and its visits then say that no ledger was kept.
    pub coverage: BTreeMap<VisitId, Coverage>,
    /// What name servers said of the hosts that were seen; `None` when none was asked.
    pub names: Option<NameLookups>,
    /// How the run went, beyond its visits.
    pub run: RunFacts,
    /// Bundles keep raw values so that audits can be repeated; a redacted one says `false`.
    pub contains_personal_values: bool,
}

/// The browser of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserInfo {
    /// Product name, `chrome-headless-shell` or `chromium`.
    pub name: String,
    /// Full version, `156.0.8078.79`.
    pub version: String,
    /// The driver's version, empty when it was not told.
    pub driver: String,
    /// The user agent that pages saw.
    pub user_agent: String,
    /// The arguments that the browser was started with, sorted.
    pub arguments: Vec<String>,
}

/// From where, and as whom, a site was visited. Stated in every report, since
/// sites answer differently to different visitors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vantage {
    /// A label that the user gave (`Frankfurt office`), if any.
    pub label: Option<String>,
    /// `Accept-Language` and `navigator.language`.
    pub language: Option<String>,
    /// IANA time zone that pages saw.
    pub timezone: Option<String>,
    /// Proxy address without credentials.
    pub proxy: Option<String>,
    /// Window width and height in CSS pixels.
    pub window: Option<(u32, u32)>,
    /// Whether a phone was emulated.
    pub mobile: bool,
    /// The user agent that the user chose; `None` for the browser's ordinary one.
    pub user_agent: Option<String>,
    /// Whether third-party cookies were allowed; `None` when that is not known.
    pub third_party_cookies: Option<bool>,
    /// Names of the request headers that the site was given and third parties were not.
    pub headers: Vec<String>,
    /// Names of the cookies that were set before the first page.
    pub cookies: Vec<String>,
    /// The name that the site was given when it asked for one (HTTP authentication).
    pub login: Option<String>,
}

/// What happened to a run as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The run was stopped by the user before it was done.
    pub interrupted: bool,
    /// It goes on from an earlier run that was cut off. What the ledger had not judged by
    /// then stays without a verdict.
    #[serde(default)]
    pub resumed: bool,
    /// Pages that were known and not visited, with the reason.
    pub skipped: Vec<SkippedPage>,
    /// How many pages were left out, by the first words of the reason: `skipped` lists
    /// only the first ones of each.
    #[serde(default)]
    pub skipped_totals: BTreeMap<String, usize>,
    /// Templates of near-identical pages of which only some were visited, the largest
    /// first.
    #[serde(default)]
    pub templates: Vec<TemplateSample>,
    /// How many such templates there are; `templates` lists only the first ones.
    #[serde(default)]
    pub templates_count: usize,
    /// Things to know about the run that leave it complete, in words.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Things that limit what the run shows, in words; each makes it incomplete.
    pub gaps: Vec<String>,
    /// Milliseconds from the browser's start until it had ended.
    pub browser_ms: u64,
    /// Milliseconds that the run took.
    pub total_ms: u64,
}

/// Near-identical pages, told by the shape of their addresses, of which a few were
/// visited.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TemplateSample {
    /// What their addresses have in common: `clinic.example/doctors/{name}`.
    pub pattern: String,
    /// Pages that are known of it.
    pub known: usize,
    /// Pages that were visited of it, in each state.
    pub visited: usize,
}

/// A page that the crawl knew of and left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SkippedPage {
    /// Its address.
    pub url: String,
    /// Why: `robots.txt`, `page budget`, `changes something (log out)` …
    pub reason: String,
}
