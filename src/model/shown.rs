//! How a banner shows its choices: measured when it was found, so that an audit can hold
//! the button that refuses against the one that accepts.

use serde::{Deserialize, Serialize};

/// A banner as a visitor sees it, in the top window's CSS pixels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ShownBanner {
    /// Where the banner is.
    pub area: Area,
    /// Buttons and links whose words say what they are for, in reading order.
    pub buttons: Vec<ShownButton>,
    /// Switches and check boxes of its first layer.
    pub switches: Vec<ShownSwitch>,
}

/// A box in CSS pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Area {
    /// Its size in square pixels.
    #[must_use]
    pub fn size(&self) -> f64 {
        self.width * self.height
    }
}

/// One button of a banner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownButton {
    /// Its accessible name.
    pub label: String,
    /// What it is for, by its words.
    pub purpose: ButtonPurpose,
    /// What it is drawn as.
    pub form: ButtonForm,
    /// Where it is.
    pub area: Area,
    /// Size of its text, CSS pixels.
    pub font_px: f64,
    /// Weight of its text, 400 being normal.
    pub font_weight: u16,
    /// Contrast of its text with what lies behind the text, 1 to 21 (WCAG 2);
    /// `None` where a picture lies behind it or a colour could not be read.
    pub text_contrast: Option<f64>,
    /// Contrast of its own background with what surrounds it: 1 where it has none.
    pub fill_contrast: Option<f64>,
    /// It has a border that can be seen.
    pub bordered: bool,
}

/// What a button is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ButtonPurpose {
    /// Accepts everything, or as far as its word goes.
    Accept,
    /// Refuses everything optional.
    Reject,
    /// Opens the next layer.
    Settings,
    /// Stores what is ticked.
    Save,
    /// Only closes a notice.
    Acknowledge,
    /// Costs money.
    Pay,
}

/// What a button is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ButtonForm {
    /// A button: it has a background or a border of its own, or the browser draws it so.
    Button,
    /// A text that is only known as something to click by its words or its underline.
    Text,
}

/// One switch or check box of a banner, as it stood before anything was clicked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShownSwitch {
    /// Its accessible name.
    pub label: String,
    /// It was on.
    pub on: bool,
    /// A visitor cannot change it.
    pub locked: bool,
    /// By its label nobody can refuse it.
    pub necessary: bool,
    /// Its label speaks of legitimate interest.
    pub legitimate_interest: bool,
    /// The kind of purpose that its label names: `analytics`, `marketing`, `social`,
    /// `functional`, `necessary`; empty when none of these.
    #[serde(default)]
    pub category: String,
}
