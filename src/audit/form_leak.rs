//! What was typed into a form and never sent off, in a request all the same.

use std::collections::BTreeMap;

use super::case::Case;
use super::draft::{Draft, Key};
use super::evidence::{self, masked};
use super::page::{is_care, is_login, page_kind};
use super::words::{count, list, name};
use super::{Audit, AuditInfo, Confidence, Evidence, Finding, Severity, fix, law};
use crate::detect::{Leak, Party};
use crate::health::{CanaryField, HealthLabel, Verdict};
use crate::model::{Phase, Request, Visit, host_of};

/// `form-leak`
pub(crate) struct FormLeak;

static INFO: AuditInfo = AuditInfo {
    id: "form-leak",
    title: "What was typed into a form left the page before it was sent",
    severity: Severity::High,
    citations: &[
        law::HIPAA_DISCLOSURE,
        law::OCR_BULLETIN,
        law::FTC_ACT,
        law::CIPA,
        law::MHMDA,
        law::GDPR_CONSENT,
    ],
    means: "The tool typed a fictional visitor into the form, left each field, and sent nothing off. A request carried the typed text all the same, as it was or hashed: whoever begins to fill in this form is told on, also if they change their mind.",
    fix: fix::LEAVE_FORMS_ALONE,
    blind_spots: "Scripts that wait for more than typing and leaving a field, that tell keystroke by keystroke, or that encrypt; what happens when the form is sent (the tool does not send it).",
};

impl Audit for FormLeak {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mut groups: BTreeMap<Key, Vec<Seen<'_>>> = BTreeMap::new();
        for leak in &case.detected.leaks {
            let Some(visit) = case.visit(&leak.visit) else { continue };
            let Some(request) = case.request(&visit.id, &leak.request) else { continue };
            let page = case.detected.pages.get(&visit.id);
            let kind = page.map(|page| page.page_kind).unwrap_or_default();
            let key = Key {
                site: visit.site.clone(),
                vendor: leak.vendor.clone(),
                product: leak.product.clone(),
                page_kind: name(&kind),
                data_kind: leak.field.name().to_owned(),
            };
            groups.entry(key).or_default().push(Seen { leak, visit, request, page });
        }
        groups.iter().map(|(key, group)| finding(key, group)).collect()
    }
}

/// A leak with all that belongs to it.
struct Seen<'a> {
    leak: &'a Leak,
    visit: &'a Visit,
    request: &'a Request,
    page: Option<&'a Verdict>,
}

fn finding(key: &Key, group: &[Seen<'_>]) -> Finding {
    let first = &group[0];
    let field = first.leak.field;
    let own = group.iter().all(|seen| seen.leak.party == Party::FirstParty);
    let ways = list(group.iter().map(|seen| seen.leak.spelling.words()), 3);
    let hosts: Vec<String> = group.iter().map(|seen| host_of(&seen.request.url)).collect();
    let hosts = list(hosts.iter().map(String::as_str), 2);
    let kind = first.page.map(|page| page.page_kind).unwrap_or_default();
    let pages: std::collections::BTreeSet<&str> =
        group.iter().map(|seen| seen.visit.page.as_str()).collect();
    let kind = page_kind(kind);
    let pages = count(pages.len(), &format!("{kind} page"), &format!("{kind} pages"));
    let soonest = group.iter().filter_map(|seen| seen.leak.after_ms).reduce(f64::min);
    let soon = soonest.map(|ms| format!(", {:.1} s after it was typed", ms / 1000.0));
    let receiver = if own { "The site's own server".to_owned() } else { key.product.clone() };
    let soon = soon.unwrap_or_default();
    let message = match field {
        CanaryField::Search => format!(
            "{receiver} received the words that were searched for on {pages}, {ways}{soon}, at {hosts}."
        ),
        _ => format!(
            "{receiver} received the {} that was typed on {pages}, {ways}{soon}, at {hosts}; the form was not sent.",
            field.words()
        ),
    };
    let draft = Draft {
        severity: severity(group, own),
        confidence: Confidence::High,
        message,
        caveats: caveats(group, own),
    };
    let evidence: Vec<Evidence> = group.iter().map(of).collect();
    draft.with(&INFO, key, evidence, group.len())
}

/// High where somebody else got it. What the site's own server gets early is for review.
fn severity(group: &[Seen<'_>], own: bool) -> Severity {
    let telling = group.iter().any(|seen| {
        seen.page.is_some_and(|page| {
            page.label == HealthLabel::Phi || is_login(page.page_kind) || is_care(page.page_kind)
        })
    });
    match (own, telling) {
        (true, true) => Severity::Low,
        (true, false) => Severity::Info,
        (false, _) => Severity::High,
    }
}

fn caveats(group: &[Seen<'_>], own: bool) -> Vec<String> {
    let mut caveats = Vec::new();
    if own {
        caveats.push(
            "It stayed with the site; a saved draft or a check of the input may be wanted."
                .to_owned(),
        );
    }
    if group.iter().all(|seen| seen.leak.field == CanaryField::Search) {
        caveats.push(
            "The search itself was run, as its form would have: by a GET request.".to_owned(),
        );
    }
    let before = group.iter().any(|seen| seen.leak.phase == Phase::Before);
    if before && !own {
        caveats.push("It happened before any consent was given.".to_owned());
    }
    caveats
}

fn of(seen: &Seen<'_>) -> Evidence {
    let leak = seen.leak;
    let mut details = vec![("typed", masked(leak.field.value()))];
    if let Some(typed) = &leak.typed {
        let named = [&typed.field.name, &typed.field.label].into_iter().find(|n| !n.is_empty());
        let field = named.map_or("a field without a name", String::as_str);
        let form =
            if typed.form.is_empty() { String::new() } else { format!(" of form {}", typed.form) };
        details.push(("typed into", masked(&format!("{field}{form}"))));
    }
    if let Some(ms) = leak.after_ms {
        details.push(("sent after", masked(&format!("{ms:.0} ms"))));
    }
    let path = if leak.path.is_empty() { String::new() } else { format!(", {}", leak.path) };
    details.push(("carried in", masked(&format!("{}{path}", leak.transport.words()))));
    let layers = if leak.layers.is_empty() { "none".to_owned() } else { leak.layers.join(" + ") };
    details.push(("written", masked(leak.spelling.words())));
    details.push(("layers", masked(&layers)));
    let details = details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Evidence { details, ..evidence::of_request(seen.visit, seen.request) }
}
