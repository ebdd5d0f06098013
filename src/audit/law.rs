//! The provisions that audits cite, each with its primary source.

use super::Citation;

/// A provision that an observation may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provision {
    /// The regulation's short name: `gdpr`, `eprivacy`, `hipaa`, `ccpa`, `ftc` …
    pub regulation: &'static str,
    /// The provision in words: `ePrivacy Directive 2002/58/EC, art. 5(3)`.
    pub provision: &'static str,
    /// Its primary source, https.
    pub url: &'static str,
}

impl From<&Provision> for Citation {
    fn from(provision: &Provision) -> Self {
        Self {
            regulation: provision.regulation.to_owned(),
            provision: provision.provision.to_owned(),
            url: provision.url.to_owned(),
        }
    }
}

const GDPR: &str = "https://eur-lex.europa.eu/eli/reg/2016/679/oj";
const TASKFORCE: &str = "https://www.edpb.europa.eu/our-work-tools/our-documents/other/report-work-undertaken-cookie-banner-taskforce_en";
const GUIDELINES: &str = "https://www.edpb.europa.eu/our-work-tools/our-documents/guidelines/guidelines-22023-technical-scope-art-53-eprivacy-directive_en";

const fn law(regulation: &'static str, provision: &'static str, url: &'static str) -> Provision {
    Provision { regulation, provision, url }
}

pub(crate) const EPRIVACY: Provision = law(
    "eprivacy",
    "ePrivacy Directive 2002/58/EC, art. 5(3)",
    "https://eur-lex.europa.eu/eli/dir/2002/58/oj",
);
pub(crate) const EDPB_SCOPE: Provision = law(
    "eprivacy",
    "EDPB Guidelines 2/2023 on the technical scope of art. 5(3) ePrivacy Directive",
    GUIDELINES,
);
pub(crate) const TASKFORCE_REPORT: Provision =
    law("eprivacy", "EDPB Cookie Banner Taskforce report, 17 January 2023", TASKFORCE);
pub(crate) const PECR: Provision =
    law("uk", "UK PECR, reg. 6", "https://www.legislation.gov.uk/uksi/2003/2426/regulation/6");
pub(crate) const GDPR_CONSENT: Provision = law("gdpr", "GDPR, art. 4(11) and 7", GDPR);
pub(crate) const GDPR_STORAGE: Provision = law("gdpr", "GDPR, art. 5(1)(e) and 13(2)(a)", GDPR);
pub(crate) const CNIL_COOKIES: Provision = law(
    "eprivacy",
    "CNIL recommendation 2020-092 of 17 September 2020 on cookies and other trackers",
    "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000042388197",
);
pub(crate) const GDPR_MINIMISATION: Provision = law("gdpr", "GDPR, art. 5", GDPR);
pub(crate) const GDPR_INFORMATION: Provision = law("gdpr", "GDPR, art. 13", GDPR);
pub(crate) const GDPR_TRANSFER: Provision = law("gdpr", "GDPR, art. 44 to 46", GDPR);
pub(crate) const GDPR_SECURITY: Provision = law("gdpr", "GDPR, art. 32", GDPR);
pub(crate) const HIPAA_DISCLOSURE: Provision =
    law("hipaa", "45 CFR 164.502", "https://www.ecfr.gov/current/title-45/section-164.502");
pub(crate) const HIPAA_AUTHORIZATION: Provision =
    law("hipaa", "45 CFR 164.508", "https://www.ecfr.gov/current/title-45/section-164.508");
pub(crate) const HIPAA_IDENTIFIERS: Provision =
    law("hipaa", "45 CFR 164.514(b)(2)", "https://www.ecfr.gov/current/title-45/section-164.514");
pub(crate) const HIPAA_TRANSMISSION: Provision =
    law("hipaa", "45 CFR 164.312(e)", "https://www.ecfr.gov/current/title-45/section-164.312");
pub(crate) const OCR_BULLETIN: Provision = law(
    "hipaa",
    "HHS OCR bulletin on online tracking technologies",
    "https://www.hhs.gov/hipaa/for-professionals/privacy/guidance/hipaa-online-tracking/index.html",
);
pub(crate) const FTC_ACT: Provision =
    law("ftc", "FTC Act, section 5", "https://www.law.cornell.edu/uscode/text/15/45");
pub(crate) const CCPA_REGULATIONS: Provision =
    law("ccpa", "CCPA regulations, 11 CCR 7002", "https://cppa.ca.gov/regulations/");
pub(crate) const CCPA_OPT_OUT: Provision = law(
    "ccpa",
    "CCPA, Civil Code 1798.135",
    "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=CIV&sectionNum=1798.135",
);
pub(crate) const CCPA_SIGNALS: Provision =
    law("ccpa", "CCPA regulations, 11 CCR 7025", "https://cppa.ca.gov/regulations/");
pub(crate) const CCPA_NOTICE: Provision =
    law("ccpa", "CCPA regulations, 11 CCR 7013", "https://cppa.ca.gov/regulations/");
pub(crate) const GPC: Provision =
    law("gpc", "Global Privacy Control", "https://www.w3.org/TR/gpc/");
pub(crate) const CCPA_CHOICES: Provision =
    law("ccpa", "CCPA regulations, 11 CCR 7004", "https://cppa.ca.gov/regulations/");
pub(crate) const CIPA: Provision = law(
    "cipa",
    "California Penal Code 631",
    "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=PEN&sectionNum=631",
);
pub(crate) const MHMDA: Provision = law(
    "mhmda",
    "Washington My Health My Data Act, RCW 19.373",
    "https://app.leg.wa.gov/RCW/default.aspx?cite=19.373",
);
pub(crate) const TCF: Provision = law(
    "tcf",
    "IAB Europe Transparency and Consent Framework",
    "https://iabeurope.eu/transparency-consent-framework/",
);
pub(crate) const HBNR: Provision = law(
    "hbnr",
    "FTC Health Breach Notification Rule, 16 CFR 318",
    "https://www.ecfr.gov/current/title-16/part-318",
);
pub(crate) const VPPA: Provision = law(
    "vppa",
    "Video Privacy Protection Act, 18 USC 2710",
    "https://www.law.cornell.edu/uscode/text/18/2710",
);
pub(crate) const CIPA_RECORDING: Provision = law(
    "cipa",
    "California Penal Code 631 and 632",
    "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=PEN&sectionNum=632",
);
pub(crate) const GDPR_HEALTH: Provision = law("gdpr", "GDPR, art. 9(2)(a)", GDPR);
pub(crate) const GDPR_PRINCIPLES: Provision = law("gdpr", "GDPR, art. 5(1)(f)", GDPR);
pub(crate) const GOOGLE_HEALTH: Provision = law(
    "platform",
    "Google Analytics: HIPAA and Google Analytics",
    "https://support.google.com/analytics/answer/13297105",
);
pub(crate) const GOOGLE_PERSONAL: Provision = law(
    "platform",
    "Google: best practices to avoid sending personally identifiable information",
    "https://support.google.com/analytics/answer/6366371",
);
