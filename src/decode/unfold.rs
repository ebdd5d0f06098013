//! Opens a payload in every way that it can be read, to find a value that is known. Where
//! [`super::peel`] decides for one reading, this follows all of them, within bounds.

use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use super::inflate::{Compression, inflate};
use super::{multipart, text, tree};

/// Layers in layers are opened this deep.
const DEEPEST: usize = 7;
/// A payload yields at most so many texts.
const MOST_TEXTS: usize = 4_000;
/// Its texts hold at most so many bytes.
const MOST_BYTES: usize = 8 << 20;
/// A compressed piece may inflate to so much.
const MOST_INFLATED: usize = 2 << 20;
/// Shorter runs of base64 or hex hold no value.
const SHORTEST_RUN: usize = 8;
/// Shorter runs hold nothing compressed.
const PACKED: usize = 24;
/// lz-string takes time with the square of its input.
const MOST_LZ: usize = 8 << 10;

/// One text of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfolded {
    /// Where it stood, by names and indices: `user.email`; empty for the payload itself.
    pub path: String,
    /// The layers that were undone, the outermost first: `base64`, `gzip`, `json` …
    pub layers: Vec<&'static str>,
    /// The text.
    pub text: String,
}

/// Every text of a payload, in every reading; the payload itself first.
///
/// Percent, JSON, forms, multipart, base64, hex, gzip, deflate, brotli, zstd and lz-string
/// are opened, also in each other, at most seven deep, 4,000 texts and 8 MiB.
#[must_use]
pub fn unfold(payload: &[u8]) -> Vec<Unfolded> {
    let mut work =
        Work { texts: Vec::new(), bytes: 0, waiting: VecDeque::new(), seen: BTreeSet::new() };
    work.add(String::new(), Vec::new(), payload.to_vec());
    while let Some(piece) = work.waiting.pop_front() {
        work.open(piece);
    }
    work.texts
}

struct Piece {
    path: String,
    layers: Vec<&'static str>,
    bytes: Vec<u8>,
}

struct Work {
    texts: Vec<Unfolded>,
    bytes: usize,
    waiting: VecDeque<Piece>,
    /// One text may be reached on several ways.
    seen: BTreeSet<Vec<u8>>,
}

impl Work {
    fn add(&mut self, path: String, layers: Vec<&'static str>, bytes: Vec<u8>) {
        let full = self.texts.len() + self.waiting.len() >= MOST_TEXTS
            || self.bytes + bytes.len() > MOST_BYTES;
        if full || bytes.len() < 3 || layers.len() > DEEPEST || !self.seen.insert(bytes.clone()) {
            return;
        }
        self.bytes += bytes.len();
        self.waiting.push_back(Piece { path, layers, bytes });
    }

