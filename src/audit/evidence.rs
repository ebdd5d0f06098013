//! Pointers into the capture: where a thing was seen, what it carried, who caused it.

use super::Evidence;
use super::case::Sighting;
use crate::health::mask;
use crate::model::{Initiator, Masked, Phase, Request, Visit};

/// How many characters of an address or a value evidence shows.
const SHOWN: usize = 500;

/// How many decoded values one piece of evidence shows.
const DETAILS: usize = 12;

/// Signals of consent, shown wherever a hit carried them.
const SIGNALS: &[&str] = &["gcs", "gcd", "npa", "gdpr_consent", "us_privacy", "gpp", "dpo"];

/// Evidence for something on a page that no detection stands for.
pub(crate) fn on_page(visit: &Visit, phase: Phase, what: &str) -> Evidence {
    Evidence {
        visit: visit.id.clone(),
        request: None,
        page: masked(&visit.final_url),
        state: visit.pass(),
        phase,
        time_ms: None,
        what: masked(what),
        details: Vec::new(),
        initiator: None,
        screenshot: screenshot(visit, phase),
    }
}

/// Evidence that points to a request.
pub(crate) fn of_request(visit: &Visit, request: &Request) -> Evidence {
    Evidence {
        request: Some(request.id.clone()),
        time_ms: Some(request.time_ms),
        initiator: initiator(&request.initiator),
        ..on_page(visit, request.phase, &request.url)
    }
}

/// Evidence that points to a detection, with what it carried.
pub(crate) fn of(sighting: &Sighting<'_>) -> Evidence {
    let detection = sighting.detection;
    let caused = sighting.request.and_then(|request| initiator(&request.initiator));
    let stored = detection.stored.as_ref();
    let what = match stored {
        Some(stored) => {
            let place =
                if stored.place.as_str().is_empty() { "this page" } else { stored.place.as_str() };
            Masked::own(format!("{} stored for {place}", stored.name))
        }
        None => detection.url.shortened(SHOWN),
    };
    Evidence {
        request: detection.request.clone(),
        time_ms: stored.is_none_or(|s| s.write_seen).then_some(detection.time_ms),
        what,
        details: details(sighting),
        initiator: stored.and_then(|s| s.written_by.clone()).or(caused),
        ..on_page(sighting.visit, detection.phase, "")
    }
}

/// Event, account, whose host it is, flagged values and signals of consent, in that order.
fn details(sighting: &Sighting<'_>) -> Vec<(String, Masked)> {
    let detection = sighting.detection;
    let mut details: Vec<(String, Masked)> = Vec::new();
    let mut add = |name: &str, value: Masked| {
        if details.len() < DETAILS && !details.iter().any(|(known, _)| known == name) {
            details.push((name.to_owned(), value.shortened(SHOWN)));
        }
    };
    if let Some(event) = &detection.event {
        add("event", masked(event));
    }
    if let Some(account) = &detection.account {
        add("account", masked(account));
    }
    if let Some(alias) = &detection.alias {
        let sentence = format!("{} is an alias of {}", alias.host, alias.target);
        add("host", Masked::own(sentence));
        for (name, cookies) in
            [("cookies sent to it", &alias.cookies_sent), ("cookies it set", &alias.cookies_set)]
        {
            let names: Vec<&str> = cookies.iter().map(Masked::as_str).collect();
            if !names.is_empty() {
                add(name, Masked::own(names.join(", ")));
            }
        }
    }
    for flag in &detection.flags {
        add(&named(sighting, &flag.param), flag.excerpt.clone());
    }
    for signal in SIGNALS {
        if let Some(value) = detection.params.get(*signal) {
            add(&named(sighting, signal), value.clone());
        }
    }
    details
}

/// The fields that a page's forms ask for, as one detail; what was typed is never kept.
pub(crate) fn form_fields(visit: &Visit) -> Option<(String, Masked)> {
    let forms = visit.collected.forms.as_ref()?;
    let fields = forms.iter().flat_map(|form| &form.fields).filter(|f| f.kind != "hidden");
    let names: Vec<&str> = fields.map(|f| f.name.as_str()).filter(|n| !n.is_empty()).collect();
    let shown = names.get(..DETAILS).unwrap_or(&names).join(", ");
    (!shown.is_empty()).then(|| ("form fields".to_owned(), masked(&shown)))
}

/// A parameter by the vendor's name, with words for it where the database has them.
fn named(sighting: &Sighting<'_>, param: &str) -> String {
    match sighting.detection.labels.get(param) {
        Some(label) if !label.is_empty() => format!("{label} ({param})"),
        _ => param.to_owned(),
    }
}

/// The innermost script, else the document or tag that is named.
fn initiator(initiator: &Initiator) -> Option<Masked> {
    let script = initiator.stack.iter().map(|frame| frame.url.as_str()).find(|u| !u.is_empty());
    let url = script.or(initiator.url.as_deref()).filter(|url| !url.is_empty())?;
    Some(masked(url).shortened(SHOWN))
}

/// The picture that fits the phase best.
fn screenshot(visit: &Visit, phase: Phase) -> Option<String> {
    let wanted: &[&str] = match phase {
        Phase::Before => &["banner", "page"],
        Phase::During | Phase::After => &["after the choice", "page"],
    };
    let shots = &visit.collected.screenshots;
    let fitting = wanted.iter().find_map(|shows| shots.iter().find(|shot| shot.shows == *shows));
    fitting.or(shots.first()).map(|shot| shot.file.clone())
}

/// Captured text, fit to leave the tool.
pub(crate) fn masked(text: &str) -> Masked {
    mask(text).shortened(SHOWN)
}
