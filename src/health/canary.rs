//! The canary: a fixed visitor who does not exist. What is typed of it into forms is
//! nobody's, so that a request which carries it, plain or hashed, proves a leak.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::canary_forms::{hashes, spellings};

/// Something of the canary that a form may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CanaryField {
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// First and last name.
    FullName,
    /// E-mail address, in a domain that is reserved for examples.
    Email,
    /// Telephone number, in a range that is reserved for fiction.
    Phone,
    /// Date of birth.
    BirthDate,
    /// Social security number, of those that were never given out.
    Ssn,
    /// Postcode.
    Postcode,
    /// Street and house number.
    Street,
    /// Town.
    City,
    /// Medical record or patient number.
    RecordNumber,
    /// Member or policy number.
    MemberNumber,
    /// Prescription number.
    PrescriptionNumber,
    /// Account number.
    AccountNumber,
    /// User name.
    UserName,
    /// Reason, symptoms, message: any free text.
    Reason,
    /// What is searched for.
    Search,
}

use CanaryField as F;

impl CanaryField {
    /// Everything that the canary has.
    pub const ALL: [Self; 17] = [
        F::FirstName,
        F::LastName,
        F::FullName,
        F::Email,
        F::Phone,
        F::BirthDate,
        F::Ssn,
        F::Postcode,
        F::Street,
        F::City,
        F::RecordNumber,
        F::MemberNumber,
        F::PrescriptionNumber,
        F::AccountNumber,
        F::UserName,
        F::Reason,
        F::Search,
    ];

    /// What is typed.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            F::FirstName => "Zephrinella",
            F::LastName => "Quillovane",
            F::FullName => "Zephrinella Quillovane",
            F::Email => "z.quillovane71@example.org",
            F::Phone => "(202) 555-0143",
            F::BirthDate => "03/29/1971",
            F::Ssn => "987-65-4328",
            F::Postcode => "99577",
            F::Street => "7319 Quillovane Terrace",
            F::City => "Zephrinburg",
            F::RecordNumber => "QZM7319482",
            F::MemberNumber => "QZP5528417",
            F::PrescriptionNumber => "QZR6640193",
            F::AccountNumber => "QZA8840275",
            F::UserName => "zquillovane1971",
            F::Reason => "zephrinal fever and rash",
            F::Search => "zephrinosis treatment",
        }
    }

    /// The stable name in captures, reports and fingerprints.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            F::FirstName => "first-name",
            F::LastName => "last-name",
            F::FullName => "full-name",
            F::Email => "email",
            F::Phone => "phone",
            F::BirthDate => "birth-date",
            F::Ssn => "ssn",
            F::Postcode => "postcode",
            F::Street => "street",
            F::City => "city",
            F::RecordNumber => "record-number",
            F::MemberNumber => "member-number",
            F::PrescriptionNumber => "prescription-number",
            F::AccountNumber => "account-number",
            F::UserName => "user-name",
            F::Reason => "reason",
            F::Search => "search",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// In a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            F::FirstName => "first name",
            F::LastName => "last name",
            F::FullName => "name",
            F::Email => "e-mail address",
            F::Phone => "telephone number",
            F::BirthDate => "date of birth",
            F::Ssn => "social security number",
            F::Postcode => "postcode",
            F::Street => "street address",
            F::City => "town",
            F::RecordNumber => "medical record number",
            F::MemberNumber => "member number",
            F::PrescriptionNumber => "prescription number",
            F::AccountNumber => "account number",
            F::UserName => "user name",
            F::Reason => "free text (reason, symptoms, message)",
            F::Search => "search words",
        }
    }

    /// Whether it stands for itself anywhere: the rest is too short or too common, and
    /// counts only where it is a whole value.
    fn is_unique(self) -> bool {
        !matches!(self, F::Postcode)
    }
}

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// As it is, in whatever notation.
    Plain,
    /// As an MD5 digest.
    Md5,
    /// As a SHA-1 digest.
    Sha1,
    /// As a SHA-256 digest.
    Sha256,
    /// As a digest of a digest.
    Nested,
}

impl Spelling {
    /// In a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Md5 => "as an MD5 hash",
            Self::Sha1 => "as a SHA-1 hash",
            Self::Sha256 => "as a SHA-256 hash",
            Self::Nested => "as a hash of a hash",
        }
    }
}

/// A piece of the canary in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CanaryHit {
    /// What it is.
    pub field: CanaryField,
    /// How it was written.
    pub spelling: Spelling,
}

/// Every piece of the canary in a text whose layers are undone, sorted, each once.
#[must_use]
pub fn canary_hits(text: &str) -> Vec<CanaryHit> {
    static FINDER: OnceLock<Option<Finder>> = OnceLock::new();
    let Some(finder) = FINDER.get_or_init(Finder::new) else { return Vec::new() };
    let mut hits = finder.hits(text);
    hits.sort_unstable();
    hits.dedup();
    hits
}

