//! How the US sections of a GPP string are laid out after their version: the names of the
//! IAB's specification, each a field of two bits, or as many as stand after its colon.

/// One section's layout.
pub(super) struct Layout {
    /// The section's number in the IAB's registry.
    pub(super) id: u16,
    /// What the registry calls it.
    pub(super) name: &'static str,
    /// Version of the layout.
    pub(super) version: u16,
    /// Its fields, in order.
    fields: &'static str,
}

impl Layout {
    /// Names of the fields, and how many values each has.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.fields.split_whitespace().map(|field| match field.split_once(':') {
            Some((name, count)) => (name, count.parse().unwrap_or(1)),
            None => (field, 1),
        })
    }
}

const fn layout(id: u16, name: &'static str, version: u16, fields: &'static str) -> Layout {
    Layout { id, name, version, fields }
}

/// Every layout, by number and version.
pub(super) const LAYOUTS: &[Layout] = &[
    layout(
        7,
        "usnat",
        1,
        "SharingNotice SaleOptOutNotice SharingOptOutNotice TargetedAdvertisingOptOutNotice \
         SensitiveDataProcessingOptOutNotice SensitiveDataLimitUseNotice SaleOptOut \
         SharingOptOut TargetedAdvertisingOptOut SensitiveDataProcessing:12 \
         KnownChildSensitiveDataConsents:2 PersonalDataConsents MspaCoveredTransaction \
         MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        7,
        "usnat",
        2,
        "SharingNotice SaleOptOutNotice SharingOptOutNotice TargetedAdvertisingOptOutNotice \
         SensitiveDataProcessingOptOutNotice SensitiveDataLimitUseNotice SaleOptOut \
         SharingOptOut TargetedAdvertisingOptOut SensitiveDataProcessing:16 \
         KnownChildSensitiveDataConsents:3 PersonalDataConsents MspaCoveredTransaction \
         MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        8,
        "usca",
        1,
        "SaleOptOutNotice SharingOptOutNotice SensitiveDataLimitUseNotice SaleOptOut \
         SharingOptOut SensitiveDataProcessing:9 KnownChildSensitiveDataConsents:2 \
         PersonalDataConsents MspaCoveredTransaction MspaOptOutOptionMode \
         MspaServiceProviderMode",
    ),
    layout(
        9,
        "usva",
        1,
        "SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:8 KnownChildSensitiveDataConsents \
         MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        10,
        "usco",
        1,
        "SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:7 KnownChildSensitiveDataConsents \
         MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        11,
        "usut",
        1,
        "SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice \
         SensitiveDataProcessingOptOutNotice SaleOptOut TargetedAdvertisingOptOut \
         SensitiveDataProcessing:8 KnownChildSensitiveDataConsents MspaCoveredTransaction \
         MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        12,
        "usct",
        1,
        "SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:8 \
         KnownChildSensitiveDataConsents:3 MspaCoveredTransaction MspaOptOutOptionMode \
         MspaServiceProviderMode",
    ),
    layout(
        13,
        "usfl",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:8 \
         KnownChildSensitiveDataConsents:3 AdditionalDataProcessingConsent \
         MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        14,
        "usmt",
        1,
        "SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:8 \
         KnownChildSensitiveDataConsents:3 AdditionalDataProcessingConsent \
         MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        15,
        "usor",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:11 \
         KnownChildSensitiveDataConsents:3 AdditionalDataProcessingConsent \
         MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        16,
        "ustx",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:8 KnownChildSensitiveDataConsents \
         AdditionalDataProcessingConsent MspaCoveredTransaction MspaOptOutOptionMode \
         MspaServiceProviderMode",
    ),
    layout(
        17,
        "usde",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:9 \
         KnownChildSensitiveDataConsents:5 AdditionalDataProcessingConsent \
         MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        18,
        "usia",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice \
         SensitiveDataOptOutNotice SaleOptOut TargetedAdvertisingOptOut \
         SensitiveDataProcessing:8 KnownChildSensitiveDataConsents MspaCoveredTransaction \
         MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        19,
        "usne",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:8 KnownChildSensitiveDataConsents \
         AdditionalDataProcessingConsent MspaCoveredTransaction MspaOptOutOptionMode \
         MspaServiceProviderMode",
    ),
    layout(
        20,
        "usnh",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:8 \
         KnownChildSensitiveDataConsents:3 AdditionalDataProcessingConsent \
         MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        21,
        "usnj",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:10 \
         KnownChildSensitiveDataConsents:5 AdditionalDataProcessingConsent \
         MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode",
    ),
    layout(
        22,
        "ustn",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:8 KnownChildSensitiveDataConsents \
         AdditionalDataProcessingConsent MspaCoveredTransaction MspaOptOutOptionMode \
         MspaServiceProviderMode",
    ),
    layout(
        23,
        "usmn",
        1,
        "ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut \
         TargetedAdvertisingOptOut SensitiveDataProcessing:8 KnownChildSensitiveDataConsents \
         AdditionalDataProcessingConsent MspaCoveredTransaction MspaOptOutOptionMode \
         MspaServiceProviderMode",
    ),
    layout(
        24,
        "usmd",
        1,
        "MspaCoveredTransaction MspaMode ProcessingNotice SaleOptOutNotice \
         TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut \
         AdditionalDataProcessingConsent",
    ),
    layout(
        25,
        "usin",
        1,
        "MspaCoveredTransaction MspaMode ProcessingNotice SaleOptOutNotice \
         TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut \
         KnownChildSensitiveDataConsents AdditionalDataProcessingConsent",
    ),
    layout(
        26,
        "usky",
        1,
        "MspaCoveredTransaction MspaMode ProcessingNotice SaleOptOutNotice \
         TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut \
         KnownChildSensitiveDataConsents AdditionalDataProcessingConsent",
    ),
    layout(
        27,
        "usri",
        1,
        "MspaCoveredTransaction MspaMode ProcessingNotice SaleOptOutNotice \
         TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut \
         KnownChildSensitiveDataConsents AdditionalDataProcessingConsent",
    ),
];
