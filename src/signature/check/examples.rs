//! Examples: positives match this signature alone and decode as said, negatives do not.

use scraper::Html;

use super::FileCheck;
use crate::decode::base64;
use crate::signature::placed::Placed;
use crate::signature::raw::{
    RawCname, RawCookie, RawCookieExample, RawDom, RawExample, RawFullCookie, RawNegative,
    RawRequest, RawSignature, RawStorage,
};
use crate::signature::request::Sent;
use crate::signature::vendor::{Signature, Vendor};
use crate::signature::{Match, Observation, Selectors};

impl FileCheck<'_> {
    pub(super) fn examples(&mut self, vendor: &Vendor, signature: &Signature, raw: &RawSignature) {
        for (number, request) in raw.request.iter().enumerate() {
            let of = request.get_ref();
            self.present(request.at(), of.examples.len(), of.negative_examples.len());
            self.requests(vendor, signature, number, of);
        }
        for cookie in &raw.cookie {
            let of = cookie.get_ref();
            self.present(cookie.at(), of.examples.len(), of.negative_examples.len());
            self.cookies(vendor, signature, of);
        }
        for storage in &raw.storage {
            let of = storage.get_ref();
            self.present(storage.at(), of.examples.len(), of.negative_examples.len());
            self.storage(vendor, signature, of);
        }
        for dom in &raw.dom {
            let of = dom.get_ref();
            self.present(dom.at(), of.examples.len(), of.negative_examples.len());
            self.elements(of);
        }
        for cname in &raw.cname {
            let of = cname.get_ref();
            self.present(cname.at(), of.examples.len(), of.negative_examples.len());
            self.cnames(vendor, signature, of);
        }
    }

    fn present(&mut self, at: usize, positive: usize, negative: usize) {
        self.checked.examples += positive;
        self.checked.negative_examples += negative;
        if positive == 0 {
            self.problem(at, "no example");
        }
        if negative == 0 {
            self.problem(at, "no negative example");
        }
    }

    fn requests(&mut self, vendor: &Vendor, signature: &Signature, rule: usize, raw: &RawRequest) {
        for example in &raw.examples {
            let at = example.at();
            let example = example.get_ref();
            let body = body(example);
            let matches = self.database.matches(&observation(example, &body));
            self.alone(at, vendor, signature, &matches);
            if self.recognised_by(signature, example, &body) != Some(rule) {
                self.problem(at, "the example does not match this table");
                continue;
            }
            let own = matches.iter().filter(|m| m.signature == signature.id).collect::<Vec<_>>();
            self.decoded(at, example, &own);
        }
        for example in &raw.negative_examples {
            let full = match example.get_ref() {
                RawNegative::Url(url) => RawExample { url: url.clone(), ..RawExample::default() },
                RawNegative::Request(full) => full.clone(),
            };
            if self.recognised_by(signature, &full, &body(&full)) == Some(rule) {
                self.problem(example.at(), "a negative example matches");
            }
        }
    }

    /// The number of the table of `signature` that recognises an example.
    fn recognised_by(
        &self,
        signature: &Signature,
        example: &RawExample,
        body: &[u8],
    ) -> Option<usize> {
        let sent = Sent::of(&observation(example, body))?;
        let found = self.database.recognised(&sent);
        let mut own = found.into_iter().filter(|c| {
            let at = self.database.signature_at(*c).1;
            at.id == signature.id
        });
        own.next().map(|candidate| candidate.rule.rule)
    }

    /// An example belongs to one signature.
    fn alone(&mut self, at: usize, vendor: &Vendor, signature: &Signature, matches: &[Match]) {
        for other in matches {
            if other.vendor != vendor.name {
                self.problem(at, format!("two vendors: also matches `{}`", other.signature));
            } else if other.signature != signature.id {
                self.problem(at, format!("also matches `{}`", other.signature));
            }
        }
    }

    fn decoded(&mut self, at: usize, example: &RawExample, matches: &[&Match]) {
        let account = matches.first().and_then(|m| m.account.as_deref());
        if account != example.account.as_deref() {
            let [is, not] = [account, example.account.as_deref()].map(|a| a.unwrap_or("nothing"));
            self.problem(at, format!("account is `{is}`, not `{not}`"));
        }
        let events: Vec<&str> =
            matches.iter().map(|m| m.event.as_deref().unwrap_or("nothing")).collect();
        let one = || vec![example.event.clone().unwrap_or_else(|| "nothing".to_owned())];
        let expected = example.events.clone().unwrap_or_else(one);
        if events != expected {
            let (is, not) = (events.join(", "), expected.join(", "));
            self.problem(at, format!("events are `{is}`, not `{not}`"));
        }
        for (name, value) in &example.params {
            let mut found = matches.iter().filter_map(|m| m.params.get(name));
            if !found.any(|param| param.value == *value) {
                let names: Vec<&str> =
                    matches.iter().flat_map(|m| m.params.keys()).map(String::as_str).collect();
                let names = names.join(", ");
                self.problem(at, format!("no parameter `{name}` is `{value}`; there are: {names}"));
            }
        }
    }

    fn cookies(&mut self, vendor: &Vendor, signature: &Signature, raw: &RawCookie) {
        let matches = |example: &RawCookieExample| {
            let full = full(example);
            let cookie = Observation::Cookie { name: &full.name, domain: &full.domain };
            self.database.matches(&cookie)
        };
        let positive: Vec<_> =
            raw.examples.iter().map(|e| (e.at(), matches(e.get_ref()))).collect();
        let negative: Vec<_> =
            raw.negative_examples.iter().map(|e| (e.at(), matches(e.get_ref()))).collect();
        self.named(vendor, signature, positive, negative);
    }

    fn storage(&mut self, vendor: &Vendor, signature: &Signature, raw: &RawStorage) {
        let matches = |key: &Placed<String>| {
            (key.at(), self.database.matches(&Observation::Storage { key: key.get_ref() }))
        };
        let positive = raw.examples.iter().map(matches).collect();
        let negative = raw.negative_examples.iter().map(matches).collect();
        self.named(vendor, signature, positive, negative);
    }

    fn elements(&mut self, raw: &RawDom) {
        let selectors = Selectors::of(std::slice::from_ref(&raw.selector));
        let matches = |html: &str| !selectors.find(&Html::parse_fragment(html)).is_empty();
        for example in raw.examples.iter().filter(|example| !matches(example.get_ref())) {
            self.problem(example.at(), "the example does not match");
        }
        for example in raw.negative_examples.iter().filter(|example| matches(example.get_ref())) {
            self.problem(example.at(), "a negative example matches");
        }
    }

    fn cnames(&mut self, vendor: &Vendor, signature: &Signature, raw: &RawCname) {
        let matches = |target: &Placed<String>| {
            let observation = Observation::Cname { target: target.get_ref() };
            (target.at(), self.database.matches(&observation))
        };
        let positive = raw.examples.iter().map(matches).collect();
        let negative = raw.negative_examples.iter().map(matches).collect();
        self.named(vendor, signature, positive, negative);
    }

    fn named(
        &mut self,
        vendor: &Vendor,
        signature: &Signature,
        positive: Vec<(usize, Vec<Match>)>,
        negative: Vec<(usize, Vec<Match>)>,
    ) {
        let is_own = |matches: &[Match]| matches.iter().any(|m| m.signature == signature.id);
        for (at, matches) in positive {
            if !is_own(&matches) {
                self.problem(at, "the example does not match");
            }
            self.alone(at, vendor, signature, &matches);
        }
        for (at, _) in negative.iter().filter(|(_, matches)| is_own(matches)) {
            self.problem(*at, "a negative example matches");
        }
    }
}

fn full(example: &RawCookieExample) -> RawFullCookie {
    match example {
        RawCookieExample::Name(name) => {
            RawFullCookie { name: name.clone(), domain: "www.example.org".to_owned() }
        }
        RawCookieExample::Full(full) => full.clone(),
    }
}

fn method(example: &RawExample) -> &str {
    let has_body = example.body.is_some() || example.body_base64.is_some();
    example.method.as_deref().unwrap_or(if has_body { "POST" } else { "GET" })
}

fn body(example: &RawExample) -> Vec<u8> {
    match &example.body_base64 {
        Some(text) => base64(text).unwrap_or_default(),
        None => example.body.clone().unwrap_or_default().into_bytes(),
    }
}

fn observation<'a>(example: &'a RawExample, body: &'a [u8]) -> Observation<'a> {
    Observation::Request {
        url: &example.url,
        method: method(example),
        body,
        content_encoding: "",
        content_type: "",
        kind: example.kind,
    }
}
