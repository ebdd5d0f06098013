//! The hand that clicks: every click is checked, counted and written down, and bounded
//! in number. Nothing outside the banner, nothing that costs or leads away.

use std::time::Duration;

use super::banner::{Banner, Button};
use super::find::{Patience, look, wait_for_change};
use super::probe::{self, Surroundings};
use super::read::Snapshot;
use super::rule::{CmpRule, Path, Rules, Step};
use super::words::{Intent, category_of};
use crate::dom::{Dom, DomError, Element};
use crate::model::{Choice, ChoiceOutcome, ChoicePath, Cmp, Decision, Via};

/// Clicks per choice; a preference centre has a switch per purpose.
const MOST_CLICKS: u32 = 60;
/// How long a banner may take to go away, or the next layer to come.
const PATIENCE: Duration = Duration::from_millis(3000);
/// Looks without a change (0.2 s each) until a layer that did not come is given up.
const QUIET_LAYER: u32 = 4;
/// The same for a banner that stays; some wait for an answer from the network.
const QUIET_BANNER: u32 = 12;

/// A choice being made.
pub(super) struct Hand<'a, D> {
    pub(super) dom: &'a D,
    pub(super) rules: &'a Rules,
    pub(super) choice: Choice,
    /// Platforms whose banner went away.
    pub(super) answered: Vec<Cmp>,
    /// The banner stored an answer, and stays all the same.
    pub(super) stays: bool,
}

impl<'a, D: Dom> Hand<'a, D> {
    pub(super) fn new(dom: &'a D, rules: &'a Rules, choice: Choice) -> Self {
        Self { dom, rules, choice, answered: Vec::new(), stays: false }
    }

    /// Ends the choice with an observation about the banner.
    pub(super) fn end(&mut self, outcome: ChoiceOutcome, note: &str) {
        self.choice.outcome = outcome;
        self.choice.note = note.to_owned();
    }

    /// Clicks once; a covered button gets a second chance after the next change.
    pub(super) async fn click(&mut self, element: &Element, label: &str, by: &str) -> bool {
        for attempt in 0..2 {
            if self.choice.clicks >= MOST_CLICKS {
                self.choice.note = "the banner took too many clicks".to_owned();
                return false;
            }
            probe::settled(self.dom, element).await;
            match self.dom.click(element).await {
                Ok(()) => {
                    self.choice.clicks += 1;
                    self.choice.via = Some(Via::Click);
                    self.step("click", label, by);
                    return true;
                }
                Err(error @ DomError::Covered { .. }) => {
                    self.choice.note = format!("“{}”: {error}", short(label));
                    if attempt == 0 {
                        drop(wait_for_change(self.dom, PATIENCE).await);
                    }
                }
                Err(error) => {
                    self.choice.note = format!("“{}”: {error}", short(label));
                    return false;
                }
            }
        }
        false
    }

    fn step(&mut self, action: &str, label: &str, by: &str) {
        let path = ChoicePath {
            action: action.to_owned(),
            label: short(label),
            by: by.chars().take(120).collect(),
        };
        self.choice.path.push(path);
        self.choice.note.clear();
    }

    /// Clicks, and waits until the button is gone. Whether it went.
    pub(super) async fn click_and_see(&mut self, button: &Button, by: &str) -> bool {
        let before = Snapshot::take(self.dom).await;
        if !self.click(&button.element, &button.label, by).await {
            return false;
        }
        if self.went(&button.element).await {
            return true;
        }
        // A banner that stays although it has stored an answer wants no second one.
        if !Snapshot::take(self.dom).await.changes_since(&before).is_empty() {
            self.choice.note.clear();
            self.stays = true;
            return true;
        }
        self.went_after_all(&button.element, &button.label, by).await
    }

    /// Waits until a button that was clicked is gone. A banner may be drawn before it
    /// listens: then it is clicked once more, as a visitor would, for the same click.
    pub(super) async fn went_at_last(&mut self, element: &Element, label: &str, by: &str) -> bool {
        self.went(element).await || self.went_after_all(element, label, by).await
    }

    async fn went_after_all(&mut self, element: &Element, label: &str, by: &str) -> bool {
        if self.click(element, label, by).await {
            self.choice.clicks -= 1;
            self.choice.path.pop();
        }
        let went = self.went(element).await;
        if went {
            self.choice.note.clear();
        }
        went
    }

