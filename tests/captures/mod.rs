//! Small captures: a fictional clinic's pages, visit by visit, request by request.

#![expect(dead_code, reason = "each test file uses its part")]

use std::path::Path;

use pixelwarden::audit::{self, Finding, Policy};
use pixelwarden::detect::{Detected, detect};
use pixelwarden::health::Lexicon;
use pixelwarden::model::{
    Body, BrowserInfo, Capture, Choice, ChoiceOutcome, Cmp, ConsentState, Cookie, Coverage,
    Decision, Form, FormField, Frame, Header, Manifest, PageText, Phase, ReadingSource, Request,
    RequestId, ResourceKind, Response, Screenshot, StackFrame, Via, Visit, VisitId,
};
use pixelwarden::signature::Database;

/// The clinic's address.
pub(crate) const SITE: &str = "https://www.northfield-clinic.example";

/// A visit that is being put together.
#[derive(Clone)]
pub(crate) struct Page(pub(crate) Visit);

/// A page in a consent state, loaded, with its own document as the first request.
pub(crate) fn page(state: ConsentState, path: &str) -> Page {
    let url = format!("{SITE}{path}");
    let visit = Visit {
        site: "northfield-clinic.example".to_owned(),
        page: url.clone(),
        final_url: url.clone(),
        state: state.clone(),
        ..Visit::default()
    };
    let mut page = Page(visit);
    if state.needs_choice() {
        let decision = match state {
            ConsentState::AfterReject => Decision::Reject,
            _ => Decision::Accept,
        };
        page.0.choice = Some(verified(decision));
    }
    page.add(&url, ResourceKind::Document);
    page.last().frame = Frame { top: true, ..Frame::default() };
    page.0.collected.screenshots =
        vec![Screenshot { file: "screenshots/page.png".to_owned(), shows: "page".to_owned() }];
    page
}

pub(crate) fn before(path: &str) -> Page {
    page(ConsentState::BeforeChoice, path)
}

/// With Global Privacy Control on, and the banner left alone.
pub(crate) fn gpc(path: &str) -> Page {
    let mut page = page(ConsentState::NoInteraction, path);
    page.0.signals.gpc = true;
    page
}

pub(crate) fn rejected(path: &str) -> Page {
    page(ConsentState::AfterReject, path)
}

pub(crate) fn accepted(path: &str) -> Page {
    page(ConsentState::AfterAccept, path)
}

/// A choice by click that two sources confirm.
pub(crate) fn verified(decision: Decision) -> Choice {
    Choice {
        outcome: ChoiceOutcome::Verified,
        via: Some(Via::Click),
        clicks: 1,
        verified: true,
        sources: vec![ReadingSource::StoredRecord, ReadingSource::Persistence],
        ..Choice::new(decision)
    }
}

/// A visible banner whose first layer offers refusal, or does not.
pub(crate) fn banner(refusal: bool) -> Cmp {
    let buttons: &[&str] =
        if refusal { &["Accept all", "Reject all"] } else { &["Accept all", "Settings"] };
    Cmp {
        id: "onetrust".to_owned(),
        name: "OneTrust".to_owned(),
        banner_visible: true,
        banner_text: "We value your privacy".to_owned(),
        reject_on_first_layer: Some(refusal),
        buttons: buttons.iter().map(|&b| b.to_owned()).collect(),
        ..Cmp::default()
    }
}

impl Page {
    fn add(&mut self, url: &str, kind: ResourceKind) {
        let number = self.0.requests.len() + 1;
        let phase = match self.0.state {
            ConsentState::BeforeChoice | ConsentState::NoInteraction | ConsentState::Unknown => {
                Phase::Before
            }
            _ => Phase::After,
        };
        let response = Response { status: 200, ..Response::default() };
        self.0.requests.push(Request {
            id: RequestId::numbered(number),
            url: url.to_owned(),
            method: "GET".to_owned(),
            kind,
            time_ms: 1_000.0 * number as f64,
            phase,
            response: Some(response),
            ..Request::default()
        });
    }

    pub(crate) fn last(&mut self) -> &mut Request {
        self.0.requests.last_mut().unwrap()
    }

    /// One more request, an image.
    pub(crate) fn sends(mut self, url: &str) -> Self {
        self.add(url, ResourceKind::Image);
        self
    }

    /// One more request of a kind.
    pub(crate) fn loads(mut self, url: &str, kind: ResourceKind) -> Self {
        self.add(url, kind);
        self
    }

    /// One more request with a body.
    pub(crate) fn posts(mut self, url: &str, body: &[u8]) -> Self {
        self.add(url, ResourceKind::Fetch);
        self.last().method = "POST".to_owned();
        self.last().body = Some(Body::new(body.to_vec()));
        self
    }

