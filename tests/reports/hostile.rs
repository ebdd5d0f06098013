//! Puts hostile text into everything that a page, a vendor or a server decides.

use pixelwarden::detect::UnknownPixel;
use pixelwarden::model::{Masked, Outcome, Visit};

use crate::clinic::Clinic;

/// Markup, an attribute break-out, a template, an escape sequence and an override.
const TEXT: &str =
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{headline}}\u{1b}[2J\u{202e}gpj.exe";

/// Hostile text wherever the outside has a say.
pub(crate) fn spoil(clinic: &mut Clinic) {
    clinic.capture.visits.iter_mut().for_each(visit);
    let manifest = &mut clinic.capture.manifest;
    manifest.targets = vec![TEXT.to_owned()];
    manifest.tool = TEXT.to_owned();
    manifest.vantage.label = Some(TEXT.to_owned());
    manifest.run.gaps = vec![TEXT.to_owned()];
    for skipped in &mut manifest.run.skipped {
        skipped.url = format!("javascript:{TEXT}");
        skipped.reason = TEXT.to_owned();
    }
    clinic.completeness.reasons.push(TEXT.to_owned());
    findings(clinic);
    detections(clinic);
}

fn visit(visit: &mut Visit) {
    visit.site = format!("evil.example\"; }} body {{ display: none }} {TEXT}");
    visit.page = format!("https://evil.example/{TEXT}");
    visit.title = TEXT.to_owned();
    if visit.id.0.ends_with('3') {
        visit.outcome = Outcome::Blocked { message: TEXT.to_owned() };
    }
    if let Some(cmp) = &mut visit.cmp {
        cmp.name = TEXT.to_owned();
        cmp.banner_text = TEXT.to_owned();
        cmp.buttons = vec![TEXT.to_owned()];
    }
    if let Some(choice) = &mut visit.choice {
        choice.note = TEXT.to_owned();
        choice.disagreements = vec![TEXT.to_owned()];
        choice.path.iter_mut().for_each(|step| step.label = TEXT.to_owned());
        choice.readings.iter_mut().for_each(|reading| reading.value = TEXT.to_owned());
    }
    for request in &mut visit.requests {
        request.url = format!("https://evil.example/{TEXT}");
    }
}

fn findings(clinic: &mut Clinic) {
    for finding in &mut clinic.findings {
        finding.message = Masked::own(TEXT);
        finding.site = TEXT.to_owned();
        finding.product = TEXT.to_owned();
        finding.caveats = vec![TEXT.to_owned()];
        for citation in &mut finding.citations {
            citation.url = "javascript:alert(1)".to_owned();
        }
        for evidence in &mut finding.evidence {
            evidence.page = Masked::own(TEXT);
            evidence.what = Masked::own(TEXT);
            evidence.details = vec![(TEXT.to_owned(), Masked::own(TEXT))];
            evidence.initiator = Some(Masked::own(TEXT));
        }
    }
}

fn detections(clinic: &mut Clinic) {
    for detection in &mut clinic.detected.detections {
        detection.event = Some(TEXT.to_owned());
        detection.url = Masked::own(TEXT);
        detection.params.values_mut().for_each(|value| *value = Masked::own(TEXT));
    }
    for verdict in clinic.detected.pages.values_mut() {
        verdict.evidence.iter_mut().for_each(|evidence| evidence.term = TEXT.to_owned());
    }
    for UnknownPixel { url, domain, .. } in &mut clinic.detected.unknown_pixels {
        *url = Masked::own(TEXT);
        *domain = TEXT.to_owned();
    }
}
