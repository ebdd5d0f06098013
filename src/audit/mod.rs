//! Decide what detections mean. One file per audit, no I/O.
//!
//! An audit is one compliance question: a pure function of a capture and what was
//! recognised in it. It states what was observed and which provision that may
//! touch; it judges nobody, since it cannot see agreements or authorizations.

mod advertiser;
mod agreement;
mod carrier;
mod case;
mod ccpa_asymmetry;
mod ccpa_link_missing;
mod ccpa_optout_broken;
mod cname_cloaking;
mod completeness;
mod cookie_lifetime;
mod dark_pattern;
mod dead_pixel;
mod draft;
mod duplicate_pixel;
mod ep_after_reject;
mod ep_dark_pattern;
mod ep_no_banner;
mod ep_no_reject_l1;
mod ep_preconsent;
mod ep_refusal_not_kept;
mod evidence;
mod finding;
mod fingerprinting;
mod fix;
mod form_leak;
mod ftc_claim_mismatch;
mod gdpr_art9;
mod gdpr_transfer;
mod gpc_ignored;
mod hbnr_disclosure;
mod health_ad_platform_policy;
mod idle;
mod info;
mod insecure_transport;
mod journey;
mod law;
mod mail_tracking;
mod markdown;
mod mhmda_consent;
mod mhmda_policy_link;
mod mismatch;
mod page;
mod personal_data_stored;
mod phi_appt_form;
mod phi_auth_tracker;
mod phi_encoded_state;
mod phi_id_combo;
mod phi_id_url;
mod phi_payload;
mod phi_replay;
mod phi_sitemap_risk;
mod phi_url_title;
mod policy;
mod preset;
mod profile;
mod review;
mod sale;
mod standing;
mod strength;
mod tc_string;
mod tcf_signal_mismatch;
mod third_party_cookie;
mod threshold;
mod undeclared_vendor;
mod unrecognised_pixel;
mod vendor_not_allowed;
mod vppa_video;
mod waiver;
mod words;

use crate::detect::Detected;
use crate::model::Capture;

pub use agreement::Agreement;
pub use case::Case;
pub use completeness::{Completeness, completeness};
pub use finding::{Citation, Confidence, Evidence, Finding, Severity};
pub use info::{AuditInfo, Fix};
pub use journey::Journey;
pub use law::Provision;
pub use markdown::markdown;
pub use policy::{Policy, Written};
pub use preset::{PRESETS, Preset, regulation};
pub use profile::{Profile, SiteProfile};
pub use review::{Answer, Decision, Flow, HealthPolicy, Review, Status, review};
pub use standing::{Standing, WaivedBy};
pub use threshold::FailOn;
pub use waiver::{DeclaredVendor, Waiver};

pub(crate) use page::page_kind;
pub(crate) use words::{identifier, name};

/// One compliance question.
pub trait Audit: Sync {
    /// What the audit asks, what an answer means and how to mend it.
    fn info(&self) -> &'static AuditInfo;

    /// Its answers for one capture, by site, vendor product, page kind and data kind.
    fn run(&self, case: &Case<'_>) -> Vec<Finding>;
}

/// Every audit, in the order of reports.
pub const AUDITS: &[&dyn Audit] = &[
    &form_leak::FormLeak,
    &phi_auth_tracker::AuthTracker,
    &phi_appt_form::ApptForm,
    &phi_payload::Payload,
    &phi_id_combo::IdCombo,
    &phi_id_url::IdUrl,
    &phi_replay::Replay,
    &phi_url_title::UrlTitle,
    &phi_encoded_state::EncodedState,
    &health_ad_platform_policy::AdPlatformPolicy,
    &ftc_claim_mismatch::ClaimMismatch,
    &hbnr_disclosure::Disclosure,
    &mhmda_consent::Consent,
    &mhmda_policy_link::PolicyLink,
    &gdpr_art9::Article9,
    &vppa_video::Video,
    &phi_sitemap_risk::SitemapRisk,
    &ep_after_reject::AfterReject,
    &ep_preconsent::Preconsent,
    &ep_no_banner::NoBanner,
    &ep_no_reject_l1::NoRejectFirst,
    &third_party_cookie::ThirdPartyCookie,
    &vendor_not_allowed::VendorNotAllowed,
    &gpc_ignored::GpcIgnored,
    &ccpa_optout_broken::OptOutBroken,
    &ccpa_link_missing::LinkMissing,
    &ep_dark_pattern::DarkPattern,
    &ccpa_asymmetry::Asymmetry,
    &ep_refusal_not_kept::RefusalNotKept,
    &tcf_signal_mismatch::SignalMismatch,
    &fingerprinting::Fingerprinting,
    &cname_cloaking::CnameCloaking,
    &undeclared_vendor::UndeclaredVendor,
    &gdpr_transfer::Transfer,
    &insecure_transport::InsecureTransport,
    &personal_data_stored::PersonalDataStored,
    &cookie_lifetime::CookieLifetime,
    &mail_tracking::MailTracking,
    &duplicate_pixel::DuplicatePixel,
    &dead_pixel::DeadPixel,
    &unrecognised_pixel::UnrecognisedPixel,
];

/// Every finding in a capture, with what the policy says of it: in the order of [`AUDITS`], then by vendor, page kind and data kind.
#[must_use]
pub fn run(capture: &Capture, detected: &Detected, policy: &Policy) -> Vec<Finding> {
    let case = Case::new(capture, detected, policy);
    let mut findings: Vec<Finding> = AUDITS.iter().flat_map(|audit| audit.run(&case)).collect();
    let profile = profile::of(&case);
    for finding in &mut findings {
        agreement::apply(&policy.health.agreements, policy.today, finding);
        profile::apply(&profile, finding);
        review::apply(policy, finding);
    }
    policy.settle(&mut findings);
    findings
}

/// What the audit with this id asks and means, if there is one.
#[must_use]
pub fn explain(id: &str) -> Option<&'static AuditInfo> {
    AUDITS.iter().map(|audit| audit.info()).find(|info| info.id == id)
}
