//! The closed lists that signature files choose from.

use serde::{Deserialize, Serialize};

/// The purposes of a product. The first one in a file is the primary one.
pub const CATEGORIES: &[(&str, &str)] = &[
    ("ab-test", "shows variants of a page and measures them"),
    ("advertising", "sells, places or measures advertisements"),
    ("affiliate", "credits a partner with a sale"),
    ("analytics", "counts and describes visits"),
    ("cdp", "collects profiles of customers across tools"),
    ("chat", "talks with visitors"),
    ("conversion", "reports that an advertisement led to an action"),
    ("email", "ties visits to a mailing list"),
    ("error-monitoring", "reports errors and speed of the page"),
    ("identity", "links identifiers of one person across companies"),
    ("personalisation", "chooses content for the visitor"),
    ("retargeting", "builds audiences for advertisements elsewhere"),
    ("session-replay", "records what a visitor does on the page"),
    ("social", "embeds a social network"),
    ("tag-manager", "loads other vendors' code"),
    ("video", "plays video and reports on it"),
];

/// The kinds of data that a parameter can carry, each with a name for people.
pub const DATA_KINDS: &[(&str, &str)] = &[
    ("account", "account"),
    ("address", "postal address"),
    ("address-hash", "hashed postal address"),
    ("birth-date", "date of birth"),
    ("birth-date-hash", "hashed date of birth"),
    ("campaign", "campaign"),
    ("click-id", "advertisement click id"),
    ("click-target", "address of what was clicked"),
    ("click-text", "text of what was clicked"),
    ("consent", "consent signal"),
    ("content", "content or product viewed"),
    ("currency", "currency"),
    ("custom", "custom value of the site"),
    ("device", "device or browser"),
    ("device-id", "device or browser id"),
    ("email", "e-mail address"),
    ("email-hash", "hashed e-mail address"),
    ("event", "event name"),
    ("event-id", "event id"),
    ("form-field", "form field"),
    ("gender", "gender"),
    ("gender-hash", "hashed gender"),
    ("ip", "IP address"),
    ("language", "language"),
    ("location", "location"),
    ("name", "name of a person"),
    ("name-hash", "hashed name of a person"),
    ("order-id", "order id"),
    ("page-title", "page title"),
    ("page-url", "page URL"),
    ("person", "details of a person"),
    ("phone", "phone number"),
    ("phone-hash", "hashed phone number"),
    ("product", "products"),
    ("referrer", "referrer"),
    ("screen", "screen size"),
    ("search", "search term"),
    ("secret", "secret"),
    ("session-id", "session id"),
    ("time", "time"),
    ("user-id", "user id"),
    ("value", "amount"),
    ("version", "version of the vendor's code"),
];

/// Parameters that mean the same whoever receives them: consent strings as the IAB's
/// frameworks and macros name them, click ids as advertising platforms append them, and
/// names that say themselves what they carry. A vendor's own file goes before.
pub(super) const COMMON_PARAMS: &[(&str, &str)] = &[
    ("addtl_consent", "consent"),
    ("coppa", "consent"),
    ("dclid", "click-id"),
    ("fbclid", "click-id"),
    ("gbraid", "click-id"),
    ("gclid", "click-id"),
    ("gdpr", "consent"),
    ("gdpr_consent", "consent"),
    ("gdpr_pd", "consent"),
    ("gpp", "consent"),
    ("gpp_sid", "consent"),
    ("irclickid", "click-id"),
    ("language", "language"),
    ("li_fat_id", "click-id"),
    ("locale", "language"),
    ("msclkid", "click-id"),
    ("pageTitle", "page-title"),
    ("pageUrl", "page-url"),
    ("page_title", "page-title"),
    ("page_url", "page-url"),
    ("referer", "referrer"),
    ("referrer", "referrer"),
    ("screen_height", "screen"),
    ("screen_width", "screen"),
    ("sessionId", "session-id"),
    ("session_id", "session-id"),
    ("timestamp", "time"),
    ("ttclid", "click-id"),
    ("twclid", "click-id"),
    ("us_privacy", "consent"),
    ("userAgent", "device"),
    ("user_agent", "device"),
    ("utm_*", "campaign"),
    ("wbraid", "click-id"),
];

/// How far a signature is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not confirmed against a source yet: it matches, and stays out of reports.
    Draft,
    /// Confirmed.
    Stable,
    /// The vendor has ended it; it still occurs in old captures.
    Retired,
}

impl Status {
    /// Its name in a file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Stable => "stable",
            Self::Retired => "retired",
        }
    }
}

/// The name for people of a kind of data; `None` if the list does not have it.
#[must_use]
pub fn data_kind_label(kind: &str) -> Option<&'static str> {
    DATA_KINDS.iter().find(|(name, _)| *name == kind).map(|(_, label)| *label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(CATEGORIES.is_sorted_by_key(|(name, _)| name));
        assert!(DATA_KINDS.is_sorted_by_key(|(name, _)| name));
        assert!(COMMON_PARAMS.is_sorted_by_key(|(name, _)| name));
    }

    #[test]
    fn common_parameters_are_of_kinds_that_have_a_name() {
        for (name, kind) in COMMON_PARAMS {
            assert!(data_kind_label(kind).is_some(), "{name}: {kind}");
        }
    }
}
