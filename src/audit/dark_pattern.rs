//! What of a banner steers its visitor, from how it was measured: one button held against
//! the other, and switches as they stood.

use crate::model::{
    ButtonForm, ButtonPurpose, Choice, ChoiceOutcome, Cmp, Decision, ShownBanner, ShownButton,
    ShownSwitch,
};

/// Text below this contrast is hard to read (WCAG 2, level AA).
const READABLE: f64 = 4.5;
/// From this contrast with its surroundings on, a button's background is seen at a glance.
const EYE_CATCHING: f64 = 3.0;
/// A button so many times as large as the other is the larger one to anybody.
const LARGER: f64 = 2.0;
/// And one whose letters are so many times as high.
const HIGHER: f64 = 1.25;
/// Below this many pixels outside the banner, a button belongs to it.
const OUTSIDE: f64 = 40.0;

/// One way of steering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pattern {
    /// Accepting is a button, refusing a bare text.
    RefuseAsText,
    /// The text that refuses is hard to read, the one that accepts is not.
    RefuseUnreadable,
    /// Only the button that accepts has a background that catches the eye.
    AcceptStandsOut,
    /// The button that refuses is much smaller.
    RefuseSmaller,
    /// The button that refuses is not where the one that accepts is.
    RefuseElsewhere,
    /// Optional switches are on before anybody touched them.
    PreTicked,
    /// Switches for legitimate interest are.
    LegitimateInterestOn,
    /// Analytics or marketing cannot be switched off.
    LockedOn,
    /// No way back to the choice was found once it was made.
    NoWithdrawal,
    /// Scrolling or a click elsewhere counts as consent.
    ImpliedConsent,
}

impl Pattern {
    /// The stable name in fingerprints.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::RefuseAsText => "refuse-as-text",
            Self::RefuseUnreadable => "refuse-unreadable",
            Self::AcceptStandsOut => "accept-stands-out",
            Self::RefuseSmaller => "refuse-smaller",
            Self::RefuseElsewhere => "refuse-elsewhere",
            Self::PreTicked => "pre-ticked",
            Self::LegitimateInterestOn => "legitimate-interest-on",
            Self::LockedOn => "locked-on",
            Self::NoWithdrawal => "no-withdrawal",
            Self::ImpliedConsent => "implied-consent",
        }
    }
}

/// A pattern, and what shows it.
pub(crate) type Sign = (Pattern, String);

/// How the banner shows the two answers.
pub(crate) fn of_banner(cmp: &Cmp) -> Vec<Sign> {
    let Some(shown) = cmp.shown.as_ref().filter(|_| cmp.banner_visible) else { return Vec::new() };
    let mut signs = of_switches(&shown.switches);
    if let (Some(accept), Some(reject)) = (accept(shown), reject(shown)) {
        signs.extend(of_buttons(shown, accept, reject));
    }
    signs
}

/// What a choice came upon, and what came of it.
pub(crate) fn of_choice(choice: &Choice) -> Vec<Sign> {
    let mut signs = of_switches(&choice.switches);
    let withdraws = choice.decision == Decision::Withdraw;
    let consents = choice.decision == Decision::Accept && choice.verified;
    if withdraws && choice.outcome == ChoiceOutcome::NoWayBack {
        let said = "After consent was given, the page had no control that took it back.";
        signs.push((Pattern::NoWithdrawal, said.to_owned()));
    } else if consents && choice.ways_back.as_ref().is_some_and(Vec::is_empty) {
        let said = "After consent was given, the page had no link or button that leads back to the choice.";
        signs.push((Pattern::NoWithdrawal, said.to_owned()));
    }
    if choice.outcome == ChoiceOutcome::ImpliedConsent {
        let said = format!("Nothing was clicked on the banner: {}.", choice.note);
        signs.push((Pattern::ImpliedConsent, said));
    }
    signs
}

/// The button that accepts most, and the one that refuses most: the largest of each.
fn accept(shown: &ShownBanner) -> Option<&ShownButton> {
    largest(shown, ButtonPurpose::Accept)
}

