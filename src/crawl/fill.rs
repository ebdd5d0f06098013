//! Fills in forms with the canary, as a visitor would who then changes their mind: trusted
//! keys, focus and blur, and nothing is sent off. Never types a password.

mod choice;
mod field;

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout};

use self::choice::{CHOICES, choose};
use self::field::{DESCRIBE, RawField};
use super::window::Window;
use crate::dom::{DomError, Element, FrameId, World};
use crate::model::{Link, Typed};

/// Frames that are looked into.
const MOST_FRAMES: usize = 12;
/// Fields of a page that are filled in.
const MOST_FIELDS: usize = 60;
/// Lists and boxes of a page in which something is chosen.
const MOST_CHOICES: usize = 20;
/// Where words can be typed; the search sees into shadow roots.
const FIELDS: &str = "input, textarea, [contenteditable=''], [contenteditable=true], [contenteditable=plaintext-only]";
/// What [`Typed::canary`] says of a choice.
const NO_CANARY: &str = "choice";
/// How long all fields of a page may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// Keeps a form from being sent, whoever asks for it: by event and by call.
const HOLD_FORMS: &str = "(() => {
    addEventListener('submit', event => { event.preventDefault(); event.stopImmediatePropagation(); }, true);
    HTMLFormElement.prototype.submit = function () {};
})()";
const BLUR: &str = "function () { this.blur(); }";
/// Sets a date as a picker would; `VALUE` is put in.
const SET: &str = "function () {
    this.focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(this, VALUE);
    for (const kind of ['input', 'change']) this.dispatchEvent(new Event(kind, { bubbles: true }));
}";
/// Where a search form would lead, as it is filled in; `null` for any other form.
const RESULTS: &str = "function () {
    const form = this.form;
    if (!form || String(form.getAttribute('method') || 'get').toLowerCase() !== 'get') return null;
    if (form.querySelector('input[type=password]')) return null;
    const to = new URL(form.getAttribute('action') || '', document.baseURI);
    const told = [...new FormData(form)].filter(([, value]) => typeof value === 'string').slice(0, 20);
    to.search = new URLSearchParams(told).toString();
    to.hash = '';
    return to.href;
}";

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) typed: Vec<Typed>,
    /// Result pages of the page's search forms: they are visited like other pages.
    pub(super) searches: Vec<Link>,
}

/// Types the canary into every field of the page that is shown and empty.
pub(super) async fn fill<W: Window>(window: &W) -> Filled {
    let mut filled = Filled::default();
    let end = Instant::now() + PATIENCE;
    let frames = window.frames().await.unwrap_or_default();
    for frame in frames.into_iter().take(MOST_FRAMES) {
        let left = end.saturating_duration_since(Instant::now());
        let work = in_frame(window, &frame.id, &frame.url, &mut filled);
        if timeout(left, work).await.is_err() {
            break;
        }
    }
    filled
}

async fn in_frame<W: Window>(window: &W, frame: &FrameId, url: &str, filled: &mut Filled) {
    let fields = window.query(frame, FIELDS).await.unwrap_or_default();
    if fields.is_empty() || window.evaluate(frame, World::Main, HOLD_FORMS).await.is_err() {
        return;
    }
    // Choices first: they open fields.
    let choices = window.query(frame, CHOICES).await.unwrap_or_default();
    for element in choices.into_iter().take(MOST_CHOICES) {
        if let Err(error) = chosen(window, &element, url, filled).await {
            tracing::debug!("nothing was chosen: {error}");
        }
    }
    for element in window.query(frame, FIELDS).await.unwrap_or(fields) {
        if filled.typed.len() >= MOST_FIELDS {
            return;
        }
        if let Err(error) = one(window, &element, url, filled).await {
            tracing::debug!("a field was left empty: {error}");
        }
    }
}

async fn chosen<W: Window>(
    window: &W,
    element: &Element,
    frame: &str,
    filled: &mut Filled,
) -> Result<(), DomError> {
    if window.visible_box(element).await?.is_none() {
        return Ok(());
    }
    let described = window.call(element, DESCRIBE).await?;
    let time_ms = window.elapsed_ms();
    if choose(window, element).await?
        && let Ok(field) = serde_json::from_value::<RawField>(described)
    {
        filled.typed.push(field.typed(frame, NO_CANARY, time_ms));
    }
    Ok(())
}

async fn one<W: Window>(
    window: &W,
    element: &Element,
    frame: &str,
    filled: &mut Filled,
) -> Result<(), DomError> {
    let described = window.call(element, DESCRIBE).await?;
    let Ok(field) = serde_json::from_value::<RawField>(described) else { return Ok(()) };
    let Some(canary) = field.canary() else { return Ok(()) };
    if field.fixed || field.filled || window.visible_box(element).await?.is_none() {
        return Ok(());
    }
    let time_ms = window.elapsed_ms();
    if field.kind == "date" {
        let script = SET.replace("VALUE", &json!("1971-03-29").to_string());
        window.call(element, &script).await?;
    } else {
        window.type_text(element, field.text(canary)).await?;
    }
    filled.typed.push(field.typed(frame, canary.name(), time_ms));
    window.call(element, BLUR).await?;
    if field.search
        && let Some(url) = window.call(element, RESULTS).await?.as_str()
    {
        let text = "search results".to_owned();
        filled.searches.push(Link { url: url.to_owned(), text, ..Link::default() });
    }
    Ok(())
}
