//! A made-up clinic's capture, as a crawl would leave it: pages, three consent
//! states, a banner, three vendors, and findings with evidence.

#[path = "hostile.rs"]
mod hostile;

use std::collections::BTreeMap;

use pixelwarden::audit::{Citation, Completeness, Confidence, Evidence, Finding, Severity};
use pixelwarden::detect::{DataFlag, DataKind, Detected, Detection, Party, Source, UnknownPixel};
use pixelwarden::health::{self, HealthLabel, PageKind, Verdict};
use pixelwarden::model::{
    BrowserInfo, Capture, Choice, ChoiceOutcome, ChoicePath, Cmp, ConsentReading, ConsentState,
    Coverage, Decision, Initiator, InitiatorKind, Manifest, Masked, Outcome, Phase, ReadingSource,
    Request, RequestId, Screenshot, SkippedPage, Vantage, Via, Visit, VisitId,
};
use pixelwarden::report::{Report, SignatureStamp};
use pixelwarden::signature::Role;

const SITE: &str = "https://www.harborview.example";

/// Path, title, what the classifier says, and by which words.
const PAGES: &[(&str, &str, HealthLabel, PageKind, &[&str])] = &[
    ("/", "Harborview Clinic", HealthLabel::HealthGeneric, PageKind::Other, &["clinic"]),
    (
        "/conditions/depression",
        "Depression: symptoms and treatment",
        HealthLabel::Phi,
        PageKind::Condition,
        &["depression", "treatment"],
    ),
    (
        "/conditions/hiv-prep",
        "HIV and PrEP",
        HealthLabel::Phi,
        PageKind::Condition,
        &["hiv", "prep"],
    ),
    (
        "/conditions/diabetes",
        "Type 2 diabetes care",
        HealthLabel::Phi,
        PageKind::Condition,
        &["diabetes"],
    ),
    ("/find-a-doctor", "Find a doctor", HealthLabel::Phi, PageKind::Provider, &["find a doctor"]),
    (
        "/doctors/amelia-hart-oncology",
        "Dr. Amelia Hart, Oncology",
        HealthLabel::Phi,
        PageKind::Provider,
        &["oncology", "dr."],
    ),
    (
        "/appointments/book?specialty=oncology",
        "Book an appointment",
        HealthLabel::Phi,
        PageKind::Appointment,
        &["appointment", "oncology"],
    ),
    (
        "/portal/login",
        "Patient portal: sign in",
        HealthLabel::Phi,
        PageKind::Login,
        &["patient portal"],
    ),
    (
        "/search?q=chest+pain",
        "Search: chest pain",
        HealthLabel::Phi,
        PageKind::Search,
        &["chest pain"],
    ),
    ("/careers", "Careers", HealthLabel::HealthGeneric, PageKind::Careers, &[]),
    (
        "/careers/oncology-nurse",
        "Oncology nurse (full time)",
        HealthLabel::HealthGeneric,
        PageKind::Careers,
        &["oncology"],
    ),
    (
        "/blog/flu-season",
        "Getting ready for flu season",
        HealthLabel::HealthGeneric,
        PageKind::Article,
        &["flu"],
    ),
    ("/about", "About us", HealthLabel::None, PageKind::Other, &[]),
    ("/contact", "Contact", HealthLabel::None, PageKind::Other, &[]),
    ("/privacy", "Privacy policy", HealthLabel::None, PageKind::Other, &[]),
];

const STATES: [ConsentState; 3] =
    [ConsentState::BeforeChoice, ConsentState::AfterReject, ConsentState::AfterAccept];

/// What a report borrows from.
pub(crate) struct Clinic {
    pub(crate) capture: Capture,
    pub(crate) detected: Detected,
    pub(crate) findings: Vec<Finding>,
    pub(crate) completeness: Completeness,
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
            pictures: BTreeMap::from([("screenshots/v0002-page.png".to_owned(), picture())]),
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
        visit.collected.screenshots = vec![Screenshot { file: shot, shows: "page".to_owned() }];
        id
    }

    fn break_some(&mut self) {
        let failure = "net::ERR_CONNECTION_RESET after 3 tries".to_owned();
        self.capture.visits[7].outcome = Outcome::Failed { message: failure };
        self.capture.visits[20].outcome =
            Outcome::TimedOut { message: "not quiet after 30 s".to_owned() };
        let missing = pixelwarden::model::MissingRequest {
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
        then(&Report {
            capture: &self.capture,
            detected: &self.detected,
            findings: &self.findings,
            completeness: &self.completeness,
            signatures: SignatureStamp {
                version: "2026.11.24",
                hash: "5d41402abc4b2a76b9719d911017c592ae2b3f6f7b1f0c3fd4d6e9cbbd9d4f1e",
            },
            screenshots: &screenshots,
        })
    }
}

