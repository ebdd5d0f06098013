//! A banner as found: its platform, where it is, and what its buttons are for. The
//! buttons come from the accessibility tree, so closed shadow roots hide nothing.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::autoconsent::Held;
use super::look::Look;
use super::probe::{self, Around, Kind, Surroundings};
use super::rule::Rules;
use super::words::{Intent, Words};
use crate::dom::{Accessible, Dom, Element, FrameId};
use crate::model::{Area, Cmp, ShownBanner, ShownSwitch};

/// Buttons looked at in one frame; more is a page that wants to keep us busy.
const MOST_BUTTONS: usize = 160;
/// Longest label that is kept.
const LONGEST_LABEL: usize = 200;

/// A banner, or a platform that is loaded and shows none ([`Cmp::banner_visible`]).
#[derive(Debug, Clone)]
pub struct Banner {
    /// The platform, and what the banner says.
    pub cmp: Cmp,
    pub(super) frame: FrameId,
    pub(super) around: Around,
    pub(super) buttons: Vec<Button>,
    /// Rules of the user's layer that hold here.
    pub(super) held: Vec<Held>,
}

/// Something on a banner that can be clicked.
#[derive(Debug, Clone)]
pub(super) struct Button {
    pub(super) element: Element,
    pub(super) label: String,
    pub(super) role: Role,
    pub(super) intent: Option<Intent>,
    pub(super) checked: Option<bool>,
    /// Cannot be used, or leads away from the page.
    pub(super) idle: bool,
    pub(super) look: Option<Look>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Button,
    Link,
    Switch,
    Radio,
    /// A bare text with a hand over it.
    Text,
}

impl Banner {
    /// A platform that shows no banner.
    pub(super) fn silent(id: &str, name: &str) -> Self {
        let cmp = Cmp { id: id.to_owned(), name: name.to_owned(), ..Cmp::default() };
        Self {
            cmp,
            frame: FrameId::default(),
            around: Around::default(),
            buttons: Vec::new(),
            held: Vec::new(),
        }
    }

    /// The buttons of an intent that can be used, in reading order.
    pub(super) fn of(&self, intent: Intent) -> impl Iterator<Item = &Button> {
        self.buttons.iter().filter(move |button| button.intent == Some(intent) && !button.idle)
    }

    pub(super) fn has(&self, intent: Intent) -> bool {
        self.of(intent).next().is_some()
    }

    /// Switches and check boxes that a visitor can change.
    pub(super) fn switches(&self) -> impl Iterator<Item = &Button> {
        self.buttons.iter().filter(|button| button.role == Role::Switch && !button.idle)
    }

    /// Those that take effect at once, as a radio button does not.
    pub(super) fn deciding(&self, intent: Intent) -> Vec<Button> {
        self.of(intent).filter(|button| button.role != Role::Radio).cloned().collect()
    }

    /// Radio buttons that refuse one purpose each.
    pub(super) fn refusals(&self) -> impl Iterator<Item = &Button> {
        self.of(Intent::Reject).filter(|button| button.role == Role::Radio)
    }

    /// How it shows its choices, measured in its own frame.
    pub(super) fn shown(&self, words: &Words) -> ShownBanner {
        let Around { x, y, width, height, .. } = self.around;
        let buttons = self.buttons.iter().filter(|b| !matches!(b.role, Role::Switch | Role::Radio));
        let buttons = buttons.filter_map(|b| b.look.as_ref()?.shown(&b.label, b.role, b.intent?));
        ShownBanner {
            area: Area { x, y, width, height },
            buttons: buttons.collect(),
            switches: self.buttons.iter().filter_map(|b| b.as_switch(words)).collect(),
        }
    }

    /// Where it is drawn in the top window, and how far that is from its own frame's corner.
    pub(super) async fn place(&self, dom: &impl Dom) -> Option<(Area, f64, f64)> {
        let Around { width, height, .. } = self.around;
        for button in self.buttons.iter().take(5) {
            let Some(look) = &button.look else { continue };
            let Ok(Some(area)) = dom.visible_box(&button.element).await else { continue };
            // The box is that of the content, which lies in the middle of the whole.
            let right = area.x + area.width / 2.0 - (look.x + look.width / 2.0);
            let down = area.y + area.height / 2.0 - (look.y + look.height / 2.0);
            // In one frame both are measured alike, up to paddings.
            let right = if right.abs() < 8.0 { 0.0 } else { right };
            let down = if down.abs() < 8.0 { 0.0 } else { down };
            let (x, y) = (self.around.x + right, self.around.y + down);
            return Some((Area { x, y, width, height }, right, down));
        }
        None
    }

    /// Tells the platform what the banner shows.
    pub(super) fn describe(&mut self) {
        let known = self.buttons.iter().filter(|b| b.role != Role::Switch);
        self.cmp.buttons = known.map(|button| button.label.clone()).collect();
        self.cmp.buttons.dedup();
        self.cmp.banner_visible = true;
        self.cmp.banner_text = self.around.text.chars().take(2000).collect();
        self.cmp.reject_on_first_layer = Some(self.has(Intent::Reject));
    }

    /// Rejecting costs money: an offer to pay, and no button that refuses for free.
    pub(super) fn is_pay_or_accept(&self) -> bool {
        self.buttons.iter().any(|button| button.intent == Some(Intent::Pay))
            && !self.has(Intent::Reject)
    }

    /// It wants an answer, as a message that thanks for one does not.
    pub(super) fn asks(&self) -> bool {
        let answers = [Intent::Accept, Intent::AcceptAll, Intent::Reject, Intent::Save];
        self.around.kind == Kind::Popup && self.buttons.is_empty()
            || answers.iter().any(|intent| self.has(*intent))
    }

