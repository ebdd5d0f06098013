//! Makes a choice as a visitor would: trusted clicks on the banner and nowhere else, the
//! rule's buttons first, then what the labels say; the platform's interface comes last
//! and is marked. Stops as soon as the banner is gone.

use std::time::Duration;

use super::banner::Banner;
use super::find::{Patience, look};
use super::path::Hand;
use super::probe::{self, Kind};
use super::read::{Snapshot, read_back};
use super::rule::{CmpRule, Rules};
use super::words::Intent;
use crate::dom::{Dom, World};
use crate::model::{
    Choice, ChoiceOutcome, ChoicePath, Cmp, ConsentReading, Decision, ReadingSource, Via,
};

/// Two platforms on a page, or a question asked twice; more is a loop.
const MOST_ROUNDS: usize = 3;
/// How long a page that reloads after a click may take to show a banner again.
const RELOAD_PATIENCE: Duration = Duration::from_millis(4000);
/// How long a stored choice may take to appear.
const STORE_PATIENCE: Duration = Duration::from_millis(2000);

/// Makes the choice, then reads back. The outcome is [`ChoiceOutcome::Inconclusive`]
/// until [`super::confirm`] has seen the page again, or says that the page does not
/// offer what was wanted.
pub async fn choose(dom: &impl Dom, rules: &Rules, banner: &Banner, decision: Decision) -> Choice {
    let mut choice = Choice::new(decision);
    choice.readings = read_back(dom, rules, &banner.cmp, false).await;
    let before = Snapshot::take(dom).await;
    let mut hand = Hand::new(dom, rules, choice);
    hand.note_switches(banner);
    let acted = operate(&mut hand, banner).await;
    let (mut choice, mut answered) = (hand.choice, hand.answered);
    if answered.is_empty() {
        answered.push(banner.cmp.clone());
    }
    choice.switches.sort();
    if acted {
        choice.readings.extend(stored(dom, rules, &answered, &before).await);
    }
    choice
}

/// Reads back until a record is there, or the patience is at an end.
pub(super) async fn stored(
    dom: &impl Dom,
    rules: &Rules,
    answered: &[Cmp],
    before: &Snapshot,
) -> Vec<ConsentReading> {
    let is_unknown = answered.iter().any(|cmp| rules.by_id(&cmp.id).is_none());
    let mut patience = Patience::new(STORE_PATIENCE, 10);
    loop {
        let mut readings = Vec::new();
        for cmp in answered {
            readings.extend(read_back(dom, rules, cmp, true).await);
        }
        // Where a rule has read the record, no other change needs a guess.
        let record =
            |r: &ConsentReading| r.source == ReadingSource::StoredRecord && !r.purposes.is_empty();
        if is_unknown || !readings.iter().any(record) {
            let mut changes = Snapshot::take(dom).await.changes_since(before);
            // Nor one that it has read as undecided.
            let read = |r: &ConsentReading| r.source == ReadingSource::StoredRecord;
            changes.retain(|c| !readings.iter().any(|r| read(r) && r.name == c.name));
            readings.extend(changes);
        }
        let says = readings.iter().any(|reading| match reading.source {
            ReadingSource::StoredRecord => !reading.purposes.is_empty(),
            ReadingSource::StorageChange => true,
            _ => false,
        });
        if says || !patience.wait(dom).await {
            return readings;
        }
    }
}

/// Answers the banner, and one that comes after it. Whether anything was done.
async fn operate(hand: &mut Hand<'_, impl Dom>, banner: &Banner) -> bool {
    let Some(mut banner) = opened(hand, banner).await else {
        return hand.choice.via.is_some();
    };
    for round in 0..MOST_ROUNDS {
        let born = birth(hand.dom).await;
        if !answer(hand, &banner).await {
            return hand.choice.clicks > 0;
        }
        if !hand.answered.iter().any(|cmp| cmp.id == banner.cmp.id) {
            hand.answered.push(banner.cmp.clone());
        }
        if hand.choice.via == Some(Via::Api) || hand.stays {
            return true;
        }
        let Some(next) = next_banner(hand, &banner, born).await else { return true };
        let reloaded = birth(hand.dom).await != born;
        // What only tells that the answer was taken asks for no other.
        if !reloaded && !next.asks() {
            return true;
        }
        if reloaded && next.cmp.buttons == banner.cmp.buttons {
            hand.choice.outcome = ChoiceOutcome::ReloadLoop;
            hand.choice.note = "the page reloaded and asked again".to_owned();
            return true;
        }
        if round + 1 == MOST_ROUNDS {
            hand.choice.note = "a banner was still there after every attempt".to_owned();
        }
        banner = next;
    }
    true
}

/// The banner to answer; `None` when there is nothing on it to be clicked.
async fn opened(hand: &mut Hand<'_, impl Dom>, banner: &Banner) -> Option<Banner> {
    if hand.choice.decision == Decision::Withdraw {
        return super::withdraw::reopen(hand).await;
    }
    if !banner.cmp.banner_visible {
        let note = format!("{} is loaded and showed no banner", banner.cmp.name);
        hand.end(ChoiceOutcome::NoBanner, &note);
        return None;
    }
    if banner.buttons.is_empty() && banner.around.kind != Kind::Popup {
        hand.end(ChoiceOutcome::NoticeOnly, "the notice has no button");
        return None;
    }
    Some(banner.clone())
}

