//! E-mail that tells its sender, or a service, who opened it and what was clicked.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::draft::{Draft, Key};
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Evidence, Finding, Severity, evidence, fix, law};
use crate::model::{Link, Mail, Phase, Request, Visit, host_of, registrable_domain};

/// `mail-tracking`
pub(crate) struct MailTracking;

static INFO: AuditInfo = AuditInfo {
    id: "mail-tracking",
    title: "Tracking in e-mail",
    severity: Severity::Medium,
    citations: &[law::EPRIVACY, law::EDPB_SCOPE, law::PECR],
    means: "Opening the message loads a picture that nobody sees, from an address that names this one message or recipient, or its links lead through a service that notes who clicked. Both need the consent that a cookie would need.",
    fix: fix::MAIL,
    blind_spots: "Whether the recipient agreed to it, programs that load pictures ahead or through a proxy, and which company runs a host that is the sender's own.",
};

/// Values of links and pictures that are this long tell one recipient from another.
const LEAST_ID: usize = 12;

impl Audit for MailTracking {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let mails = case.seen().filter_map(|visit| Some((visit, visit.collected.mail.as_ref()?)));
        mails
            .flat_map(|(visit, mail)| [pixels(case, visit, mail), links(visit, mail)])
            .flatten()
            .collect()
    }
}

/// One finding for the pictures that nobody sees.
fn pixels(case: &Case<'_>, visit: &Visit, mail: &Mail) -> Option<Finding> {
    let hits: BTreeMap<_, &str> = case
        .sightings()
        .filter(|s| s.visit.id == visit.id)
        .filter_map(|s| Some((s.detection.request.as_ref()?, s.detection.vendor.as_str())))
        .collect();
    let unseen =
        mail.images.iter().filter(|image| image.unseen || hits.contains_key(&image.request));
    let requests: Vec<&Request> =
        unseen.filter_map(|image| case.request(&visit.id, &image.request)).collect();
    requests.first()?;
    let name = |request: &&Request| match hits.get(&request.id) {
        Some(vendor) => (*vendor).to_owned(),
        None => registrable_domain(&host_of(&request.url)),
    };
    let names: Vec<String> = requests.iter().map(name).collect();
    let told = format!(
        "The message loads {} that nobody sees, from {}, when it is opened{}.",
        count(requests.len(), "picture", "pictures"),
        list(names.iter().map(String::as_str), 4),
        service(mail)
    );
    let evidence = requests.iter().map(|request| evidence::of_request(visit, request)).collect();
    Some(draft(told).with(&INFO, &Key::site(&visit.site, "mail-pixel"), evidence, requests.len()))
}

/// One finding for links through somebody else that name the recipient.
fn links(visit: &Visit, mail: &Mail) -> Option<Finding> {
    let marked: Vec<&Link> =
        visit.collected.links.iter().flatten().filter(|link| is_marked(&link.url)).collect();
    marked.first()?;
    let hosts: Vec<String> = marked.iter().map(|link| host_of(&link.url)).collect();
    let told = format!(
        "{} of the message {} an identifier, through {}{}.",
        count(marked.len(), "link", "links"),
        if marked.len() == 1 { "carries" } else { "carry" },
        list(hosts.iter().map(String::as_str), 4),
        service(mail)
    );
    let show = |link: &&Link| -> Evidence { evidence::on_page(visit, Phase::Before, &link.url) };
    let evidence = marked.iter().map(show).collect();
    Some(draft(told).with(&INFO, &Key::site(&visit.site, "mail-link"), evidence, marked.len()))
}

fn draft(message: String) -> Draft {
    Draft {
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        message,
        caveats: Vec::new(),
    }
}

/// The service that sent it, as its signatures and its mailer say.
fn service(mail: &Mail) -> String {
    let own = registrable_domain(&mail.sender);
    let others = mail.signed_by.iter().filter(|host| registrable_domain(host) != own);
    let mut names: BTreeSet<&str> = others.map(String::as_str).collect();
    if !mail.mailer.is_empty() {
        names.insert(&mail.mailer);
    }
    match names.is_empty() {
        true => String::new(),
        false => format!(" (sent by {})", list(names, 3)),
    }
}

/// A value of the address, or a part of its path, that is long and no word.
fn is_marked(address: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else { return false };
    let query = url.query_pairs().take(100).any(|(_, value)| is_id(&value));
    query || url.path().split('/').take(50).any(is_id)
}

fn is_id(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'=');
    value.len() >= LEAST_ID && digits >= 3 && value.bytes().all(plain) || value.contains('@')
}
