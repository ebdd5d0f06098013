//! The site's privacy policy: which link leads to it, and what it says.

use super::cut;
use super::page::Page;
use crate::model::{Link, PrivacyPolicy};

const TEXT_LIMIT: usize = 200_000;

/// Words of links to a privacy policy, the surest first.
const WORDS: &[&str] = &[
    "privacy policy",
    "privacy statement",
    "privacy notice",
    "online privacy",
    "web privacy",
    "website privacy",
    "datenschutz",
    "confidentialité",
    "protection des données",
    "privacidad",
    "privacybeleid",
    "privacyverklaring",
    "informativa sulla privacy",
    "privacidade",
    "integritetspolicy",
    "privacy",
];

/// Words of pages that are something else: the notice that US health providers hand
/// to patients is about records, not about the site.
const NOT: &[&str] =
    &["privacy practices", "npp", "your privacy choices", "settings", "einstellungen"];

/// The link to the site's privacy policy, if one of these is.
pub(in crate::crawl) fn policy_link(links: &[Link]) -> Option<&Link> {
    let rank = |link: &&Link| {
        let path = link.url.split(['?', '#']).next().unwrap_or_default();
        let words = format!("{} {}", link.text, path.replace(['-', '_', '/'], " ")).to_lowercase();
        let other = NOT.iter().any(|word| words.contains(word));
        (!other).then(|| WORDS.iter().position(|word| words.contains(word))).flatten()
    };
    let ranked = links.iter().filter_map(|link| Some((rank(&link)?, link)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, link)| link)
}

/// Its text.
pub(super) fn collect(page: &Page) -> PrivacyPolicy {
    PrivacyPolicy { url: page.base.clone(), text: cut(&page.text, TEXT_LIMIT) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_told_from_its_neighbours() {
        let link = |url: &str, text: &str| Link {
            url: format!("https://clinic.example{url}"),
            text: text.into(),
            ..Link::default()
        };
        let links = [
            link("/about", "About"),
            link("/npp", "Notice of Privacy Practices"),
            link("/privacy-choices", "Your Privacy Choices"),
            link("/legal/privacy", "Privacy"),
            link("/legal/web", "Website Privacy Policy"),
        ];
        assert_eq!(policy_link(&links).map(|l| &*l.text), Some("Website Privacy Policy"));
        assert_eq!(policy_link(&links[..4]).map(|l| &*l.text), Some("Privacy"));
        assert_eq!(policy_link(&links[..3]), None);
        assert!(policy_link(&[link("/datenschutz", "")]).is_some());
    }
}
