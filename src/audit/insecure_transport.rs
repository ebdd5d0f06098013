//! Trackers and forms that send over http, where anyone on the way can read along.

use std::collections::BTreeMap;

use super::case::{Case, Sighting};
use super::draft::{Draft, Key, grouped, hosts, on_pages};
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Evidence, Finding, Severity, evidence, fix, law};
use crate::detect::Source;
use crate::model::{Form, Phase, Request, Visit, host_of, is_ip_host};

/// `insecure-transport`
pub(crate) struct InsecureTransport;

static INFO: AuditInfo = AuditInfo {
    id: "insecure-transport",
    title: "Data sent without encryption",
    severity: Severity::Medium,
    citations: &[law::GDPR_SECURITY, law::HIPAA_TRANSMISSION],
    means: "A tracker or a form sends over http. Whoever is on the way, such as the operator of a wireless network, can read and change what is sent.",
    fix: fix::ENCRYPT,
    blind_spots: "How data travels once it has reached a server.",
};

impl Audit for InsecureTransport {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let plain = case.sightings().filter(|s| is_plain_request(s));
        let groups = grouped(plain.map(|s| (Key::product(s, "request"), s)));
        let mut findings: Vec<Finding> = groups
            .iter()
            .map(|(key, group)| {
                let (hosts, pages) = (hosts(group), on_pages(group));
                let text = format!("{} sent to {hosts} without encryption {pages}.", key.product);
                draft(text).on(&INFO, key, group)
            })
            .collect();
        findings.extend(forms(case));
        findings
    }
}

fn draft(message: String) -> Draft {
    Draft { severity: Severity::Medium, confidence: Confidence::High, message, caveats: Vec::new() }
}

fn is_plain_request(sighting: &Sighting<'_>) -> bool {
    let sent =
        |request: &Request| is_plain(&request.url) && request.was_sent() && !is_upgraded(request);
    sighting.detection.source == Source::Request && sighting.request.is_some_and(sent)
}

/// Unencrypted, and to another machine: what stays on this one cannot be overheard.
fn is_plain(url: &str) -> bool {
    let plain = url.starts_with("http:") || url.starts_with("ws:");
    let host = host_of(url);
    let local = host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || is_ip_host(&host) && host.starts_with("127.");
    plain && !local
}

/// The browser itself turned the request into https (HSTS) before anything was sent.
fn is_upgraded(request: &Request) -> bool {
    let internal = |r: &crate::model::Response| r.header("non-authoritative-reason").is_some();
    request.response.as_ref().is_some_and(internal)
}

/// One finding a site for forms that send over http.
fn forms(case: &Case<'_>) -> Vec<Finding> {
    let mut sites: BTreeMap<&str, Vec<(&Visit, &Form)>> = BTreeMap::new();
    for visit in case.seen() {
        let forms = visit.collected.forms.iter().flatten().filter(|form| is_plain(&form.action));
        sites.entry(&visit.site).or_default().extend(forms.map(|form| (visit, form)));
    }
    sites.retain(|_, forms| !forms.is_empty());
    sites
        .iter()
        .map(|(site, forms)| {
            let hosts: Vec<String> = forms.iter().map(|(_, form)| host_of(&form.action)).collect();
            let hosts = list(hosts.iter().map(String::as_str), 2);
            let pages = case.pages(site, |visit| forms.iter().any(|(v, _)| v.id == visit.id));
            let pages = count(pages, "page", "pages");
            let text = format!("A form on {pages} of {site} sends to {hosts} without encryption.");
            let evidence = forms.iter().map(|(visit, form)| form_evidence(visit, form)).collect();
            draft(text).with(&INFO, &Key::site(site, "form"), evidence, forms.len())
        })
        .collect()
}

fn form_evidence(visit: &Visit, form: &Form) -> Evidence {
    let what = format!("Form that sends ({}) to {}", form.method, form.action);
    let mut evidence = evidence::on_page(visit, Phase::Before, &what);
    evidence.details.extend(evidence::form_fields(visit));
    evidence
}