fn manifest() -> Manifest {
    Manifest {
        format: 1,
        tool: "pixelwarden 0.1.0".to_owned(),
        started: Some("2026-11-24T06:22:41Z".parse().unwrap()),
        ended: Some("2026-11-24T06:24:03Z".parse().unwrap()),
        browser: Some(BrowserInfo {
            name: "chrome-headless-shell".to_owned(),
            version: "156.0.8078.79".to_owned(),
            user_agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36".to_owned(),
            ..BrowserInfo::default()
        }),
        vantage: Vantage {
            label: Some("Frankfurt office".to_owned()),
            language: Some("en-US".to_owned()),
            timezone: Some("Europe/Berlin".to_owned()),
            window: Some((1280, 900)),
            third_party_cookies: true,
            ..Vantage::default()
        },
        states: STATES.into(),
        targets: vec![SITE.to_owned()],
        options: BTreeMap::from([("max-pages".to_owned(), "15".to_owned())]),
        run: pixelwarden::model::RunFacts {
            skipped: vec![
                SkippedPage {
                    url: format!("{SITE}/logout"),
                    reason: "changes something (log out)".to_owned(),
                },
                SkippedPage { url: format!("{SITE}/intranet"), reason: "robots.txt".to_owned() },
            ],
            browser_ms: 61_000,
            total_ms: 82_000,
            ..Default::default()
        },
        contains_personal_values: true,
        ..Manifest::default()
    }
}

fn banner() -> Cmp {
    Cmp {
        id: "onetrust".to_owned(),
        name: "OneTrust".to_owned(),
        version: Some("202410.1.0".to_owned()),
        banner_visible: true,
        banner_text: "We value your privacy. We use cookies to improve your visit, to measure use and to show you relevant offers. You can change your mind at any time.".to_owned(),
        reject_on_first_layer: Some(false),
        buttons: ["Cookie settings", "Accept all cookies"].map(str::to_owned).into(),
    }
}

fn choice(state: &ConsentState) -> Option<Choice> {
    let (decision, labels) = match state {
        ConsentState::AfterReject => (Decision::Reject, &["Cookie settings", "Reject all"][..]),
        ConsentState::AfterAccept => (Decision::Accept, &["Accept all cookies"][..]),
        _ => return None,
    };
    let accepted = decision == Decision::Accept;
    let step = |label: &&str| ChoicePath {
        action: "click".to_owned(),
        label: (*label).to_owned(),
        by: "#onetrust".to_owned(),
    };
    Some(Choice {
        outcome: ChoiceOutcome::Verified,
        via: Some(Via::Click),
        clicks: u32::try_from(labels.len()).unwrap(),
        path: labels.iter().map(step).collect(),
        verified: true,
        sources: vec![
            ReadingSource::StoredRecord,
            ReadingSource::PlatformApi,
            ReadingSource::Persistence,
        ],
        readings: vec![ConsentReading {
            source: ReadingSource::StoredRecord,
            name: "OptanonConsent".to_owned(),
            after: true,
            value: "groups=C0001:1,C0002:0,C0004:0&version=202410.1.0".to_owned(),
            purposes: vec![("C0002".to_owned(), accepted), ("C0004".to_owned(), accepted)],
        }],
        ..Choice::new(decision)
    })
}

fn verdict(label: HealthLabel, page_kind: PageKind, terms: &[&str]) -> Verdict {
    let evidence = |term: &&str| health::Evidence {
        term: (*term).to_owned(),
        place: "path".to_owned(),
        category: "specialty".to_owned(),
        weight: 2.0,
    };
    Verdict {
        label,
        score: 3.0,
        categories: if terms.is_empty() { Vec::new() } else { vec!["mental_health".to_owned()] },
        page_kind,
        evidence: terms.iter().map(evidence).collect(),
    }
}