    /// Nothing on it decides: it can only be closed.
    pub(super) fn is_notice(&self) -> bool {
        let decides = [Intent::Accept, Intent::AcceptAll, Intent::Reject, Intent::Settings];
        !decides.iter().any(|intent| self.has(*intent)) && self.switches().next().is_none()
    }
}

impl Button {
    /// A switch or check box, as a capture keeps it.
    pub(super) fn as_switch(&self, words: &Words) -> Option<ShownSwitch> {
        let on = self.checked.filter(|_| self.role == Role::Switch)?;
        Some(words.switch(&self.label, on, self.idle))
    }
}

/// Every banner-like thing in a frame that has buttons with known words, or that is
/// one of `popups`.
pub(super) async fn candidates(
    dom: &impl Dom,
    rules: &Rules,
    frame: &FrameId,
    popups: &[String],
) -> Vec<Banner> {
    let Ok(tree) = dom.accessible(frame).await else { return Vec::new() };
    let named = named(rules, &tree);
    // Cheap way out for the many frames that have nothing of the kind.
    if popups.is_empty() && !named.iter().any(|(_, _, intent)| intent.is_some()) {
        return Vec::new();
    }
    let drawn = probe::drawn_switches(dom, frame).await;
    let drawn: Vec<Named<'_>> = drawn.iter().map(|entry| (entry, Role::Switch, None)).collect();
    let function = probe::surroundings_function(popups, rules.words.topics());
    let mut chosen: Vec<_> = named.iter().filter(|(_, _, intent)| intent.is_some()).collect();
    chosen.extend(drawn.iter().chain(named.iter().filter(|(_, _, intent)| intent.is_none())));
    chosen.truncate(MOST_BUTTONS);
    let answers =
        chosen.iter().map(|(entry, _, _)| probe::surroundings(dom, &entry.element, &function));
    let answers = join_all(answers).await;
    let mut groups: BTreeMap<u64, Banner> = BTreeMap::new();
    for ((entry, role, intent), answer) in chosen.into_iter().zip(answers) {
        let Some((around, button)) = button_of(entry, *role, *intent, answer) else { continue };
        let banner = groups.entry(around.key).or_insert_with(|| Banner {
            frame: frame.clone(),
            around,
            ..Banner::silent("generic", "unknown")
        });
        banner.buttons.push(button);
    }
    let place = |element: &Element| tree.iter().position(|entry| entry.element == *element);
    for banner in groups.values_mut() {
        banner.buttons.sort_by_key(|button| place(&button.element));
        drop_doubles(&mut banner.buttons);
        banner.describe();
    }
    let mut banners: Vec<Banner> = groups.into_values().collect();
    banners.retain(|banner| is_banner(rules, banner));
    banners
}

/// An entry that may be a button, and what its label says.
type Named<'a> = (&'a Accessible, Role, Option<Intent>);

fn named<'a>(rules: &Rules, tree: &'a [Accessible]) -> Vec<Named<'a>> {
    let named = tree.iter().filter_map(|entry| {
        let role = role_of(&entry.role)?;
        let intent = rules.words.intent(&entry.name).filter(|i| *i != Intent::Withdraw);
        let wanted = match role {
            Role::Button | Role::Switch | Role::Radio => true,
            Role::Link | Role::Text => intent.is_some(),
        };
        wanted.then_some((entry, role, intent))
    });
    named.collect()
}

fn role_of(role: &str) -> Option<Role> {
    match role {
        "button" | "menuitem" | "tab" => Some(Role::Button),
        "link" => Some(Role::Link),
        "checkbox" | "switch" | "menuitemcheckbox" => Some(Role::Switch),
        "radio" => Some(Role::Radio),
        "StaticText" | "text" | "generic" | "LabelText" => Some(Role::Text),
        _ => None,
    }
}

fn button_of(
    entry: &Accessible,
    role: Role,
    intent: Option<Intent>,
    answer: Option<Surroundings>,
) -> Option<(Around, Button)> {
    let answer = answer?;
    let around = answer.banner?;
    // A hidden check box is drawn by its label; everything else that is hidden is not there.
    if (!answer.shown && role != Role::Switch) || (role == Role::Text && !answer.cursor) {
        return None;
    }
    let button = Button {
        element: entry.element.clone(),
        label: entry.name.chars().take(LONGEST_LABEL).collect(),
        role: if role == Role::Button && answer.is_link { Role::Link } else { role },
        intent,
        checked: entry.checked.or(answer.checked),
        idle: entry.disabled || answer.disabled || answer.leaves,
        look: answer.look,
    };
    Some((around, button))
}

/// A text inside a button is named like the button: one of them is enough.
fn drop_doubles(buttons: &mut Vec<Button>) {
    let solid: Vec<String> =
        buttons.iter().filter(|b| b.role != Role::Text).map(|b| b.label.clone()).collect();
    buttons.retain(|button| {
        let doubled = solid.iter().any(|label| label.contains(&button.label));
        button.role != Role::Text || !doubled
    });
}

/// Newsletter and log-in windows, age gates and everything without a decision are not.
fn is_banner(rules: &Rules, banner: &Banner) -> bool {
    if banner.around.kind == Kind::Popup {
        return true;
    }
    let decides = banner.buttons.iter().any(|button| {
        let deciding =
            [Intent::Accept, Intent::AcceptAll, Intent::Reject, Intent::Save, Intent::Acknowledge];
        button.intent.is_some_and(|intent| deciding.contains(&intent))
    });
    // A second layer may leave it to the first one to store its switches.
    let has_switches = banner.switches().count() >= 2;
    (decides || has_switches)
        && banner.around.fields == 0
        && rules.words.is_about_consent(&banner.around.text)
        && !rules.words.asks_for_age(&banner.around.text)
}
