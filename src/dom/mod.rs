//! What a page can be asked and told. `consent`, the collectors and journeys work
//! over this trait; `browser` implements it, tests fake it.

use std::future::Future;

use serde_json::Value;
use thiserror::Error;

use crate::model::Cookie;

/// A loaded page, all its frames and shadow roots included.
///
/// Every method is bounded in time by the implementation and fails with a
/// [`DomError`] rather than hanging.
pub trait Dom: Sync {
    /// Every frame of the page, the top one first, cross-site ones included.
    fn frames(&self) -> impl Future<Output = Result<Vec<FrameInfo>, DomError>> + Send;

    /// Evaluates an expression in a frame and returns its JSON value. Promises are awaited.
    fn evaluate(
        &self,
        frame: &FrameId,
        world: World,
        expression: &str,
    ) -> impl Future<Output = Result<Value, DomError>> + Send;

    /// The elements of a frame that a CSS selector matches, in document order,
    /// open and closed shadow roots included.
    fn query(
        &self,
        frame: &FrameId,
        selector: &str,
    ) -> impl Future<Output = Result<Vec<Element>, DomError>> + Send;

    /// Every element of a frame that the accessibility tree gives a role and a
    /// name, in reading order, through closed shadow roots.
    fn accessible(
        &self,
        frame: &FrameId,
    ) -> impl Future<Output = Result<Vec<Accessible>, DomError>> + Send;

    /// Calls a JavaScript function (`"function() { return this.checked }"`) on an
    /// element and returns its JSON value.
    fn call(
        &self,
        element: &Element,
        function: &str,
    ) -> impl Future<Output = Result<Value, DomError>> + Send;

    /// Where an element is drawn in the top window's viewport, in CSS pixels; `None`
    /// when it has no box, is transparent or hidden.
    fn visible_box(
        &self,
        element: &Element,
    ) -> impl Future<Output = Result<Option<BoxModel>, DomError>> + Send;

    /// Clicks an element as a person would: scrolls it into view, checks that it is
    /// the topmost thing at its centre, and sends trusted mouse events.
    ///
    /// # Errors
    /// [`DomError::Covered`] when something else lies on top.
    fn click(&self, element: &Element) -> impl Future<Output = Result<(), DomError>> + Send;

    /// Focuses an element and types text with trusted key events.
    fn type_text(
        &self,
        element: &Element,
        text: &str,
    ) -> impl Future<Output = Result<(), DomError>> + Send;

    /// Switches a box: by mouse, or by keyboard where something else is drawn over it.
    fn toggle(&self, element: &Element) -> impl Future<Output = Result<(), DomError>> + Send {
        async move {
            if self.click(element).await.is_ok() {
                return Ok(());
            }
            self.type_text(element, "").await?;
            self.press("Space").await
        }
    }

    /// Presses one key (see [`KEYS`]) with trusted events.
    fn press(&self, key: &str) -> impl Future<Output = Result<(), DomError>> + Send;

    /// Scrolls the top window by whole viewports to its end and back to the top.
    fn scroll_through(&self) -> impl Future<Output = Result<(), DomError>> + Send;

    /// The profile's whole cookie jar, HttpOnly and partitioned cookies included.
    fn cookies(&self) -> impl Future<Output = Result<Vec<Cookie>, DomError>> + Send;

    /// A PNG of the viewport, or of a part of it, form fields blanked.
    fn screenshot(
        &self,
        area: Option<BoxModel>,
    ) -> impl Future<Output = Result<Vec<u8>, DomError>> + Send;

    /// Waits until `condition` (an expression of the top frame's main world) is
    /// truthy or the page has been left; polls on DOM mutations, not on a timer.
    /// Returns whether it became true in time.
    fn wait_for(
        &self,
        condition: &str,
        at_most: std::time::Duration,
    ) -> impl Future<Output = Result<bool, DomError>> + Send;
}

/// The keys that [`Dom::press`] knows.
pub const KEYS: &[&str] = &[
    "Enter",
    "Escape",
    "Tab",
    "Space",
    "Backspace",
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "PageDown",
    "End",
];

/// Names a frame of a page, across processes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameId(pub String);

/// One frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrameInfo {
    /// Its name.
    pub id: FrameId,
    /// The frame that holds it; `None` for the top one.
    pub parent: Option<FrameId>,
    /// Its document's address.
    pub url: String,
}

/// In which JavaScript world an expression runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum World {
    /// The page's own: sees its variables, and its tampering.
    #[default]
    Main,
    /// A world of our own over the same document: built-ins are untouched.
    Isolated,
}

/// One element, valid as long as its document lives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Element {
    /// The frame that it is in.
    pub frame: FrameId,
    /// The browser's own number for it (CDP `backendNodeId`).
    pub node: i64,
}

/// One entry of the accessibility tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accessible {
    /// The element behind it.
    pub element: Element,
    /// `button`, `link`, `checkbox`, `switch`, `dialog`, `heading` …
    pub role: String,
    /// Its accessible name: what a screen reader says.
    pub name: String,
    /// For check boxes and switches whether it is on; `None` for all else.
    pub checked: Option<bool>,
    /// It cannot be used.
    pub disabled: bool,
    /// Nearest ancestor that is a dialog, by its place in the same list.
    pub dialog: Option<usize>,
}

/// A box in the top window's viewport, CSS pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BoxModel {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Why a page could not be asked.
#[derive(Debug, Clone, Error)]
pub enum DomError {
    /// The element or frame is gone, as after a navigation.
    #[error("{what} is gone from the page")]
    Gone {
        /// What was looked for.
        what: String,
    },
    /// Something else lies on top of the element.
    #[error("{what} is covered by {by}")]
    Covered {
        /// The element.
        what: String,
        /// What lies on top.
        by: String,
    },
    /// The page's script threw.
    #[error("the page's script failed: {message}")]
    Script {
        /// The exception's text, shortened.
        message: String,
    },
    /// No answer in time.
    #[error("no answer within {ms} ms to {what}")]
    Timeout {
        /// What was asked.
        what: String,
        /// How long it was waited for.
        ms: u64,
    },
    /// The browser is gone or refused.
    #[error("the browser refused {what}: {message}")]
    Browser {
        /// What was asked.
        what: String,
        /// The browser's words.
        message: String,
    },
}
