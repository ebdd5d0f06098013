//! Vendors that use what they receive for advertising, and the events they buy it with.

use super::case::Sighting;

/// Purposes that make a product one of advertising.
const CATEGORIES: &[&str] = &["advertising", "retargeting", "conversion", "affiliate"];
/// Words of events near the end of a purchase or a registration.
const LOWER_FUNNEL: &[&str] = &[
    "addpaymentinfo",
    "addtocart",
    "begincheckout",
    "bookappointment",
    "checkout",
    "completeregistration",
    "contact",
    "conversion",
    "findlocation",
    "generatelead",
    "initiatecheckout",
    "lead",
    "purchase",
    "schedule",
    "signup",
    "starttrial",
    "submitapplication",
    "submitform",
    "subscribe",
];

/// Whether the product is one of advertising.
pub(crate) fn is_advertiser(sighting: &Sighting<'_>) -> bool {
    sighting.detection.categories.iter().any(|c| CATEGORIES.contains(&c.as_str()))
}

/// Whether the hit reports a step near the end of what the site wants of its visitors.
pub(crate) fn is_lower_funnel(sighting: &Sighting<'_>) -> bool {
    let event = sighting.detection.event.as_deref().unwrap_or_default();
    let plain: String = event.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let category = sighting.detection.categories.first();
    LOWER_FUNNEL.contains(&plain.as_str()) || category.is_some_and(|c| c == "conversion")
}
