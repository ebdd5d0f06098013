//! Switches and check boxes of a banner: how they stood, how they are to stand, and the
//! button that stores that.

use super::banner::{Banner, Button, Role};
use super::find::look;
use super::path::Hand;
use super::words::{Intent, category_of};
use crate::dom::Dom;
use crate::model::{Decision, ShownSwitch};

/// Switches kept of a choice.
const MOST_SWITCHES: usize = 60;

impl<D: Dom> Hand<'_, D> {
    /// Keeps how a layer's switches stood before they were touched.
    pub(super) fn note_switches(&mut self, layer: &Banner) {
        for switch in layer.buttons.iter().filter_map(|b| b.as_switch(&self.rules.words)) {
            self.note_switch(switch);
        }
    }

    pub(super) fn note_switch(&mut self, switch: ShownSwitch) {
        let known = &mut self.choice.switches;
        // What was noted first is how it stood.
        if known.len() < MOST_SWITCHES && known.iter().all(|other| other.label != switch.label) {
            known.push(switch);
        }
    }

    /// Sets every switch as decided and stores that.
    pub(super) async fn set_switches_and_save(&mut self, layer: &Banner) -> bool {
        let switches: Vec<Button> = layer.switches().cloned().collect();
        for switch in switches {
            let Some(on) = switch.checked else { continue };
            if on != self.wanted(&switch.label) {
                self.flip(&switch.element, &switch.label, "generic").await;
            }
        }
        if !matches!(self.choice.decision, Decision::AcceptOnly(_)) {
            for radio in layer.refusals().cloned().collect::<Vec<Button>>() {
                if radio.checked != Some(true) {
                    self.flip(&radio.element, &radio.label, "generic").await;
                }
            }
        }
        self.save(layer).await || self.save_elsewhere(layer).await
    }

    /// Stores by a button of another layer: some change its label with the switches.
    async fn save_elsewhere(&mut self, layer: &Banner) -> bool {
        let Ok(seen) = look(self.dom, self.rules).await else { return false };
        let is_same = |b: &Button| layer.of(Intent::Save).any(|known| known.element == b.element);
        let buttons = seen.banners.iter().flat_map(|banner| banner.of(Intent::Save).cloned());
        for button in buttons.filter(|b| !is_same(b)).collect::<Vec<_>>() {
            if self.click_and_see(&button, "generic").await {
                return true;
            }
        }
        false
    }

    /// Whether a switch with this label is to be on.
    fn wanted(&self, label: &str) -> bool {
        let necessary = self.rules.words.is_necessary(label);
        match &self.choice.decision {
            Decision::AcceptOnly(category) => {
                necessary || category_of(label) == category_of(category)
            }
            _ => necessary,
        }
    }

    pub(super) async fn save(&mut self, layer: &Banner) -> bool {
        for intent in [Intent::Save, Intent::Accept, Intent::Acknowledge] {
            // With switches off, a lone "OK" stores just that; "accept all" never does.
            let chosen = layer.switches().chain(layer.refusals()).next().is_some();
            if intent != Intent::Save && !chosen {
                return false;
            }
            let buttons: Vec<Button> = layer.of(intent).cloned().collect();
            for button in buttons {
                if button.role != Role::Switch && self.click_and_see(&button, "generic").await {
                    return true;
                }
            }
        }
        false
    }
}
