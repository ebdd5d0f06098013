//! Scripts that read what tells one device from another.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::draft::{Draft, Key};
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Evidence, Finding, Severity, evidence, fix, law};
use crate::model::{FingerprintCall, Masked, Phase, Visit, host_of, registrable_domain};

/// `fingerprinting`
pub(crate) struct Fingerprinting;

static INFO: AuditInfo = AuditInfo {
    id: "fingerprinting",
    title: "Device fingerprinting",
    severity: Severity::Medium,
    citations: &[law::EPRIVACY, law::EDPB_SCOPE, law::PECR],
    means: "A script read several properties by which a device can be recognised again without a cookie: how it draws, sounds and computes. Reading them counts like reading a cookie, so the same consent is needed.",
    fix: fix::WAIT_FOR_CONSENT,
    blind_spots: "What the script makes of the values and where it sends them; fraud prevention and error reporting read some of them, too.",
};

/// Interfaces by what they tell; a script that uses three kinds, one of them strong, counts.
const KINDS: &[(&str, Weight, &[&str])] = &[
    (
        "canvas",
        Weight::Strong,
        &["toDataURL", "toBlob", "convertToBlob", "getImageData", "isPointInPath"],
    ),
    (
        "graphics card",
        Weight::Strong,
        &[
            "readPixels",
            "getSupportedExtensions",
            "getShaderPrecisionFormat",
            "getParameter",
            "requestAdapter",
        ],
    ),
    (
        "audio",
        Weight::Strong,
        &["startRendering", "createDynamicsCompressor", "getFloatFrequencyData"],
    ),
    ("fonts", Weight::Strong, &["FontFaceSet.check"]),
    ("network addresses", Weight::Strong, &["createDataChannel", "createOffer"]),
    ("voices", Weight::Strong, &["getVoices"]),
    ("devices", Weight::Weak, &["enumerateDevices"]),
    ("battery", Weight::Weak, &["getBattery"]),
    ("keyboard", Weight::Weak, &["getLayoutMap"]),
    ("plug-ins", Weight::Weak, &["plugins", "mimeTypes"]),
    ("processor and memory", Weight::Weak, &["hardwareConcurrency", "deviceMemory"]),
    ("browser details", Weight::Weak, &["getHighEntropyValues", "oscpu"]),
    ("screen", Weight::Weak, &["colorDepth", "availWidth", "availTop"]),
    ("touch points", Weight::Weak, &["maxTouchPoints"]),
];
/// Kinds that one script has to read.
const LEAST: usize = 3;

/// Whether a property alone tells many devices apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Strong,
    Weak,
}

/// What one script (by site and its own domain) read, with where.
#[derive(Default)]
struct Script<'a> {
    kinds: BTreeSet<usize>,
    seen: Vec<(&'a Visit, &'a FingerprintCall)>,
}

impl Audit for Fingerprinting {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut scripts: BTreeMap<(&str, String), Script<'_>> = BTreeMap::new();
        for visit in case.seen() {
            // Within one visit, since several harmless pages add up to nothing.
            let mut here: BTreeMap<String, Script<'_>> = BTreeMap::new();
            for call in visit.collected.fingerprinting.iter().flatten() {
                let Some(kind) = kind(&call.interface) else { continue };
                let script = here.entry(domain(call)).or_default();
                script.kinds.insert(kind);
                script.seen.push((visit, call));
            }
            for (domain, script) in here.into_iter().filter(|(_, script)| counts(script)) {
                let all = scripts.entry((&visit.site, domain)).or_default();
                all.kinds.extend(script.kinds);
                all.seen.extend(script.seen);
            }
        }
        scripts.iter().map(|((site, domain), script)| finding(site, domain, script)).collect()
    }
}

fn kind(interface: &str) -> Option<usize> {
    let fits = |name: &&str| interface == *name || interface.ends_with(&format!(".{name}"));
    KINDS.iter().position(|(_, _, names)| names.iter().any(fits))
}

/// The domain of the script that called, else of the frame that it ran in.
fn domain(call: &FingerprintCall) -> String {
    let script = call.stack.iter().map(|frame| host_of(&frame.url)).find(|host| !host.is_empty());
    registrable_domain(&script.unwrap_or_else(|| host_of(&call.frame)))
}

fn counts(script: &Script<'_>) -> bool {
    let strong = script.kinds.iter().any(|kind| KINDS[*kind].1 == Weight::Strong);
    strong && script.kinds.len() >= LEAST
}

fn finding(site: &str, domain: &str, script: &Script<'_>) -> Finding {
    let pages: BTreeSet<&str> = script.seen.iter().map(|(visit, _)| visit.page.as_str()).collect();
    let kinds = script.kinds.iter().map(|kind| KINDS[*kind].0);
    let draft = Draft {
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        message: format!(
            "A script of {domain} read {} on {}.",
            list(kinds, 8),
            count(pages.len(), "page", "pages")
        ),
        caveats: Vec::new(),
    };
    let key = Key { vendor: domain.to_owned(), ..Key::site(site, "fingerprint") };
    let evidence = script.seen.iter().map(|(visit, call)| called(visit, call)).collect();
    draft.with(&INFO, &key, evidence, script.seen.len())
}

fn called(visit: &Visit, call: &FingerprintCall) -> Evidence {
    let script = call.stack.iter().map(|frame| frame.url.as_str()).find(|url| !url.is_empty());
    let details = vec![("calls".to_owned(), Masked::own(call.count.to_string()))];
    Evidence {
        time_ms: Some(call.time_ms),
        details,
        initiator: script.map(evidence::masked),
        ..evidence::on_page(visit, Phase::Before, &call.interface)
    }
}
