//! Takes one step as a visitor would: waits until what it names is there, acts with
//! trusted input, and says in words what stood in the way.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout};
use url::Url;

use super::find::{self, Missing};
use super::{Action, Condition, Step, Target, Value};
use crate::consent;
use crate::crawl::window::Window;
use crate::dom::{DomError, Element};
use crate::model::{Outcome, Secret};

/// What a step may take beyond its own time: typing, and the browser's answers.
const SLACK: Duration = Duration::from_secs(15);
/// Longest wait for the next change before looking again.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What kind of field `this` is: a password, one that is set and not typed, or a text.
const KIND: &str = "function () {
    const type = (this.type ?? '').toLowerCase();
    if (type === 'password' || /password/.test(this.autocomplete ?? '')) return 'password';
    const set = ['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range'];
    return set.includes(type) ? 'set' : 'text';
}";
/// What is in the field is selected, so that typing takes its place.
const SELECT_ALL: &str = "function () {
    if (this.select) this.select(); else getSelection()?.selectAllChildren(this);
}";
/// Sets a value as a picker would; `VALUE` is put in.
const SET: &str = "function () {
    const value = VALUE;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(this, value);
    for (const kind of ['input', 'change']) this.dispatchEvent(new Event(kind, { bubbles: true }));
    return this.value === value;
}";
/// Picks an option by its text or value; `VALUE` is put in.
const PICK: &str = "function () {
    const plain = text => (text ?? '').toLowerCase().replace(/\\s+/g, ' ').trim();
    const wanted = plain(VALUE);
    if (!this.options) return 'no list';
    const options = [...this.options];
    const found = options.find(o => plain(o.text) === wanted) ?? options.find(o => plain(o.value) === wanted);
    if (!found) return 'no option';
    if (this.multiple) found.selected = true; else this.selectedIndex = found.index;
    for (const kind of ['input', 'change']) this.dispatchEvent(new Event(kind, { bubbles: true }));
    return 'picked';
}";
/// Whether the box of `this` (its own, or of its label) is on; `null` when it is none.
const IS_ON: &str = "function () {
    const box = this.control ?? this.closest?.('label')?.control ?? this;
    if (box.type === 'checkbox' || box.type === 'radio') return box.checked;
    const state = box.getAttribute?.('aria-checked');
    return state === null || state === undefined ? null : state === 'true';
}";
/// A link or form that would open a tab of its own opens here instead. A new tab starts
/// before anything can listen to it, and the journey is to go on in it.
const IN_THIS_TAB: &str = "function () {
    const element = this.nodeType === 1 ? this : this.parentElement;
    const opener = element.closest('a[target], area[target]') ?? element.closest('button, input')?.form;
    const name = opener?.getAttribute('target') ?? '';
    const stays = ['', '_self', '_top', '_parent'].includes(name.toLowerCase()) || document.getElementsByName(name).length > 0;
    if (!opener || stays) return false;
    opener.setAttribute('target', '_top');
    return true;
}";
const INTO_VIEW: &str = "function () {
    (this.nodeType === 1 ? this : this.parentElement).scrollIntoView({ block: 'center', behavior: 'instant' });
}";

/// Acts on a page.
pub(super) struct Hand<'a, W> {
    pub(super) window: &'a W,
    /// What relative addresses count from.
    pub(super) base: &'a Url,
    pub(super) secrets: &'a BTreeMap<String, Secret>,
    /// Longest wait for a page's `load` event.
    pub(super) page_timeout: Duration,
    /// How long the network must be quiet.
    pub(super) quiet: Duration,
    /// What came of the step beside what it was for.
    pub(super) notes: Mutex<Vec<String>>,
}

