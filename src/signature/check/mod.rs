//! Checks signature files: every claim in them is held against its own proof.
//!
//! The command `signatures check` and the tests run this same code.

mod examples;
mod order;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Database;
use super::load::{self, SignatureError, Text};
use super::raw::{RawFile, RawSignature};
use super::vendor::{Signature, Vendor};
use super::{element, lifetime};

/// What a check saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Files.
    pub vendors: usize,
    /// Signatures.
    pub signatures: usize,
    /// Positive examples.
    pub examples: usize,
    /// Negative examples.
    pub negative_examples: usize,
    /// Everything that is wrong, by file and line.
    pub problems: Vec<SignatureError>,
}

/// Checks files (name and text) as of a day.
///
/// A file that cannot be read at all is one problem, and the others are checked
/// all the same.
#[must_use]
pub fn check(files: &BTreeMap<String, String>, today: Date) -> Checked {
    let mut checked = Checked::default();
    let mut read = Vec::new();
    let mut good = BTreeMap::new();
    for (file, text) in files {
        let id = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let id = id.strip_suffix(".toml").unwrap_or(id);
        match load::vendor(id, Text { file, text }) {
            Ok((vendor, raw)) => {
                good.insert(file.clone(), text.clone());
                read.push((Text { file, text }, vendor, raw));
            }
            Err(problem) => checked.problems.push(problem),
        }
    }
    // Files that were read one by one make a database.
    let Ok(database) = Database::of(good, "") else { return checked };
    let mut named = BTreeMap::new();
    for (text, vendor, raw) in &read {
        checked.vendors += 1;
        if let Some(first) = named.insert(&vendor.name, text.file) {
            let message = format!("`{}` is the name of the vendor in {first}, too", vendor.name);
            checked.problems.push(text.error(0, message));
        }
        let mut file = FileCheck { text: *text, database: &database, today, checked: &mut checked };
        file.vendor(vendor, raw);
    }
    checked.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    checked
}

/// The signatures that nobody has reviewed for more than so many days. A file that
/// cannot be read is left to [`check`].
#[must_use]
pub fn stale(files: &BTreeMap<String, String>, today: Date, days: u32) -> Vec<SignatureError> {
    let Ok(limit) = today.checked_sub(jiff::Span::new().days(i64::from(days))) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for (file, text) in files {
        let text = Text { file, text };
        let Ok((vendor, raw)) = load::vendor("", text) else { continue };
        for (signature, (name, written)) in vendor.signatures.iter().zip(&raw.signature) {
            if signature.reviewed < limit {
                let day = signature.reviewed;
                let message = format!("`{name}` was last reviewed on {day}, over {days} days ago");
                problems.push(text.error(written.at(), message));
            }
        }
    }
    problems
}

/// The check of one file.
struct FileCheck<'a> {
    text: Text<'a>,
    database: &'a Database,
    today: Date,
    checked: &'a mut Checked,
}

