//! Looks for banners: known platforms first, then anything that looks like one, in every
//! frame and shadow root; late banners are waited for on changes of the page.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::autoconsent::{self, Held};
use super::banner::{Banner, candidates};
use super::notice::notice;
use super::probe::{self, Kind, Platforms};
use super::rule::{CmpRule, Rules};
use crate::dom::{Dom, DomError, FrameId, FrameInfo};

/// Frames looked at; more is a page that wants to keep us busy.
const MOST_FRAMES: usize = 40;
/// Longest wait for the next change before looking again: frames and closed shadow
/// roots change without the document noticing.
const LOOK_AGAIN_MS: u64 = 200;

/// Finds the banner that a visitor would answer first, waiting for a late one up to
/// `at_most`. A platform that is loaded and stays silent is a banner that is not visible.
///
/// # Errors
/// When the browser is gone; a page that changes under our hands is looked at again.
pub async fn find(
    dom: &impl Dom,
    rules: &Rules,
    at_most: Duration,
) -> Result<Option<Banner>, DomError> {
    let deadline = Instant::now() + at_most;
    loop {
        let seen = look(dom, rules).await?;
        let held = held(dom, rules).await;
        if let Some(mut banner) = seen.banners.into_iter().next() {
            if let Some(layer) = &rules.own {
                banner.know(layer, held);
            }
            return Ok(Some(measured(dom, rules, banner).await));
        }
        if let Some(banner) = rules.own.as_ref().and_then(|l| autoconsent::banner(l, held)) {
            return Ok(Some(banner));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return match seen.platform.and_then(|id| rules.by_id(&id)) {
                Some(rule) => Ok(Some(Banner::silent(&rule.id, &rule.name))),
                None => last_look(dom, rules).await,
            };
        }
        wait_for_change(dom, left).await?;
    }
}

/// The rules of the user's layer that hold, if there is one.
async fn held(dom: &impl Dom, rules: &Rules) -> Vec<Held> {
    match &rules.own {
        Some(layer) => autoconsent::matching(dom, layer).await,
        None => Vec::new(),
    }
}

/// The banner with what it shows, in the top window's pixels.
async fn measured(dom: &impl Dom, rules: &Rules, mut banner: Banner) -> Banner {
    let mut shown = banner.shown(&rules.words);
    if let Some((area, right, down)) = banner.place(dom).await {
        let boxes = shown.buttons.iter_mut().map(|button| &mut button.area);
        for moved in boxes {
            moved.x += right;
            moved.y += down;
        }
        (shown.area.x, shown.area.y) = (area.x, area.y);
    }
    banner.cmp.shown = Some(shown);
    banner
}

/// A notice without buttons is found by its words alone, so only where nothing else is.
async fn last_look(dom: &impl Dom, rules: &Rules) -> Result<Option<Banner>, DomError> {
    match dom.frames().await?.first() {
        Some(top) => Ok(notice(dom, rules, &top.id).await),
        None => Ok(None),
    }
}

/// Waits until the page has changed, a little while, or until the time is up. Says
/// whether it changed.
pub(crate) async fn wait_for_change(dom: &impl Dom, at_most: Duration) -> Result<bool, DomError> {
    let most = u64::try_from(at_most.as_millis()).unwrap_or(u64::MAX).clamp(1, LOOK_AGAIN_MS);
    let top = dom.frames().await?.into_iter().next().map(|frame| frame.id);
    let Some(top) = top else { return Ok(false) };
    match probe::change(dom, &top, most).await {
        Ok(changed) => Ok(changed),
        // Being navigated is a change, too.
        Err(DomError::Gone { .. } | DomError::Script { .. } | DomError::Timeout { .. }) => {
            tokio::task::yield_now().await;
            Ok(true)
        }
        Err(error) => Err(error),
    }
}

/// Waiting for something that a click causes: as long as the page keeps changing, up to
/// a limit, but not once it has gone quiet.
#[derive(Debug)]
pub(super) struct Patience {
    deadline: Instant,
    quiet: u32,
    most_quiet: u32,
}

impl Patience {
    /// At most `at_most`, and at most `quiet` looks in a row without a change.
    pub(super) fn new(at_most: Duration, quiet: u32) -> Self {
        Self { deadline: Instant::now() + at_most, quiet: 0, most_quiet: quiet }
    }

    /// Waits for the next change. `false` when it is time to give up.
    pub(super) async fn wait(&mut self, dom: &impl Dom) -> bool {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || self.quiet >= self.most_quiet {
            return false;
        }
        match wait_for_change(dom, left).await {
            Ok(changed) => {
                self.quiet = if changed { 0 } else { self.quiet + 1 };
                true
            }
            Err(_) => false,
        }
    }
}

/// What one look at the page showed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Best first.
    pub(super) banners: Vec<Banner>,
    /// The platform that is loaded, if one is.
    pub(super) platform: Option<String>,
}