    fn open(&mut self, piece: Piece) {
        let Piece { path, layers, bytes } = piece;
        if let Some(compression) = Compression::of_magic(&bytes)
            && let Some(plain) = inflated(compression, &bytes)
        {
            return self.add(path, with(&layers, name(compression)), plain);
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let bytes = error.into_bytes();
                if let Some((layer, plain)) = guessed(&bytes) {
                    self.add(path.clone(), with(&layers, layer), plain);
                }
                String::from_utf8_lossy(&bytes).into_owned()
            }
        };
        self.structures(&path, &layers, &text);
        self.runs(&path, &layers, &text);
        self.texts.push(Unfolded { path, layers, text });
    }

    /// What the text is, as a whole.
    fn structures(&mut self, path: &str, layers: &[&'static str], text: &str) {
        let trimmed = text.trim();
        if trimmed.starts_with(['{', '[', '"'])
            && let Ok(json) = serde_json::from_str::<Value>(trimmed)
        {
            return self.tree(path, layers, &json);
        }
        if let Some(fields) =
            trimmed.starts_with("--").then(|| multipart::fields(trimmed)).flatten()
        {
            for (name, value) in fields {
                self.add(join(path, &name), with(layers, "multipart"), value.into_bytes());
            }
            return;
        }
        if trimmed.contains('\n') {
            for line in trimmed.lines().take(MOST_TEXTS) {
                self.add(path.to_owned(), layers.to_vec(), line.as_bytes().to_vec());
            }
        } else if trimmed.contains('=') {
            self.pairs(path, layers, trimmed);
        }
        if trimmed.starts_with('/') {
            self.segments(path, layers, trimmed);
        }
        let plain = text::percent(trimmed);
        if plain != trimmed {
            self.add(path.to_owned(), with(layers, "percent"), plain.into_owned().into_bytes());
        }
        if let Some(plain) = lz_string(trimmed) {
            self.add(path.to_owned(), with(layers, "lz-string"), plain.into_bytes());
        }
    }

    fn tree(&mut self, path: &str, layers: &[&'static str], json: &Value) {
        let layers = with(layers, "json");
        let mut found: Vec<(String, String)> = Vec::new();
        tree::leaves(json, &|_| false, &mut |at, text| {
            found.push((at.to_owned(), text.to_owned()));
            if found.len() < MOST_TEXTS { tree::Flow::Continue } else { tree::Flow::Stop }
        });
        for (at, text) in found {
            self.add(join(path, &at), layers.clone(), text.into_bytes());
        }
    }

    /// The values of an address, a form, a list of cookies.
    fn pairs(&mut self, path: &str, layers: &[&'static str], text: &str) {
        let query = text.split_once('?').map_or(text, |(_, query)| query);
        for pair in query.split(['&', ';', '#']).take(MOST_TEXTS) {
            let Some((key, value)) = pair.split_once('=') else { continue };
            let value = value.trim();
            let plain = text::form_value(value);
            let layers = if plain == value { layers.to_vec() } else { with(layers, "percent") };
            let key = text::percent(key.trim());
            self.add(join(path, &key), layers, plain.into_owned().into_bytes());
        }
    }

    /// The parts of a path.
    fn segments(&mut self, path: &str, layers: &[&'static str], text: &str) {
        let end = text.find(['?', '#']).unwrap_or(text.len());
        for segment in text[..end].split('/').take(MOST_TEXTS) {
            let plain = text::percent(segment);
            let layers = if plain == segment { layers.to_vec() } else { with(layers, "percent") };
            self.add(path.to_owned(), layers, plain.into_owned().into_bytes());
        }
    }

    /// Base64 and hex within the text.
    fn runs(&mut self, path: &str, layers: &[&'static str], text: &str) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
        let whole = text.trim().trim_end_matches('=').len();
        let long = |run: &&str| run.len() >= SHORTEST_RUN || run.len() >= 6 && run.len() == whole;
        for run in text.split(|c| !is_part(c)).filter(long) {
            self.run(path, layers, run);
            for part in run.split('/').filter(|part| part.len() >= SHORTEST_RUN) {
                if part.len() < run.len() {
                    self.run(path, layers, part);
                }
            }
        }
    }

    fn run(&mut self, path: &str, layers: &[&'static str], run: &str) {
        let mut opened = |layer: &'static str, bytes: Vec<u8>| {
            let packed = Compression::of_magic(&bytes).is_some();
            if packed || is_mostly_text(&bytes) {
                self.add(path.to_owned(), with(layers, layer), bytes);
            } else if run.len() >= PACKED
                && let Some((inner, plain)) = guessed(&bytes)
            {
                self.add(path.to_owned(), with(&with(layers, layer), inner), plain);
            }
        };
        if run.len().is_multiple_of(2)
            && let Ok(bytes) = hex::decode(run)
        {
            opened("hex", bytes);
        }
        let whole = &run[..run.len() - usize::from(run.len() % 4 == 1)];
        if let Some(bytes) = text::base64(whole) {
            opened("base64", bytes);
        }
        // A name may stand before it that base64 could hold as well: `d-eyJ…`.
        if let Some(at) = run.find(['-', '_']).filter(|at| run.len() - at > SHORTEST_RUN)
            && let Some(bytes) = text::base64(&run[at + 1..])
        {
            opened("base64", bytes);
        }
    }
}

fn join(path: &str, name: &str) -> String {
    match (path, name) {
        ("", name) => name.to_owned(),
        (path, name) if name.starts_with('[') => format!("{path}{name}"),
        (path, name) => format!("{path}.{name}"),
    }
}

fn with(layers: &[&'static str], layer: &'static str) -> Vec<&'static str> {
    let mut all = layers.to_vec();
    all.push(layer);
    all
}

fn name(compression: Compression) -> &'static str {
    match compression {
        Compression::Gzip => "gzip",
        Compression::Deflate => "deflate",
        Compression::Brotli => "brotli",
        Compression::Zstd => "zstd",
    }
}

fn inflated(compression: Compression, bytes: &[u8]) -> Option<Vec<u8>> {
    inflate(compression, bytes).filter(|plain| plain.len() <= MOST_INFLATED)
}

/// Bytes with one compression undone, if they are under any.
#[must_use]
pub fn opened(bytes: &[u8]) -> Cow<'_, [u8]> {
    let plain = match Compression::of_magic(bytes) {
        Some(compression) => inflated(compression, bytes),
        None if std::str::from_utf8(bytes).is_err() => guessed(bytes).map(|(_, plain)| plain),
        None => None,
    };
    plain.map_or(Cow::Borrowed(bytes), Cow::Owned)
}

/// Brotli and raw deflate have no magic number: readable text proves them.
fn guessed(bytes: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    [Compression::Deflate, Compression::Brotli].into_iter().find_map(|compression| {
        let plain = inflated(compression, bytes)?;
        let believable = plain.len() >= 8 && is_mostly_text(&plain);
        believable.then(|| (name(compression), plain))
    })
}

/// Whether most of it can be read: a few control bytes stand between the fields of binary
/// protocols.
fn is_mostly_text(bytes: &[u8]) -> bool {
    let readable = bytes.iter().filter(|b| b.is_ascii_graphic() || **b == b' ' || **b >= 0x80);
    bytes.len() >= 4
        && readable.count() * 10 >= bytes.len() * 8
        && bytes.iter().filter(|b| **b >= 0x80).count() * 3 <= bytes.len()
}

/// The text of an lz-string value, in either of its alphabets, if readable text comes out.
#[must_use]
pub fn lz_string(text: &str) -> Option<String> {
    if !(12..=MOST_LZ).contains(&text.len()) || text.contains(char::is_whitespace) {
        return None;
    }
    let plain = |wide: Option<Vec<u16>>| {
        let text = String::from_utf16(&wide?).ok()?;
        (text.len() >= 4 && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')).then_some(text)
    };
    plain(lz_str::decompress_from_encoded_uri_component(text))
        .or_else(|| plain(lz_str::decompress_from_base64(text)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    const VALUE: &str = "z.quillovane71@example.org";

    fn deflated(text: &str) -> Vec<u8> {
        let mut writer =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(text.as_bytes()).unwrap();
        writer.finish().unwrap()
    }

    fn zlib(text: &str) -> Vec<u8> {
        let mut writer =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(text.as_bytes()).unwrap();
        writer.finish().unwrap()
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(text.as_bytes()).unwrap();
        writer.finish().unwrap()
    }

    fn found(payload: &[u8]) -> Option<Vec<&'static str>> {
        let texts = unfold(payload);
        texts.into_iter().find(|t| t.text.contains(VALUE)).map(|t| t.layers)
    }

    /// The value in JSON, long enough to be worth compressing.
    fn json() -> String {
        serde_json::json!({"event": "blur", "user": {"value": VALUE, "value2": VALUE}}).to_string()
    }

    #[test]
    fn a_value_is_found_through_every_layer() {
        let json = json();
        let mut packed: Vec<(&str, Vec<u8>)> = vec![
            ("plain", json.clone().into_bytes()),
            ("gzip", gzip(&json)),
            ("deflate", zlib(&json)),
            ("deflate", deflated(&json)),
            ("zstd", zstd::bulk::compress(json.as_bytes(), 3).unwrap()),
            ("brotli", BROTLI.to_vec()),
        ];
        packed.push((
            "lz-string",
            lz_str::compress_to_encoded_uri_component(json.as_str()).into_bytes(),
        ));
        packed.push(("lz-string", lz_str::compress_to_base64(json.as_str()).into_bytes()));
        for (name, bytes) in packed {
            assert!(found(&bytes).is_some(), "{name}, bare");
            let wrapped =
                [STANDARD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes), hex::encode(&bytes)];
            for text in wrapped {
                let query = format!("v=1&d={}&z=3", text.replace('+', "%2B").replace('=', "%3D"));
                let layers = found(query.as_bytes());
                assert!(layers.is_some(), "{name}, wrapped: {query}");
                let inner = serde_json::json!({ "batch": [text] }).to_string();
                assert!(found(inner.as_bytes()).is_some(), "{name}, in JSON");
                let twice = STANDARD.encode(inner);
                assert!(found(twice.as_bytes()).is_some(), "{name}, in JSON in base64");
            }
        }
    }

    /// The JSON of these tests under brotli, whose decoder alone is at hand.
    const BROTLI: &[u8] = include_bytes!("../../tests/data/blur.json.br");

    #[test]
    fn layers_are_named_in_their_order() {
        let text =
            format!("d={}", STANDARD.encode(gzip(&json())).replace('=', "%3D").replace('+', "%2B"));
        let layers = found(text.as_bytes()).unwrap();
        assert!(layers.ends_with(&["base64", "gzip"]), "{layers:?}");
    }

    #[test]
    fn a_value_is_found_in_multipart_paths_and_cookies() {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\n{VALUE}\r\n--x--\r\n"
        );
        assert!(found(body.as_bytes()).is_some());
        let address = format!("https://t.example/p/{}/c.gif", URL_SAFE_NO_PAD.encode(VALUE));
        assert_eq!(found(address.as_bytes()), Some(vec!["base64"]));
        let cookies = format!("a=1; who={}; b=2", VALUE.replace('@', "%40"));
        assert_eq!(found(cookies.as_bytes()), Some(vec!["percent"]));
        let twice = "u=z.quillovane71%2540example.org";
        assert_eq!(found(twice.as_bytes()), Some(vec!["percent", "percent"]));
    }

    #[test]
    fn a_bomb_ends() {
        let mut text = "x".repeat(3 << 20);
        for _ in 0..3 {
            text = STANDARD.encode(gzip(&text));
        }
        assert!(unfold(text.as_bytes()).len() <= MOST_TEXTS);
        assert!(unfold("a=b&".repeat(100_000).as_bytes()).len() <= MOST_TEXTS);
    }

    proptest! {
        #[test]
        fn no_payload_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            drop(unfold(&bytes));
            drop(unfold(STANDARD.encode(&bytes).as_bytes()));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            drop(unfold(text.as_bytes()));
        }
    }
}