fn requests(page: &str, state: &ConsentState, phase: Phase) -> Vec<Request> {
    let accepted = *state == ConsentState::AfterAccept;
    let refused = *state == ConsentState::AfterReject;
    let mut urls = vec![
        page.to_owned(),
        format!("{SITE}/static/site.js"),
        "https://www.googletagmanager.com/gtag/js?id=G-ABC1234567".to_owned(),
        "https://connect.facebook.net/en_US/fbevents.js".to_owned(),
        format!("https://www.facebook.com/tr/?id=123456789012345&ev=PageView&dl={page}"),
        "https://px.adbeacon.example/i.gif?u=81234567&p=home".to_owned(),
    ];
    if accepted || refused {
        urls.push(
            "https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC1234567&en=page_view"
                .to_owned(),
        );
    }
    if accepted {
        urls.push("https://px.ads.linkedin.com/wa/?medium=fetch&fmt=g".to_owned());
    }
    let request = |(at, url): (usize, String)| Request {
        id: RequestId::numbered(at + 1),
        url,
        method: "GET".to_owned(),
        time_ms: 120.0 * (at as f64 + 1.0),
        phase,
        initiator: Initiator { kind: InitiatorKind::Script, ..Initiator::default() },
        ..Request::default()
    };
    urls.into_iter().enumerate().map(request).collect()
}

fn detection(visit: &VisitId, request: &Request, page: &str, title: &str) -> Option<Detection> {
    let (signature, vendor, product, category, role, event) = match request.url.as_str() {
        u if u.contains("facebook.com/tr") => {
            ("meta/pixel", "Meta", "Meta Pixel", "retargeting", Role::Hit, Some("PageView"))
        }
        u if u.contains("fbevents") => {
            ("meta/pixel-code", "Meta", "Meta Pixel", "retargeting", Role::Loader, None)
        }
        u if u.contains("g/collect") => (
            "google/ga4",
            "Google",
            "Google Analytics 4",
            "analytics",
            Role::Hit,
            Some("page_view"),
        ),
        u if u.contains("gtag/js") => {
            ("google/gtag", "Google", "Google tag", "tag-manager", Role::Loader, None)
        }
        u if u.contains("linkedin") => (
            "linkedin/insight",
            "LinkedIn",
            "LinkedIn Insight Tag",
            "retargeting",
            Role::Hit,
            Some("pageview"),
        ),
        _ => return None,
    };
    let flag = DataFlag {
        kind: DataKind::Health,
        param: "dl".to_owned(),
        path: "query.dl".to_owned(),
        excerpt: Masked::own(page),
        category: "mental_health".to_owned(),
    };
    let flagged = role == Role::Hit && page.contains("conditions");
    let params = [("dl", page), ("dt", title)].map(|(k, v)| (k.to_owned(), Masked::own(v)));
    Some(Detection {
        visit: visit.clone(),
        source: Source::Request,
        request: Some(request.id.clone()),
        time_ms: request.time_ms,
        phase: request.phase,
        signature: signature.to_owned(),
        vendor: vendor.to_owned(),
        product: product.to_owned(),
        categories: vec![category.to_owned()],
        role,
        party: Party::ThirdParty,
        account: Some("123456789012345".to_owned()),
        event: event.map(str::to_owned),
        url: Masked::own(request.url.as_str()),
        params: params.into(),
        labels: BTreeMap::from([("dl".to_owned(), "page URL".to_owned())]),
        flags: if flagged { vec![flag] } else { Vec::new() },
        ..Detection::default()
    })
}

fn findings() -> Vec<Finding> {
    let page = "/conditions/depression";
    let reject = ConsentState::AfterReject;
    let before = ConsentState::BeforeChoice;
    vec![
        finding(
            "ep-after-reject",
            Severity::High,
            "Meta",
            "Meta Pixel",
            "Meta Pixel sent 15 events after everything optional was rejected.",
            EPRIVACY,
            evidence(17, page, &reject),
            15,
        ),
        finding(
            "ep-preconsent",
            Severity::High,
            "Meta",
            "Meta Pixel",
            "Meta Pixel sent 15 events before the visitor made a choice.",
            EPRIVACY,
            evidence(2, page, &before),
            15,
        ),
        finding(
            "phi-appt-form",
            Severity::High,
            "Meta",
            "Meta Pixel",
            "Meta Pixel received an event on an appointment page.",
            HIPAA,
            evidence(7, "/appointments/book?specialty=oncology", &before),
            3,
        ),
        finding(
            "phi-url-title",
            Severity::Medium,
            "Google",
            "Google Analytics 4",
            "Google Analytics 4 received the address of 3 condition pages.",
            HIPAA,
            evidence(32, page, &ConsentState::AfterAccept),
            6,
        ),
        finding(
            "ep-no-reject-l1",
            Severity::Medium,
            "",
            "",
            "The banner's first layer offers “Accept all cookies” and no equal way to refuse.",
            EPRIVACY,
            Vec::new(),
            1,
        ),
        finding(
            "unrecognised-pixel",
            Severity::Info,
            "",
            "",
            "px.adbeacon.example received 45 pixel-like requests that no signature knows.",
            &[],
            Vec::new(),
            45,
        ),
    ]
}

