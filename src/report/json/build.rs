//! Fills the `json-v1` types from a report; everything captured is masked here.

use std::collections::BTreeMap;

use super::v1;
use crate::audit;
use crate::detect;
use crate::health::{self, Verdict};
use crate::model::{self, Decision, Masked, NameLookup, VisitId};
use crate::report::Report;
use crate::report::words::name;

/// How many deciding words a page's verdict carries.
const TERMS: usize = 20;

pub(super) fn document(report: &Report<'_>) -> v1::Document {
    let capture = report.capture;
    v1::Document {
        format: "json-v1".to_owned(),
        tool: concat!("pixelwarden ", env!("CARGO_PKG_VERSION")).to_owned(),
        signatures: v1::Signatures {
            version: report.signatures.version.to_owned(),
            hash: report.signatures.hash.to_owned(),
            lists: report.detected.lists.iter().map(list).collect(),
        },
        run: run(report),
        sites: capture.sites().into_iter().map(str::to_owned).collect(),
        visits: capture.visits.iter().map(|v| visit(v, report)).collect(),
        detections: report.detected.detections.iter().map(|d| detection(d, report)).collect(),
        unrecognised: report.detected.unknown_pixels.iter().map(unrecognised).collect(),
        findings: report.findings.iter().map(finding).collect(),
        review: super::review::of(report),
    }
}

fn run(report: &Report<'_>) -> v1::Run {
    let manifest = &report.capture.manifest;
    v1::Run {
        complete: report.completeness.complete,
        reasons: report.completeness.reasons.iter().map(|r| hidden(r)).collect(),
        started: manifest.started.map(|t| t.to_string()),
        ended: manifest.ended.map(|t| t.to_string()),
        captured_by: manifest.tool.clone(),
        targets: manifest.targets.iter().map(|t| hidden(t)).collect(),
        states: manifest.states.iter().map(ToString::to_string).collect(),
        journeys: super::journeys::of(report.capture),
        browser: manifest.browser.as_ref().map(|browser| v1::Browser {
            name: browser.name.clone(),
            version: browser.version.clone(),
            user_agent: browser.user_agent.clone(),
        }),
        vantage: vantage(&manifest.vantage),
        interrupted: manifest.run.interrupted,
        skipped: manifest.run.skipped.iter().map(skipped).collect(),
        skipped_totals: left_out(report),
        templates: manifest.run.templates.iter().map(template).collect(),
        templates_total: manifest.run.templates_count as u64,
        notes: manifest.run.notes.iter().map(|note| hidden(note)).collect(),
        names: manifest.names.as_ref().map(names),
        browser_ms: manifest.run.browser_ms,
        total_ms: manifest.run.total_ms,
    }
}

fn vantage(vantage: &model::Vantage) -> v1::Vantage {
    v1::Vantage {
        label: vantage.label.clone(),
        language: vantage.language.clone(),
        timezone: vantage.timezone.clone(),
        window: vantage.window,
        mobile: vantage.mobile,
        third_party_cookies: vantage.third_party_cookies,
        proxy: vantage.proxy.clone(),
        user_agent: vantage.user_agent.clone(),
        headers: vantage.headers.clone(),
        cookies: vantage.cookies.clone(),
        login: vantage.login.clone(),
    }
}

fn names(names: &model::NameLookups) -> v1::Names {
    let name = |(host, lookup): (&String, &NameLookup)| {
        let unknown = match lookup {
            NameLookup::Known { aliases } if aliases.is_empty() => return None,
            NameLookup::Known { .. } => None,
            NameLookup::Unknown { message, .. } => Some(hidden(message)),
        };
        let aliases = names.aliases(host).iter().map(|alias| hidden(alias)).collect();
        Some(v1::Name { host: hidden(host), aliases, unknown })
    };
    v1::Names {
        server: names.server.clone(),
        asked: names.hosts.len() as u64,
        left_out: names.left_out,
        hosts: names.hosts.iter().filter_map(name).collect(),
    }
}

fn skipped(page: &model::SkippedPage) -> v1::Skipped {
    v1::Skipped { url: hidden(&page.url), reason: page.reason.clone() }
}

