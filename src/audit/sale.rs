//! What California calls a sale or sharing: data to those who advertise across sites.

use super::case::{Act, Sighting};
use crate::model::Visit;

/// Purposes whose vendors build profiles across sites or sell on them.
const PURPOSES: &[&str] = &["advertising", "retargeting", "conversion", "identity"];

/// Words of links that let a visitor opt out of it, in English and Spanish.
const LINKS: &[&str] = &[
    "do not sell",
    "do not share my",
    "don't sell",
    "don’t sell",
    "your privacy choices",
    "your california privacy choices",
    "limit the use of my sensitive",
    "no vender",
    "no venda",
    "opciones de privacidad",
];

/// Whether a sighting told an advertising vendor something of the visitor.
pub(crate) fn is_sale(sighting: &Sighting<'_>) -> bool {
    let purpose = sighting.detection.categories.first();
    sighting.act() == Act::Tracking
        && purpose.is_some_and(|purpose| PURPOSES.contains(&purpose.as_str()))
}

/// The text of a link on the page that lets a visitor opt out.
pub(crate) fn opt_out_link(visit: &Visit) -> Option<&str> {
    let links = visit.collected.links.iter().flatten().map(|link| link.text.as_str());
    let buttons = visit.cmp.iter().flat_map(|cmp| cmp.buttons.iter().map(String::as_str));
    links.chain(buttons).find(|text| {
        let text = text.to_lowercase();
        LINKS.iter().any(|words| text.contains(words))
    })
}
