//! Asking a page that may never answer. One that is found to be broken is not asked
//! again, so that the rest of its visit takes no time.

use std::time::Duration;

use serde_json::{Value, json};

use super::TabId;
use super::cdp::{CdpError, SessionId};
use super::hub::Hub;
use super::tab::Tab;
use crate::model::Outcome;

/// How long a page that is at work may take for one answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// A page that takes longer than this for an answer is looked after.
const SLOW: Duration = Duration::from_secs(3);
/// How long it may then take for the simplest of all answers before it counts as stuck.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// The same for a page that has had all the time it may take to load.
const LAST_SIGN: Duration = Duration::from_secs(5);

/// Why a page answers no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// Its process is gone.
    Crashed,
    /// It took all the memory that a page may have.
    Memory,
    /// A script holds its thread for ever.
    Stuck,
    /// It opened one dialog after the other.
    Dialogs,
    /// It opened one window after the other.
    Windows,
}

impl Broken {
    /// What such a page has come to.
    pub(super) fn outcome(self, url: &str) -> Outcome {
        let message = format!("{url}: {}", self.words());
        match self {
            Self::Crashed | Self::Memory => Outcome::Failed { message },
            Self::Stuck | Self::Dialogs | Self::Windows => Outcome::TimedOut { message },
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Crashed => "the page crashed the browser's tab",
            Self::Memory => "the page ran out of memory",
            Self::Stuck => "a script of the page does not give way",
            Self::Dialogs => "the page opens dialogs without end",
            Self::Windows => "the page opens windows without end",
        }
    }
}

impl Tab {
    /// A command to the page.
    pub(super) async fn command(
        &self,
        session: &SessionId,
        method: &str,
        params: Value,
    ) -> Result<Value, CdpError> {
        self.command_within(session, method, params, PATIENCE).await
    }

    /// [`Tab::command`] with a patience of its own.
    pub(super) async fn command_within(
        &self,
        session: &SessionId,
        method: &str,
        params: Value,
        patience: Duration,
    ) -> Result<Value, CdpError> {
        let asked = self.hub.cdp.call_within(session, method, params, patience);
        let slow = async {
            tokio::time::sleep(SLOW).await;
            self.look_after();
            std::future::pending().await
        };
        tokio::select! {
            answer = self.unless_broken(method, asked) => answer,
            answer = slow => answer,
        }
    }

    /// Goes to an address. A page that is being left answers nothing, and is not stuck.
    pub(super) async fn go_to(&self, url: &str, patience: Duration) -> Result<Value, CdpError> {
        const METHOD: &str = "Page.navigate";
        let to = json!({ "url": url });
        let asked = self.hub.cdp.call_within(&self.session, METHOD, to, patience);
        self.unless_broken(METHOD, asked).await
    }

    /// The answer, or the end of waiting for it when the page breaks down.
    async fn unless_broken(
        &self,
        method: &str,
        answer: impl Future<Output = Result<Value, CdpError>>,
    ) -> Result<Value, CdpError> {
        let mut broken = self.broken.clone();
        tokio::select! {
            // A page that is known to be broken is not asked at all.
            biased;
            Ok(why) = broken.wait_for(Option::is_some) => {
                let why = why.map_or("", Broken::words);
                Err(CdpError::Broken { method: method.to_owned(), why })
            }
            answer = answer => answer,
        }
    }

    /// Why the page answers no more, if so.
    pub(super) fn broken(&self) -> Option<Broken> {
        *self.broken.borrow()
    }

    /// Finds out in the background whether a slow page still answers at all: whoever
    /// asked it may give up before.
    fn look_after(&self) {
        let began = self.with(|tab| !std::mem::replace(&mut tab.looked_after, true));
        if began == Some(true) {
            let (hub, id, session) = (self.hub.clone(), self.id(), self.session.clone());
            tokio::spawn(async move { look(&hub, id, &session, SIGN_OF_LIFE).await });
        }
    }

    /// Finds out whether a page that is late still answers at all.
    pub(super) async fn look_alive(&self) {
        look(&self.hub, self.id(), &self.session, LAST_SIGN).await;
    }
}

async fn look(hub: &Hub, id: TabId, session: &SessionId, patience: Duration) {
    let nothing = json!({ "expression": "1" });
    let answer = hub.cdp.call_within(session, "Runtime.evaluate", nothing, patience).await;
    if let Some(tab) = hub.state().tabs.get_mut(&id) {
        tab.looked_after = false;
        match answer {
            Ok(_) | Err(CdpError::Closed { .. } | CdpError::Broken { .. }) => {}
            Err(CdpError::Timeout { .. }) => tab.break_down(Broken::Stuck),
            Err(CdpError::Refused { .. }) => tab.break_down(Broken::Crashed),
        }
    }
}
