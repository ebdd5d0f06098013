//! Fills the review of health flows.

use super::build::{evidence, hidden};
use super::v1;
use crate::audit::{self, Profile, Status};
use crate::report::Report;

pub(super) fn of(report: &Report<'_>) -> v1::Review {
    let review = report.review;
    let profile = &review.profile;
    let source = match profile {
        Profile::Given(_) => "given",
        Profile::Inferred(..) => "inferred",
        Profile::Unknown => "unknown",
    };
    v1::Review {
        profile: profile.profile().map(|profile| profile.name().to_owned()),
        profile_source: source.to_owned(),
        profile_note: profile.sentence(),
        flows: review.flows.iter().map(flow).collect(),
        unused_decisions: review.unused.iter().map(|d| hidden(&d.flow)).collect(),
    }
}

fn flow(flow: &audit::Flow) -> v1::Flow {
    let (status, decision) = match &flow.status {
        Status::Open => ("open", None),
        Status::Decided(decision) => ("decided", Some(decision)),
        Status::Expired(decision) => ("expired", Some(decision)),
        Status::SeenAgain(decision) => ("seen-again", Some(decision)),
    };
    v1::Flow {
        id: flow.id.clone(),
        site: flow.site.clone(),
        vendor: flow.vendor.clone(),
        product: flow.product.clone(),
        page_kind: flow.page_kind.clone(),
        carrier: flow.carrier.clone(),
        category: Some(flow.category.clone()).filter(|category| !category.is_empty()),
        total: flow.total as u64,
        question: flow.question.clone(),
        status: status.to_owned(),
        decision: decision.map(self::decision),
        evidence: evidence(&flow.evidence),
    }
}

fn decision(decision: &audit::Decision) -> v1::Decision {
    v1::Decision {
        verdict: decision.verdict.name().to_owned(),
        reason: hidden(&decision.reason),
        reviewer: decision.reviewer.clone(),
        date: decision.date.to_string(),
        expiry: decision.expires.map(|day| day.to_string()),
    }
}
