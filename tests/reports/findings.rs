//! What the audits would say of the made-up site.

use pixelwarden::audit::{Citation, Confidence, Evidence, Finding, Severity, Standing};
use pixelwarden::model::{ConsentState, Masked, Phase, RequestId, VisitId};

use crate::site::SITE;

pub(crate) fn findings() -> Vec<Finding> {
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
        standing: Standing::Open,
        caveats: if audit == "phi-url-title" { vec![caveat.to_owned()] } else { Vec::new() },
        flows: Vec::new(),
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
        state: state.clone().into(),
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