/// Everything that the canary may be written as.
#[derive(Debug)]
struct Finder {
    /// In any case: plain text and hexadecimal digests.
    folded: AhoCorasick,
    of_folded: Vec<CanaryHit>,
    /// As written: digests in base64.
    exact: AhoCorasick,
    of_exact: Vec<CanaryHit>,
}

impl Finder {
    fn new() -> Option<Self> {
        let (mut folded, mut of_folded) = (Vec::new(), Vec::new());
        let (mut exact, mut of_exact) = (Vec::new(), Vec::new());
        for field in F::ALL {
            for plain in spellings(field) {
                if field.is_unique() {
                    folded.push(plain.to_lowercase());
                    of_folded.push(CanaryHit { field, spelling: Spelling::Plain });
                }
                for (spelling, digest) in hashes(&plain) {
                    let hit = CanaryHit { field, spelling };
                    folded.push(hex::encode(&digest));
                    of_folded.push(hit);
                    for text in [STANDARD_NO_PAD.encode(&digest), URL_SAFE_NO_PAD.encode(&digest)] {
                        exact.push(text);
                        of_exact.push(hit);
                    }
                }
            }
        }
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest);
        let exact = builder.build(&exact).ok()?;
        let folded = builder.ascii_case_insensitive(true).build(&folded).ok()?;
        Some(Self { folded, of_folded, exact, of_exact })
    }

    fn hits(&self, text: &str) -> Vec<CanaryHit> {
        let folded = self.folded.find_iter(text).map(|found| self.of_folded[found.pattern()]);
        let exact = self.exact.find_iter(text).map(|found| self.of_exact[found.pattern()]);
        let whole = F::ALL.into_iter().filter(|field| !field.is_unique());
        let whole = whole.filter(|field| text.trim() == field.value());
        let whole = whole.map(|field| CanaryHit { field, spelling: Spelling::Plain });
        folded.chain(exact).chain(whole).collect()
    }
}

#[cfg(test)]
mod tests {
    use sha2::Digest;

    use super::*;

    fn names(text: &str) -> Vec<(&'static str, Spelling)> {
        canary_hits(text).iter().map(|hit| (hit.field.name(), hit.spelling)).collect()
    }

    #[test]
    fn each_value_is_found_as_typed_and_is_only_itself() {
        for field in F::ALL {
            assert_eq!(names(field.value()), [(field.name(), Spelling::Plain)], "{field:?}");
        }
    }

    #[test]
    fn vendors_normalise_before_they_hash() {
        let sha256 = |text: &str| hex::encode(sha2::Sha256::digest(text));
        for (text, name) in [
            ("z.quillovane71@example.org", "email"),
            ("zquillovane71@example.org", "email"),
            // Meta, Pinterest and Snap: digits with the country; Google and TikTok: E.164.
            ("12025550143", "phone"),
            ("+12025550143", "phone"),
            ("2025550143", "phone"),
            ("zephrinella", "first-name"),
            ("quillovane, zephrinella", "full-name"),
            ("zephrinellaquillovane", "full-name"),
            ("zephrinburg", "city"),
            ("7319 quillovane terrace", "street"),
            ("qzm7319482", "record-number"),
            ("19710329", "birth-date"),
            ("1971-03-29", "birth-date"),
            ("quillovane", "last-name"),
            ("99577", "postcode"),
        ] {
            assert_eq!(
                names(&format!("x={}&y", sha256(text))),
                [(name, Spelling::Sha256)],
                "{text}"
            );
        }
        let md5 = hex::encode(md5::Md5::digest("z.quillovane71@example.org"));
        assert_eq!(names(&md5.to_uppercase()), [("email", Spelling::Md5)]);
        let sha1 = hex::encode(sha1::Sha1::digest("z.quillovane71@example.org"));
        assert_eq!(names(&sha1), [("email", Spelling::Sha1)]);
        assert_eq!(names(&sha256(&md5)), [("email", Spelling::Nested)]);
        let wrapped = URL_SAFE_NO_PAD.encode(sha2::Sha256::digest("quillovane"));
        assert_eq!(names(&wrapped), [("last-name", Spelling::Sha256)]);
    }

    #[test]
    fn a_postcode_counts_only_as_a_whole_value() {
        assert_eq!(names("99577"), [("postcode", Spelling::Plain)]);
        assert_eq!(names("id=199577123"), []);
        assert_eq!(names("99577 pages"), []);
    }

    #[test]
    fn notations_of_numbers_and_dates_are_one() {
        for text in ["2025550143", "+1 202-555-0143", "202.555.0143", "1971/03/29", "29.03.1971"] {
            assert_eq!(names(text).len(), 1, "{text}");
        }
        assert_eq!(names("987654328")[0].0, "ssn");
    }
}
