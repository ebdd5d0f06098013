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
}

impl Mismatch {
    pub(crate) const ALL: [Self; 4] = [
        Self::GrantedBeforeChoice,
        Self::GrantedAfterReject,
        Self::DeniedWithIdentifier,
        Self::DeniedWithCookie,
    ];

    /// The stable name in fingerprints.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::GrantedBeforeChoice => "granted-before-choice",
            Self::GrantedAfterReject => "granted-after-reject",
            Self::DeniedWithIdentifier => "denied-with-identifier",
            Self::DeniedWithCookie => "denied-with-cookie",
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
        }
    }

    pub(crate) fn caveat(self) -> Option<&'static str> {
        (self == Self::GrantedBeforeChoice).then_some(
            "A site may set the default to granted for regions where no prior consent is needed; the visit's own region decides.",
        )
    }
}
