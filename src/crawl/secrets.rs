//! No secret is ever stored, be it typed by a journey or sent by the browser: on its way
//! to the sink each visit loses every one, in whatever spelling a page may send it on.
//!
//! A stand-in takes its place: one that is an address where the secret was one, so that
//! an audit still sees that an address was passed on. What cannot be covered: digests,
//! encryption, compressed bodies, and parts of a secret.

mod spellings;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{
    Body, Collected, JourneyPart, Manifest, Outcome, Secret, Sink, SinkError, Visit,
};

/// A secret shorter than this cannot be told from other text.
pub const SHORTEST_SECRET: usize = 4;

/// Fields whose text is the tool's own: names, hashes, times, words of a closed list.
const OWN: &[&str] = &[
    "id",
    "sha256",
    "kind",
    "state",
    "states",
    "phase",
    "target",
    "redirected_from",
    "started",
    "ended",
    "area",
    "same_site",
    "source",
    "outcome",
    "decision",
    "via",
    "file",
    "screenshot",
    "tool",
];

/// A sink that takes the secrets out of what it hands on.
pub(super) struct Scrubber<'a> {
    sink: &'a mut dyn Sink,
    scrub: Option<Scrub>,
}

impl<'a> Scrubber<'a> {
    pub(super) fn new<'s>(
        sink: &'a mut dyn Sink,
        secrets: impl IntoIterator<Item = &'s Secret>,
    ) -> Self {
        Self { sink, scrub: Scrub::of(secrets) }
    }
}

impl Sink for Scrubber<'_> {
    fn visit(&mut self, visit: &Visit) -> Result<(), SinkError> {
        match &self.scrub {
            Some(scrub) => self.sink.visit(&scrub.visit(visit)),
            None => self.sink.visit(visit),
        }
    }

    fn screenshot(&mut self, name: &str, png: &[u8]) -> Result<String, SinkError> {
        self.sink.screenshot(name, png)
    }

    fn note(&mut self, manifest: &Manifest) -> Result<(), SinkError> {
        match &self.scrub {
            Some(scrub) => self.sink.note(&scrub.manifest(manifest)),
            None => self.sink.note(manifest),
        }
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<(), SinkError> {
        match &self.scrub {
            Some(scrub) => self.sink.finish(&scrub.manifest(manifest)),
            None => self.sink.finish(manifest),
        }
    }
}

/// What stands behind the scheme in the value of a header: `Bearer …`. A page may send
/// it on alone.
fn token(secret: &Secret) -> Option<Secret> {
    const SCHEMES: [&str; 4] = ["basic", "bearer", "digest", "token"];
    let (scheme, token) = secret.expose().split_once(' ')?;
    let is_scheme = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (is_scheme && token.len() >= 8).then(|| Secret::new(secret.name(), token.trim()))
}

/// Finds the spellings of every secret, and knows what stands in for each.
struct Scrub {
    finder: AhoCorasick,
    stand_ins: Vec<String>,
}

