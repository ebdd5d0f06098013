//! How a button looks: contrast of its text and of its background, by the formula of
//! WCAG 2, from computed styles.

use serde::Deserialize;

use super::banner::Role;
use super::words::Intent;
use crate::model::{Area, ButtonForm, ButtonPurpose, ShownButton};

/// From here on a background stands out from what surrounds it.
const STANDS_OUT: f64 = 1.15;

/// Computed styles of a button, as the page told them. Lists of backgrounds go from the
/// inside to the outside, and end with the first that is opaque.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Look {
    color: String,
    /// Behind the text.
    behind_text: Vec<String>,
    /// The button's own, and behind it.
    own: Vec<String>,
    /// Behind the button.
    around: Vec<String>,
    font_px: f64,
    font_weight: f64,
    bordered: bool,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Look {
    /// The button as a capture keeps it; `None` where its words do not say what it is for.
    pub(super) fn shown(&self, label: &str, role: Role, intent: Intent) -> Option<ShownButton> {
        let fill_contrast = contrast(&self.own, &self.around);
        let filled = fill_contrast.is_none_or(|contrast| contrast >= STANDS_OUT);
        // A link or text that is drawn like a button is one to the visitor, and a button
        // that has nothing of one is a text.
        let form = match role {
            _ if filled || self.bordered => ButtonForm::Button,
            Role::Button | Role::Link | Role::Text | Role::Switch | Role::Radio => ButtonForm::Text,
        };
        Some(ShownButton {
            label: label.to_owned(),
            purpose: purpose(intent)?,
            form,
            area: Area { x: self.x, y: self.y, width: self.width, height: self.height },
            font_px: self.font_px,
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            font_weight: self.font_weight.clamp(0.0, 1000.0) as u16,
            text_contrast: self.text_contrast(),
            fill_contrast: fill_contrast.map(rounded),
            bordered: self.bordered,
        })
    }

    fn text_contrast(&self) -> Option<f64> {
        let behind = flattened(&self.behind_text)?;
        let text = Colour::parse(&self.color)?.over(behind);
        Some(rounded(ratio(text, behind)))
    }
}

fn purpose(intent: Intent) -> Option<ButtonPurpose> {
    Some(match intent {
        Intent::Accept | Intent::AcceptAll => ButtonPurpose::Accept,
        Intent::Reject => ButtonPurpose::Reject,
        Intent::Settings | Intent::Withdraw => ButtonPurpose::Settings,
        Intent::Save => ButtonPurpose::Save,
        Intent::Acknowledge => ButtonPurpose::Acknowledge,
        Intent::Pay => ButtonPurpose::Pay,
        Intent::Never => return None,
    })
}

/// Two digits are as much as an eye tells apart.
fn rounded(ratio: f64) -> f64 {
    (ratio * 100.0).round() / 100.0
}

fn contrast(one: &[String], other: &[String]) -> Option<f64> {
    Some(ratio(flattened(one)?, flattened(other)?))
}

/// The colour that a pile of backgrounds shows, on a white page.
fn flattened(backgrounds: &[String]) -> Option<Colour> {
    let mut shown = Colour { red: 1.0, green: 1.0, blue: 1.0, alpha: 1.0 };
    for background in backgrounds.iter().rev() {
        shown = Colour::parse(background)?.over(shown);
    }
    Some(shown)
}

/// A colour of the sRGB space, each part from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Colour {
    red: f64,
    green: f64,
    blue: f64,
    alpha: f64,
}

impl Colour {
    /// Reads `rgb(1, 2, 3)`, `rgba(…)` and `color(srgb …)`, the forms of computed styles.
    fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.trim().strip_suffix(')')?.split_once('(')?;
        let (rest, scale) = match kind {
            "rgb" | "rgba" => (rest, 255.0),
            "color" => (rest.strip_prefix("srgb ")?, 1.0),
            _ => return None,
        };
        let parts = rest.split([',', ' ', '/']).filter(|part| !part.is_empty()).take(5);
        let parts: Vec<f64> = parts.map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let &[red, green, blue] = parts.first_chunk()?;
        let alpha = parts.get(3);
        let part = |value: f64| (value / scale).clamp(0.0, 1.0);
        let alpha = alpha.copied().unwrap_or(1.0).clamp(0.0, 1.0);
        Some(Self { red: part(red), green: part(green), blue: part(blue), alpha })
    }

    /// This colour laid over an opaque one.
    fn over(self, below: Self) -> Self {
        let mix = |above: f64, below: f64| above * self.alpha + below * (1.0 - self.alpha);
        Self {
            red: mix(self.red, below.red),
            green: mix(self.green, below.green),
            blue: mix(self.blue, below.blue),
            alpha: 1.0,
        }
    }

    fn luminance(self) -> f64 {
        let linear = |part: f64| match part {
            low if low <= 0.04045 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

fn ratio(one: Colour, other: Colour) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn look(color: &str, own: &[&str], around: &[&str]) -> Look {
        let list = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let (behind_text, color) = (list(own), color.to_owned());
        Look { color, behind_text, own: list(own), around: list(around), ..Look::default() }
    }

    fn shown(look: &Look) -> ShownButton {
        look.shown("Reject", Role::Button, Intent::Reject).unwrap()
    }

    #[test]
    fn contrast_is_that_of_the_colours_that_are_seen() {
        let black = shown(&look("rgb(0, 0, 0)", &["rgb(255, 255, 255)"], &["rgb(255, 255, 255)"]));
        assert_eq!((black.text_contrast, black.fill_contrast), (Some(21.0), Some(1.0)));
        assert_eq!(black.form, ButtonForm::Text, "nothing of a button about it");
        // #767676 on white is known to be 4.54.
        let grey = shown(&look("rgb(118, 118, 118)", &[], &[]));
        assert_eq!(grey.text_contrast, Some(4.54));
        // Half-transparent black over white is a middle grey.
        let pile = look("rgb(255, 255, 255)", &["rgba(0, 0, 0, 0.5)", "rgb(255, 255, 255)"], &[]);
        assert!((3.9..4.1).contains(&shown(&pile).text_contrast.unwrap()));
        let wide = look("color(srgb 1 1 1 / 1)", &["rgb(0, 90, 200)"], &["rgb(255, 255, 255)"]);
        assert_eq!(shown(&wide).form, ButtonForm::Button);
        assert!(shown(&wide).fill_contrast.unwrap() > 4.0);
    }

    #[test]
    fn what_cannot_be_read_is_not_told() {
        let picture = shown(&look("rgb(0, 0, 0)", &["picture"], &["rgb(255, 255, 255)"]));
        assert_eq!((picture.text_contrast, picture.fill_contrast), (None, None));
        assert_eq!(picture.form, ButtonForm::Button, "a picture is a background");
        assert_eq!(shown(&look("oklch(0.7 0.1 20)", &[], &[])).text_contrast, None);
    }

    proptest! {
        #[test]
        fn no_colour_panics(text in "(rgba?|color)?\\(?(srgb )?[0-9., /e-]{0,30}\\)?") {
            if let Some(colour) = Colour::parse(&text) {
                prop_assert!(ratio(colour.over(colour), colour).is_finite());
            }
        }
    }
}
