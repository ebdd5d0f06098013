//! A made-up clinic's capture, as a crawl would leave it: pages, three consent
//! states, a banner, three vendors, and findings with evidence.

use std::collections::BTreeMap;

use pixelwarden::audit::{self, Completeness, Finding, Policy};
use pixelwarden::detect::{Detected, UnknownPixel};
use pixelwarden::model::{
    Capture, ChoiceOutcome, ConsentState, Coverage, Decision, Masked, MissingRequest, Outcome,
    Phase, RequestId, Screenshot, Visit, VisitId,
};
use pixelwarden::report::{Look, Report, SignatureStamp};

use crate::findings::findings;
use crate::hostile;
use crate::site::{PAGES, SITE, STATES, banner, choice, manifest, verdict};
use crate::traffic::{detection, picture, requests};

/// What a report borrows from.
pub(crate) struct Clinic {
    pub(crate) capture: Capture,
    pub(crate) detected: Detected,
    pub(crate) findings: Vec<Finding>,
    pub(crate) completeness: Completeness,
    pub(crate) policy: Policy,
    pub(crate) pictures: BTreeMap<String, Vec<u8>>,
}

impl Clinic {
    /// Fifteen pages in three states, trackers that ignore the choice, and gaps.
    pub(crate) fn incomplete() -> Self {
        let mut clinic = Self::seen(PAGES.len());
        clinic.findings = findings();
        clinic.break_some();
        clinic
    }

    /// One page in three states, the same trackers, all of it seen.
    pub(crate) fn small() -> Self {
        let mut clinic = Self::seen(2);
        clinic.findings = findings();
        clinic.findings.truncate(1);
        clinic
    }

    /// A site on which nothing was found, all of it seen.
    pub(crate) fn clean() -> Self {
        let mut clinic = Self::seen(PAGES.len());
        clinic.detected.detections.clear();
        clinic.detected.unknown_pixels.clear();
        clinic.capture.visits.iter_mut().for_each(|v| v.requests.truncate(1));
        clinic
    }

    /// A run that loaded nothing and, wrongly, calls itself complete.
    pub(crate) fn empty() -> Self {
        let mut clinic = Self::clean();
        clinic.capture.visits.clear();
        clinic.detected.pages.clear();
        clinic
    }

    /// A site that puts markup, controls and direction marks wherever it can.
    pub(crate) fn hostile() -> Self {
        let mut clinic = Self::incomplete();
        hostile::spoil(&mut clinic);
        clinic
    }

    /// `pages` made-up pages in three states.
    pub(crate) fn large(pages: usize) -> Self {
        let mut clinic = Self::seen(0);
        for page in 0..pages {
            let path = format!("/conditions/{page}-depression?patient={page}");
            for state in STATES {
                clinic.visit(&path, "Depression", &state);
            }
        }
        let findings = findings();
        clinic.findings = findings.iter().cycle().take(400).cloned().collect();
        clinic
    }

    fn seen(pages: usize) -> Self {
        let mut clinic = Self {
            capture: Capture { manifest: manifest(), visits: Vec::new() },
            detected: Detected::default(),
            findings: Vec::new(),
            completeness: Completeness { complete: true, reasons: Vec::new() },
            policy: Policy::on("2026-11-24".parse().unwrap()),
            pictures: ["v0001-banner", "v0002-page"]
                .map(|name| (format!("screenshots/{name}.png"), picture()))
                .into(),
        };
        for state in STATES {
            for (path, title, label, kind, terms) in &PAGES[..pages] {
                let id = clinic.visit(path, title, &state);
                let verdict = verdict(*label, *kind, terms);
                clinic.detected.pages.insert(id, verdict);
            }
        }
        clinic.detected.unknown_pixels = vec![UnknownPixel {
            visit: VisitId::numbered(1),
            request: RequestId::numbered(6),
            domain: "px.adbeacon.example".to_owned(),
            perhaps: None,
            url: Masked::own("https://px.adbeacon.example/i.gif?u=8••••••&p=home"),
            score: 8,
            reasons: ["1×1 image", "identifier in query"].map(str::to_owned).into(),
        }];
        clinic
    }

    /// Adds one visit with its requests and what is recognised in them.
    fn visit(&mut self, path: &str, title: &str, state: &ConsentState) -> VisitId {
        let id = VisitId::numbered(self.capture.visits.len() + 1);
        let page = format!("{SITE}{path}");
        let phase = if *state == ConsentState::BeforeChoice { Phase::Before } else { Phase::After };
        let requests = requests(&page, state, phase);
        for request in &requests {
            self.detected.detections.extend(detection(&id, request, &page, title));
        }
        let count = requests.len() as u64;
        self.capture.visits.push(Visit {
            id: id.clone(),
            site: "harborview.example".to_owned(),
            page: page.clone(),
            final_url: page,
            title: title.to_owned(),
            state: state.clone(),
            cmp: Some(banner()),
            choice: choice(state),
            requests,
            coverage: Coverage { tap: count, ledger: Some(count), missing: Vec::new() },
            ..Visit::default()
        });
        let shot = format!("screenshots/{id}-page.png");
        let visit = self.capture.visits.last_mut().unwrap();
        let banner = format!("screenshots/{id}-banner.png");
        visit.collected.screenshots = vec![
            Screenshot { file: shot, shows: "page".to_owned() },
            Screenshot { file: banner, shows: "banner".to_owned() },
        ];
        id
    }

    fn break_some(&mut self) {
        let failure = "net::ERR_CONNECTION_RESET after 3 tries".to_owned();
        self.capture.visits[7].outcome = Outcome::Failed { message: failure };
        self.capture.visits[20].outcome =
            Outcome::TimedOut { message: "not quiet after 30 s".to_owned() };
        let missing = MissingRequest {
            method: "POST".to_owned(),
            url: "https://www.facebook.com/tr/".to_owned(),
        };
        self.capture.visits[33].coverage.missing = vec![missing];
        self.capture.visits[33].coverage.ledger = Some(9);
        for visit in &mut self.capture.visits {
            if let Some(choice) = visit.choice.as_mut().filter(|c| c.decision == Decision::Accept) {
                choice.verified = false;
                choice.outcome = ChoiceOutcome::Inconclusive;
                choice.sources.truncate(1);
                choice.note = "the banner came back on the second page".to_owned();
            }
        }
        self.completeness = Completeness {
            complete: false,
            reasons: [
                "2 of 45 visits did not load: /portal/login (failed), /doctors/amelia-hart-oncology (timed out)",
                "1 request left the browser and was not recorded, on /conditions/diabetes after accepting",
                "the choice “accept everything” could not be verified",
            ]
            .map(str::to_owned)
            .into(),
        };
    }

    /// The report, and its pictures, for as long as `then` runs.
    pub(crate) fn with_report<T>(&self, then: impl FnOnce(&Report<'_>) -> T) -> T {
        let screenshots = |name: &str| self.pictures.get(name).cloned();
        let review = audit::review(&self.capture, &self.detected, &self.policy);
        then(&Report {
            capture: &self.capture,
            detected: &self.detected,
            findings: &self.findings,
            review: &review,
            completeness: &self.completeness,
            policy: &self.policy,
            look: &Look::default(),
            signatures: SignatureStamp {
                version: "2026.11.24",
                hash: "5d41402abc4b2a76b9719d911017c592ae2b3f6f7b1f0c3fd4d6e9cbbd9d4f1e",
            },
            screenshots: &screenshots,
        })
    }
}
