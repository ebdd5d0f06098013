//! A signature file as written, read from TOML or from what the build made of it. Unknown
//! keys are errors; nothing here is trusted yet.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

use super::Role;
use super::placed::Placed;
use super::vocabulary::Status;
use crate::model::ResourceKind;

/// One file: one vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) vendor: RawVendor,
    #[serde(default)]
    pub(super) params: BTreeMap<String, Placed<RawParam>>,
    #[serde(default)]
    pub(super) signature: BTreeMap<String, Placed<RawSignature>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVendor {
    pub(super) name: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    pub(super) owner: String,
    pub(super) country: String,
    pub(super) homepage: String,
    pub(super) privacy: String,
    #[serde(default)]
    pub(super) gvl: Vec<u32>,
    #[serde(default)]
    pub(super) hosts: Vec<String>,
}

/// `dl = "page-url"`, or `{ label = "…", data = "…" }` where the kind alone does not say it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum RawParam {
    Data(String),
    Full(RawFullParam),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFullParam {
    pub(super) label: String,
    #[serde(default)]
    pub(super) data: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSignature {
    pub(super) product: String,
    pub(super) title: String,
    pub(super) categories: Vec<String>,
    pub(super) role: Role,
    pub(super) status: Status,
    #[serde(deserialize_with = "date")]
    pub(super) reviewed: Date,
    pub(super) references: Vec<String>,
    #[serde(default)]
    pub(super) globals: Vec<String>,
    #[serde(default)]
    pub(super) params: BTreeMap<String, Placed<RawParam>>,
    #[serde(default)]
    pub(super) decode: RawDecode,
    #[serde(default)]
    pub(super) request: Vec<Placed<RawRequest>>,
    #[serde(default)]
    pub(super) cookie: Vec<Placed<RawCookie>>,
    #[serde(default)]
    pub(super) storage: Vec<Placed<RawStorage>>,
    #[serde(default)]
    pub(super) dom: Vec<Placed<RawDom>>,
    #[serde(default)]
    pub(super) cname: Vec<Placed<RawCname>>,
}

/// How a request is read. A request's own keys go before the signature's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDecode {
    pub(super) layout: Option<String>,
    pub(super) open: Option<BTreeMap<String, String>>,
    pub(super) events: Option<OneOrMore>,
    pub(super) account: Option<OneOrMore>,
    pub(super) event: Option<OneOrMore>,
    pub(super) mirror: Option<OneOrMore>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRequest {
    pub(super) host: Vec<String>,
    pub(super) subdomain: Option<String>,
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) query: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) param: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) not: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) method: Vec<String>,
    /// What the browser says it was for; holds wherever nobody says.
    #[serde(default, rename = "type")]
    pub(super) kind: Vec<ResourceKind>,
    #[serde(default)]
    pub(super) decode: RawDecode,
    pub(super) examples: Vec<Placed<RawExample>>,
    pub(super) negative_examples: Vec<Placed<RawNegative>>,
}

/// A request and what must be read from it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawExample {
    pub(super) url: String,
    pub(super) method: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<ResourceKind>,
    pub(super) body: Option<String>,
    pub(super) body_base64: Option<String>,
    pub(super) account: Option<String>,
    pub(super) event: Option<String>,
    pub(super) events: Option<Vec<String>>,
    #[serde(default)]
    pub(super) params: BTreeMap<String, String>,
}

/// A request that must not match: its address, or more of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum RawNegative {
    Url(String),
    Request(RawExample),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawCookie {
    pub(super) name: String,
    #[serde(default)]
    pub(super) domain: Vec<String>,
    pub(super) lifetime: String,
    pub(super) examples: Vec<Placed<RawCookieExample>>,
    pub(super) negative_examples: Vec<Placed<RawCookieExample>>,
}

/// A cookie's name, with its domain where the matcher asks for one.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum RawCookieExample {
    Name(String),
    Full(RawFullCookie),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFullCookie {
    pub(super) name: String,
    pub(super) domain: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawStorage {
    pub(super) key: String,
    pub(super) examples: Vec<Placed<String>>,
    pub(super) negative_examples: Vec<Placed<String>>,
}

/// Elements that only this product has, with markup as examples.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawDom {
    pub(super) selector: String,
    pub(super) examples: Vec<Placed<String>>,
    pub(super) negative_examples: Vec<Placed<String>>,
}

/// Names that only serve as what a site's own host is an alias of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawCname {
    pub(super) host: Vec<String>,
    pub(super) examples: Vec<Placed<String>>,
    pub(super) negative_examples: Vec<Placed<String>>,
}

/// One text or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::More(more) => more,
        }
    }
}

/// A TOML date without quotes; text in the prebuilt form.
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    if !deserializer.is_human_readable() {
        return Date::deserialize(deserializer);
    }
    let date = toml::value::Datetime::deserialize(deserializer)?;
    date.to_string().parse().map_err(serde::de::Error::custom)
}