fn left_out(report: &Report<'_>) -> BTreeMap<String, u64> {
    let totals = &report.capture.manifest.run.skipped_totals;
    totals.iter().map(|(reason, pages)| (hidden(reason), *pages as u64)).collect()
}

fn template(sample: &model::TemplateSample) -> v1::Template {
    v1::Template {
        pattern: hidden(&sample.pattern),
        known: sample.known as u64,
        visited: sample.visited as u64,
    }
}

fn visit(visit: &model::Visit, report: &Report<'_>) -> v1::Visit {
    v1::Visit {
        id: visit.id.to_string(),
        site: visit.site.clone(),
        page: hidden(&visit.page),
        title: hidden(&visit.title),
        state: visit.state.to_string(),
        gpc: visit.signals.gpc,
        outcome: visit.outcome.name().to_owned(),
        outcome_message: filled(visit.outcome.message()).map(|m| hidden(&m)),
        cmp: visit.cmp.as_ref().map(|cmp| cmp.id.clone()),
        banner: visit.cmp.as_ref().map(banner),
        choice: visit.choice.as_ref().map(choice),
        coverage: v1::Coverage {
            tap: visit.coverage.tap,
            ledger: visit.coverage.ledger,
            missing: visit.coverage.missing.iter().map(missing).collect(),
        },
        journey: visit.journey.as_ref().map(|part| part.name.clone()),
        requests: visit.requests.len() as u64,
        health: report.detected.pages.get(&visit.id).map(health),
    }
}

fn banner(cmp: &model::Cmp) -> v1::Banner {
    v1::Banner {
        name: cmp.name.clone(),
        version: cmp.version.clone(),
        visible: cmp.banner_visible,
        reject_on_first_layer: cmp.reject_on_first_layer,
        buttons: cmp.buttons.iter().map(|b| hidden(b)).collect(),
    }
}

fn choice(choice: &model::Choice) -> v1::Choice {
    v1::Choice {
        decision: match &choice.decision {
            Decision::AcceptOnly(category) => format!("accept-only:{category}"),
            other => name(other),
        },
        outcome: name(&choice.outcome),
        via: choice.via.as_ref().map(name),
        clicks: choice.clicks,
        verified: choice.verified,
        sources: choice.sources.iter().map(name).collect(),
        disagreements: choice.disagreements.iter().map(|d| hidden(d)).collect(),
        note: filled(&choice.note).map(|n| hidden(&n)),
    }
}

fn missing(request: &model::MissingRequest) -> v1::Missing {
    v1::Missing { method: request.method.clone(), url: hidden(&request.url) }
}

fn health(verdict: &Verdict) -> v1::Health {
    v1::Health {
        label: name(&verdict.label),
        page_kind: name(&verdict.page_kind),
        categories: verdict.categories.clone(),
        terms: verdict.evidence.iter().take(TERMS).map(|e| hidden(&e.term)).collect(),
    }
}

fn list(list: &detect::ListUsed) -> v1::List {
    v1::List {
        name: list.name.clone(),
        version: filled(&list.version),
        sha256: list.sha256.clone(),
        blocker: filled(&list.blocker),
    }
}

fn detection(detection: &detect::Detection, report: &Report<'_>) -> v1::Detection {
    let asked = !report.detected.lists.is_empty();
    v1::Detection {
        visit: detection.visit.to_string(),
        source: name(&detection.source),
        request: detection.request.as_ref().map(|r| r.0.clone()),
        mirrors: detection.mirrors.iter().map(|r| r.0.clone()).collect(),
        time_ms: detection.time_ms,
        phase: name(&detection.phase),
        signature: detection.signature.clone(),
        vendor: detection.vendor.clone(),
        product: detection.product.clone(),
        categories: detection.categories.clone(),
        role: name(&detection.role),
        party: name(&detection.party),
        account: detection.account.clone(),
        event: detection.event.as_deref().map(hidden),
        url: detection.url.to_string(),
        params: detection.params.iter().map(|(k, v)| (k.clone(), v.to_string())).collect(),
        labels: detection.labels.clone(),
        data: detection.data.clone(),
        flags: detection.flags.iter().map(flag).collect(),
        own_host: detection.own_host,
        stored: detection.stored.as_ref().map(stored),
        alias: detection.alias.as_ref().map(alias),
        list: detection.list.clone(),
        stopped_by: asked.then(|| detection.stopped_by.clone()),
        undecoded: detection.undecoded,
    }
}