/// One look at every frame.
pub(super) async fn look(dom: &impl Dom, rules: &Rules) -> Result<Seen, DomError> {
    let mut frames = dom.frames().await?;
    frames.truncate(MOST_FRAMES);
    let signs = join_all(frames.iter().map(|frame| signs(dom, rules, frame))).await;
    let platform = best_platform(rules, &signs);
    let mut banners = Vec::new();
    for (frame, signs) in frames.iter().zip(&signs) {
        let popups: Vec<String> = shown_popups(rules, signs);
        for mut banner in candidates(dom, rules, &frame.id, &popups).await {
            let own = banner.around.popup.and_then(|at| popups.get(at));
            let own = own.and_then(|selector| {
                let mut shown = rules.cmps.iter().zip(&signs.strength);
                shown.find(|(rule, s)| **s > 0 && rule.popup.contains(selector)).map(|(r, _)| r)
            });
            let rule = own.or_else(|| platform.and_then(|at| rules.cmps.get(at)));
            if let Some(rule) = rule {
                banner.cmp.id.clone_from(&rule.id);
                banner.cmp.name.clone_from(&rule.name);
                banner.cmp.version = version(dom, &frames, rule).await;
            }
            banners.push(banner);
        }
    }
    banners.sort_by_key(|banner| std::cmp::Reverse(weight(banner)));
    let platform = platform.and_then(|at| rules.cmps.get(at)).map(|rule| rule.id.clone());
    Ok(Seen { banners, platform })
}

/// How much a thing looks like the banner to answer.
fn weight(banner: &Banner) -> (Kind, usize) {
    let known = banner.buttons.iter().filter(|button| button.intent.is_some()).count();
    (banner.around.kind, known)
}

/// What a frame shows of each platform.
struct Signs {
    /// Per rule: 0 is nothing.
    strength: Vec<u32>,
    /// Per rule: its banner is shown in this frame.
    shown: Vec<bool>,
}

async fn signs(dom: &impl Dom, rules: &Rules, frame: &FrameInfo) -> Signs {
    let names: Vec<&str> =
        rules.cmps.iter().flat_map(|r| &r.detect.globals).map(String::as_str).collect();
    let present: Vec<&str> =
        rules.cmps.iter().flat_map(|r| &r.detect.selectors).map(String::as_str).collect();
    let popups: Vec<&str> = rules.cmps.iter().flat_map(|r| &r.popup).map(String::as_str).collect();
    let (globals, platforms) = tokio::join!(
        probe::globals(dom, &frame.id, &names),
        probe::platforms(dom, &frame.id, &present, &popups),
    );
    let globals = globals.unwrap_or_default();
    let mut platforms = platforms.unwrap_or_default();
    platforms
        .hosts
        .extend(url::Url::parse(&frame.url).ok().and_then(|u| Some(u.host_str()?.to_owned())));
    let mut at = (0, 0, 0);
    let mut signs = Signs { strength: Vec::new(), shown: Vec::new() };
    for rule in &rules.cmps {
        let count = |flags: &[bool], from: usize, len: usize| {
            flags.iter().skip(from).take(len).filter(|flag| **flag).count()
        };
        let named = count(&globals, at.0, rule.detect.globals.len());
        let found = count(&platforms.present, at.1, rule.detect.selectors.len());
        let shown = count(&platforms.popups, at.2, rule.popup.len()) > 0;
        at.0 += rule.detect.globals.len();
        at.1 += rule.detect.selectors.len();
        at.2 += rule.popup.len();
        let hosted = is_hosted(rule, &platforms);
        let strength = u32::from(named > 0) * 2
            + u32::from(found > 0) * 4
            + u32::from(hosted)
            + u32::from(shown) * 8;
        signs.strength.push(strength);
        signs.shown.push(shown);
    }
    signs
}

fn is_hosted(rule: &CmpRule, platforms: &Platforms) -> bool {
    platforms.hosts.iter().any(|host| {
        let host = host.split(':').next().unwrap_or(host);
        rule.detect.hosts.iter().any(|own| {
            host.strip_suffix(own.as_str()).is_some_and(|r| r.is_empty() || r.ends_with('.'))
        })
    })
}

fn shown_popups(rules: &Rules, signs: &Signs) -> Vec<String> {
    let shown = rules.cmps.iter().zip(&signs.shown).filter(|(_, shown)| **shown);
    shown.flat_map(|(rule, _)| rule.popup.clone()).collect()
}

/// The platform with the most signs, over all frames.
fn best_platform(rules: &Rules, signs: &[Signs]) -> Option<usize> {
    let strength = |at: usize| -> u32 {
        signs.iter().filter_map(|signs| signs.strength.get(at)).max().copied().unwrap_or(0)
    };
    // One weak sign (a host) is a script that may never have run.
    let best = (0..rules.cmps.len()).rev().max_by_key(|at| strength(*at))?;
    (strength(best) >= 2).then_some(best)
}

async fn version(dom: &impl Dom, frames: &[FrameInfo], rule: &CmpRule) -> Option<String> {
    let expression = rule.api.version.as_ref()?;
    let top: &FrameId = &frames.first()?.id;
    let answer = probe::expression(dom, top, expression).await.ok()?;
    answer.as_str().filter(|text| text.len() <= 40).map(str::to_owned)
}
