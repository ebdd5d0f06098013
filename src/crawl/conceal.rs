//! Secrets do not reach the disk: wherever one stands in what a crawl saw, a mark stands
//! in its place, whether it was sent as it is or encoded as forms and headers do.

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{Body, Manifest, Secret, Sink, SinkError, Visit};

/// What stands in a secret's place.
const MARK: &str = "•••";
/// A shorter value would be found everywhere, and is not much of a secret.
const SHORTEST: usize = 4;

/// Takes secrets out of whatever goes to a sink.
pub(super) struct Concealing<'a> {
    sink: &'a mut dyn Sink,
    /// Finds every form of every secret; `None` when there are none.
    secrets: Option<AhoCorasick>,
}

impl<'a> Concealing<'a> {
    pub(super) fn new<'s>(
        sink: &'a mut dyn Sink,
        secrets: impl IntoIterator<Item = &'s Secret>,
    ) -> Self {
        let mut forms: Vec<String> =
            secrets.into_iter().flat_map(|secret| forms(secret.expose())).collect();
        // The longest first: an encoded form may begin like the plain one.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        let finder = AhoCorasick::builder()
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .build(&forms)
            .ok();
        Self { sink, secrets: finder.filter(|_| !forms.is_empty()) }
    }
}

/// A value as it is, and as forms, addresses, JSON and HTTP authentication write it.
fn forms(value: &str) -> Vec<String> {
    if value.chars().count() < SHORTEST {
        return Vec::new();
    }
    let json = Value::from(value).to_string();
    let mut forms = vec![
        value.to_owned(),
        json[1..json.len() - 1].to_owned(),
        utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(),
        url::form_urlencoded::byte_serialize(value.as_bytes()).collect(),
        BASE64_STANDARD.encode(value),
    ];
    // After a name and a colon the same bytes come out in one of three ways.
    for before in ["", "a", "aa"] {
        let whole = BASE64_STANDARD.encode(format!("{before}{value}"));
        let from = if before.is_empty() { 0 } else { 4 };
        let inner = whole.get(from..).unwrap_or_default().trim_end_matches('=');
        let inner = &inner[..inner.len().saturating_sub(1)];
        if inner.len() >= 2 * SHORTEST {
            forms.push(inner.to_owned());
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

impl Sink for Concealing<'_> {
    fn visit(&mut self, visit: &Visit) -> Result<(), SinkError> {
        let Some(secrets) = &self.secrets else { return self.sink.visit(visit) };
        let mut hidden = concealed(visit, secrets)?;
        // Bodies lie beside the visit and are no text of it.
        for (request, own) in hidden.requests.iter_mut().zip(&visit.requests) {
            request.body = own.body.as_ref().map(|body| match secrets.is_match(&body.bytes[..]) {
                true => Body::new(secrets.replace_all_bytes(&body.bytes, &marks(secrets))),
                false => body.clone(),
            });
        }
        self.sink.visit(&hidden)
    }

    fn screenshot(&mut self, name: &str, png: &[u8]) -> Result<String, SinkError> {
        self.sink.screenshot(name, png)
    }

    fn note(&mut self, so_far: &Manifest) -> Result<(), SinkError> {
        match &self.secrets {
            Some(secrets) => self.sink.note(&concealed(so_far, secrets)?),
            None => self.sink.note(so_far),
        }
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<(), SinkError> {
        match &self.secrets {
            Some(secrets) => self.sink.finish(&concealed(manifest, secrets)?),
            None => self.sink.finish(manifest),
        }
    }
}

fn marks(secrets: &AhoCorasick) -> Vec<&'static str> {
    vec![MARK; secrets.patterns_len()]
}

/// The same with every secret in its texts replaced.
fn concealed<T: Serialize + DeserializeOwned>(
    seen: &T,
    secrets: &AhoCorasick,
) -> Result<T, SinkError> {
    let failed = |error: serde_json::Error| SinkError {
        place: "the capture without its secrets".to_owned(),
        cause: error.to_string(),
    };
    let mut value = serde_json::to_value(seen).map_err(failed)?;
    conceal(&mut value, secrets);
    serde_json::from_value(value).map_err(failed)
}

fn conceal(value: &mut Value, secrets: &AhoCorasick) {
    match value {
        Value::String(text) if secrets.is_match(text.as_str()) => {
            *text = secrets.replace_all(text, &marks(secrets));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| conceal(item, secrets)),
        Value::Object(fields) => fields.values_mut().for_each(|item| conceal(item, secrets)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Header, Request};

    #[derive(Default)]
    struct Kept(Vec<Visit>);

    impl Sink for Kept {
        fn visit(&mut self, visit: &Visit) -> Result<(), SinkError> {
            self.0.push(visit.clone());
            Ok(())
        }

        fn screenshot(&mut self, name: &str, _: &[u8]) -> Result<String, SinkError> {
            Ok(name.to_owned())
        }

        fn note(&mut self, _: &Manifest) -> Result<(), SinkError> {
            Ok(())
        }

        fn finish(&mut self, _: &Manifest) -> Result<(), SinkError> {
            Ok(())
        }
    }

    /// What a visit of one request looks like after it was stored.
    fn stored(request: Request) -> Request {
        let mut kept = Kept::default();
        let secret = Secret::new("P", "open \"sesame\"!");
        let visit = Visit { requests: vec![request], ..Visit::default() };
        Concealing::new(&mut kept, [&secret]).visit(&visit).unwrap();
        kept.0.remove(0).requests.remove(0)
    }

    #[test]
    fn no_way_of_writing_a_secret_reaches_the_sink() {
        for user in ["jane", "janet", "jan"] {
            let basic = BASE64_STANDARD.encode(format!("{user}:open \"sesame\"!"));
            let value = format!("Basic {basic}");
            let header = Header { name: "authorization".into(), value };
            let request = stored(Request { headers: vec![header], ..Request::default() });
            assert!(request.headers[0].value.contains(MARK), "{user}: {:?}", request.headers);
        }
        let urls = ["https://a/?q=open+%22sesame%22%21", "https://a/?q=open%20%22sesame%22%21"];
        for url in urls {
            let request = stored(Request { url: url.into(), ..Request::default() });
            assert_eq!(request.url, "https://a/?q=•••");
        }
        let body = r#"{"password":"open \"sesame\"!","other":1}"#.as_bytes().to_vec();
        let request = stored(Request { body: Some(Body::new(body)), ..Request::default() });
        let left = r#"{"password":"•••","other":1}"#.as_bytes();
        assert_eq!(request.body, Some(Body::new(left.to_vec())));
    }

    #[test]
    fn what_holds_no_secret_stays_as_it_is() {
        let body = Some(Body::new(b"\xff\x00binary".to_vec()));
        let request = Request { url: "https://a/?q=open".into(), body, ..Request::default() };
        let after = stored(request.clone());
        assert_eq!(after, request);
        assert_eq!(after.body_bytes(), request.body_bytes());
    }
}
