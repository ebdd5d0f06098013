//! Peels a value layer by layer, whatever it is wrapped in, down to its texts.

use serde_json::Value;

use super::inflate::{Compression, inflate};
use super::{multipart, text, tree};

/// How many layers deep a value is opened.
const MAX_DEPTH: usize = 8;
/// How many leaves one value yields.
const MAX_LEAVES: usize = 500;
/// How many bytes one value may yield over all its layers.
const MAX_BYTES: usize = 4 << 20;
/// lz-string grows with the square of its input.
const MAX_LZ: usize = 8 << 10;

/// One text inside a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where it stood, by names and layers: `user.email`, `base64.json.q`; empty for the value itself.
    pub path: String,
    /// The text, every layer undone.
    pub text: String,
    /// It stood in base64, hex or lz-string, maybe compressed: who reads the value as it
    /// is does not see it.
    pub wrapped: bool,
}

/// Every text inside `value`: the value itself when nothing wraps it.
///
/// Percent, JSON, forms and addresses, base64, hex, gzip, deflate, brotli, zstd,
/// lz-string and multipart are opened, at most eight deep, 500 texts and 4 MiB.
#[must_use]
pub fn peel(value: &str) -> Vec<Leaf> {
    let mut peeler = Peeler { leaves: Vec::new(), bytes: 0 };
    peeler.open(At { path: String::new(), wrapped: false }, value, 0);
    peeler.leaves
}

struct Peeler {
    leaves: Vec<Leaf>,
    bytes: usize,
}

/// How far a value has been opened.
#[derive(Clone)]
struct At {
    path: String,
    wrapped: bool,
}

impl At {
    fn below(&self, name: &str) -> Self {
        Self { path: join(&self.path, name), wrapped: self.wrapped }
    }

    fn leaf(self, text: String) -> Leaf {
        Leaf { path: self.path, text, wrapped: self.wrapped }
    }
}

impl Peeler {
    fn open(&mut self, at: At, value: &str, depth: usize) {
        self.bytes += value.len();
        if self.leaves.len() >= MAX_LEAVES || self.bytes > MAX_BYTES {
            return;
        }
        if depth < MAX_DEPTH && self.opened(&at, value, depth) {
            return;
        }
        self.leaves.push(at.leaf(value.to_owned()));
    }

    /// Opens one layer; `false` if nothing wraps the value.
    fn opened(&mut self, at: &At, value: &str, depth: usize) -> bool {
        let value = value.trim();
        if value.len() < 3 {
            return false;
        }
        if let Some(tree) = json(value) {
            self.open_tree(at, &tree, depth);
            return true;
        }
        if let Some(fields) = value.starts_with("--").then(|| multipart::fields(value)).flatten() {
            for (name, field) in fields {
                self.open(at.below(&name), &field, depth + 1);
            }
            return true;
        }
        if let Some(query) = form_of(value) {
            // The address before the query says as much as the query does.
            if let Some((before, _)) = value.split_once('?') {
                self.leaves.push(at.clone().leaf(text::percent(before).into()));
            }
            for (name, field) in text::form(query).take(MAX_LEAVES) {
                self.open(at.below(&name), &field, depth + 1);
            }
            return true;
        }
        if let Some(plain) = unescaped(value) {
            self.open(at.clone(), &plain, depth + 1);
            return true;
        }
        if let Some((layer, plain)) = unwrapped(value) {
            self.open(At { wrapped: true, ..at.below(layer) }, &plain, depth + 1);
            return true;
        }
        false
    }

    fn open_tree(&mut self, at: &At, tree: &Value, depth: usize) {
        let mut found: Vec<(String, String)> = Vec::new();
        tree::leaves(tree, &|_| false, &mut |path, text| {
            found.push((path.to_owned(), text.to_owned()));
            if found.len() < MAX_LEAVES { tree::Flow::Continue } else { tree::Flow::Stop }
        });
        for (path, text) in found {
            self.open(at.below(&path), &text, depth + 1);
        }
    }
}

fn join(path: &str, name: &str) -> String {
    match (path, name) {
        ("", name) => name.to_owned(),
        (path, "") => path.to_owned(),
        (path, name) if name.starts_with('[') => format!("{path}{name}"),
        (path, name) => format!("{path}.{name}"),
    }
}

fn json(value: &str) -> Option<Value> {
    value.starts_with(['{', '[', '"']).then(|| serde_json::from_str(value).ok()).flatten()
}

/// The `a=1&b=2` of an address or of a form; a lone `a=b` in prose is none.
fn form_of(value: &str) -> Option<&str> {
    let candidate = match value.split_once('?') {
        Some((before, query)) if !before.contains(char::is_whitespace) => query,
        Some(_) => return None,
        None => value,
    };
    let candidate = candidate.split('#').next().unwrap_or(candidate);
    let is_name = |name: &str| {
        !name.is_empty()
            && name.len() < 100
            && !name.contains(|c: char| c.is_whitespace() || c == ':')
    };
    // A name without a value is base64 with its padding as often.
    if candidate.len() >= 8
        && candidate.len().is_multiple_of(4)
        && candidate.find('=') == Some(candidate.len() - 1)
        && text::base64(candidate).is_some()
    {
        return None;
    }
    let mut pairs = candidate.split('&').filter(|p| !p.is_empty()).peekable();
    pairs.peek()?;
    pairs
        .all(|pair| pair.split_once('=').is_some_and(|(name, rest)| is_name(name) && rest != "="))
        .then_some(candidate)
}

