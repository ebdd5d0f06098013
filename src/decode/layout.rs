//! How a payload is laid out: a chain of layers, written `base64+gzip+json`.
//!
//! The transport layers (`base64`, `gzip` …) let through what does not look like
//! them, since captures often hold a body that is already opened. The last
//! layer makes the tree.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::inflate::{Compression, inflate};
use super::text::{self, pairs};
use super::{multipart, tree};

/// The most list items (lines, events) that one payload yields.
const MAX_ITEMS: usize = 1000;

/// One layer of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// Base64 or base64url text.
    Base64,
    /// Gzip, zlib or zstd bytes.
    Gzip,
    /// Percent-encoded text.
    Percent,
    /// A list of what follows, one per line.
    Lines,
    /// JSON.
    Json,
    /// `a=1&b=2`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `a=1;b=2`.
    Semicolons,
    /// `a:1/b:2`.
    Slashes,
    /// The query of an address.
    Url,
    /// JSON, multipart or form, whichever it looks like.
    Any,
    /// Bytes that nobody outside can read.
    Opaque,
}

const NAMES: &[(&str, Layer)] = &[
    ("base64", Layer::Base64),
    ("gzip", Layer::Gzip),
    ("percent", Layer::Percent),
    ("lines", Layer::Lines),
    ("json", Layer::Json),
    ("form", Layer::Form),
    ("multipart", Layer::Multipart),
    ("semicolons", Layer::Semicolons),
    ("slashes", Layer::Slashes),
    ("url", Layer::Url),
    ("any", Layer::Any),
    ("opaque", Layer::Opaque),
];

/// A chain of layers, the outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout(Vec<Layer>);

impl Default for Layout {
    fn default() -> Self {
        Self(vec![Layer::Any])
    }
}

impl FromStr for Layout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let layer = |name: &str| {
            let found = NAMES.iter().find(|(known, _)| *known == name);
            found.map(|(_, layer)| *layer).ok_or_else(|| {
                let known: Vec<_> = NAMES.iter().map(|(name, _)| *name).collect();
                format!("unknown layer `{name}`; the layers are {}", known.join(", "))
            })
        };
        text.split('+').map(layer).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |layer: &Layer| {
            NAMES.iter().find(|(_, known)| known == layer).map_or("", |(name, _)| *name)
        };
        let names: Vec<_> = self.0.iter().map(name).collect();
        f.write_str(&names.join("+"))
    }
}

impl Layout {
    /// The tree of a payload; `None` if it is not laid out like this.
    #[must_use]
    pub fn decode(&self, bytes: &[u8]) -> Option<Value> {
        decode(&self.0, Cow::Borrowed(bytes))
    }
}

