//! Vendors and their signatures as used: parsed, resolved, impossible to be wrong.

use jiff::civil::Date;

use super::Role;
use super::params::Params;
use super::pattern::Pattern;
use super::source::Source;
use super::vocabulary::Status;
use crate::decode::Layout;
use crate::model::ResourceKind;

/// Who receives.
#[derive(Debug, Clone)]
pub struct Vendor {
    /// The name of its file: `meta`.
    pub id: String,
    /// Its name: `Meta`.
    pub name: String,
    /// What it was called, or is called by many: `Facebook`.
    pub aliases: Vec<String>,
    /// The company behind it.
    pub owner: String,
    /// That company's country, two letters.
    pub country: String,
    /// Its homepage.
    pub homepage: String,
    /// Its privacy policy.
    pub privacy: String,
    /// Its numbers in the IAB's global vendor list.
    pub gvl: Vec<u32>,
    /// Hosts that belong to it, beside those of its signatures.
    pub hosts: Vec<String>,
    /// Its signatures, sorted by id.
    pub signatures: Vec<Signature>,
}

/// One recognisable behaviour of a vendor.
#[derive(Debug, Clone)]
pub struct Signature {
    /// `meta/pixel`.
    pub id: String,
    /// The product: `Meta Pixel`.
    pub product: String,
    /// What it does, in a few words.
    pub title: String,
    /// Purposes, the primary one first; from [`super::vocabulary::CATEGORIES`].
    pub categories: Vec<String>,
    /// What it is for the vendor.
    pub role: Role,
    /// How far it is trusted.
    pub status: Status,
    /// When somebody last compared it with its references.
    pub reviewed: Date,
    /// Where its facts can be checked.
    pub references: Vec<String>,
    /// JavaScript globals that only this product makes.
    pub globals: Vec<String>,
    /// Selectors of elements that only this product has.
    pub dom: Vec<String>,
    /// Hosts that a site's own name is an alias of.
    pub cname: Vec<String>,
    /// The cookies it sets.
    pub cookies: Vec<CookieRule>,
    pub(super) params: Params,
    pub(super) requests: Vec<RequestRule>,
    pub(super) storage: Vec<Pattern>,
}

impl Signature {
    /// Each request that it recognises, in one line: `www.facebook.com ^/tr/?$`.
    pub fn described_requests(&self) -> impl Iterator<Item = String> {
        self.requests.iter().map(|rule| {
            let mut line = rule.host.join(", ");
            if let Some(path) = &rule.path {
                line.push(' ');
                line.push_str(path.source());
            }
            for (name, pattern) in rule.query.iter().chain(&rule.param) {
                line.push_str(&format!(" {name}={}", pattern.source()));
            }
            line
        })
    }

    /// The hosts of its requests as written: `www.facebook.com`, `www.google.*`, `*`.
    pub fn request_hosts(&self) -> impl Iterator<Item = &str> {
        self.requests.iter().flat_map(|rule| &rule.host).map(String::as_str)
    }

    /// The patterns of the storage keys that it writes.
    pub fn storage_keys(&self) -> impl Iterator<Item = &str> {
        self.storage.iter().map(Pattern::source)
    }

    /// Name, words and kind of data of each parameter that it decodes, sorted by name.
    pub fn described_params(&self) -> impl Iterator<Item = (String, &str, &str)> {
        let all = self.params.all().into_iter();
        all.map(|(name, meaning)| (name, &*meaning.label, &*meaning.data))
    }

    /// How its requests are read, for comparison with another version.
    #[must_use]
    pub fn described_decoding(&self) -> String {
        let requests = self.requests.iter().map(|rule| format!("{:?}", rule.decode));
        let params =
            self.described_params().map(|(name, label, data)| format!("{name} {label} {data}"));
        requests.chain(params).collect::<Vec<_>>().join("\n")
    }

    /// Whether it knows its requests by their host and says nothing of what they carry.
    #[must_use]
    pub fn is_by_host_alone(&self) -> bool {
        let plain = |rule: &RequestRule| rule.is_fallback() && rule.decode.account.is_empty();
        !self.requests.is_empty() && self.requests.iter().all(plain)
    }
}

/// A cookie that a product sets.
#[derive(Debug, Clone)]
pub struct CookieRule {
    pub(super) name: Pattern,
    pub(super) domain: Vec<String>,
    /// How long it lives: `90 d`, `13 mo`, `session`.
    pub lifetime: String,
}

impl CookieRule {
    /// The pattern of its name.
    #[must_use]
    pub fn pattern(&self) -> &str {
        self.name.source()
    }

    pub(super) fn matches(&self, name: &str, domain: &str) -> bool {
        let domain = domain.trim_start_matches('.');
        let at_home =
            self.domain.is_empty() || self.domain.iter().any(|host| is_or_is_below(domain, host));
        at_home && self.name.is_match(name)
    }
}

/// Whether `host` is `parent` or a name below it.
pub(super) fn is_or_is_below(host: &str, parent: &str) -> bool {
    host.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The conditions of one request, and how it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestRule {
    pub(super) host: Vec<String>,
    pub(super) subdomain: Option<Pattern>,
    pub(super) path: Option<Pattern>,
    pub(super) query: Vec<(String, Pattern)>,
    pub(super) param: Vec<(String, Pattern)>,
    pub(super) not: Vec<(String, Pattern)>,
    pub(super) method: Vec<String>,
    pub(super) kind: Vec<ResourceKind>,
    pub(super) decode: Decode,
}

impl RequestRule {
    /// Recognises the vendor's protocol on any host.
    pub(super) fn any_host(&self) -> bool {
        self.host.iter().any(|host| host == "*")
    }

    /// Names a host and asks for nothing else.
    pub(super) fn is_fallback(&self) -> bool {
        self.subdomain.is_none()
            && self.path.is_none()
            && self.query.is_empty()
            && self.param.is_empty()
            && self.not.is_empty()
            && self.method.is_empty()
            && self.kind.is_empty()
    }

    /// Every pattern in it.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let named = self.query.iter().chain(&self.param).chain(&self.not).map(|(_, p)| p);
        self.subdomain.iter().chain(&self.path).chain(named)
    }
}

/// How a request is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Decode {
    pub(super) layout: Layout,
    pub(super) open: Vec<(String, Layout)>,
    pub(super) events: Vec<String>,
    pub(super) account: Vec<Source>,
    pub(super) event: Vec<Source>,
    pub(super) mirror: Vec<Source>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_below_by_labels() {
        assert!(is_or_is_below("a.example.com", "example.com"));
        assert!(!is_or_is_below("badexample.com", "example.com"));
    }
}
