//! One recognised behaviour of one vendor in one visit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::leaks::Leak;
use crate::health::{IdentifierKind, Verdict};
use crate::model::{Masked, Phase, RequestId, VisitId};
use crate::signature::Role;

/// All that detection says of a capture.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Detected {
    /// Every detection, sorted by visit, time and signature.
    pub detections: Vec<Detection>,
    /// The health verdict of every visited page, by visit.
    pub pages: BTreeMap<VisitId, Verdict>,
    /// Third-party requests that look like pixels and that no signature knows.
    pub unknown_pixels: Vec<UnknownPixel>,
    /// The user's lists that were asked, in their order.
    pub lists: Vec<ListUsed>,
    /// Requests to third parties that no signature knows and that carry personal or health
    /// data, under the name of their domain.
    #[serde(default)]
    pub strangers: Vec<Detection>,
    /// Cookies and storage keys that no signature knows and that hold personal data, under
    /// the name of the domain that they lie for.
    #[serde(default)]
    pub kept: Vec<Detection>,
    /// Requests that carry what was typed into forms.
    #[serde(default)]
    pub leaks: Vec<Leak>,
    /// Cookies that no signature knows and a list of the user's describes, each once.
    #[serde(default)]
    pub listed_cookies: Vec<NamedCookie>,
    /// Who the vendors of the detections are, by name.
    #[serde(default)]
    pub vendors: BTreeMap<String, VendorFacts>,
}

/// A list of the user's that was asked about every request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUsed {
    /// Its name.
    pub name: String,
    /// The version that it states, empty if none.
    pub version: String,
    /// SHA-256 of what was imported.
    pub sha256: String,
    /// Who stops requests by it; empty for a list that only describes.
    pub blocker: String,
}

/// A cookie by the word of a list: less certain than a signature's.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NamedCookie {
    /// Its name.
    pub name: Masked,
    /// Its domain, without a leading dot.
    pub place: String,
    /// The company that it is put down to, empty if the list does not tell.
    pub owner: String,
    /// The product.
    pub product: String,
    /// What it is for, in the list's words.
    pub purpose: String,
    /// The list.
    pub list: String,
}

/// Who a vendor is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorFacts {
    /// The company that it belongs to.
    pub owner: String,
    /// That company's country, ISO 3166-1 alpha-2; `ZZ` when not known.
    pub country: String,
}

/// One recognised behaviour of one vendor in one visit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// The visit.
    pub visit: VisitId,
    /// What was recognised.
    pub source: Source,
    /// The request, for those that stand on one.
    pub request: Option<RequestId>,
    /// Requests that are mirrors of this hit, counted once with it.
    pub mirrors: Vec<RequestId>,
    /// Milliseconds from the start of the visit.
    pub time_ms: f64,
    /// Relative to the consent choice.
    pub phase: Phase,
    /// Signature id, `meta/pixel`.
    pub signature: String,
    /// Vendor's name.
    pub vendor: String,
    /// The vendor's numbers in the IAB's global vendor list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gvl: Vec<u32>,
    /// Product.
    pub product: String,
    /// Purposes, the primary one first.
    pub categories: Vec<String>,
    /// What it is for the vendor.
    pub role: Role,
    /// Whose host it went to.
    pub party: Party,
    /// The site's account with the vendor.
    pub account: Option<String>,
    /// The vendor's own literal name of the event.
    pub event: Option<String>,
    /// The request's address; for cookies and keys their name.
    pub url: Masked,
    /// Decoded parameters by the vendor's own name, masked.
    pub params: BTreeMap<String, Masked>,
    /// Words for those parameters, where the database has them.
    pub labels: BTreeMap<String, String>,
    /// The kind of data that those parameters hold (`page-url`, `click-text` …), where
    /// the database says.
    pub data: BTreeMap<String, String>,
    /// Personal and health data in it.
    pub flags: Vec<DataFlag>,
    /// The body could not be decoded.
    pub undecoded: bool,
    /// The vendor's protocol on a host that is not the vendor's: what it passes on to
    /// the vendor happens between servers, out of a browser's sight.
    pub own_host: bool,
    /// For cookies and keys: where it lies, for how long, and who put it there.
    pub stored: Option<Stored>,
    /// For a request to a host that is an alias of the vendor's: what it points to.
    pub alias: Option<Alias>,
    /// The user's list that alone knows it; `None` for what a signature recognised.
    pub list: Option<String>,
    /// The lists by which a blocker would have stopped it, itself or what caused it.
    pub stopped_by: Vec<String>,
}

/// A host that is, by DNS, another name of a vendor's. A browser takes it for the site's
/// own and sends it the site's cookies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    /// The host that the request went to.
    pub host: Masked,
    /// The vendor's name that it stands for.
    pub target: Masked,
    /// Names of the cookies that went along, sorted.
    pub cookies_sent: Vec<Masked>,
    /// Names of the cookies that the answer set, sorted.
    pub cookies_set: Vec<Masked>,
}

/// One cookie or storage key that a signature recognised.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// Its name, masked like all that was captured.
    pub name: Masked,
    /// Cookie domain without a leading dot, or the origin that owns the key.
    pub place: Masked,
    /// Life in seconds; `None` when it ends with the session, or is not told.
    pub lifetime_s: Option<i64>,
    /// How long its vendor says that it lives, `90 d`, where the signature tells.
    pub stated: Option<String>,
    /// Whether the moment of writing was seen: else the phase is that of the visit's begin.
    pub write_seen: bool,
    /// The script that wrote it, if told.
    pub written_by: Option<Masked>,
}

/// What a detection stands on.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A network request.
    #[default]
    Request,
    /// A cookie.
    Cookie,
    /// A storage key.
    Storage,
    /// A JavaScript global.
    Global,
    /// An element of the page.
    Dom,
    /// A DNS alias.
    Cname,
    /// A frame.
    Frame,
}

/// Whose host a request went to, relative to the top page.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The site itself: also a vendor's protocol on a host of the site's own domain, which
    /// [`Detection::own_host`] tells.
    FirstParty,
    /// Another site of the same owner.
    SameOwner,
    /// Someone else.
    #[default]
    ThirdParty,
    /// A vendor's protocol on a host that is neither the vendor's nor of the site's domain.
    Proxied,
    /// The site's own host name, an alias of a vendor's.
    Cloaked,
}

/// A kind of personal or health data in a detection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DataFlag {
    /// What it is.
    pub kind: DataKind,
    /// The parameter by the vendor's own name (`dl`, `cd[buttonText]`).
    pub param: String,
    /// The path to it: `query.dl`, `body.data[0].user_data.em`.
    pub path: String,
    /// What stood there, masked and shortened.
    pub excerpt: Masked,
    /// For health data: the category that weighs most; else empty.
    pub category: String,
}

/// The kinds of data that are flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataKind {
    /// PHI-like text.
    Health,
    /// A personal value or a digest of one.
    #[serde(untagged)]
    Personal(IdentifierKind),
}

/// A third-party request that looks like a pixel and that no signature knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnknownPixel {
    /// The visit.
    pub visit: VisitId,
    /// The request.
    pub request: RequestId,
    /// Registrable domain of its host.
    pub domain: String,
    /// The vendor that a draft of a signature takes it for; unconfirmed.
    pub perhaps: Option<String>,
    /// Its address.
    pub url: Masked,
    /// How pixel-like it is, 0 to 10.
    pub score: u8,
    /// Why: `1×1 image`, `beacon`, `identifier in query`, `third-party cookie` …
    pub reasons: Vec<String>,
}
