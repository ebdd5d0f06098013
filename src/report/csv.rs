//! Tables for spreadsheets: findings, requests, cookies. Values of cookies are never in
//! them, and no cell begins like a formula, since spreadsheets would run it.

use std::collections::BTreeMap;

use super::format::Facts;
use super::text::Text;
use super::words::name;
use super::{Report, ReportError};
use crate::audit::Finding;
use crate::detect::{Detection, NamedCookie, Source};
use crate::model::{Cookie, Request, RequestId, Visit, VisitId, host_of};

pub(super) static FINDINGS: Facts =
    Facts { name: "csv", extension: "csv", summary: "findings as a table", render: findings };
pub(super) static REQUESTS: Facts = Facts {
    name: "csv-requests",
    extension: "csv",
    summary: "every request as a table, with whom it went to",
    render: requests,
};
pub(super) static COOKIES: Facts = Facts {
    name: "csv-cookies",
    extension: "csv",
    summary: "every cookie as a table, without its value",
    render: cookies,
};

/// Characters of one cell.
const CELL: usize = 2_000;

fn findings(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let head = [
        "site",
        "audit",
        "severity",
        "confidence",
        "standing",
        "vendor",
        "product",
        "message",
        "observations",
        "first page",
        "state",
        "fingerprint",
        "provisions",
        "decision",
    ];
    let row = |finding: &Finding| {
        let first = finding.evidence.first();
        let laws: Vec<&str> = finding.citations.iter().map(|law| law.provision.as_str()).collect();
        [
            finding.site.clone(),
            finding.audit.clone(),
            name(&finding.severity),
            name(&finding.confidence),
            finding.standing.name().to_owned(),
            finding.vendor.clone(),
            finding.product.clone(),
            finding.message.to_string(),
            finding.total.to_string(),
            first.map(|evidence| evidence.page.to_string()).unwrap_or_default(),
            first.map(|evidence| evidence.state.to_string()).unwrap_or_default(),
            finding.fingerprint.clone(),
            laws.join("; "),
            finding.standing.note().unwrap_or_default(),
        ]
    };
    table(&head, report.findings.iter().map(row))
}

fn requests(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let head = [
        "visit",
        "page",
        "state",
        "phase",
        "time_ms",
        "request",
        "method",
        "host",
        "address",
        "kind",
        "status",
        "party",
        "vendor",
        "product",
        "event",
        "data",
        "initiator",
    ];
    let detections = &report.detected.detections;
    let known: BTreeMap<(&VisitId, &RequestId), &Detection> = detections
        .iter()
        .filter_map(|d| Some(((&d.visit, d.request.as_ref()?), d)))
        .filter(|(_, detection)| matches!(detection.source, Source::Request | Source::Cname))
        .collect();
    let rows = report.capture.visits.iter().flat_map(|visit| {
        let known = &known;
        let row = move |r| request(visit, r, known.get(&(&visit.id, &r.id)).copied());
        visit.requests.iter().map(row)
    });
    table(&head, rows)
}

fn request(visit: &Visit, request: &Request, known: Option<&Detection>) -> [String; 17] {
    let of = |pick: fn(&Detection) -> String| known.map(pick).unwrap_or_default();
    let masked = |text: &str| Text::captured(text, CELL).to_string();
    let script = request.initiator.stack.iter().map(|f| f.url.as_str()).find(|u| !u.is_empty());
    let initiator = script.or(request.initiator.url.as_deref()).unwrap_or_default();
    let status = request.response.as_ref().map(|response| response.status.to_string());
    [
        visit.id.to_string(),
        masked(&visit.page),
        visit.pass().to_string(),
        name(&request.phase),
        format!("{:.1}", request.time_ms),
        request.id.0.clone(),
        request.method.clone(),
        host_of(&request.url),
        masked(&request.url),
        name(&request.kind),
        status.unwrap_or_default(),
        of(|d| name(&d.party)),
        of(|d| d.vendor.clone()),
        of(|d| d.product.clone()),
        known.and_then(|d| d.event.as_deref()).map(masked).unwrap_or_default(),
        of(|d| {
            let mut kinds: Vec<String> = d.flags.iter().map(|flag| name(&flag.kind)).collect();
            kinds.sort();
            kinds.dedup();
            kinds.join("; ")
        }),
        masked(initiator),
    ]
}

