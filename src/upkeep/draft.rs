//! A draft of a signature file from requests that were seen: hosts, paths and parameters
//! filled in, examples with invented values. A person completes it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use url::Url;

use super::shape;
use super::unmatched::path_shape;
use crate::model::{host_of, registrable_domain};

/// Parameters that the draft lists at most.
const PARAMETERS: usize = 20;
/// Paths, each of which becomes a matcher.
const PATHS: usize = 8;

/// A request to draft from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its address.
    pub url: String,
    /// Its method.
    pub method: String,
}

/// The text of a file for the vendor, by the requests to `domain` among the samples;
/// `None` if there are none. The text passes the checks but for what it marks to do.
#[must_use]
pub fn draft(domain: &str, samples: &[Sample], today: Date) -> Option<String> {
    let of_domain = |sample: &&Sample| {
        let host = host_of(&sample.url);
        host == domain || registrable_domain(&host) == domain
    };
    let samples: Vec<&Sample> = samples.iter().filter(of_domain).collect();
    let mut paths: BTreeMap<(String, String), &Sample> = BTreeMap::new();
    for sample in &samples {
        let key = (host_of(&sample.url), path_shape(&sample.url));
        paths.entry(key).or_insert(sample);
    }
    if paths.is_empty() {
        return None;
    }
    let name = domain.split('.').next().unwrap_or(domain);
    let mut text = head(domain, name);
    text.push_str(&parameters(&samples));
    text.push_str(&format!(
        "[signature.hit]\n\
         product = {name}\n\
         title = \"Event\"\n\
         categories = [\"analytics\"]     # to do: see `pixelwarden signatures schema`\n\
         role = \"hit\"                   # to do: hit, loader, config, sync or auxiliary\n\
         status = \"draft\"\n\
         reviewed = {today}\n\
         references = [{reference}]     # to do: a page that confirms it\n",
        name = quoted(name),
        reference = quoted(&format!("https://{domain}")),
    ));
    for ((host, path), sample) in paths.iter().take(PATHS) {
        text.push_str(&request(host, path, sample));
    }
    Some(text)
}

fn head(domain: &str, name: &str) -> String {
    format!(
        "[vendor]\n\
         name = {}     # to do\n\
         owner = \"\"     # to do: the company\n\
         country = \"ZZ\"     # to do\n\
         homepage = {}\n\
         privacy = {}     # to do\n\
         hosts = [{}]\n\n",
        quoted(name),
        quoted(&format!("https://{domain}")),
        quoted(&format!("https://{domain}/privacy")),
        quoted(domain),
    )
}

/// The parameters that were seen, each with the kind of data that its value looks like.
fn parameters(samples: &[&Sample]) -> String {
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for sample in samples {
        let Ok(url) = Url::parse(&sample.url) else { continue };
        for (name, value) in url.query_pairs().take(100) {
            if shape::of(&name) == shape::Shape::Word && !name.is_empty() {
                seen.entry(name.into_owned()).or_default().insert(kind(&value).to_owned());
            }
        }
    }
    if seen.is_empty() {
        return String::new();
    }
    let mut text =
        "# To do: say what each carries, and drop what says nothing.\n[params]\n".to_owned();
    for (name, kinds) in seen.iter().take(PARAMETERS) {
        let kind = if kinds.len() == 1 { kinds.iter().next() } else { None };
        let kind = kind.map_or("custom", String::as_str);
        text.push_str(&format!("{} = {}\n", quoted(name), quoted(kind)));
    }
    text.push('\n');
    text
}

/// The kind of data, as far as a value alone tells it.
fn kind(value: &str) -> &'static str {
    let is_hash = |len| value.len() == len && value.bytes().all(|b| b.is_ascii_hexdigit());
    let is_size = value.split_once('x').is_some_and(|(w, h)| {
        (2..=5).contains(&w.len()) && w.bytes().chain(h.bytes()).all(|b| b.is_ascii_digit())
    });
    match value {
        _ if value.starts_with("http://") || value.starts_with("https://") => "page-url",
        _ if is_hash(64) || is_hash(32) => "email-hash",
        _ if is_size => "screen",
        _ if shape::of(value) == shape::Shape::Number && (10..=13).contains(&value.len()) => "time",
        _ if shape::of(value) == shape::Shape::Id => "device-id",
        _ => "custom",
    }
}

fn request(host: &str, path: &str, sample: &Sample) -> String {
    let example = example(&sample.url);
    let method = match sample.method.as_str() {
        "GET" | "" => String::new(),
        other => format!("method = [{}]\n", quoted(other)),
    };
    let example_method = match sample.method.as_str() {
        "GET" | "" => String::new(),
        other => format!(", method = {}", quoted(other)),
    };
    format!(
        "\n[[signature.hit.request]]\n\
         host = [{host}]\n\
         path = {path}\n\
         {method}examples = [{{ url = {url}{example_method} }}]\n\
         negative-examples = [{negative}]\n",
        host = quoted(host),
        path = quoted(&format!("^{path}$")),
        url = quoted(&example),
        negative = quoted(&example.replacen(host, &format!("{host}.evil.example"), 1)),
    )
}

/// The address with invented values.
fn example(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    let path: Vec<String> =
        url.path_segments().into_iter().flatten().map(shape::invented).collect();
    url.set_path(&path.join("/"));
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .take(PARAMETERS)
        .filter(|(name, _)| shape::of(name) == shape::Shape::Word)
        .map(|(name, value)| {
            let value = match kind(&value) {
                "page-url" => "https://www.example.com/page".to_owned(),
                _ => shape::scrambled(&value),
            };
            (name.into_owned(), value)
        })
        .collect();
    url.set_query(None);
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    url.set_fragment(None);
    url.to_string()
}

/// A TOML text.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
