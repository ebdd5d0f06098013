//! What the collectors read from a page. Absent means "not collected", empty
//! means "collected, and there was none".

use serde::{Deserialize, Serialize};

use super::{Mail, StackFrame};

/// The yield of every collector; one field each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Collected {
    /// The profile's cookie jar when the visit ended.
    pub cookies: Option<Vec<Cookie>>,
    /// Local, session and IndexedDB storage of every frame.
    pub storage: Option<Vec<StorageItem>>,
    /// Which script wrote which cookie or key.
    pub writes: Option<Vec<StorageWrite>>,
    /// Calls of interfaces that fingerprinting uses.
    pub fingerprinting: Option<Vec<FingerprintCall>>,
    /// Title, headings and visible text.
    pub text: Option<PageText>,
    /// Links with their text.
    pub links: Option<Vec<Link>>,
    /// Forms and their fields; never what was typed.
    pub forms: Option<Vec<Form>>,
    /// What was typed of the canary into forms; absent where no form was filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<Vec<Typed>>,
    /// Video players.
    pub videos: Option<Vec<Video>>,
    /// The privacy policy's text, on the visit that loaded it.
    pub privacy_policy: Option<PrivacyPolicy>,
    /// Names of global JavaScript variables that signatures ask about and that exist.
    pub globals: Option<Vec<String>>,
    /// Elements that signatures ask about and that the page has, by selector.
    pub elements: Option<Vec<Element>>,
    /// What only an e-mail has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    /// Pictures of the page.
    pub screenshots: Vec<Screenshot>,
    /// Collectors that failed; their part is absent.
    pub failures: Vec<CollectorFailure>,
}

/// A collector that failed. It never ends the visit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectorFailure {
    /// The collector's name.
    pub collector: String,
    /// What went wrong.
    pub message: String,
}

/// One cookie as it lies in the jar.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cookie {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
    /// Domain, with a leading dot when it covers sub-domains.
    pub domain: String,
    /// Path.
    pub path: String,
    /// Remaining life in seconds when it was read; `None` ends with the session.
    pub lifetime_s: Option<i64>,
    /// Hidden from scripts.
    pub http_only: bool,
    /// Sent over HTTPS only.
    pub secure: bool,
    /// Its SameSite attribute.
    pub same_site: Option<SameSite>,
    /// The top-level site that a partitioned cookie belongs to.
    pub partition: Option<String>,
}

/// The SameSite attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SameSite {
    /// Never sent across sites.
    Strict,
    /// Sent with top-level navigations.
    Lax,
    /// Always sent.
    None,
}

/// The storage areas of a page.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum StorageArea {
    /// `localStorage`.
    #[default]
    Local,
    /// `sessionStorage`.
    Session,
    /// An IndexedDB record; the key is `database/store/key`.
    IndexedDb,
    /// `document.cookie` (only for [`StorageWrite`]).
    Cookie,
}

/// One stored item.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StorageItem {
    /// Where it lies.
    pub area: StorageArea,
    /// The origin that owns it.
    pub origin: String,
    /// Its key.
    pub key: String,
    /// Its value, cut at 4,096 characters.
    pub value: String,
}

/// One write to a cookie or to storage, with the script that did it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StorageWrite {
    /// Where it was written.
    pub area: StorageArea,
    /// Cookie name or storage key.
    pub key: String,
    /// The frame's address.
    pub frame: String,
    /// Milliseconds from the start of the visit.
    pub time_ms: f64,
    /// The script's stack, innermost first.
    pub stack: Vec<StackFrame>,
}

/// Calls of one fingerprinting interface by one script.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FingerprintCall {
    /// The interface, `HTMLCanvasElement.toDataURL`.
    pub interface: String,
    /// How often that script called it.
    pub count: u32,
    /// The frame's address.
    pub frame: String,
    /// Milliseconds from the start of the visit to the first call.
    pub time_ms: f64,
    /// The stack of the first call, innermost first.
    pub stack: Vec<StackFrame>,
}

/// The words on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageText {
    /// Document title.
    pub title: String,
    /// Language of the document, as declared.
    pub language: String,
    /// Meta description.
    pub description: String,
    /// Headings h1 to h3, in order.
    pub headings: Vec<String>,
    /// `@type` values of schema.org data.
    pub schema_types: Vec<String>,
    /// Visible text, cut at 20,000 characters.
    pub text: String,
}

/// One link.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    /// Absolute address.
    pub url: String,
    /// Link text, white space collapsed, cut at 200 characters.
    pub text: String,
    /// The `rel` attribute.
    pub rel: String,
    /// What a script does on a click instead of following it: an HTTP method
    /// (`data-method`), lower case, or `confirm` where it asks first; empty for an
    /// ordinary link.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub method: String,
}

/// One form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Absolute address that it sends to.
    pub action: String,
    /// Method, upper case.
    pub method: String,
    /// Its `id` or `name`.
    pub name: String,
    /// Its fields, in order.
    pub fields: Vec<FormField>,
}

/// One form field, without its value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// `name` or `id`.
    pub name: String,
    /// Input type, `select` or `textarea`.
    pub kind: String,
    /// Its visible label or placeholder.
    pub label: String,
    /// The `autocomplete` attribute.
    pub autocomplete: String,
}

/// One field that was filled in with something of the canary, and not sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Typed {
    /// The field.
    pub field: FormField,
    /// The form's `id` or `name`, or its address; empty for a field outside a form.
    pub form: String,
    /// The frame's address.
    pub frame: String,
    /// What was typed, by its name in `health::CanaryField`: `email`, `search` …; `choice`
    /// where an entry of a list, a box or a day was chosen, which carries nothing of it.
    pub canary: String,
    /// When typing began, in milliseconds from the start of the visit.
    pub time_ms: f64,
}

/// One video player.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Video {
    /// Address of the video or of the player's frame.
    pub url: String,
    /// Title, if it tells.
    pub title: String,
    /// Player: `html5`, `youtube`, `vimeo` …
    pub player: String,
}

/// The site's privacy policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivacyPolicy {
    /// Its address.
    pub url: String,
    /// Its text, cut at 200,000 characters.
    pub text: String,
}

/// Elements of a page that one selector finds.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Element {
    /// The selector.
    pub selector: String,
    /// The opening tag of the first one, cut at 600 characters.
    pub tag: String,
    /// How many there are.
    pub count: u32,
}

/// One picture, form fields blanked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screenshot {
    /// Its name in the bundle, `screenshots/v0001-page.png`.
    pub file: String,
    /// What it shows: `page`, `banner`, `after the choice`.
    pub shows: String,
}
