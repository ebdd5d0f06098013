//! Which kinds of page told which kinds of data to whom: events, each counted once under
//! the most telling thing that it carried.

use std::collections::BTreeMap;

use super::{Report, words};
use crate::audit::identifier;
use crate::detect::{DataKind, Detection, Source};
use crate::health::{PageKind, topic};
use crate::model::{Visit, VisitId};
use crate::signature::Role;

/// Events of one kind of page that carried one kind of data to one vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) page: String,
    pub(crate) data: Carried,
    pub(crate) vendor: String,
    pub(crate) events: usize,
}

/// The most telling thing that an event carried, the gravest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Carried {
    /// PHI-like text on a topic.
    Health(String),
    /// PHI-like text that is on no topic in particular.
    SomeHealth,
    /// A personal value or a digest of one.
    Personal(&'static str),
    /// What was clicked.
    Click,
    /// Which page it was.
    Page,
    /// That somebody was there.
    Presence,
}

/// Every flow, the largest first.
pub(crate) fn flows(report: &Report<'_>) -> Vec<Flow> {
    let visits: BTreeMap<&VisitId, &Visit> =
        report.capture.visits.iter().map(|visit| (&visit.id, visit)).collect();
    let mut counts: BTreeMap<(String, Carried, &str), usize> = BTreeMap::new();
    for detection in report.detected.detections.iter().filter(|d| is_event(d)) {
        let Some(visit) = visits.get(&detection.visit) else { continue };
        let kind = report.detected.pages.get(&visit.id).map(|page| page.page_kind);
        let page = page_name(kind.unwrap_or_default(), &visit.page);
        *counts.entry((page, Carried::of(detection), &detection.vendor)).or_default() += 1;
    }
    let flow = |((page, data, vendor), events): ((String, Carried, &str), usize)| Flow {
        page,
        data,
        vendor: vendor.to_owned(),
        events,
    };
    let mut flows: Vec<Flow> = counts.into_iter().map(flow).collect();
    flows.sort_by_key(|flow| std::cmp::Reverse(flow.events));
    flows
}

/// It told the vendor something: what the matrix counts as sent.
pub(crate) fn is_event(detection: &Detection) -> bool {
    let on_the_wire = matches!(detection.source, Source::Request | Source::Cname);
    on_the_wire && matches!(detection.role, Role::Hit | Role::Sync)
}

fn page_name(kind: PageKind, address: &str) -> String {
    let is_home = || url::Url::parse(address).is_ok_and(|url| url.path() == "/");
    match kind {
        PageKind::Other if is_home() => "home page".to_owned(),
        PageKind::Other => "other pages".to_owned(),
        kind => words::page_kind(kind).to_owned(),
    }
}

impl Carried {
    fn of(detection: &Detection) -> Self {
        let of_flag = |flag: &crate::detect::DataFlag| match flag.kind {
            DataKind::Health if flag.category.is_empty() => Self::SomeHealth,
            DataKind::Health => Self::Health(topic(&flag.category)),
            DataKind::Personal(kind) => Self::Personal(identifier(kind)),
        };
        let has = |kinds: &[&str]| detection.data.values().any(|kind| kinds.contains(&&**kind));
        match detection.flags.iter().map(of_flag).min() {
            Some(carried) => carried,
            None if has(&["click-text"]) => Self::Click,
            None if has(&["page-url", "page-title"]) => Self::Page,
            None => Self::Presence,
        }
    }

    /// What it is called in a report.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::SomeHealth => "Health".to_owned(),
            Self::Health(topic) => format!("Health: {topic}"),
            Self::Personal(kind) => {
                let bare = kind.strip_prefix("an ").or_else(|| kind.strip_prefix("a "));
                words::capitalised(bare.unwrap_or(kind))
            }
            Self::Click => "What was clicked".to_owned(),
            Self::Page => "Which page it was".to_owned(),
            Self::Presence => "That somebody was there".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::DataFlag;
    use crate::health::IdentifierKind;
    use crate::model::Masked;

    fn flag(kind: DataKind, category: &str) -> DataFlag {
        DataFlag {
            kind,
            param: String::new(),
            path: String::new(),
            excerpt: Masked::own(""),
            category: category.to_owned(),
        }
    }

    #[test]
    fn an_event_counts_under_the_most_telling_thing() {
        let mut detection = Detection::default();
        assert_eq!(Carried::of(&detection).label(), "That somebody was there");
        detection.data.insert("dl".to_owned(), "page-url".to_owned());
        assert_eq!(Carried::of(&detection).label(), "Which page it was");
        detection.flags.push(flag(DataKind::Personal(IdentifierKind::Email), ""));
        assert_eq!(Carried::of(&detection).label(), "E-mail address");
        detection.flags.push(flag(DataKind::Health, ""));
        detection.flags.push(flag(DataKind::Health, "rx_refill"));
        assert_eq!(Carried::of(&detection).label(), "Health: prescription refill");
    }

    #[test]
    fn a_page_without_a_kind_is_home_or_another() {
        assert_eq!(page_name(PageKind::Other, "https://a.example/"), "home page");
        assert_eq!(page_name(PageKind::Other, "https://a.example/x"), "other pages");
    }
}
