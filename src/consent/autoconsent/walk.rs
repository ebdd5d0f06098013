//! Which rules of the user's layer hold on a page, and the steps that they take there:
//! trusted clicks, on what is shown and neither costs nor leads away.

use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use super::ask::{found, holding};
use super::{Action, Autoconsent, Condition, OwnRule, OwnStep, Selector};
use crate::consent::banner::Banner;
use crate::consent::find::wait_for_change;
use crate::consent::path::Hand;
use crate::consent::probe::Kind;
use crate::consent::words::Intent;
use crate::dom::{Dom, Element, FrameId, FrameInfo};
use crate::model::Decision;

/// Rules tried on one banner; more is a page that looks like everything.
const MOST_TRIED: usize = 3;
/// Elements clicked by one step.
const MOST_CLICKED: usize = 20;

/// A rule that holds: where, and its place in the layer.
pub(in crate::consent) type Held = (FrameId, usize);

/// The rules that hold on the page, those for this very site first.
pub(in crate::consent) async fn matching(dom: &impl Dom, layer: &Autoconsent) -> Vec<Held> {
    let mut held = Vec::new();
    for frame in dom.frames().await.unwrap_or_default().into_iter().take(40) {
        let here: Vec<(usize, &OwnRule)> =
            layer.rules.iter().enumerate().filter(|(_, rule)| rule.is_for(&frame)).collect();
        let asked: Vec<&[Condition]> = here.iter().map(|(_, rule)| rule.shown.as_slice()).collect();
        if asked.is_empty() {
            continue;
        }
        let answers = holding(dom, &frame.id, &asked).await;
        let holds = here.iter().zip(answers).filter(|(_, holds)| *holds);
        held.extend(holds.map(|((at, _), _)| (frame.id.clone(), *at)));
    }
    held.sort_by_key(|(_, at)| *at);
    held.truncate(MOST_TRIED);
    held
}

/// The banner that only the user's layer knows.
pub(in crate::consent) fn banner(layer: &Autoconsent, held: Vec<Held>) -> Option<Banner> {
    let (frame, at) = held.first()?.clone();
    let mut banner = Banner { frame, ..Banner::silent("generic", "unknown") };
    banner.around.kind = Kind::Popup;
    banner.cmp.banner_visible = true;
    banner.know(layer, held);
    layer.rules.get(at).map(|_| banner)
}

impl Banner {
    /// Notes the rules of the user's layer that hold; one names a banner nobody else knows.
    pub(in crate::consent) fn know(&mut self, layer: &Autoconsent, held: Vec<Held>) {
        if let Some(rule) = held.first().and_then(|(_, at)| layer.rules.get(*at))
            && self.cmp.id == "generic"
        {
            self.cmp.id.clone_from(&rule.name);
            self.cmp.name.clone_from(&rule.name);
        }
        self.held = held;
    }
}

impl OwnRule {
    fn is_for(&self, frame: &FrameInfo) -> bool {
        let place = if frame.parent.is_none() { self.in_top } else { self.in_frames };
        place && self.address.as_ref().is_none_or(|a| a.is_match(frame.url.as_bytes()))
    }
}

impl<D: Dom> Hand<'_, D> {
    /// Answers a banner by the rules of the user's layer that hold. Whether it went away.
    pub(in crate::consent) async fn walk_own(&mut self, banner: &Banner) -> bool {
        let Some(layer) = self.rules.own.clone() else { return false };
        for (frame, at) in &banner.held {
            let Some(rule) = layer.rules.get(*at) else { continue };
            let steps = match self.choice.decision {
                Decision::Accept => rule.accept.as_ref(),
                Decision::Reject | Decision::Withdraw => rule.reject.as_ref(),
                Decision::AcceptOnly(_) | Decision::LeaveAlone => None,
            };
            let Some(steps) = steps else { continue };
            let mut walk = Walk { hand: self, frame, by: &rule.name, last: None };
            let done = walk.all(steps).await;
            let last = walk.last.take();
            if let Some((element, label)) = last.filter(|_| done)
                && self.went_at_last(&element, &label, &rule.name).await
            {
                return true;
            }
        }
        false
    }
}

/// A rule being walked.
struct Walk<'h, 'a, D> {
    hand: &'h mut Hand<'a, D>,
    frame: &'h FrameId,
    by: &'h str,
    /// What was clicked last.
    last: Option<(Element, String)>,
}

impl<D: Dom> Walk<'_, '_, D> {
    async fn all(&mut self, steps: &[OwnStep]) -> bool {
        for step in steps {
            if !self.step(step).await && !step.optional {
                return false;
            }
        }
        true
    }

    /// Boxed, since steps have steps inside.
    fn step<'s>(&'s mut self, step: &'s OwnStep) -> BoxFuture<'s, bool> {
        Box::pin(async move {
            match &step.action {
                Action::Check(condition) => self.holds(condition).await,
                Action::Await(condition, ms) => self.comes_to_hold(condition, *ms).await,
                Action::Click { selector, all, wait } => self.click(selector, *all, *wait).await,
                Action::Wait(ms) => {
                    self.rest(Duration::from_millis(*ms)).await;
                    true
                }
                Action::Cosmetic => true,
                Action::If(condition, then, otherwise) => {
                    let holds = self.holds(condition).await;
                    self.all(if holds { then } else { otherwise }).await
                }
                Action::Any(steps) => {
                    for step in steps {
                        if self.step(step).await {
                            return true;
                        }
                    }
                    false
                }
            }
        })
    }

    async fn holds(&self, condition: &Condition) -> bool {
        let asked = [std::slice::from_ref(condition)];
        holding(self.hand.dom, self.frame, &asked).await.first() == Some(&true)
    }

    async fn comes_to_hold(&self, condition: &Condition, ms: u64) -> bool {
        let deadline = Instant::now() + Duration::from_millis(ms);
        loop {
            if self.holds(condition).await {
                return true;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || wait_for_change(self.hand.dom, left).await.is_err() {
                return false;
            }
        }
    }

    /// Lets the page work.
    async fn rest(&self, time: Duration) {
        let deadline = Instant::now() + time;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || wait_for_change(self.hand.dom, left).await.is_err() {
                return;
            }
        }
    }

    async fn click(&mut self, selector: &Selector, all: bool, wait: u64) -> bool {
        if wait > 0 && !self.comes_to_hold(&Condition::Exists(selector.clone()), wait).await {
            return false;
        }
        let most = if all { MOST_CLICKED } else { 1 };
        let mut clicked = false;
        for element in found(self.hand.dom, self.frame, selector, most).await {
            let label = self.hand.label_of(&element).await;
            let Some(there) = self.hand.there(&element).await else { continue };
            if there.disabled || there.leaves || !self.may_click(&label) {
                continue;
            }
            if there.checked.is_some() {
                self.hand.flip(&element, &label, self.by).await;
                clicked = true;
            } else if there.shown && self.hand.click(&element, &label, self.by).await {
                self.last = Some((element, label));
                clicked = true;
            }
        }
        clicked
    }

    /// Not what costs or leads away, and nothing that says the opposite of what is wanted.
    fn may_click(&self, label: &str) -> bool {
        match self.hand.rules.words.intent(label) {
            Some(Intent::Pay | Intent::Never) => false,
            Some(Intent::AcceptAll) => self.hand.choice.decision == Decision::Accept,
            _ => true,
        }
    }
}
