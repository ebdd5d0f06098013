//! A visit before and after: what it is for, and what came of it.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::blocked;
use super::window::Window;
use crate::browser::{Arrival, BrowserError, TabId};
use crate::consent::ReloadCheck;
use crate::model::{
    Cmp, ConsentReading, ConsentState, Decision, Link, Outcome, PageText, Pass, Phase, Visit,
    VisitId, host_of, registrable_domain,
};

/// A visit to make.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) id: VisitId,
    pub(super) page: Url,
    pub(super) pass: Pass,
    pub(super) phase: Phase,
    pub(super) errand: Errand,
    /// Found on the site, rather than asked for by the user.
    pub(super) followed: bool,
    /// The page is known to be the privacy policy.
    pub(super) is_policy: bool,
    /// No other visit is made beside it.
    pub(super) alone: bool,
}

/// What a visit is for.
#[derive(Debug, Clone)]
pub(super) enum Errand {
    /// See the page, and whether a banner is there.
    Look(Late),
    /// Find the banner and choose.
    Choose(Decision),
    /// See whether a choice has lasted that was made with this platform.
    Check(Option<Cmp>),
    /// See whether a consent has lasted that was given on this platform, and take it back.
    Withdraw(Option<Cmp>),
    /// Find the banner within this time and leave it alone: scroll, and click elsewhere.
    LeaveAlone(Duration),
}

/// Whether a banner is looked for once more at the end of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Late {
    /// One may come late: the first page, and pages of a site that has one.
    Awaited,
    /// Nobody expects one.
    NotAwaited,
}

/// A visit that was made.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) visit: Visit,
    pub(super) tab: Option<TabId>,
    pub(super) gaps: Vec<String>,
    /// Whether the choice has lasted, for [`Errand::Check`].
    pub(super) check: Option<ReloadCheck>,
    /// Consent signals on the wire.
    pub(super) signals: Vec<ConsentReading>,
    /// Why the page is none of the site's pages, if so.
    pub(super) not_a_page: Option<String>,
    /// The page's own address gave an answer, whichever.
    pub(super) answered: bool,
    /// The browser was lost on the way.
    pub(super) lost: bool,
}

impl Seen {
    /// A visit that is whole.
    pub(super) fn of(visit: Visit, tab: Option<TabId>, gaps: Vec<String>) -> Self {
        let (check, signals, not_a_page) = (None, Vec::new(), None);
        Self { visit, tab, gaps, check, signals, not_a_page, answered: true, lost: false }
    }

    pub(super) fn begin(plan: &Plan) -> Self {
        let page = plan.page.to_string();
        let visit = Visit {
            id: plan.id.clone(),
            site: registrable_domain(&host_of(&page)),
            final_url: page.clone(),
            page,
            state: plan.pass.state.clone(),
            signals: plan.pass.signals,
            started: Some(Timestamp::now()),
            ..Visit::default()
        };
        let (signals, gaps) = (Vec::new(), Vec::new());
        let (check, not_a_page) = (None, None);
        Self { visit, tab: None, gaps, check, signals, not_a_page, answered: false, lost: false }
    }

    /// A visit whose browser was lost: what it had seen is lost with it.
    pub(super) fn lost(plan: &Plan, error: &BrowserError) -> Self {
        let mut seen = Self::begin(plan);
        seen.visit.outcome = Outcome::Failed { message: error.to_string() };
        seen.gaps.push(error.to_string());
        seen.lost = true;
        seen
    }

    /// Whether the same page may load when it is asked for once more: the network or the
    /// page's process failed.
    pub(super) fn may_yet_load(&self) -> bool {
        let failed = match self.visit.outcome {
            Outcome::Failed { .. } => true,
            Outcome::TimedOut { .. } => !self.answered,
            Outcome::Loaded | Outcome::Blocked { .. } => false,
        };
        failed && self.not_a_page.is_none() && !self.lost
    }

    /// Whether there was a page to work on, late or not.
    pub(super) fn is_there(&self) -> bool {
        matches!(self.visit.outcome, Outcome::Loaded | Outcome::TimedOut { .. })
            && self.not_a_page.is_none()
    }

    /// The page's links, if it is one of the site's pages.
    pub(super) fn links(&self) -> Vec<Link> {
        let links = self.visit.collected.links.as_deref().unwrap_or_default();
        if self.is_there() { links.to_vec() } else { Vec::new() }
    }

    pub(super) fn arrived(&mut self, plan: &Plan, arrival: &Arrival) {
        self.visit.outcome = arrival.outcome.clone();
        if arrival.final_url.starts_with("http") {
            self.visit.final_url.clone_from(&arrival.final_url);
        }
        if !plan.followed {
            return;
        }
        let site = registrable_domain(&host_of(&self.visit.final_url));
        if arrival.outcome.is_loaded() && site != self.visit.site {
            self.not_a_page = Some(format!("leads to another site ({site})"));
        } else if arrival.download {
            self.not_a_page = Some("a download, not a page".to_owned());
        } else if arrival.status == Some(401) {
            self.not_a_page = Some("asks for a login (HTTP 401)".to_owned());
        }
    }

    /// What the page turned out to be, once it was looked at.
    pub(super) fn judge<W: Window>(&mut self, plan: &Plan, status: Option<u16>, window: &W) {
        if !self.visit.outcome.is_loaded() {
            return;
        }
        let nothing = PageText::default();
        let text = self.visit.collected.text.as_ref().unwrap_or(&nothing);
        self.visit.title.clone_from(&text.title);
        if let Some(message) =
            blocked::wall(status, &self.visit.collected, &window.requests_so_far())
        {
            self.visit.outcome = Outcome::Blocked { message };
            return;
        }
        let status = status.unwrap_or(200);
        // A dead link leads to the site's own error page, tags and all, as a visitor sees it.
        let fails = status >= 500 || (status >= 400 && !plan.followed);
        if fails {
            let mut message = format!("{} answered with HTTP {status}", plan.page);
            if status == 401 {
                message.push_str("; `--auth USER` gives a login (see `--help`)");
            }
            self.visit.outcome = Outcome::Failed { message };
        }
    }
}

/// A page of a level, with what the plan of each state needs.
#[derive(Debug, Clone)]
pub(super) struct PlannedPage {
    pub(super) id: VisitId,
    pub(super) page: Url,
    /// The user named it, rather than the site.
    pub(super) given: bool,
    pub(super) is_policy: bool,
}

/// Pages that are to be visited again, since their browser was lost.
#[derive(Default)]
pub(super) struct Lost<'p> {
    /// Their visits had begun.
    pub(super) begun: Vec<&'p PlannedPage>,
    pub(super) waiting: Vec<&'p PlannedPage>,
}

/// What became of a further page.
pub(super) enum Further {
    Seen(VisitId, Vec<Link>),
    /// The browser was lost on the way; nothing is kept of it.
    Lost,
    /// The browser had been lost before.
    NotBegun,
    /// The run is being stopped.
    Stopped,
}

/// The choice that brings a state about, if it takes one.
pub(super) fn decision(state: &ConsentState) -> Option<Decision> {
    match state {
        ConsentState::AfterReject => Some(Decision::Reject),
        ConsentState::AfterAccept => Some(Decision::Accept),
        ConsentState::AfterAcceptOnly(category) => Some(Decision::AcceptOnly(category.clone())),
        ConsentState::AfterWithdraw => Some(Decision::Withdraw),
        ConsentState::BeforeChoice | ConsentState::NoInteraction | ConsentState::Unknown => None,
    }
}