fn reject(shown: &ShownBanner) -> Option<&ShownButton> {
    largest(shown, ButtonPurpose::Reject)
}

fn largest(shown: &ShownBanner, purpose: ButtonPurpose) -> Option<&ShownButton> {
    let of = shown.buttons.iter().filter(|button| button.purpose == purpose);
    of.max_by(|a, b| {
        (a.form == ButtonForm::Button, a.area.size())
            .partial_cmp(&(b.form == ButtonForm::Button, b.area.size()))
            .unwrap_or(std::cmp::Ordering::Equal)
    })
}

fn of_buttons(shown: &ShownBanner, accept: &ShownButton, reject: &ShownButton) -> Vec<Sign> {
    let mut signs = Vec::new();
    let both = |what: &str, accept: String, reject: String| {
        format!("{what}: accept {accept}, refuse {reject}")
    };
    if (accept.form, reject.form) == (ButtonForm::Button, ButtonForm::Text) {
        signs.push((
            Pattern::RefuseAsText,
            both("drawn as", "a button".into(), "a bare text".into()),
        ));
    }
    if let (Some(a), Some(r)) = (accept.text_contrast, reject.text_contrast)
        && r < READABLE
        && a >= READABLE
    {
        signs.push((Pattern::RefuseUnreadable, both("contrast of the text", ratio(a), ratio(r))));
    }
    if let (Some(a), Some(r)) = (accept.fill_contrast, reject.fill_contrast)
        && a >= EYE_CATCHING
        && r < a / 2.0
    {
        let sign = both("contrast of the button with the banner", ratio(a), ratio(r));
        signs.push((Pattern::AcceptStandsOut, sign));
    }
    let size = |b: &ShownButton| format!("{:.0} × {:.0} px", b.area.width, b.area.height);
    let letters = |b: &ShownButton| format!("{:.0} px", b.font_px);
    if reject.area.size() > 0.0 && accept.area.size() >= LARGER * reject.area.size() {
        signs.push((Pattern::RefuseSmaller, both("size", size(accept), size(reject))));
    } else if reject.font_px > 0.0 && accept.font_px >= HIGHER * reject.font_px {
        signs.push((Pattern::RefuseSmaller, both("letters", letters(accept), letters(reject))));
    }
    if is_outside(shown, reject) && !is_outside(shown, accept) {
        let place = |b: &ShownButton| format!("at {:.0}, {:.0}", b.area.x, b.area.y);
        signs.push((Pattern::RefuseElsewhere, both("place", place(accept), place(reject))));
    }
    signs
}

fn ratio(contrast: f64) -> String {
    format!("{contrast:.1}:1")
}

/// Far from the part of the banner that is in view.
fn is_outside(shown: &ShownBanner, button: &ShownButton) -> bool {
    let (area, b) = (&shown.area, &button.area);
    area.size() > 0.0 && (b.y > area.y + area.height + OUTSIDE || b.y + b.height + OUTSIDE < area.y)
}

fn of_switches(switches: &[ShownSwitch]) -> Vec<Sign> {
    let named = |kind: &dyn Fn(&&ShownSwitch) -> bool| {
        let labels = switches.iter().filter(|s| s.on && !s.necessary).filter(kind);
        let labels: Vec<&str> = labels.map(|s| s.label.as_str()).collect();
        (!labels.is_empty()).then(|| super::words::list(labels, 5))
    };
    let optional = named(&|s| !s.locked && !s.legitimate_interest);
    let interest = named(&|s| !s.locked && s.legitimate_interest);
    let locked =
        named(&|s| s.locked && matches!(s.category.as_str(), "analytics" | "marketing" | "social"));
    let sign = |pattern, labels: Option<String>, what: &str| {
        labels.map(|labels| (pattern, format!("{what}: {labels}")))
    };
    [
        sign(Pattern::PreTicked, optional, "on before anybody touched them"),
        sign(Pattern::LegitimateInterestOn, interest, "on before anybody touched them"),
        sign(Pattern::LockedOn, locked, "always on, and not necessary by their names"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
