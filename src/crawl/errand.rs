//! What a visit does with the banner: choose, look whether that lasted, take it back, or
//! leave the banner alone. Pictures of it are taken before and after.

use std::time::Duration;

use tokio::time::timeout;

use super::seen::Seen;
use super::visit::Visitor;
use super::window::Window;
use crate::consent::{self, ReloadCheck};
use crate::dom::{BoxModel, Dom};
use crate::model::{Choice, ChoiceOutcome, Cmp, CollectorFailure, Decision, Phase, Screenshot};

/// How long a banner that was there before may take to show itself again.
const BANNER_AGAIN: Duration = Duration::from_millis(1500);
/// What a picture shows around a banner, CSS pixels.
const MARGIN: f64 = 24.0;

impl Visitor<'_> {
    /// Whether a banner is there.
    pub(super) async fn look<W: Window>(&self, window: &W, seen: &mut Seen) {
        let found = consent::find(window, self.rules(), Duration::ZERO).await;
        seen.visit.cmp = found.ok().flatten().map(|banner| banner.cmp);
    }

    /// Whether a banner is there by now, if none was. By the page's own clock a late one
    /// has had the whole stay to come.
    pub(super) async fn look_again<W: Window>(&self, window: &W, seen: &mut Seen) {
        let shows = |seen: &Seen| seen.visit.cmp.as_ref().is_some_and(|cmp| cmp.banner_visible);
        if shows(seen) {
            return;
        }
        self.look(window, seen).await;
        if shows(seen) {
            self.picture(window, area(seen.visit.cmp.as_ref()), "banner", "banner", seen).await;
        }
    }

    /// Whether the banner is gone and what the site thinks was chosen.
    pub(super) async fn check<W: Window>(&self, window: &W, known: Option<&Cmp>, seen: &mut Seen) {
        let found = consent::find(window, self.rules(), BANNER_AGAIN).await.ok().flatten();
        let cmp = found.map(|banner| banner.cmp);
        // A banner that nobody knows leaves no sign of its platform once it is gone.
        let platform = known.or(cmp.as_ref());
        let readings = match platform {
            Some(cmp) => consent::read_back(window, self.rules(), cmp, true).await,
            None => Vec::new(),
        };
        let banner_visible = cmp.as_ref().is_some_and(|cmp| cmp.banner_visible);
        // A banner that asks again is itself the way back.
        let ways_back = match banner_visible {
            true => None,
            false => Some(consent::ways_back(window, self.rules(), platform).await),
        };
        seen.check = Some(ReloadCheck { banner_visible, readings, ways_back });
        seen.visit.cmp = cmp;
    }

    /// Makes a choice on the banner, if there is one.
    pub(super) async fn choose<W: Window>(&self, window: &W, decision: &Decision, seen: &mut Seen) {
        let patience = self.options.settle.banner;
        let banner = match consent::find(window, self.rules(), patience).await {
            Ok(banner) => banner,
            Err(error) => {
                let note = format!("the page could not be searched for a banner: {error}");
                seen.visit.choice = Some(Choice { note, ..Choice::new(decision.clone()) });
                return;
            }
        };
        seen.visit.cmp = banner.as_ref().map(|banner| banner.cmp.clone());
        let area = area(seen.visit.cmp.as_ref());
        self.picture(window, area, "banner", "banner", seen).await;
        let Some(banner) = banner.filter(|banner| banner.cmp.banner_visible) else {
            let outcome = ChoiceOutcome::NoBanner;
            let note = match &seen.visit.cmp {
                Some(cmp) => format!("{} is loaded and shows no banner", cmp.name),
                None => "no banner appeared".to_owned(),
            };
            seen.visit.choice = Some(Choice { outcome, note, ..Choice::new(decision.clone()) });
            return;
        };
        drop(window.set_phase(Phase::During).await);
        let choice = consent::choose(window, self.rules(), &banner, decision.clone()).await;
        seen.visit.choice = Some(choice);
        drop(window.settle(self.options.settle.quiet, self.options.settle.at_most / 2).await);
        self.picture(window, area, "after-choice", "after the choice", seen).await;
    }

    /// Sees whether a consent has lasted, and takes it back.
    pub(super) async fn withdraw<W: Window>(
        &self,
        window: &W,
        known: Option<&Cmp>,
        seen: &mut Seen,
    ) {
        self.check(window, known, seen).await;
        let Some(banner) = consent::answered(known) else { return };
        let choice = consent::choose(window, self.rules(), &banner, Decision::Withdraw).await;
        seen.visit.choice = Some(choice);
        drop(window.settle(self.options.settle.quiet, self.options.settle.at_most / 2).await);
        self.picture(window, None, "after-choice", "after the choice", seen).await;
    }

    /// Leaves the banner alone, and looks whether that is taken for consent.
    pub(super) async fn leave_alone<W: Window>(
        &self,
        window: &W,
        patience: Duration,
        seen: &mut Seen,
    ) {
        let banner = consent::find(window, self.rules(), patience).await.ok().flatten();
        seen.visit.cmp = banner.as_ref().map(|banner| banner.cmp.clone());
        let area = area(seen.visit.cmp.as_ref());
        if area.is_some() {
            self.picture(window, area, "banner", "banner", seen).await;
        }
        let choice = consent::leave_alone(window, self.rules(), banner.as_ref()).await;
        seen.visit.choice = Some(choice);
    }

    /// Takes a picture of the window, or of a part, and keeps it under this name. Returns
    /// its name in the capture.
    pub(super) async fn keep_picture<D: Dom>(
        &self,
        dom: &D,
        area: Option<BoxModel>,
        file: &str,
    ) -> Result<String, String> {
        match timeout(Duration::from_secs(6), dom.screenshot(area)).await {
            Ok(Ok(png)) => self.store().screenshot(file, &png),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the page did not answer in time".to_owned()),
        }
    }

    pub(super) async fn picture<D: Dom>(
        &self,
        dom: &D,
        area: Option<BoxModel>,
        name: &str,
        shows: &str,
        seen: &mut Seen,
    ) {
        let taken = self.keep_picture(dom, area, &format!("{}-{name}.png", seen.visit.id)).await;
        let collected = &mut seen.visit.collected;
        match taken {
            Ok(file) => collected.screenshots.push(Screenshot { file, shows: shows.to_owned() }),
            Err(message) => collected
                .failures
                .push(CollectorFailure { collector: "screenshots".to_owned(), message }),
        }
    }
}

/// The part of the window that shows a banner.
fn area(cmp: Option<&Cmp>) -> Option<BoxModel> {
    let area = cmp.filter(|cmp| cmp.banner_visible)?.shown.as_ref()?.area;
    (area.width >= 1.0 && area.height >= 1.0).then_some(BoxModel {
        x: area.x - MARGIN,
        y: area.y - MARGIN,
        width: area.width + 2.0 * MARGIN,
        height: area.height + 2.0 * MARGIN,
    })
}
