//! Cookies that live longer than 13 months, or than their vendor says.

use super::case::{Act, Case, Sighting};
use super::draft::{Draft, Key, grouped, on_pages};
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::{Source, Stored};
use crate::signature::lifetime;

/// `cookie-lifetime`
pub(crate) struct CookieLifetime;

/// The longest that 13 months can be, in seconds.
const THIRTEEN_MONTHS: i64 = 397 * DAY;
const DAY: i64 = 86_400;

static INFO: AuditInfo = AuditInfo {
    id: "cookie-lifetime",
    title: "Cookie that lives long",
    severity: Severity::Medium,
    citations: &[law::EPRIVACY, law::CNIL_COOKIES, law::GDPR_STORAGE],
    means: "A tracker's cookie is set to live for more than 13 months, or for longer than its vendor states. The longer it lives, the longer the visitor can be recognised by it.",
    fix: fix::SHORTEN,
    blind_spots: "Whether a cookie is renewed on each visit, which makes its life longer than any one setting says; what the site's own policy declares; and storage other than cookies, which has no end.",
};

impl Audit for CookieLifetime {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let long = case.sightings().filter_map(|sighting| Some((excess(sighting)?, sighting)));
        let groups = grouped(
            long.map(|(excess, sighting)| (Key::product(sighting, excess.name()), sighting)),
        );
        groups.iter().map(|(key, group)| finding(key, group)).collect()
    }
}

/// What a cookie's life is longer than.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Excess {
    Months,
    Stated,
}

impl Excess {
    fn name(self) -> &'static str {
        match self {
            Self::Months => "over 13 months",
            Self::Stated => "over what is stated",
        }
    }
}

fn excess(sighting: &Sighting<'_>) -> Option<Excess> {
    let cookie = sighting.detection.source == Source::Cookie && sighting.act() == Act::Tracking;
    let stored = sighting.detection.stored.as_ref().filter(|_| cookie)?;
    let seen = stored.lifetime_s?;
    if seen > THIRTEEN_MONTHS {
        return Some(Excess::Months);
    }
    let stated = lifetime::longest(stored.stated.as_deref()?)?;
    // A month is not the same everywhere, and a clock may be off.
    (seen > stated + stated / 10 + DAY).then_some(Excess::Stated)
}

fn finding(key: &Key, group: &[&Sighting<'_>]) -> Finding {
    let cookies = || group.iter().filter_map(|sighting| sighting.detection.stored.as_ref());
    let longest = cookies().max_by_key(|stored| stored.lifetime_s);
    let names = list(cookies().map(|stored| stored.name.as_str()), 3);
    let pages = on_pages(group);
    let lives =
        longest.and_then(|stored| stored.lifetime_s).map_or_else(String::new, lifetime::words);
    let months = key.data_kind == Excess::Months.name();
    let stated = longest.and_then(stated);
    let said = stated.map(|stated| format!("its vendor states {stated}"));
    let over = if months { "more than 13 months" } else { "longer than stated" };
    let said = said.map_or_else(String::new, |said| format!("; {said}"));
    let draft = Draft {
        severity: if months { Severity::Medium } else { Severity::Low },
        confidence: Confidence::High,
        message: format!("{} set {names} {pages} to live for {over}: {lives}{said}.", key.product),
        caveats: Vec::new(),
    };
    draft.on(&INFO, key, group)
}

fn stated(stored: &Stored) -> Option<&str> {
    stored.stated.as_deref().filter(|stated| !stated.is_empty())
}