fn alias(alias: &detect::Alias) -> v1::Alias {
    let names = |cookies: &[Masked]| cookies.iter().map(ToString::to_string).collect();
    v1::Alias {
        host: alias.host.to_string(),
        target: alias.target.to_string(),
        cookies_sent: names(&alias.cookies_sent),
        cookies_set: names(&alias.cookies_set),
    }
}

fn stored(stored: &detect::Stored) -> v1::Stored {
    v1::Stored {
        name: stored.name.to_string(),
        place: stored.place.to_string(),
        lifetime_s: stored.lifetime_s,
        stated_lifetime: stored.stated.clone(),
        write_seen: stored.write_seen,
        written_by: stored.written_by.as_ref().map(ToString::to_string),
    }
}

fn flag(flag: &detect::DataFlag) -> v1::Flag {
    v1::Flag {
        kind: name(&flag.kind),
        param: flag.param.clone(),
        path: flag.path.clone(),
        excerpt: flag.excerpt.to_string(),
        category: filled(&flag.category),
    }
}

fn unrecognised(pixel: &detect::UnknownPixel) -> v1::Unrecognised {
    v1::Unrecognised {
        visit: pixel.visit.to_string(),
        request: pixel.request.0.clone(),
        domain: pixel.domain.clone(),
        url: pixel.url.to_string(),
        score: pixel.score,
        reasons: pixel.reasons.clone(),
    }
}

fn finding(finding: &audit::Finding) -> v1::Finding {
    v1::Finding {
        audit: finding.audit.clone(),
        site: finding.site.clone(),
        severity: name(&finding.severity),
        confidence: name(&finding.confidence),
        message: finding.message.to_string(),
        vendor: filled(&finding.vendor),
        product: filled(&finding.product),
        fingerprint: finding.fingerprint.clone(),
        total: finding.total as u64,
        evidence: finding.evidence.iter().map(evidence).collect(),
        citations: finding.citations.iter().map(citation).collect(),
        caveats: finding.caveats.clone(),
        flows: finding.flows.clone(),
        standing: standing(&finding.standing),
    }
}

fn standing(standing: &audit::Standing) -> v1::Standing {
    use audit::Standing as From;
    let kind = standing.name().to_owned();
    match standing {
        From::Waived(by) | From::Expired(by) => v1::Standing {
            kind,
            by: Some(by.owner.clone()),
            reason: Some(by.reason.clone()),
            expires: Some(by.expires.to_string()),
        },
        From::Covered { by } => {
            v1::Standing { kind, by: Some(by.clone()), ..v1::Standing::default() }
        }
        From::Open | From::New | From::Known | From::OutOfForce => {
            v1::Standing { kind, ..v1::Standing::default() }
        }
    }
}

pub(super) fn evidence(evidence: &audit::Evidence) -> v1::Evidence {
    let detail = |(name, value): &(String, Masked)| v1::Detail {
        name: name.clone(),
        value: value.to_string(),
    };
    v1::Evidence {
        visit: VisitId::to_string(&evidence.visit),
        request: evidence.request.as_ref().map(|r| r.0.clone()),
        page: evidence.page.to_string(),
        state: evidence.state.to_string(),
        phase: name(&evidence.phase),
        time_ms: evidence.time_ms,
        what: evidence.what.to_string(),
        details: evidence.details.iter().map(detail).collect(),
        initiator: evidence.initiator.as_ref().map(ToString::to_string),
        screenshot: evidence.screenshot.clone(),
    }
}

fn citation(citation: &audit::Citation) -> v1::Citation {
    v1::Citation {
        regulation: citation.regulation.clone(),
        provision: citation.provision.clone(),
        url: citation.url.clone(),
    }
}

/// Captured text with personal values masked.
pub(super) fn hidden(raw: &str) -> String {
    health::mask(raw).to_string()
}

/// `None` for an empty text: known to be empty.
fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
