//! HIPAA review: each flagged flow once, the reviewer's question, and what was decided.

use serde::Serialize;

use super::super::text::Text;
use super::super::words;
use super::{ADDRESS, Context, LABEL, Listed};
use crate::audit::{Flow, Status};
use crate::model::Masked;

const FLOWS: usize = 150;
const DETAILS: usize = 4;
const SENTENCE: usize = 400;

#[derive(Serialize)]
pub(super) struct Review {
    profile: Text,
    summary: String,
    flows: Listed<Row>,
    unused: usize,
}

#[derive(Serialize)]
struct Row {
    id: Text,
    product: Text,
    page_kind: Text,
    told: Text,
    page: Text,
    details: Vec<Detail>,
    total: String,
    question: Text,
    status: Text,
    class: &'static str,
}

#[derive(Serialize)]
struct Detail {
    name: Text,
    value: Text,
}

impl Review {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let review = context.report.review;
        let open = review.flows.iter().filter(|flow| !is_decided(flow)).count();
        let summary = format!(
            "{} of health data to vendors, {} undecided.",
            words::count(review.flows.len(), "flow", "flows"),
            words::thousands(open),
        );
        Self {
            profile: Text::own(review.profile.sentence()),
            summary,
            flows: Listed::first(&review.flows, FLOWS, |flow| row(flow, context)),
            unused: review.unused.len(),
        }
    }
}

fn is_decided(flow: &Flow) -> bool {
    matches!(flow.status, Status::Decided(_))
}

fn row(flow: &Flow, context: &Context<'_>) -> Row {
    let told = match flow.category.as_str() {
        "" => flow.carrier.clone(),
        category => format!("{}: {category}", flow.carrier),
    };
    let detail = |(name, value): &(String, Masked)| Detail {
        name: Text::captured(name, LABEL),
        value: Text::masked(value, ADDRESS),
    };
    Row {
        id: Text::own(flow.id.clone()),
        product: Text::named(&flow.product, LABEL),
        page_kind: Text::own(flow.page_kind.clone()),
        told: Text::named(&told, LABEL),
        page: context.place(flow.evidence.page.as_str()),
        details: flow.evidence.details.iter().take(DETAILS).map(detail).collect(),
        total: words::count(flow.total, "observation", "observations"),
        question: Text::named(&flow.question, SENTENCE),
        status: Text::named(&flow.status.sentence(), SENTENCE),
        class: if is_decided(flow) { "decided" } else { "open" },
    }
}
