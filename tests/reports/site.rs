//! The made-up site: its pages, the run over it, its banner and what was chosen there.

use std::collections::BTreeMap;

use pixelwarden::health::{self, HealthLabel, PageKind, Verdict};
use pixelwarden::model::{
    BrowserInfo, Choice, ChoiceOutcome, ChoicePath, Cmp, ConsentReading, ConsentState, Decision,
    Manifest, Pass, ReadingSource, RunFacts, SkippedPage, TemplateSample, Vantage, Via,
};

pub(crate) const SITE: &str = "https://www.harborview.example";

/// Path, title, what the classifier says, and by which words.
pub(crate) const PAGES: &[(&str, &str, HealthLabel, PageKind, &[&str])] = &[
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

pub(crate) const STATES: [ConsentState; 3] =
    [ConsentState::BeforeChoice, ConsentState::AfterReject, ConsentState::AfterAccept];

pub(crate) fn manifest() -> Manifest {
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
            third_party_cookies: Some(true),
            ..Vantage::default()
        },
        states: STATES.map(Pass::from).into(),
        targets: vec![SITE.to_owned()],
        options: BTreeMap::from([("max-pages".to_owned(), "15".to_owned())]),
        run: RunFacts {
            skipped: vec![
                SkippedPage {
                    url: format!("{SITE}/logout"),
                    reason: "changes something (log out)".to_owned(),
                },
                SkippedPage { url: format!("{SITE}/intranet"), reason: "robots.txt".to_owned() },
            ],
            skipped_totals: BTreeMap::from([
                ("changes something".to_owned(), 1),
                ("robots.txt".to_owned(), 1),
                ("like others that were visited".to_owned(), 57),
            ]),
            templates: vec![TemplateSample {
                pattern: "clinic.example/doctors/{n}".to_owned(),
                known: 60,
                visited: 3,
            }],
            templates_count: 1,
            notes: vec!["sitemap /news.xml: the server answered 404".to_owned()],
            browser_ms: 61_000,
            total_ms: 82_000,
            ..Default::default()
        },
        contains_personal_values: true,
        ..Manifest::default()
    }
}

pub(crate) fn banner() -> Cmp {
    Cmp {
        id: "onetrust".to_owned(),
        name: "OneTrust".to_owned(),
        version: Some("202410.1.0".to_owned()),
        banner_visible: true,
        banner_text: "We value your privacy. We use cookies to improve your visit, to measure use and to show you relevant offers. You can change your mind at any time.".to_owned(),
        reject_on_first_layer: Some(false),
        buttons: ["Cookie settings", "Accept all cookies"].map(str::to_owned).into(),
        shown: None,
    }
}

pub(crate) fn choice(state: &ConsentState) -> Option<Choice> {
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

pub(crate) fn verdict(label: HealthLabel, page_kind: PageKind, terms: &[&str]) -> Verdict {
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
