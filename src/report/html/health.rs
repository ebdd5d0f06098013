//! Which pages tell something of a visitor's health, and by which words.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::text::Text;
use super::super::words;
use super::{Context, LABEL, Listed};
use crate::health::{HealthLabel, PageKind, Verdict, topic};
use crate::model::Visit;

const PAGES: usize = 100;
const TERMS: usize = 8;

#[derive(Serialize)]
pub(super) struct Health {
    classified: usize,
    summary: String,
    pages: Listed<Page>,
}

#[derive(Serialize)]
struct Page {
    class: String,
    page: Text,
    title: Text,
    label: &'static str,
    kind: &'static str,
    categories: Text,
    terms: Vec<Text>,
}

impl Health {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut pages: BTreeMap<&str, (&Visit, &Verdict)> = BTreeMap::new();
        for (id, verdict) in &context.report.detected.pages {
            let Some(visit) = context.visits.get(id) else { continue };
            let known = pages.entry(&visit.page).or_insert((visit, verdict));
            if verdict.label > known.1.label {
                *known = (visit, verdict);
            }
        }
        let number = |label| pages.values().filter(|(_, v)| v.label == label).count();
        let summary = format!(
            "{} of {} could tell something of a visitor's health; {} {} about health in general.",
            words::thousands(number(HealthLabel::Phi)),
            words::count(pages.len(), "page", "pages"),
            words::thousands(number(HealthLabel::HealthGeneric)),
            if number(HealthLabel::HealthGeneric) == 1 { "is" } else { "are" },
        );
        let classified = pages.len();
        let mut telling: Vec<_> = pages
            .into_values()
            .filter(|(_, v)| v.label != HealthLabel::None || v.page_kind != PageKind::Other)
            .collect();
        telling.sort_by(|(a, x), (b, y)| y.label.cmp(&x.label).then_with(|| a.page.cmp(&b.page)));
        let page = |(visit, verdict): (&Visit, &Verdict)| page(visit, verdict, context);
        Self { classified, summary, pages: Listed::first(telling, PAGES, page) }
    }
}

fn page(visit: &Visit, verdict: &Verdict, context: &Context<'_>) -> Page {
    let categories: Vec<String> = verdict.categories.iter().map(|c| topic(c)).collect();
    let mut terms: Vec<Text> = Vec::new();
    for evidence in verdict.evidence.iter().filter(|evidence| evidence.weight > 0.0) {
        let term = Text::captured(&format!("{} ({})", evidence.term, evidence.place), LABEL);
        if terms.len() < TERMS && !terms.contains(&term) {
            terms.push(term);
        }
    }
    Page {
        class: words::name(&verdict.label),
        page: context.place(&visit.page),
        title: Text::captured(&visit.title, LABEL),
        label: words::health(verdict.label),
        kind: words::page_kind(verdict.page_kind),
        categories: Text::named(&words::listed(&categories, 4), LABEL),
        terms,
    }
}