const EPRIVACY: &[(&str, &str, &str)] = &[
    ("eprivacy", "ePrivacy Directive, art. 5(3)", "https://eur-lex.europa.eu/eli/dir/2002/58/oj"),
    ("gdpr", "GDPR, art. 7", "https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
];
const HIPAA: &[(&str, &str, &str)] = &[
    ("hipaa", "45 CFR 164.502", "https://www.ecfr.gov/current/title-45/section-164.502"),
    ("ftc", "FTC Act, section 5", "https://www.law.cornell.edu/uscode/text/15/45"),
];

#[expect(clippy::too_many_arguments, reason = "one line per finding reads like the table it is")]
fn finding(
    audit: &str,
    severity: Severity,
    vendor: &str,
    product: &str,
    message: &str,
    citations: &[(&str, &str, &str)],
    evidence: Vec<Evidence>,
    total: usize,
) -> Finding {
    let citation = |(regulation, provision, url): &(&str, &str, &str)| Citation {
        regulation: (*regulation).to_owned(),
        provision: (*provision).to_owned(),
        url: (*url).to_owned(),
    };
    let caveat = "A federal court set aside part of the guidance for pages that need no login.";
    Finding {
        audit: audit.to_owned(),
        site: "harborview.example".to_owned(),
        severity,
        confidence: Confidence::High,
        message: Masked::own(message),
        vendor: vendor.to_owned(),
        product: product.to_owned(),
        fingerprint: format!("{audit}-4f1d2c"),
        total,
        evidence,
        citations: citations.iter().map(citation).collect(),
        caveats: if audit == "phi-url-title" { vec![caveat.to_owned()] } else { Vec::new() },
    }
}

fn evidence(visit: usize, path: &str, state: &ConsentState) -> Vec<Evidence> {
    let phase = if *state == ConsentState::BeforeChoice { Phase::Before } else { Phase::After };
    let details = [
        ("Event", "PageView"),
        ("Account", "123456789012345"),
        ("Page URL", "https://www.harborview.example/conditions/depression"),
        ("Page title", "Depression: symptoms and treatment"),
        ("Hashed e-mail", "9••••••"),
        ("Browser id (_fbp)", "f••••••"),
    ];
    let one = |at: usize| Evidence {
        visit: VisitId::numbered(visit + at),
        request: Some(RequestId::numbered(5)),
        page: Masked::own(format!("{SITE}{path}")),
        state: state.clone(),
        phase,
        time_ms: Some(612.4),
        what: Masked::own(format!(
            "https://www.facebook.com/tr/?id=123456789012345&ev=PageView&dl={SITE}{path}&fbp=f••••••&ud%5Bem%5D=9••••••"
        )),
        details: details.map(|(k, v)| (k.to_owned(), Masked::own(v))).into(),
        initiator: Some(Masked::own(
            "connect.facebook.net/en_US/fbevents.js:24, called by www.harborview.example/static/site.js:118",
        )),
        screenshot: (at == 0).then(|| format!("screenshots/v{visit:04}-page.png")),
    };
    (0..2).map(one).collect()
}

/// A drawn page: head, text lines and a box.
fn picture() -> Vec<u8> {
    let (width, height) = (1280_u32, 900_u32);
    let mut rgb = vec![255_u8; (width * height * 3) as usize];
    for y in 0..height {
        for x in 0..width {
            let color = match (x, y) {
                (_, 0..90) => [20, 90, 120],
                (140..900, 160..200) => [40, 40, 40],
                (140..1000, 240..700) if y % 36 < 12 => [150, 150, 150],
                (0..1280, 740..900) => [235, 235, 240],
                _ => [255, 255, 255],
            };
            let at = ((y * width + x) * 3) as usize;
            rgb[at..at + 3].copy_from_slice(&color);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&rgb).unwrap();
    bytes
}