/// The banner that is there now. A page that is being loaded again gets time to ask
/// again, and one that was answered gets time to go.
async fn next_banner(
    hand: &Hand<'_, impl Dom>,
    answered: &Banner,
    born: Option<u64>,
) -> Option<Banner> {
    let mut patience = Patience::new(RELOAD_PATIENCE, 10);
    loop {
        let seen = look(hand.dom, hand.rules).await;
        let next = seen.ok().and_then(|seen| seen.banners.into_iter().next());
        let same_page = birth(hand.dom).await == born;
        let goes_on = match &next {
            Some(banner) => same_page && banner.asks() && takes_its_leave(banner, answered),
            None => !same_page,
        };
        if !goes_on || !patience.wait(hand.dom).await {
            return next;
        }
    }
}

/// Whether a banner is the element that was answered: many take a moment to go.
fn takes_its_leave(banner: &Banner, answered: &Banner) -> bool {
    banner.frame == answered.frame && banner.around.key == answered.around.key
}

/// When the document was made: another number after a reload.
async fn birth(dom: &impl Dom) -> Option<u64> {
    let top = dom.frames().await.ok()?.into_iter().next()?;
    let time = dom.evaluate(&top.id, World::Isolated, "performance.timeOrigin").await.ok()?;
    time.as_f64().map(f64::to_bits)
}

/// One banner, one answer: rule, the user's own rules, words, interface. Whether it went away.
async fn answer(hand: &mut Hand<'_, impl Dom>, banner: &Banner) -> bool {
    let rule = hand.rules.by_id(&banner.cmp.id);
    let accept = hand.choice.decision == Decision::Accept;
    let only = matches!(hand.choice.decision, Decision::AcceptOnly(_));
    if let Some(rule) = rule.filter(|_| !only) {
        let paths = if accept { &rule.accept } else { &rule.reject };
        for path in paths {
            if hand.walk(rule, banner, path).await {
                return true;
            }
        }
    }
    if hand.walk_own(banner).await {
        return true;
    }
    let done = match &hand.choice.decision {
        Decision::LeaveAlone => false,
        Decision::Accept => by_words_accept(hand, banner).await,
        Decision::Reject | Decision::Withdraw => by_words_reject(hand, banner).await,
        Decision::AcceptOnly(_) => hand.settings_then_switches(banner).await,
    };
    if done || hand.choice.outcome.is_observation() {
        return done;
    }
    match rule.map(|rule| (rule, if accept { &rule.api.accept } else { &rule.api.reject })) {
        Some((rule, Some(call))) if !only => by_interface(hand, rule, call).await,
        _ => false,
    }
}

async fn by_words_accept(hand: &mut Hand<'_, impl Dom>, banner: &Banner) -> bool {
    for intent in [Intent::AcceptAll, Intent::Accept, Intent::Acknowledge] {
        let buttons = banner.deciding(intent);
        for button in buttons {
            if hand.click_and_see(&button, "generic").await {
                return true;
            }
        }
    }
    if !banner.has(Intent::Settings) {
        return false;
    }
    let Some(layer) = hand.open_settings(banner).await else { return false };
    for intent in [Intent::AcceptAll, Intent::Accept] {
        let buttons = layer.deciding(intent);
        for button in buttons {
            if hand.click_and_see(&button, "generic").await {
                return true;
            }
        }
    }
    false
}

async fn by_words_reject(hand: &mut Hand<'_, impl Dom>, banner: &Banner) -> bool {
    let buttons = banner.deciding(Intent::Reject);
    for button in &buttons {
        if hand.click_and_see(button, "generic").await {
            return true;
        }
    }
    if banner.is_pay_or_accept() {
        hand.end(ChoiceOutcome::PayOrAccept, "refusing costs money on this banner");
        return false;
    }
    let switches = banner.switches().chain(banner.refusals()).next().is_some();
    let storing = [Intent::Save, Intent::Accept, Intent::Acknowledge];
    if switches
        && storing.iter().any(|i| banner.has(*i))
        && hand.set_switches_and_save(banner).await
    {
        return true;
    }
    if banner.has(Intent::Settings) {
        if hand.settings_then_switches(banner).await {
            return true;
        }
        if hand.choice.note.is_empty() {
            hand.choice.note = "no way to refuse was found behind the settings".to_owned();
        }
        return false;
    }
    if buttons.is_empty() && !switches {
        if banner.is_notice() {
            hand.end(ChoiceOutcome::NoticeOnly, "the notice can only be closed");
        } else if banner.around.kind != Kind::Popup || !banner.buttons.is_empty() {
            hand.end(ChoiceOutcome::NoRefusalOffered, "the banner has no button that refuses");
        }
    }
    false
}

/// The platform's own interface: it shows that the choice holds, not that a visitor
/// could have made it.
async fn by_interface(hand: &mut Hand<'_, impl Dom>, rule: &CmpRule, call: &str) -> bool {
    let frames = hand.dom.frames().await.unwrap_or_default();
    let Some(top) = frames.into_iter().next() else { return false };
    if probe::expression(hand.dom, &top.id, call).await.is_err() {
        return false;
    }
    hand.choice.via = Some(Via::Api);
    hand.choice.path.push(ChoicePath {
        action: "call".to_owned(),
        label: format!("{} interface", rule.name),
        by: rule.id.clone(),
    });
    true
}
