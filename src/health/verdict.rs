//! What the classifier says of a page or of a text, with its reasons.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// How a text relates to a visitor's health.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum HealthLabel {
    /// Nothing about health.
    #[default]
    None,
    /// The health sector, without telling anything of this visitor.
    HealthGeneric,
    /// A reader could tell that this visitor has, fears, treats, books, pays for or
    /// asks about a health matter.
    Phi,
}

/// The classifier's answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The answer.
    pub label: HealthLabel,
    /// The sum behind it; comparable between texts.
    pub score: f64,
    /// Categories that matched, the heaviest first: `mental_health`, `appointment` …
    pub categories: Vec<String>,
    /// What the page is for.
    pub page_kind: PageKind,
    /// Which words, where, and what spoke against.
    pub evidence: Vec<Evidence>,
}

/// One reason of a verdict.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The word or phrase.
    pub term: String,
    /// Where it stood: `host`, `path`, `query.q`, `title`, `heading`, `text`.
    pub place: String,
    /// The category that it belongs to, or the rule that spoke against.
    pub category: String,
    /// What it added; negative when it spoke against.
    pub weight: f64,
}

/// What a page is for. It decides severity more than its topic does.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// A page behind a login, or of a patient portal.
    Portal,
    /// A login or registration page.
    Login,
    /// Books, changes or confirms an appointment.
    Appointment,
    /// A symptom checker, self test or intake questionnaire.
    SymptomChecker,
    /// Refills or transfers a prescription.
    Refill,
    /// Test results or records.
    Results,
    /// A patient's bill or insurance.
    Billing,
    /// A clinician's page or the search for one.
    Provider,
    /// A condition, treatment, drug or specialty.
    Condition,
    /// An article.
    Article,
    /// A site search's results.
    Search,
    /// Jobs and training.
    Careers,
    /// Anything else.
    #[default]
    Other,
}

/// A personal value inside a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// What it is.
    pub kind: IdentifierKind,
    /// Its bytes within the text.
    pub span: Range<usize>,
}

/// Kinds of personal value. `*Hash` are digests of one, which still single a person out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentifierKind {
    /// E-mail address.
    Email,
    /// Digest where an e-mail address belongs.
    EmailHash,
    /// Telephone number.
    Phone,
    /// Digest where a telephone number belongs.
    PhoneHash,
    /// A person's name.
    Name,
    /// Digest where a name belongs.
    NameHash,
    /// Date of birth.
    BirthDate,
    /// US social security number.
    Ssn,
    /// Postcode.
    Postcode,
    /// Street address.
    Street,
    /// Medical record, patient, member or prescription number.
    MedicalNumber,
    /// Payment card number.
    Card,
    /// IP address.
    Ip,
    /// Coordinates precise to a building.
    Location,
    /// A login's user id.
    UserId,
    /// A digest of something personal that the text does not name.
    OtherHash,
    /// An access token, API secret or password.
    Secret,
}

/// A category's id as a reader of a report would say it: `lab results`.
#[must_use]
pub fn topic(category: &str) -> String {
    match category {
        "billing_insurance" => "billing or insurance".to_owned(),
        "gender_sexual" => "gender or sexuality".to_owned(),
        "genetic" => "genetics".to_owned(),
        "hiv_sti" => "HIV or other STI".to_owned(),
        "labs_results" => "lab results".to_owned(),
        "pediatric" => "pediatrics".to_owned(),
        "portal_login" => "patient portal".to_owned(),
        "provider" => "clinician".to_owned(),
        "reproductive" => "reproductive health".to_owned(),
        "rx_refill" => "prescription refill".to_owned(),
        other => other.replace(['_', '-'], " "),
    }
}