    /// Waits until an element is no longer shown.
    async fn went(&mut self, element: &Element) -> bool {
        let function = probe::surroundings_function(&[], std::iter::empty());
        let mut patience = Patience::new(PATIENCE, QUIET_BANNER);
        loop {
            match probe::surroundings(self.dom, element, &function).await {
                None => return true,
                Some(there) if !there.shown => return true,
                Some(_) => {}
            }
            if !patience.wait(self.dom).await {
                self.choice.note = "the banner stayed after the click".to_owned();
                return false;
            }
        }
    }

    /// Walks a rule's path. The first step must be possible now; later ones are waited for.
    pub(super) async fn walk(&mut self, rule: &CmpRule, banner: &Banner, path: &Path) -> bool {
        if let Some(condition) = &path.when
            && !self.holds(condition).await
        {
            return false;
        }
        let mut last = None;
        for (number, step) in path.steps.iter().enumerate() {
            match step {
                Step::Click { selectors, text, optional } => {
                    let quiet = if number == 0 { 0 } else { QUIET_LAYER };
                    let patience = Patience::new(PATIENCE, quiet);
                    match self.await_target(rule, banner, selectors, text, patience).await {
                        Some((element, label, selector)) => {
                            let clicked = self.click(&element, &label, &selector).await;
                            if clicked {
                                last = Some((element, label, selector));
                            } else if !*optional {
                                return false;
                            }
                        }
                        None if *optional => {}
                        None => return false,
                    }
                }
                Step::Switch { selectors, on } => self.switch(rule, banner, selectors, *on).await,
            }
        }
        match last {
            Some((element, label, by)) => self.went_at_last(&element, &label, &by).await,
            None => false,
        }
    }

    /// Whether a path's condition is true in the page's own world.
    async fn holds(&self, condition: &str) -> bool {
        let frames = self.dom.frames().await.unwrap_or_default();
        let Some(top) = frames.first() else { return false };
        let answer = probe::expression(self.dom, &top.id, condition).await;
        answer.is_ok_and(|answer| answer == true)
    }

    async fn await_target(
        &self,
        rule: &CmpRule,
        banner: &Banner,
        selectors: &[String],
        text: &[String],
        mut patience: Patience,
    ) -> Option<(Element, String, String)> {
        loop {
            if let Some(found) = self.target(rule, banner, selectors, text).await {
                return Some(found);
            }
            if !patience.wait(self.dom).await {
                return None;
            }
        }
    }

    /// The first element that a rule's selectors name, that is shown, and that is
    /// neither an offer to pay nor a way off the page.
    async fn target(
        &self,
        rule: &CmpRule,
        banner: &Banner,
        selectors: &[String],
        text: &[String],
    ) -> Option<(Element, String, String)> {
        for (selector, element) in self.matches(banner, selectors).await {
            let label = self.label(banner, &element).await;
            if matches!(self.rules.words.intent(&label), Some(Intent::Pay | Intent::Never)) {
                continue;
            }
            let low = label.to_lowercase();
            if !text.is_empty() && !text.iter().any(|word| low.contains(word.as_str())) {
                continue;
            }
            let function = probe::surroundings_function(&rule.popup, self.rules.words.topics());
            let there = probe::surroundings(self.dom, &element, &function).await;
            if there.is_some_and(|t| t.shown && !t.leaves && !t.disabled && t.banner.is_some()) {
                return Some((element, label, selector));
            }
        }
        None
    }