/// Each cookie once for each profile, where it was first seen.
fn cookies(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let head = [
        "site",
        "state",
        "name",
        "domain",
        "path",
        "lifetime_s",
        "http_only",
        "secure",
        "same_site",
        "partition",
        "vendor",
        "product",
        "first page",
        "purpose",
        "source",
    ];
    let detections = report.detected.detections.iter();
    let listed = report.detected.listed_cookies.iter();
    let listed: BTreeMap<(String, &str), &NamedCookie> =
        listed.map(|cookie| ((cookie.name.to_string(), cookie.place.as_str()), cookie)).collect();
    let owners: BTreeMap<(String, &str), &Detection> = detections
        .filter(|detection| detection.source == Source::Cookie)
        .filter_map(|d| d.stored.as_ref().map(|s| ((s.name.to_string(), s.place.as_str()), d)))
        .collect();
    let mut rows: BTreeMap<[String; 5], [String; 15]> = BTreeMap::new();
    for visit in &report.capture.visits {
        for cookie in visit.collected.cookies.iter().flatten() {
            let row = cookie_row(visit, cookie, whose(cookie, &owners, &listed));
            let [site, state, name, domain, path, ..] = row.clone();
            rows.entry([site, state, name, domain, path]).or_insert(row);
        }
    }
    table(&head, rows.into_values())
}

/// Vendor, product and purpose of a cookie, and who says so: the signatures, or a list.
fn whose(
    cookie: &Cookie,
    owners: &BTreeMap<(String, &str), &Detection>,
    listed: &BTreeMap<(String, &str), &NamedCookie>,
) -> [String; 4] {
    let shown = crate::health::mask(&cookie.name).to_string();
    let key = (shown, cookie.domain.trim_start_matches('.'));
    if let Some(d) = owners.get(&key) {
        let purpose = d.categories.first().cloned().unwrap_or_default();
        return [d.vendor.clone(), d.product.clone(), purpose, "signatures".to_owned()];
    }
    listed.get(&key).map_or_else(Default::default, |c| {
        [c.owner.clone(), c.product.clone(), c.purpose.clone(), c.list.clone()]
    })
}

fn cookie_row(visit: &Visit, cookie: &Cookie, whose: [String; 4]) -> [String; 15] {
    let masked = |text: &str| Text::captured(text, CELL).to_string();
    let [vendor, product, purpose, source] = whose;
    [
        visit.site.clone(),
        visit.pass().to_string(),
        masked(&cookie.name),
        masked(&cookie.domain),
        masked(&cookie.path),
        cookie.lifetime_s.map(|s| s.to_string()).unwrap_or_default(),
        cookie.http_only.to_string(),
        cookie.secure.to_string(),
        cookie.same_site.as_ref().map(name).unwrap_or_default(),
        cookie.partition.as_deref().map(masked).unwrap_or_default(),
        vendor,
        product,
        masked(&visit.page),
        purpose,
        source,
    ]
}

fn table<const N: usize>(
    head: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<Vec<u8>, ReportError> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row.map(|cell| plain(&cell)))?;
    }
    writer.into_inner().map_err(|error| ReportError::Csv(error.into_error().into()))
}

/// A cell that no spreadsheet takes for a formula.
fn plain(cell: &str) -> String {
    let cell = Text::named(cell, CELL).to_string();
    let number = cell.parse::<f64>().is_ok();
    // Full-width forms count, too, where a spreadsheet is set to an Asian language.
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if formula && !number { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_cell_begins_like_a_formula() {
        for formula in ["=1+1", "+x", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "＝1", " =1"] {
            assert!(plain(formula).starts_with('\''), "{formula}");
        }
        assert_eq!(plain("-12.5"), "-12.5");
        assert_eq!(plain("a=b"), "a=b");
    }
}