impl Scrub {
    fn of<'s>(secrets: impl IntoIterator<Item = &'s Secret>) -> Option<Self> {
        let long = |secret: &&Secret| secret.expose().chars().count() >= SHORTEST_SECRET;
        let secrets: Vec<Secret> = secrets
            .into_iter()
            .filter(long)
            .flat_map(|s| [Some(s.clone()), token(s)])
            .flatten()
            .collect();
        let pairs: Vec<(String, String)> = secrets.iter().flat_map(spellings::of).collect();
        let (spelt, stand_ins): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(spelt);
        finder.ok().filter(|_| !stand_ins.is_empty()).map(|finder| Self { finder, stand_ins })
    }

    fn text(&self, text: &str) -> String {
        self.finder.replace_all(text, &self.stand_ins)
    }

    fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.finder.replace_all_bytes(bytes, &self.stand_ins)
    }

    fn visit(&self, visit: &Visit) -> Visit {
        let mut bodies = Vec::with_capacity(visit.requests.len());
        for request in &visit.requests {
            bodies.push(request.body.as_ref().map(|body| self.body(body)));
        }
        let mut scrubbed = self.walked(visit).unwrap_or_else(|| Visit {
            // Rather nothing than a secret.
            requests: Vec::new(),
            collected: Collected::default(),
            outcome: Outcome::Failed { message: "the visit could not be kept safely".to_owned() },
            journey: visit
                .journey
                .as_ref()
                .map(|part| JourneyPart { name: part.name.clone(), ..JourneyPart::default() }),
            id: visit.id.clone(),
            state: visit.state.clone(),
            ..Visit::default()
        });
        for (request, body) in scrubbed.requests.iter_mut().zip(bodies) {
            request.body = body;
        }
        scrubbed
    }

    fn body(&self, body: &Body) -> Body {
        match self.finder.is_match(&body.bytes) {
            true => Body::new(self.bytes(&body.bytes)),
            false => body.clone(),
        }
    }

    fn manifest(&self, manifest: &Manifest) -> Manifest {
        let mut scrubbed = self.walked(manifest).unwrap_or_else(|| {
            let mut bare = Manifest { browser: manifest.browser.clone(), ..Manifest::default() };
            bare.run.gaps.push("the manifest could not be kept safely".to_owned());
            bare
        });
        scrubbed.options.insert("secrets".to_owned(), spellings::STATEMENT.to_owned());
        scrubbed
    }

    /// The same with the secrets taken out of every text that is not the tool's own.
    fn walked<T: Serialize + DeserializeOwned>(&self, of: &T) -> Option<T> {
        let mut value = serde_json::to_value(of).ok()?;
        self.walk(&mut value);
        serde_json::from_value(value).ok()
    }

    fn walk(&self, value: &mut Value) {
        match value {
            Value::String(text) if self.finder.is_match(text.as_str()) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item)),
            Value::Object(fields) => {
                let keys: Vec<String> =
                    fields.keys().filter(|k| self.finder.is_match(k.as_str())).cloned().collect();
                for key in keys {
                    if let Some(value) = fields.remove(&key) {
                        fields.insert(self.text(&key), value);
                    }
                }
                let captured = fields
                    .iter_mut()
                    .filter(|(key, value)| !(value.is_string() && OWN.contains(&key.as_str())));
                captured.for_each(|(_, value)| self.walk(value));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;

    use super::*;
    use crate::model::{Header, PageText, Request};

    const PASSWORD: &str = "Tr0ub4dor & 3/ü\"";

    fn scrub() -> Scrub {
        let user = Secret::new("PORTAL_USER", "jordan.rivera@mail.example");
        Scrub::of(&[user, Secret::new("PORTAL_PASSWORD", PASSWORD)]).unwrap()
    }

    #[test]
    fn a_visit_keeps_no_spelling_of_a_secret_and_everything_else() {
        let body = format!("{{\"p\":{},\"x\":1}}", serde_json::json!(PASSWORD));
        let visit = Visit {
            page: "https://clinic.example/?u=jordan.rivera%40mail.example&x=1".into(),
            requests: vec![Request {
                method: "POST".into(),
                headers: vec![Header { name: "x".into(), value: format!("<{PASSWORD}>") }],
                body: Some(Body::new(body.into_bytes())),
                ..Request::default()
            }],
            collected: Collected {
                text: Some(PageText { text: format!("Hello {PASSWORD}!"), ..PageText::default() }),
                ..Collected::default()
            },
            ..Visit::default()
        };
        let kept = scrub().visit(&visit);
        assert_eq!(kept.page, "https://clinic.example/?u=portal-user%40secret.invalid&x=1");
        assert_eq!(kept.requests[0].headers[0].value, "<[PORTAL_PASSWORD]>");
        assert_eq!(kept.requests[0].body_bytes(), b"{\"p\":\"[PORTAL_PASSWORD]\",\"x\":1}");
        let body = kept.requests[0].body.as_ref().unwrap();
        assert_eq!(
            *body,
            Body::new(body.bytes.to_vec()),
            "hash and length are those of what is kept"
        );
        assert_eq!(kept.collected.text.unwrap().text, "Hello [PORTAL_PASSWORD]!");
        assert_eq!(kept.requests[0].method, "POST");
    }

    #[test]
    fn a_secret_like_a_word_of_the_format_does_no_harm() {
        let scrub = Scrub::of(&[Secret::new("PIN", "2026"), Secret::new("WORD", "first")]).unwrap();
        let visit = Visit {
            started: Some("2026-11-24T10:00:00Z".parse().unwrap()),
            title: "Fees of 2026".into(),
            ..Visit::default()
        };
        let kept = scrub.visit(&visit);
        assert_eq!((kept.started, kept.title.as_str()), (visit.started, "Fees of [PIN]"));
    }

    #[test]
    fn a_login_in_a_header_is_found_behind_any_name() {
        let scrub = Scrub::of(&[Secret::new("P", "open \"sesame\"!")]).unwrap();
        for user in ["jane", "janet", "jan"] {
            let basic = BASE64_STANDARD.encode(format!("{user}:open \"sesame\"!"));
            let value = format!("Basic {basic}");
            let headers = vec![Header { name: "authorization".into(), value: value.clone() }];
            let request = Request { headers, ..Request::default() };
            let visit = Visit { requests: vec![request], ..Visit::default() };
            let kept = scrub.visit(&visit).requests.remove(0);
            assert_ne!(kept.headers[0].value, value);
            let text = kept.headers[0].value.trim_start_matches("Basic ");
            let bytes = BASE64_STANDARD.decode(text).unwrap_or_default();
            assert!(!String::from_utf8_lossy(&bytes).contains("sesame"), "{user}: {text}");
        }
    }

    #[test]
    fn without_secrets_there_is_nothing_to_find() {
        assert!(Scrub::of(&[]).is_none());
        assert!(Scrub::of(&[Secret::new("PIN", "123")]).is_none(), "found everywhere");
    }
}