fn decode(layers: &[Layer], bytes: Cow<'_, [u8]>) -> Option<Value> {
    let (first, rest) = layers.split_first()?;
    match first {
        Layer::Base64 => decode(rest, from_base64(bytes)),
        Layer::Gzip => decode(rest, decompressed(bytes)?),
        Layer::Any if Compression::of_magic(&bytes) == Some(Compression::Gzip) => {
            decode(layers, decompressed(bytes)?)
        }
        Layer::Percent => {
            let text = text::percent(std::str::from_utf8(&bytes).ok()?).into_owned();
            decode(rest, Cow::Owned(text.into_bytes()))
        }
        Layer::Lines => {
            let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
            let lines = lines.filter(|line| !line.is_empty()).take(MAX_ITEMS);
            let items: Vec<Value> =
                lines.filter_map(|line| decode(rest, Cow::Borrowed(line))).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Layer::Opaque => Some(Value::Null),
        last => tree_of(*last, std::str::from_utf8(&bytes).ok()?),
    }
}

/// Opens what a magic number announces. Text can begin like zlib by chance, so
/// that failing to open as zlib leaves it as it is.
fn decompressed(bytes: Cow<'_, [u8]>) -> Option<Cow<'_, [u8]>> {
    match Compression::of_magic(&bytes) {
        None => Some(bytes),
        Some(compression) => match inflate(compression, &bytes) {
            Some(plain) => Some(Cow::Owned(plain)),
            None => (compression == Compression::Deflate).then_some(bytes),
        },
    }
}

/// Opens base64, unless the text is plainly something else already.
fn from_base64(bytes: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let open = std::str::from_utf8(&bytes).ok().filter(|t| !looks_like_json(t));
    match open.and_then(text::base64) {
        Some(plain) => Cow::Owned(plain),
        None => bytes,
    }
}

fn tree_of(layer: Layer, text: &str) -> Option<Value> {
    match layer {
        Layer::Json => serde_json::from_str(text.trim()).ok(),
        Layer::Form => Some(form_tree(text)),
        Layer::Multipart => multipart::fields(text).map(|fields| {
            let mut map = Map::new();
            for (name, value) in fields {
                tree::insert(&mut map, &name, Value::String(value));
            }
            Value::Object(map)
        }),
        Layer::Semicolons => {
            Some(object(pairs(text, ';').take(MAX_ITEMS).map(|(n, v)| (n, text::percent(v)))))
        }
        Layer::Slashes => {
            let items = text.split('/').filter_map(|item| item.split_once(':')).take(MAX_ITEMS);
            Some(object(items.map(|(n, v)| (n, text::percent(v)))))
        }
        Layer::Url => text.split_once('?').map(|(_, query)| form_tree(query)),
        Layer::Any => by_looks(text),
        _ => None,
    }
}

/// JSON, multipart or form, by its looks: the content type is no guide.
fn by_looks(text: &str) -> Option<Value> {
    if looks_like_json(text) {
        return serde_json::from_str(text.trim()).ok();
    }
    if text.starts_with("--") {
        return tree_of(Layer::Multipart, text);
    }
    (text.contains('=') && !text.trim_end().contains(['\n', '\0'])).then(|| form_tree(text))
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// The tree of `a=1&b=2`.
#[must_use]
pub fn form_tree(text: &str) -> Value {
    object(text::form(text))
}

fn object<'t, N: AsRef<str>>(pairs: impl Iterator<Item = (N, Cow<'t, str>)>) -> Value {
    let mut map = Map::new();
    for (name, value) in pairs {
        tree::insert(&mut map, name.as_ref(), Value::String(value.into_owned()));
    }
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::Engine;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn layout(text: &str) -> Layout {
        text.parse().unwrap()
    }

    #[test]
    fn linkedin_wraps_json_in_gzip_in_base64() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(br#"{"signalType":"CLICK"}"#).unwrap();
        let bytes = gzip.finish().unwrap();
        let body = base64::engine::general_purpose::STANDARD.encode(&bytes);
        let wrapped = layout("base64+gzip+json");
        let tree = json!({"signalType": "CLICK"});
        assert_eq!(wrapped.decode(body.as_bytes()), Some(tree.clone()));
        assert_eq!(wrapped.decode(&bytes), Some(tree.clone()));
        assert_eq!(wrapped.decode(br#"{"signalType":"CLICK"}"#), Some(tree));
    }

    #[test]
    fn lines_of_forms_are_a_list_whatever_ends_them() {
        let events = layout("lines+form");
        let tree = json!([{"en": "page_view"}, {"en": "scroll", "epn.percent": "90"}]);
        assert_eq!(
            events.decode(b"en=page_view\r\nen=scroll&epn.percent=90\r\n"),
            Some(tree.clone())
        );
        assert_eq!(events.decode(b"en=page_view\nen=scroll&epn.percent=90"), Some(tree));
        assert_eq!(events.decode(b"\r\n"), None);
    }

    #[test]
    fn lists_in_paths_become_objects() {
        assert_eq!(
            layout("semicolons").decode(b"src=1;type=a;~oref=https%3A%2F%2Fa.example"),
            Some(json!({"src": "1", "type": "a", "~oref": "https://a.example"}))
        );
        assert_eq!(
            layout("slashes").decode(b"campaign:1l1/conversionref:x%2Fy"),
            Some(json!({"campaign": "1l1", "conversionref": "x/y"}))
        );
    }

    #[test]
    fn a_name_is_checked_and_comes_back() {
        assert_eq!(layout("base64+gzip+json").to_string(), "base64+gzip+json");
        assert!("base65".parse::<Layout>().unwrap_err().contains("base64"));
    }

    proptest! {
        #[test]
        fn no_payload_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            for (_, layer) in NAMES {
                for outer in [Layer::Base64, Layer::Gzip, Layer::Lines, Layer::Percent] {
                    drop(Layout(vec![outer, *layer]).decode(&bytes));
                }
            }
        }
    }
}