impl FileCheck<'_> {
    fn problem(&mut self, at: usize, message: impl Into<String>) {
        self.checked.problems.push(self.text.error(at, message));
    }

    fn vendor(&mut self, vendor: &Vendor, raw: &RawFile) {
        for (name, value) in [("homepage", &vendor.homepage), ("privacy", &vendor.privacy)] {
            if !value.starts_with("https://") {
                self.problem(0, format!("`{name}` must be an https address"));
            }
        }
        let upper = vendor.country.bytes().all(|byte| byte.is_ascii_uppercase());
        if vendor.country.len() != 2 || !upper {
            self.problem(0, "`country` must be two upper-case letters");
        }
        if vendor.signatures.is_empty() {
            self.problem(0, "the file has no signature");
        }
        for (at, message) in order::problems(self.text.text, raw) {
            self.problem(at, message);
        }
        for (signature, (_, written)) in vendor.signatures.iter().zip(&raw.signature) {
            self.checked.signatures += 1;
            let at = written.at();
            self.signature(at, signature, written.get_ref());
            self.examples(vendor, signature, written.get_ref());
        }
    }

    fn signature(&mut self, at: usize, signature: &Signature, raw: &RawSignature) {
        let id = &signature.id;
        if signature.references.is_empty() {
            self.problem(at, format!("`{id}` has no reference"));
        }
        for reference in &signature.references {
            if !reference.starts_with("https://") {
                self.problem(at, format!("`{id}`: reference `{reference}` is not https"));
            }
        }
        if signature.reviewed > self.today {
            self.problem(at, format!("`{id}` was reviewed in the future"));
        }
        let nothing = signature.requests.is_empty()
            && signature.cookies.is_empty()
            && signature.storage.is_empty()
            && signature.globals.is_empty()
            && signature.dom.is_empty()
            && signature.cname.is_empty();
        if nothing {
            self.problem(at, format!("`{id}` matches nothing"));
        }
        for (rule, written) in signature.requests.iter().zip(&raw.request) {
            let shape = usize::from(rule.path.is_some()) + usize::from(!rule.kind.is_empty());
            let signs = shape + rule.query.len() + rule.param.len();
            if rule.any_host() && signs < 2 {
                let message = "a protocol on any host (`*`) needs two independent signs";
                self.problem(written.at(), format!("`{id}`: {message}"));
            }
            for pattern in rule.patterns() {
                if let Err(message) = pattern.compile() {
                    self.problem(written.at(), message);
                }
            }
        }
        for cookie in &signature.cookies {
            if lifetime::longest(&cookie.lifetime).is_none() {
                let message = "a lifetime is `90 d`, `13 mo`, `30 min`, `2 y`, `session` …";
                self.problem(at, format!("`{id}`: {message}, not `{}`", cookie.lifetime));
            }
        }
        for message in signature.dom.iter().filter_map(|text| element::check(text).err()) {
            self.problem(at, format!("`{id}`: {message}"));
        }
        let names = signature.cookies.iter().map(|cookie| &cookie.name).chain(&signature.storage);
        let broken: Vec<String> = names.filter_map(|name| name.compile().err()).collect();
        for message in broken {
            self.problem(at, format!("`{id}`: {message}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[vendor]
name = "Example"
owner = "Example Ltd"
country = "FR"
homepage = "https://example.com"
privacy = "https://example.com/privacy"

[signature.pixel]
product = "Example Pixel"
title = "Event"
categories = ["analytics"]
role = "hit"
status = "stable"
reviewed = 2026-01-02
references = ["https://example.com/docs"]
decode = { account = "query.id", event = "query.ev" }

[[signature.pixel.request]]
host = ["px.example.com"]
path = '^/p$'
query = { id = '^\d+$' }
examples = [{ url = "https://px.example.com/p?id=7&ev=View", account = "7", event = "View" }]
negative-examples = ["https://px.example.com/p?id=x"]
"#;

    fn problems(text: &str) -> Vec<String> {
        let files = BTreeMap::from([("vendors/example.toml".to_owned(), text.to_owned())]);
        let checked = check(&files, "2026-02-01".parse().unwrap());
        checked.problems.iter().map(ToString::to_string).collect()
    }

    fn assert_finds(from: &str, to: &str, expected: &str) {
        let changed = GOOD.replace(from, to);
        assert_ne!(changed, GOOD, "`{from}` is not in the file");
        let found = problems(&changed);
        assert!(found.iter().any(|p| p.contains(expected)), "{expected:?} not in {found:#?}");
    }

    #[test]
    fn a_good_file_passes() {
        assert_eq!(problems(GOOD), [""; 0]);
    }

    #[test]
    fn every_rule_finds_its_mistake_with_its_line() {
        assert_finds("event = \"View\" }]", "event = \"View }]", "vendors/example.toml:2");
        assert_finds("account = \"7\"", "account = \"8\"", "toml:23: account is `7`, not `8`");
        assert_finds("event = \"View\" }]", "event = \"Lead\" }]", "events are `View`, not `Lead`");
        assert_finds("?id=x\"]", "?id=3\"]", "toml:24: a negative example matches");
        assert_finds("https://px.example.com/p?id=7", "https://px.example.com/q?id=7", "not match");
        assert_finds("https://example.com/docs", "http://example.com/docs", "is not https");
        assert_finds("2026-01-02", "2026-02-02", "reviewed in the future");
        assert_finds("[\"analytics\"]", "[\"fun\"]", "unknown category `fun`");
        assert_finds("'^/p$'", "'^/(p$'", "does not compile");
        assert_finds("title = ", "titel = ", "unknown field `titel`");
        assert_finds("country = \"FR\"", "country = \"France\"", "two upper-case letters");
        assert_finds("[\"px.example.com\"]\npath = '^/p$'", "[\"*\"]", "two independent signs");
        assert_finds(
            "role = \"hit\"\nstatus = \"stable\"",
            "status = \"stable\"\nrole = \"hit\"",
            "key order",
        );
        assert_finds(
            "negative-examples = [\"https://px.example.com/p?id=x\"]",
            "negative-examples = []",
            "no negative example",
        );
        assert_finds("query.ev", "queri.{ev", "closing brace");
    }

    #[test]
    fn two_vendors_have_two_names() {
        let other = GOOD.replace("px.example.com", "px.other.example");
        let files =
            BTreeMap::from([("a.toml".to_owned(), GOOD.to_owned()), ("b.toml".to_owned(), other)]);
        let problems = check(&files, "2026-02-01".parse().unwrap()).problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].to_string().contains("`Example` is the name of the vendor in a.toml"));
    }

    #[test]
    fn a_review_grows_old() {
        let files = BTreeMap::from([("example.toml".to_owned(), GOOD.to_owned())]);
        let at = |day: &str, days| stale(&files, day.parse().unwrap(), days);
        assert_eq!(at("2026-02-01", 30), Vec::new());
        let found = at("2026-02-02", 30);
        assert!(found[0].to_string().contains("example.toml:9: `pixel` was last"), "{found:?}");
    }

    #[test]
    fn an_example_that_two_vendors_claim_is_a_problem() {
        let files = BTreeMap::from([
            ("a.toml".to_owned(), GOOD.to_owned()),
            ("b.toml".to_owned(), GOOD.replace("\"Example\"", "\"Other\"")),
        ]);
        let checked = check(&files, "2026-02-01".parse().unwrap());
        assert!(checked.problems.iter().any(|p| p.message.contains("two vendors")));
    }
}
