//! What a HAR file may show. The one who writes it brings the masking, since what is
//! personal is another room's knowledge; what masking cannot reach is left out.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::decode::layers::peel;
use crate::model::Request;

/// A captured text that is about to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Free text: an address, a title, a body, a message.
    Text(&'a str),
    /// The value of a header, a query or a form parameter.
    Value {
        /// The name it stands under.
        name: &'a str,
        /// The value.
        value: &'a str,
    },
    /// A cookie's value or a credential: who has it can act as the visitor.
    Secret {
        /// The cookie's or the header's name.
        name: &'a str,
        /// The value.
        value: &'a str,
    },
}

/// Whether values are written as captured.
pub enum Values<'m> {
    /// As captured: the file can be audited again, and must be kept as safe as a bundle.
    Kept,
    /// Each as this makes of it. Bodies in a form that it cannot look into (binary,
    /// compressed, base64) are left out.
    Masked(&'m dyn Fn(Shown<'_>) -> String),
}

/// Headers whose whole value is a credential.
const CREDENTIALS: [&str; 8] = [
    "api-key",
    "authorization",
    "proxy-authorization",
    "x-access-token",
    "x-amz-security-token",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
];

impl Values<'_> {
    pub(in crate::bundle) fn are_kept(&self) -> bool {
        matches!(self, Self::Kept)
    }

    pub(in crate::bundle) fn show(&self, shown: Shown<'_>) -> String {
        match (self, shown) {
            (Self::Masked(mask), shown) => mask(shown),
            (
                Self::Kept,
                Shown::Text(value) | Shown::Value { value, .. } | Shown::Secret { value, .. },
            ) => value.to_owned(),
        }
    }

    pub(in crate::bundle) fn text(&self, text: &str) -> String {
        self.show(Shown::Text(text))
    }

    /// A header's value; of cookies, names and attributes stay.
    pub(in crate::bundle) fn header(&self, name: &str, value: &str) -> String {
        match name {
            _ if CREDENTIALS.contains(&name) => self.show(Shown::Secret { name, value }),
            "cookie" => {
                let pairs: Vec<String> = value.split(';').map(|pair| self.cookie(pair)).collect();
                pairs.join("; ")
            }
            "set-cookie" => match value.split_once(';') {
                Some((pair, attributes)) => {
                    format!("{};{}", self.cookie(pair), self.text(attributes))
                }
                None => self.cookie(value),
            },
            _ => self.show(Shown::Value { name, value }),
        }
    }

    fn cookie(&self, pair: &str) -> String {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let (name, value) = (name.trim(), value.trim());
        let shown = self.show(Shown::Secret { name, value });
        if name.is_empty() { shown } else { format!("{}={shown}", self.text(name)) }
    }

    /// Whether masking can look into this body.
    pub(in crate::bundle) fn can_show(&self, request: &Request, body: &str) -> bool {
        let wrapped = || {
            request.header("content-encoding").is_some_and(|name| name != "identity")
                || is_base64(body.trim())
                || peel(body).iter().any(|leaf| leaf.wrapped)
        };
        self.are_kept() || !wrapped()
    }
}

/// Base64 as a whole; its padding otherwise looks like a form's `name=`.
fn is_base64(body: &str) -> bool {
    body.len() >= 16 && [STANDARD, URL_SAFE].iter().any(|alphabet| alphabet.decode(body).is_ok())
}
