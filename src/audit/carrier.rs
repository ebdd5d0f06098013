//! What carried a piece of health content: the address, the title, a click, an event's name.

use crate::detect::{DataFlag, DataKind, Detection};

/// The part of a hit that a flagged value stood in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Carrier {
    /// The page's address.
    Address,
    /// The page's title.
    Title,
    /// The address of the page before.
    Referrer,
    /// The name of the event.
    Event,
    /// The text of what was clicked.
    Click,
    /// What was searched for.
    Search,
    /// Names of forms and their fields.
    Form,
    /// Anything else that the site or the tag added.
    Custom,
}

impl Carrier {
    /// Where this flag stood, as the database says, else as the parameter's name does.
    pub(crate) fn of(detection: &Detection, flag: &DataFlag) -> Self {
        let kind = detection.data.get(&flag.param).map_or("", String::as_str);
        match kind {
            "page-url" => Self::Address,
            "page-title" => Self::Title,
            "referrer" => Self::Referrer,
            "event" => Self::Event,
            "click-text" | "click-target" => Self::Click,
            "search" => Self::Search,
            "form-field" => Self::Form,
            _ => match Self::named(&flag.param) {
                // An address under a name of the site's own is one all the same.
                Self::Custom if is_address(flag.excerpt.as_str()) => Self::Address,
                named => named,
            },
        }
    }

    fn named(param: &str) -> Self {
        let last = param.rsplit(['.', '[']).next().unwrap_or(param).trim_end_matches(']');
        match last.to_ascii_lowercase().as_str() {
            "dl" | "url" | "page_location" | "dp" | "path" => Self::Address,
            "dt" | "tiba" | "title" | "pagetitle" | "page_title" => Self::Title,
            "dr" | "rl" | "ref" | "referrer" | "referer" => Self::Referrer,
            "ev" | "en" | "ea" | "ec" | "el" | "event" | "event_name" => Self::Event,
            "buttontext" | "buttonfeatures" | "innertext" | "link_text" | "btx" => Self::Click,
            "search_string" | "search_term" | "q" | "query" => Self::Search,
            "formfeatures" | "form_id" | "form_name" | "first_field_name" => Self::Form,
            _ => Self::Custom,
        }
    }

    /// It tells which page was open, and nothing that the visitor did there.
    pub(crate) fn is_page(self) -> bool {
        matches!(self, Self::Address | Self::Title | Self::Referrer)
    }

    /// In a sentence, after `the`.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Title => "title",
            Self::Referrer => "referrer",
            Self::Event => "event name",
            Self::Click => "text of what was clicked",
            Self::Search => "search term",
            Self::Form => "names of form fields",
            Self::Custom => "custom parameters",
        }
    }

    /// The stable name in fingerprints.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Title => "title",
            Self::Referrer => "referrer",
            Self::Event => "event",
            Self::Click => "click",
            Self::Search => "search",
            Self::Form => "form",
            Self::Custom => "custom",
        }
    }
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// The health flags of a detection, each with its carrier.
pub(crate) fn health_flags(
    detection: &Detection,
) -> impl Iterator<Item = (&DataFlag, Carrier)> + Clone {
    let flags = detection.flags.iter().filter(|flag| flag.kind == DataKind::Health);
    flags.map(move |flag| (flag, Carrier::of(detection, flag)))
}