/// Percent escapes undone, when there are any.
fn unescaped(value: &str) -> Option<String> {
    let plain = text::percent(value);
    (value.contains('%') && plain != value).then(|| plain.into_owned())
}

/// Base64, hex and lz-string, when readable text comes out.
fn unwrapped(value: &str) -> Option<(&'static str, String)> {
    if value.len() < 8 || value.contains(char::is_whitespace) {
        return None;
    }
    // A digest is hex too, and stays what it is: its bytes are no text.
    if value.len().is_multiple_of(2)
        && let Some(text) = hex::decode(value).ok().and_then(readable)
    {
        return Some(("hex", text));
    }
    if let Some(text) = text::base64(value).and_then(readable) {
        return Some(("base64", text));
    }
    lz(value).map(|text| ("lz", text))
}

/// The bytes as text, decompressed if need be, when it is text at all.
fn readable(bytes: Vec<u8>) -> Option<String> {
    let plain = match Compression::of_magic(&bytes) {
        Some(compression) => inflate(compression, &bytes)?,
        None if is_text(&bytes) => bytes,
        // Brotli and raw deflate have no magic number: what comes out decides.
        None => [Compression::Brotli, Compression::Deflate].iter().find_map(|compression| {
            inflate(*compression, &bytes).filter(|plain| plain.len() > bytes.len() / 2)
        })?,
    };
    (plain.len() <= MAX_BYTES && is_text(&plain)).then(|| String::from_utf8(plain).ok()).flatten()
}

/// Valid UTF-8 of at least four characters without control characters.
fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        text.len() >= 4 && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    })
}

fn lz(value: &str) -> Option<String> {
    if value.len() > MAX_LZ || value.len() < 16 {
        return None;
    }
    let plain = |wide: Option<Vec<u16>>| {
        // Any text decompresses to something: only JSON or ASCII prose is believed.
        let text = String::from_utf16(&wide?).ok()?;
        let believable = json(&text).is_some() || (text.is_ascii() && text.contains(' '));
        (believable && is_text(text.as_bytes())).then_some(text)
    };
    plain(lz_str::decompress_from_encoded_uri_component(value))
        .or_else(|| plain(lz_str::decompress_from_base64(value)))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn texts(value: &str) -> Vec<(String, String)> {
        peel(value).into_iter().map(|leaf| (leaf.path, leaf.text)).collect()
    }

    fn pair(path: &str, text: &str) -> (String, String) {
        (path.to_owned(), text.to_owned())
    }

    #[test]
    fn plain_text_is_its_own_leaf() {
        for plain in ["Book an appointment", "a = b", "2+2=4 & more", "jane@example.org", ""] {
            assert_eq!(texts(plain), [pair("", plain)]);
        }
    }

    #[test]
    fn layers_in_layers_are_opened() {
        let inner = STANDARD.encode(r#"{"user":{"condition":"type 2 diabetes"}}"#);
        let value = format!("https://a.example/p?q=1&blob={}", inner.replace('=', "%3D"));
        assert_eq!(
            texts(&value),
            [
                pair("", "https://a.example/p"),
                pair("q", "1"),
                pair("blob.base64.user.condition", "type 2 diabetes"),
            ]
        );
        assert_eq!(texts("%257B%2522a%2522%253A%2522hi%2522%257D"), [pair("a", "hi")]);
    }

    #[test]
    fn compressed_text_is_read() {
        let lz = lz_str::compress_to_encoded_uri_component(r#"{"q":"knee pain clinic"}"#);
        assert_eq!(texts(&lz), [pair("lz.q", "knee pain clinic")]);
        let zstd = zstd::bulk::compress(b"a long text about asthma", 1).unwrap();
        assert_eq!(texts(&STANDARD.encode(zstd)), [pair("base64", "a long text about asthma")]);
    }

    #[test]
    fn what_a_reader_cannot_see_is_told_apart() {
        let wrapped = |value: &str| peel(value).iter().map(|leaf| leaf.wrapped).collect::<Vec<_>>();
        let lz = lz_str::compress_to_encoded_uri_component(r#"{"q":"knee pain clinic"}"#);
        assert_eq!(wrapped(&format!("a=1&b={}", STANDARD.encode("knee pain"))), [false, true]);
        assert_eq!(wrapped(&lz), [true]);
        assert_eq!(wrapped("base64=knee&hex=%6Bnee"), [false, false], "names are no layers");
    }

    #[test]
    fn padding_is_no_value_of_a_form() {
        for text in ["knee pain", "knee pain clinic", "knee pain doctors"] {
            assert_eq!(texts(&STANDARD.encode(text)), [pair("base64", text)], "{text}");
        }
        assert_eq!(texts("a=1&b="), [pair("a", "1"), pair("b", "")]);
    }

    #[test]
    fn a_digest_stays_a_digest() {
        let digest = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";
        assert_eq!(texts(digest), [pair("", digest)]);
    }

    proptest! {
        #[test]
        fn no_value_panics(value in ".{0,300}") {
            prop_assert!(peel(&value).len() <= MAX_LEAVES + MAX_DEPTH);
        }

        #[test]
        fn no_wrapped_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            drop(peel(&STANDARD.encode(&bytes)));
            drop(peel(&hex::encode(&bytes)));
        }
    }
}
