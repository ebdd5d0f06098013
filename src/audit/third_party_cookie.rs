//! Cookies of other sites that were there before any choice and that no signature knows.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::draft::{Draft, Key};
use super::words::{count, list};
use super::{Audit, AuditInfo, Confidence, Evidence, Finding, Severity, evidence, fix, law};
use crate::model::{Cookie, Phase, Visit, host_of, registrable_domain};

/// `third-party-cookie`
pub(crate) struct ThirdPartyCookie;

static INFO: AuditInfo = AuditInfo {
    id: "third-party-cookie",
    title: "Unknown third-party cookie before any choice",
    severity: Severity::Medium,
    citations: &[law::EPRIVACY, law::EDPB_SCOPE, law::PECR],
    means: "Another site put a cookie on the visitor's device before the visitor had made a choice, and the signature database does not know whose it is. Where consent is needed for it, that has to come first.",
    fix: fix::WAIT_FOR_CONSENT,
    blind_spots: "What the cookie is for, and whether it is needed for something that the visitor asked for, such as paying or signing in.",
};

/// A value that is shorter tells no visitor from another.
const LEAST_VALUE: usize = 8;
/// Names of cookies that keep servers and bots apart, as their makers document them.
const NEEDED: &[&str] =
    &["__cf_bm", "_cfuvid", "awsalb", "awsalbcors", "ak_bmsc", "bm_sz", "__cflb"];

type Seen<'a> = Vec<(&'a Visit, &'a Cookie)>;

impl Audit for ThirdPartyCookie {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        // Masked names stand for names: a cookie that a signature knows is another audit's.
        let known: BTreeSet<(&str, &str)> = case
            .sightings()
            .filter_map(|s| s.detection.stored.as_ref())
            .map(|stored| (stored.name.as_str(), stored.place.as_str()))
            .collect();
        let mut domains: BTreeMap<(&str, String), Seen<'_>> = BTreeMap::new();
        for visit in case.seen().filter(|v| !v.state.needs_choice() && case.saw_before(v)) {
            let own = registrable_domain(&host_of(&visit.final_url));
            for cookie in visit.collected.cookies.iter().flatten() {
                let host = cookie.domain.trim_start_matches('.');
                let name = evidence::masked(&cookie.name);
                let domain = registrable_domain(host);
                let mine = domain == own || domain == visit.site;
                if !mine && tells(cookie) && !known.contains(&(name.as_str(), host)) {
                    domains.entry((&visit.site, domain)).or_default().push((visit, cookie));
                }
            }
        }
        domains.iter().map(|((site, domain), seen)| finding(site, domain, seen)).collect()
    }
}

fn tells(cookie: &Cookie) -> bool {
    let needed = NEEDED.iter().any(|name| cookie.name.eq_ignore_ascii_case(name));
    !needed && cookie.value.len() >= LEAST_VALUE
}

fn finding(site: &str, domain: &str, seen: &Seen<'_>) -> Finding {
    let pages: BTreeSet<&str> = seen.iter().map(|(visit, _)| visit.page.as_str()).collect();
    let names: Vec<String> =
        seen.iter().map(|(_, c)| evidence::masked(&c.name).to_string()).collect();
    let draft = Draft {
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        message: format!(
            "{domain} had put {} on the device on {} before any choice was made.",
            list(names.iter().map(String::as_str), 4),
            count(pages.len(), "page", "pages")
        ),
        caveats: Vec::new(),
    };
    let key = Key { vendor: domain.to_owned(), ..Key::site(site, "third-party-cookie") };
    let evidence = seen.iter().map(|(visit, cookie)| stored(visit, cookie)).collect();
    draft.with(&INFO, &key, evidence, seen.len())
}

fn stored(visit: &Visit, cookie: &Cookie) -> Evidence {
    let life = match cookie.lifetime_s {
        Some(seconds) => {
            format!("for {}", count((seconds / 86_400).max(0) as usize, "day", "days"))
        }
        None => "until the browser is closed".to_owned(),
    };
    let what = format!("{} stored for {} {life}", cookie.name, cookie.domain);
    evidence::on_page(visit, Phase::Before, &what)
}
