//! Decisions of the owner that met nothing: a waiver that no finding fits, a vendor that was
//! never seen. Either is a leftover to be tidied up, or has a mistake in it.

use std::collections::BTreeSet;

use super::{Finding, Policy, Waiver};
use crate::detect::Detected;

impl Policy {
    /// The waivers that fit none of the findings, a sentence each.
    #[must_use]
    pub fn idle_waivers(&self, findings: &[Finding]) -> Vec<String> {
        let idle = self.waivers.iter().filter(|waiver| !findings.iter().any(|f| waiver.fits(f)));
        idle.map(|waiver| format!("The waiver {} fits no finding.", named(waiver))).collect()
    }

    /// The vendors that are allowed or declared and that were not seen, a sentence each.
    #[must_use]
    pub fn idle_vendors(&self, detected: &Detected) -> Vec<String> {
        let seen = detected.detections.iter().flat_map(|d| [&d.vendor, &d.product]);
        let seen: BTreeSet<String> = seen.map(|name| name.to_lowercase()).collect();
        let unseen = |name: &&String| !seen.contains(&name.to_lowercase());
        let declared = self.declared.iter().flatten().map(|vendor| &vendor.name).filter(unseen);
        let mut sentences: Vec<String> =
            declared.map(|name| format!("{name} is declared and was not seen.")).collect();
        for (pass, names) in &self.allowed {
            let names = names.iter().filter(unseen);
            sentences
                .extend(names.map(|name| format!("{name} is allowed in {pass} and was not seen.")));
        }
        sentences
    }
}

/// What it is about and whose it is: `of ep-preconsent for Example by Ann`.
fn named(waiver: &Waiver) -> String {
    let parts = [
        ("of", &waiver.audit),
        ("with fingerprint", &waiver.fingerprint),
        ("for", &waiver.vendor),
        ("on", &waiver.site),
    ];
    let parts =
        parts.into_iter().filter_map(|(word, part)| Some(format!("{word} {}", part.as_ref()?)));
    format!("{} by {}", parts.collect::<Vec<_>>().join(" "), waiver.by.owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{DeclaredVendor, WaivedBy};
    use crate::detect::Detection;

    #[test]
    fn what_met_nothing_is_named() {
        let today = jiff::civil::date(2026, 11, 24);
        let by = WaivedBy { reason: "r".to_owned(), owner: "Ann".to_owned(), expires: today };
        let waiver = Waiver {
            audit: Some("ep-preconsent".to_owned()),
            fingerprint: None,
            vendor: Some("Exmaple".to_owned()),
            site: None,
            by,
        };
        let mut policy = Policy::on(today);
        policy.waivers = vec![waiver];
        let said = policy.idle_waivers(&[]);
        assert_eq!(said, ["The waiver of ep-preconsent for Exmaple by Ann fits no finding."]);

        let vendor = |name: &str| DeclaredVendor { name: name.to_owned(), purposes: Vec::new() };
        policy.declared = Some(vec![vendor("meta"), vendor("Gone")]);
        let mut detected = Detected::default();
        detected.detections.push(Detection { vendor: "Meta".to_owned(), ..Detection::default() });
        assert_eq!(policy.idle_vendors(&detected), ["Gone is declared and was not seen."]);
    }
}