    /// Matches of selectors in the banner's frame, then in every other frame.
    async fn matches(&self, banner: &Banner, selectors: &[String]) -> Vec<(String, Element)> {
        let mut frames = vec![banner.frame.clone()];
        let others = self.dom.frames().await.unwrap_or_default();
        frames.extend(others.into_iter().map(|f| f.id).filter(|id| *id != banner.frame).take(20));
        let mut found = Vec::new();
        for frame in frames {
            for selector in selectors {
                let elements = self.dom.query(&frame, selector).await.unwrap_or_default();
                found.extend(elements.into_iter().take(80).map(|e| (selector.clone(), e)));
            }
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    async fn label(&self, banner: &Banner, element: &Element) -> String {
        match banner.buttons.iter().find(|b| b.element == *element) {
            Some(button) => button.label.clone(),
            None => self.label_of(element).await,
        }
    }

    /// What an element says that is on no banner we found.
    pub(super) async fn label_of(&self, element: &Element) -> String {
        const LABEL: &str = "function () { return (this.getAttribute('aria-label') || this.innerText || this.value || this.textContent || '').slice(0, 200); }";
        let label = self.dom.call(element, LABEL).await.ok();
        label.as_ref().and_then(|l| l.as_str()).unwrap_or_default().trim().to_owned()
    }

    /// What an element is like that is on no banner we found.
    pub(super) async fn there(&self, element: &Element) -> Option<Surroundings> {
        let function = probe::surroundings_function(&[], std::iter::empty());
        probe::surroundings(self.dom, element, &function).await
    }

    /// Clicks every match that is not as wanted.
    async fn switch(&mut self, rule: &CmpRule, banner: &Banner, selectors: &[String], on: bool) {
        let function = probe::surroundings_function(&rule.popup, self.rules.words.topics());
        for (selector, element) in self.matches(banner, selectors).await {
            let there =
                probe::surroundings(self.dom, &element, &function).await.unwrap_or_default();
            let (Some(checked), true) = (there.checked, there.banner.is_some()) else { continue };
            let label = self.label(banner, &element).await;
            self.note_switch(self.rules.words.switch(&label, checked, there.disabled));
            if checked != on && !there.disabled {
                self.flip(&element, &label, &selector).await;
            }
        }
    }

    /// Switches a box by mouse, or by keyboard where it is drawn by something else.
    pub(super) async fn flip(&mut self, element: &Element, label: &str, by: &str) {
        if self.choice.clicks >= MOST_CLICKS {
            return;
        }
        if self.dom.toggle(element).await.is_err() {
            return;
        }
        self.choice.clicks += 1;
        self.choice.via = Some(Via::Click);
        self.step("switch", label, by);
    }

    /// Opens the second layer, and finds it.
    pub(super) async fn open_settings(&mut self, banner: &Banner) -> Option<Banner> {
        let buttons: Vec<Button> = banner.of(Intent::Settings).cloned().collect();
        for button in buttons {
            if !self.click(&button.element, &button.label, "generic").await {
                continue;
            }
            if let Some(layer) = self.next_layer(banner).await {
                return Some(layer);
            }
            // It may have been there all along, folded up.
            if banner.has(Intent::Save) {
                return Some(banner.clone());
            }
        }
        None
    }

    /// Waits for a layer with more on it than the first one showed.
    async fn next_layer(&mut self, first: &Banner) -> Option<Banner> {
        let mut patience = Patience::new(PATIENCE, QUIET_LAYER);
        loop {
            if let Some(layer) = self.grown(first).await {
                return Some(layer);
            }
            if !patience.wait(self.dom).await {
                return None;
            }
        }
    }

    /// A layer that has more on it than the first one, if one is there now.
    async fn grown(&self, first: &Banner) -> Option<Banner> {
        let seen = look(self.dom, self.rules).await.ok()?;
        let next = seen.banners.into_iter().filter(|layer| {
            let same = layer.frame == first.frame && layer.around.key == first.around.key;
            let grown = layer.switches().count() > first.switches().count()
                || (layer.has(Intent::Reject) && !first.has(Intent::Reject))
                || (layer.has(Intent::Save) && !first.has(Intent::Save));
            grown || (!same && (layer.has(Intent::Reject) || layer.has(Intent::Save)))
        });
        next.max_by_key(|layer| (layer.has(Intent::Save), layer.switches().count()))
    }

    /// The long way: settings, then refuse all or set each switch, then save.
    pub(super) async fn settings_then_switches(&mut self, banner: &Banner) -> bool {
        // An attempt before this one may have opened it.
        let open = if self.choice.clicks > 0 { self.grown(banner).await } else { None };
        let layer = if open.is_some() {
            open
        } else if banner.has(Intent::Settings) {
            self.open_settings(banner).await
        } else {
            Some(banner.clone())
        };
        let Some(layer) = layer else { return false };
        self.note_switches(&layer);
        if let Decision::AcceptOnly(category) = &self.choice.decision {
            let category = category.clone();
            if !layer.switches().any(|switch| category_of(&switch.label) == category_of(&category))
            {
                let offered: Vec<&str> = layer.switches().map(|s| s.label.as_str()).collect();
                let note = match offered.as_slice() {
                    [] => "the banner has no switches to choose by".to_owned(),
                    some => format!("none of its switches is for {category}: {}", some.join(", ")),
                };
                self.end(ChoiceOutcome::CategoryNotOffered, &short(&note));
                return false;
            }
        } else {
            for button in layer.deciding(Intent::Reject) {
                if self.click_and_see(&button, "generic").await {
                    return true;
                }
                // Some layers only set the switches and want them saved.
                if self.save(&layer).await {
                    return true;
                }
            }
        }
        self.set_switches_and_save(&layer).await
    }
}

pub(super) fn short(label: &str) -> String {
    label.chars().take(120).collect()
}