    /// Changes the last request.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Request)) -> Self {
        change(self.last());
        self
    }

    /// The last request came at this phase.
    pub(crate) fn at(self, phase: Phase) -> Self {
        self.with(|request| request.phase = phase)
    }

    /// The last request was caused by this script.
    pub(crate) fn by(self, script: &str) -> Self {
        let frame = StackFrame { url: script.to_owned(), ..StackFrame::default() };
        self.with(|request| request.initiator.stack = vec![frame])
    }

    /// The last answer set a cookie.
    pub(crate) fn setting(self, cookie: &str) -> Self {
        let header = Header { name: "set-cookie".to_owned(), value: cookie.to_owned() };
        self.with(|request| request.response.as_mut().unwrap().headers.push(header))
    }

    /// The page's title and first heading.
    pub(crate) fn titled(mut self, title: &str) -> Self {
        self.0.title = title.to_owned();
        let text = self.0.collected.text.get_or_insert_with(PageText::default);
        text.title = title.to_owned();
        text.headings = vec![title.to_owned()];
        self
    }

    /// A form with these fields.
    pub(crate) fn asking(mut self, fields: &[&str]) -> Self {
        let field = |name: &&str| FormField {
            name: (*name).to_owned(),
            kind: "text".to_owned(),
            ..FormField::default()
        };
        let form = Form {
            action: self.0.page.clone(),
            method: "POST".to_owned(),
            fields: fields.iter().map(field).collect(),
            ..Form::default()
        };
        self.0.collected.forms.get_or_insert_with(Vec::new).push(form);
        self
    }

    /// A cookie of the site in the jar.
    pub(crate) fn jar(mut self, name: &str) -> Self {
        let cookie = Cookie {
            name: name.to_owned(),
            value: "GA1.1.123456789.1700000000".to_owned(),
            domain: ".northfield-clinic.example".to_owned(),
            lifetime_s: Some(34_560_000),
            ..Cookie::default()
        };
        self.0.collected.cookies.get_or_insert_with(Vec::new).push(cookie);
        self
    }

    pub(crate) fn cmp(mut self, cmp: Cmp) -> Self {
        self.0.cmp = Some(cmp);
        self
    }

    pub(crate) fn chose(mut self, choice: Choice) -> Self {
        self.0.choice = Some(choice);
        self
    }
}

/// A live run of these visits that missed nothing.
pub(crate) fn capture(pages: impl IntoIterator<Item = Page>) -> Capture {
    let mut manifest = Manifest {
        browser: Some(BrowserInfo::default()),
        started: Some("2026-11-24T06:00:00Z".parse().unwrap()),
        ended: Some("2026-11-24T06:01:00Z".parse().unwrap()),
        ..Manifest::default()
    };
    let mut visits = Vec::new();
    for (number, Page(mut visit)) in pages.into_iter().enumerate() {
        visit.id = VisitId::numbered(number + 1);
        let count = visit.requests.len() as u64;
        let coverage = Coverage { tap: count, ledger: Some(count), missing: Vec::new() };
        manifest.coverage.insert(visit.id.clone(), coverage);
        if !manifest.states.contains(&visit.pass()) {
            manifest.states.push(visit.pass());
        }
        visits.push(visit);
    }
    Capture::new(manifest, visits)
}

pub(crate) fn detected(capture: &Capture) -> Detected {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/signatures");
    detect(capture, &Database::from_folder(&folder).unwrap(), &Lexicon::builtin().unwrap())
}

/// Every finding in a capture of these visits.
pub(crate) fn findings(pages: impl IntoIterator<Item = Page>) -> Vec<Finding> {
    let capture = capture(pages);
    audit::run(&capture, &detected(&capture), &Policy::on("2026-11-24".parse().unwrap()))
}

/// The findings of one audit.
pub(crate) fn of(audit: &str, pages: impl IntoIterator<Item = Page>) -> Vec<Finding> {
    findings(pages).into_iter().filter(|finding| finding.audit == audit).collect()
}

/// The only finding of one audit.
pub(crate) fn only(audit: &str, pages: impl IntoIterator<Item = Page>) -> Finding {
    let mut found = of(audit, pages);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

/// A Meta event: `PageView` from a page of the clinic, and more parameters.
pub(crate) fn meta(event: &str, path: &str, more: &str) -> String {
    let page = urlencoded(&format!("{SITE}{path}"));
    format!(
        "https://www.facebook.com/tr/?id=1234567890123456&ev={event}&dl={page}&rl=&if=false&ts=1700000000000{more}"
    )
}

/// A GA4 event with its consent signals.
pub(crate) fn ga4(event: &str, path: &str, consent: &str) -> String {
    let page = urlencoded(&format!("{SITE}{path}"));
    format!(
        "https://region1.google-analytics.com/g/collect?v=2&tid=G-ABCDEF1234&cid=123456789.1700000000&en={event}&dl={page}{consent}"
    )
}

pub(crate) fn urlencoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
