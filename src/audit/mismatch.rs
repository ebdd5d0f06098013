//! The ways in which a consent signal does not fit, in words.

/// The ways in which a signal does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// Granted, though nothing had been chosen.
    GrantedBeforeChoice,
    /// Granted, though the visitor had refused.
    GrantedAfterReject,
    /// Denied, with personal data in the same request.
    DeniedWithIdentifier,
    /// Denied, while cookies were set.
    DeniedWithCookie,
    /// Advertising cookies were denied, and set by the vendor all the same.
    AdsDeniedWithCookie,
    /// The page's TC string has no consent for the vendor.
    VendorWithoutConsent,
    /// The vendor is on no list, and the TC string has no consent to storage.
    PurposeWithoutConsent,
}

impl Mismatch {
    pub(crate) const ALL: [Self; 7] = [
        Self::GrantedBeforeChoice,
        Self::GrantedAfterReject,
        Self::DeniedWithIdentifier,
        Self::DeniedWithCookie,
        Self::AdsDeniedWithCookie,
        Self::VendorWithoutConsent,
        Self::PurposeWithoutConsent,
    ];

    /// The stable name in fingerprints.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::GrantedBeforeChoice => "granted-before-choice",
            Self::GrantedAfterReject => "granted-after-reject",
            Self::DeniedWithIdentifier => "denied-with-identifier",
            Self::DeniedWithCookie => "denied-with-cookie",
            Self::AdsDeniedWithCookie => "ads-denied-with-cookie",
            Self::VendorWithoutConsent => "vendor-without-consent",
            Self::PurposeWithoutConsent => "purpose-without-consent",
        }
    }

    /// What was said, and what does not fit it.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::GrantedBeforeChoice => ("consent was granted", "before any choice was made"),
            Self::GrantedAfterReject => ("consent was granted", "after the visitor had refused"),
            Self::DeniedWithIdentifier => {
                ("storage was denied", "and sent personal data in the same request")
            }
            Self::DeniedWithCookie => {
                ("storage was denied", "while the vendor's cookies were being set")
            }
            Self::AdsDeniedWithCookie => (
                "advertising storage was denied",
                "while the vendor's advertising cookies were being set",
            ),
            Self::VendorWithoutConsent => {
                ("of the visit", "although the page's TC string has no consent for the vendor")
            }
            Self::PurposeWithoutConsent => (
                "of the visit",
                "although the page's TC string has no consent to storage (purpose 1)",
            ),
        }
    }

    pub(crate) fn caveat(self) -> Option<&'static str> {
        match self {
            Self::GrantedBeforeChoice => Some(
                "A site may set the default to granted for regions where no prior consent is needed; the visit's own region decides.",
            ),
            Self::PurposeWithoutConsent => Some(
                "The vendor's number in the IAB's list is not known, so it was judged by the purpose that storage needs; it may not take part in the framework.",
            ),
            _ => None,
        }
    }

    /// `told … that …`, or `told … of the visit`.
    pub(crate) fn is_of_string(self) -> bool {
        matches!(self, Self::VendorWithoutConsent | Self::PurposeWithoutConsent)
    }
}