impl<W: Window> Hand<'_, W> {
    /// What there is to say of the steps since this was last asked.
    pub(super) fn take_notes(&self) -> Vec<String> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, note: &str) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if !notes.iter().any(|known| known == note) {
            notes.push(note.to_owned());
        }
    }

    /// Takes a step. The error says what was expected and what stood in the way.
    pub(super) async fn take(&self, step: &Step) -> Result<(), String> {
        let most = match step.action {
            Action::Goto(_) => self.page_timeout,
            _ => step.timeout,
        };
        match timeout(most + SLACK, self.act(step)).await {
            Ok(taken) => taken,
            Err(_) => Err("the page did not answer in time".to_owned()),
        }
    }

    async fn act(&self, step: &Step) -> Result<(), String> {
        let within = step.timeout;
        match &step.action {
            Action::Goto(to) => self.go(to).await,
            Action::Click(target) => self.click(target, within).await.map(drop),
            Action::Type(target, value) => self.type_into(target, value, within).await,
            Action::Select(target, value) => self.select(target, value, within).await,
            Action::Check(target) => self.switch(target, true, within).await,
            Action::Uncheck(target) => self.switch(target, false, within).await,
            Action::Press(key) => self.window.press(key).await.map_err(|e| e.to_string()),
            Action::Scroll(None) => self.window.scroll_through().await.map_err(|e| e.to_string()),
            Action::Scroll(Some(target)) => {
                let element = self.wait_for(target, within).await?;
                let scrolled = self.window.call(&element, INTO_VIEW).await;
                scrolled.map(drop).map_err(|error| error.to_string())
            }
            Action::WaitFor(condition) | Action::Expect(condition) => {
                self.expect(condition, within).await
            }
            Action::WaitForQuiet => match self.window.settle(self.quiet, within).await {
                Ok(true) => Ok(()),
                Ok(false) => {
                    Err(format!("the network was not quiet within {} s", within.as_secs()))
                }
                Err(error) => Err(error.to_string()),
            },
            // The caller keeps the picture.
            Action::Screenshot(_) => Ok(()),
        }
    }

    async fn go(&self, to: &str) -> Result<(), String> {
        let url = self.base.join(to).map_err(|error| format!("`{to}` is no address: {error}"))?;
        let arrival = self.window.navigate(url.as_str(), self.page_timeout).await;
        let arrival = arrival.map_err(|error| error.to_string())?;
        match (arrival.outcome, arrival.status) {
            (Outcome::Loaded, Some(status)) if status >= 400 => {
                Err(format!("{url} answered with HTTP {status}"))
            }
            (Outcome::Loaded, _) => Ok(()),
            (outcome, _) => Err(outcome.message().to_owned()),
        }
    }

    /// Clicks what is shown and topmost, as soon as it is.
    async fn click(&self, target: &Target, within: Duration) -> Result<Element, String> {
        self.until(within, async || {
            let element = find::shown(self.window, target).await.map_err(|m| said(target, m))?;
            consent::settled(self.window, &element).await;
            let turned = self.window.call(&element, IN_THIS_TAB).await;
            if turned.is_ok_and(|turned| turned.as_bool() == Some(true)) {
                self.note("it opens a new tab, which was followed here");
            }
            match self.window.click(&element).await {
                Ok(()) => Ok(element),
                Err(DomError::Covered { by, .. }) => {
                    // As a person does: out from under what is stuck to an edge.
                    drop(self.window.call(&element, INTO_VIEW).await);
                    Err(Obstacle::Now(format!("{target} is covered by {by}")))
                }
                Err(error @ DomError::Gone { .. }) => Err(Obstacle::Now(error.to_string())),
                Err(error) => Err(Obstacle::Always(format!("{target}: {error}"))),
            }
        })
        .await
    }

    async fn type_into(
        &self,
        target: &Target,
        value: &Value,
        within: Duration,
    ) -> Result<(), String> {
        let element = self.wait_for(target, within).await?;
        let kind = self.window.call(&element, KIND).await.map_err(|error| error.to_string())?;
        if kind.as_str() == Some("password") && matches!(value, Value::Literal(_)) {
            return Err(format!(
                "{target} is a password field, and a password is not written down: use `env`"
            ));
        }
        let text = self.text_of(value)?;
        if kind.as_str() == Some("set") {
            let script = SET.replace("VALUE", &json!(text).to_string());
            let set = self.window.call(&element, &script).await;
            return match set.map_err(|error| error.to_string())?.as_bool() {
                Some(true) => Ok(()),
                _ => Err(format!("{target} does not take {value}")),
            };
        }
        let element = self.click(target, within).await?;
        drop(self.window.call(&element, SELECT_ALL).await);
        self.window.type_text(&element, text).await.map_err(|error| format!("{target}: {error}"))
    }

    async fn select(&self, target: &Target, value: &Value, within: Duration) -> Result<(), String> {
        let script = PICK.replace("VALUE", &json!(self.text_of(value)?).to_string());
        self.until(within, async || {
            let element = find::there(self.window, target).await.map_err(|m| said(target, m))?;
            let picked = self.window.call(&element, &script).await;
            match picked.map_err(|error| Obstacle::Now(error.to_string()))?.as_str() {
                Some("picked") => Ok(()),
                Some("no option") => Err(Obstacle::Now(format!("{target} has no option {value}"))),
                _ => Err(Obstacle::Always(format!(
                    "{target} is no list of options; `click` opens one that is drawn by the page"
                ))),
            }
        })
        .await
    }

    async fn switch(&self, target: &Target, on: bool, within: Duration) -> Result<(), String> {
        let word = if on { "on" } else { "off" };
        self.until(within, async || {
            let element = find::there(self.window, target).await.map_err(|m| said(target, m))?;
            let state = async || self.window.call(&element, IS_ON).await.ok()?.as_bool();
            match state().await {
                None => return Err(Obstacle::Now(format!("{target} is no box to switch"))),
                Some(now) if now == on => return Ok(()),
                Some(_) => {}
            }
            let switched = self.window.toggle(&element).await;
            switched.map_err(|error| Obstacle::Now(format!("{target}: {error}")))?;
            match state().await {
                Some(now) if now != on => {
                    Err(Obstacle::Now(format!("{target} could not be switched {word}")))
                }
                _ => Ok(()),
            }
        })
        .await
    }

    async fn expect(&self, condition: &Condition, within: Duration) -> Result<(), String> {
        self.until(within, async || {
            let url = self.window.place().url;
            match find::holds(self.window, condition, &url).await {
                Ok(true) => Ok(()),
                Ok(false) => {
                    let seconds = within.as_secs();
                    Err(Obstacle::Now(format!("expected {condition}, not so within {seconds} s")))
                }
                Err(Missing::Never(why)) => Err(Obstacle::Always(why)),
                Err(Missing::Yet(why)) => Err(Obstacle::Now(why.to_owned())),
            }
        })
        .await
    }

    async fn wait_for(&self, target: &Target, within: Duration) -> Result<Element, String> {
        self.until(within, async || {
            find::shown(self.window, target).await.map_err(|missing| said(target, missing))
        })
        .await
    }

    /// Tries again after every change of the page, until it works or the time is up.
    async fn until<T>(
        &self,
        within: Duration,
        attempt: impl AsyncFn() -> Result<T, Obstacle>,
    ) -> Result<T, String> {
        let deadline = Instant::now() + within;
        loop {
            let why = match attempt().await {
                Ok(done) => return Ok(done),
                Err(Obstacle::Always(why)) => return Err(why),
                Err(Obstacle::Now(why)) => why,
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(why);
            }
            // A page that is being replaced answers at once, and so often.
            let again = Instant::now() + LOOK_AGAIN.min(left) / 4;
            drop(consent::wait_for_change(self.window, LOOK_AGAIN.min(left)).await);
            tokio::time::sleep_until(again).await;
        }
    }

    fn text_of<'v>(&'v self, value: &'v Value) -> Result<&'v str, String> {
        match value {
            Value::Literal(text) => Ok(text),
            Value::Secret(name) => {
                let secret = self.secrets.get(name).map(Secret::expose);
                secret.ok_or_else(|| format!("nothing is known of the secret {name}"))
            }
        }
    }
}

/// Why an attempt did not work.
enum Obstacle {
    /// It may work later.
    Now(String),
    /// It never will.
    Always(String),
}

fn said(target: &Target, missing: Missing) -> Obstacle {
    match missing {
        Missing::Yet(why) => Obstacle::Now(format!("looked for {target}: {why}")),
        Missing::Never(why) => Obstacle::Always(format!("{target} cannot be looked for: {why}")),
    }
}
