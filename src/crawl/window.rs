//! What a crawl needs of a browser, as traits: the real one implements them, tests
//! fake them.

use std::future::Future;
use std::time::Duration;

use crate::browser::{
    Arrival, BrowserError, LedgerReport, PageRecording, Place, Profile, Recording, Tab, TabId,
};
use crate::dom::Dom;
use crate::model::{Phase, Request, Signals};

/// Hands out fresh profiles.
pub(super) trait Engine: Sync {
    /// Its profiles.
    type Space: Space;
    /// A fresh profile.
    fn profile(
        &self,
        signals: Signals,
        document_scripts: &[String],
    ) -> impl Future<Output = Result<Self::Space, BrowserError>> + Send;
    /// See [`crate::browser::Browser::pauses_to_settle`].
    fn pauses_to_settle(&self) -> impl Future<Output = bool> + Send;
    /// See [`crate::browser::Browser::settle_accounts`]; what goes wrong is a gap in it.
    fn settle_accounts(&self) -> impl Future<Output = LedgerReport> + Send;
}

/// One cookie jar and storage.
pub(super) trait Space: Send + Sync {
    /// Its windows.
    type Window: Window;
    /// A new window of its own.
    fn open(&self) -> impl Future<Output = Result<Self::Window, BrowserError>> + Send;
    /// See [`Profile::is_alive`].
    fn is_alive(&self) -> bool;
    /// Throws the profile away.
    fn close(self) -> impl Future<Output = Result<(), BrowserError>> + Send;
}

/// One window for one visit.
pub(super) trait Window: Dom + Send {
    /// See [`Tab::id`].
    fn id(&self) -> TabId;
    /// See [`Tab::navigate`].
    fn navigate(
        &self,
        url: &str,
        at_most: Duration,
    ) -> impl Future<Output = Result<Arrival, BrowserError>> + Send;
    /// See [`Tab::settle`].
    fn settle(
        &self,
        quiet: Duration,
        at_most: Duration,
    ) -> impl Future<Output = Result<bool, BrowserError>> + Send;
    /// See [`Tab::fast_forward`].
    fn fast_forward(
        &self,
        page_time: Duration,
        at_most: Duration,
    ) -> impl Future<Output = Result<bool, BrowserError>> + Send;
    /// See [`Tab::stir`].
    fn stir(&self) -> impl Future<Output = Result<(), BrowserError>> + Send;
    /// See [`Tab::set_phase`].
    fn set_phase(&self, phase: Phase) -> impl Future<Output = Result<(), BrowserError>> + Send;
    /// See [`Tab::lost`].
    fn lost(&self) -> impl Future<Output = &'static str> + Send;
    /// See [`Tab::requests_so_far`].
    fn requests_so_far(&self) -> Vec<Request>;
    /// See [`Tab::elapsed_ms`].
    fn elapsed_ms(&self) -> f64;
    /// See [`Tab::leave`].
    fn leave(self) -> impl Future<Output = Result<Recording, BrowserError>> + Send;
    /// See [`Tab::place`].
    fn place(&self) -> Place;
    /// See [`Tab::loaded`].
    fn loaded(&self, at_most: Duration) -> impl Future<Output = bool> + Send;
    /// See [`Tab::leave_by_page`].
    fn leave_by_page(self)
    -> impl Future<Output = Result<Vec<PageRecording>, BrowserError>> + Send;
}

impl Space for Profile {
    type Window = Tab;

    async fn open(&self) -> Result<Tab, BrowserError> {
        Self::open(self).await
    }

    fn is_alive(&self) -> bool {
        Self::is_alive(self)
    }

    async fn close(self) -> Result<(), BrowserError> {
        Self::close(self).await
    }
}

impl Window for Tab {
    fn id(&self) -> TabId {
        Self::id(self)
    }

    async fn navigate(&self, url: &str, at_most: Duration) -> Result<Arrival, BrowserError> {
        Self::navigate(self, url, at_most).await
    }

    async fn settle(&self, quiet: Duration, at_most: Duration) -> Result<bool, BrowserError> {
        Self::settle(self, quiet, at_most).await
    }

    async fn fast_forward(&self, time: Duration, at_most: Duration) -> Result<bool, BrowserError> {
        Self::fast_forward(self, time, at_most).await
    }

    async fn stir(&self) -> Result<(), BrowserError> {
        Self::stir(self).await
    }

    async fn set_phase(&self, phase: Phase) -> Result<(), BrowserError> {
        Self::set_phase(self, phase).await
    }

    async fn lost(&self) -> &'static str {
        Self::lost(self).await
    }

    fn requests_so_far(&self) -> Vec<Request> {
        Self::requests_so_far(self)
    }

    fn elapsed_ms(&self) -> f64 {
        Self::elapsed_ms(self)
    }

    async fn leave(self) -> Result<Recording, BrowserError> {
        Self::leave(self).await
    }

    fn place(&self) -> Place {
        Self::place(self)
    }

    async fn loaded(&self, at_most: Duration) -> bool {
        Self::loaded(self, at_most).await
    }

    async fn leave_by_page(self) -> Result<Vec<PageRecording>, BrowserError> {
        Self::leave_by_page(self).await
    }
}
