//! Tags that do nothing: for an account that is a placeholder, for a product that is no
//! more, or to an address that answers with an error.

use super::case::{Case, Sighting};
use super::draft::{Draft, Group, Key, grouped, on_pages};
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::Source;

/// `dead-pixel`
pub(crate) struct DeadPixel;

static INFO: AuditInfo = AuditInfo {
    id: "dead-pixel",
    title: "Dead or test pixel",
    severity: Severity::Low,
    citations: &[law::GDPR_MINIMISATION],
    means: "A tag runs for nobody: its account is a placeholder, its product is closed, or every one of its requests is answered with an error. It still tells the vendor of the visit, and nobody looks after it.",
    fix: fix::REMOVE_TAG,
    blind_spots: "Accounts that are closed and still answered, and vendors that answer an error on purpose.",
};

/// Products that their vendor closed, with since when.
const CLOSED: &[(&str, &str)] = &[("Universal Analytics", "2024")];

impl Audit for DeadPixel {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let asked = || case.sightings().filter(|s| s.detection.source == Source::Request);
        let groups = grouped(asked().map(|s| (Key::product(s, "dead"), s)));
        groups.iter().filter_map(|(key, group)| finding(key, group)).collect()
    }
}

fn finding(key: &Key, group: &Group<'_, '_>) -> Option<Finding> {
    let accounts = || group.iter().filter_map(|s| s.detection.account.as_deref());
    let placeholders: Vec<&str> = accounts().filter(|account| is_placeholder(account)).collect();
    let closed = CLOSED.iter().find(|(product, _)| key.product.contains(product));
    let message = if let Some((_, since)) = closed {
        format!("{} runs {}, and has been closed since {since}.", key.product, on_pages(group))
    } else if !placeholders.is_empty() {
        let accounts = list(placeholders, 3);
        format!(
            "{} runs {} for the account {accounts}, a placeholder.",
            key.product,
            on_pages(group)
        )
    } else if group.iter().all(|sighting| is_refused(sighting)) {
        let errors: Vec<String> =
            group.iter().filter_map(|s| status(s)).map(|s| s.to_string()).collect();
        let errors = list(errors.iter().map(String::as_str), 3);
        format!("Every request of {} was answered with {errors} {}.", key.product, on_pages(group))
    } else {
        return None;
    };
    let draft = Draft {
        severity: Severity::Low,
        confidence: Confidence::Medium,
        message,
        caveats: Vec::new(),
    };
    Some(draft.on(&INFO, key, group))
}

fn status(sighting: &Sighting<'_>) -> Option<u16> {
    Some(sighting.request?.response.as_ref()?.status)
}

/// The vendor does not know it: not a fault of the moment, as of a server that is down.
fn is_refused(sighting: &Sighting<'_>) -> bool {
    matches!(status(sighting), Some(400 | 404 | 410))
}

/// What stands in instructions where an account goes.
fn is_placeholder(account: &str) -> bool {
    let lower = account.to_lowercase();
    let digits: Vec<u8> = account.bytes().filter(u8::is_ascii_digit).collect();
    let letters = lower.bytes().filter(u8::is_ascii_alphabetic);
    let same = |byte: u8| digits.len() >= 6 && digits.iter().all(|digit| *digit == byte);
    let xs = letters.clone().filter(|byte| *byte == b'x').count();
    let words = ["your", "placeholder", "undefined", "null", "example", "insert", "{{", "todo"];
    words.iter().any(|word| lower.contains(word))
        || same(b'0')
        || xs >= 4 && letters.count() <= xs + 3
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn placeholders_are_told_from_accounts() {
        for placeholder in
            ["YOUR_PIXEL_ID", "G-XXXXXXXXXX", "UA-XXXXX-Y", "0000000000", "undefined"]
        {
            assert!(is_placeholder(placeholder), "{placeholder}");
        }
        for account in
            ["1234567890123456", "G-ABCDEF1234", "UA-1234567-1", "AW-1000000001", "xk2j9"]
        {
            assert!(!is_placeholder(account), "{account}");
        }
    }
}
