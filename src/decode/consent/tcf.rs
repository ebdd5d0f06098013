//! The IAB TCF v2 string: what a visitor agreed to, for which purposes and vendors.
//!
//! Format: IAB Tech Lab, "Consent string and vendor list formats v2".

use std::collections::BTreeSet;

use serde::Serialize;

use super::ConsentError;
use super::bits::Bits;

/// The fields that hold a moment count tenths of a second.
pub(super) const TENTHS: u64 = 100;

/// What a TC string says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tcf {
    /// When it was first made, milliseconds since 1970.
    pub created_ms: u64,
    /// When it was last changed, milliseconds since 1970.
    pub updated_ms: u64,
    /// The consent platform's number.
    pub cmp_id: u16,
    /// The consent platform's version.
    pub cmp_version: u16,
    /// On which of the platform's screens consent was given.
    pub screen: u16,
    /// The banner's language, two letters.
    pub language: String,
    /// Version of the vendor list.
    pub vendor_list_version: u16,
    /// Version of the policy.
    pub policy_version: u16,
    /// Whether it holds for this site only.
    pub service_specific: bool,
    /// The site used other texts than the standard ones.
    pub non_standard_texts: bool,
    /// Special features opted in to.
    pub special_features: Vec<u16>,
    /// Purposes consented to.
    pub purposes: Vec<u16>,
    /// Purposes for which legitimate interest was shown and not objected to.
    pub legitimate_interests: Vec<u16>,
    /// Purpose 1 was not disclosed, since the publisher's country does not ask for it.
    pub purpose_one_treatment: bool,
    /// The publisher's country, two letters.
    pub publisher_country: String,
    /// Vendors consented to, by their number in the global vendor list.
    pub vendors: BTreeSet<u16>,
    /// Vendors whose legitimate interest was not objected to.
    pub legitimate_interest_vendors: BTreeSet<u16>,
    /// What the publisher does not let vendors do.
    pub restrictions: Vec<Restriction>,
    /// Vendors that the visitor was told of; `None` when the string does not say.
    pub disclosed_vendors: Option<BTreeSet<u16>>,
    /// Vendors that the publisher lets act out of band; retired with TCF 2.2.
    pub allowed_vendors: Option<BTreeSet<u16>>,
    /// What was agreed for the publisher's own purposes.
    pub publisher: Option<Publisher>,
}

/// A purpose that the publisher restricts for some vendors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restriction {
    /// The purpose.
    pub purpose: u16,
    /// What it asks of them.
    pub rule: RestrictionRule,
    /// The vendors.
    pub vendors: BTreeSet<u16>,
}

/// What a restriction asks of vendors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestrictionRule {
    /// The purpose is not allowed.
    NotAllowed,
    /// Only with consent.
    RequireConsent,
    /// Only on legitimate interest.
    RequireLegitimateInterest,
    /// A value that the format does not define.
    Undefined,
}

/// What was agreed for the publisher itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Publisher {
    /// Purposes consented to.
    pub purposes: Vec<u16>,
    /// Purposes on legitimate interest, not objected to.
    pub legitimate_interests: Vec<u16>,
    /// How many purposes of its own the publisher has.
    pub custom_count: u16,
    /// Of these, consented to.
    pub custom_purposes: Vec<u16>,
    /// Of these, on legitimate interest, not objected to.
    pub custom_legitimate_interests: Vec<u16>,
}

/// Reads a TC string, version 2.
///
/// # Errors
/// When it is none, or ends too early.
pub fn tcf(text: &str) -> Result<Tcf, ConsentError> {
    tcf_at(text, 0)
}

/// Reads a TC string that begins `offset` characters into a longer text.
pub(super) fn tcf_at(text: &str, offset: usize) -> Result<Tcf, ConsentError> {
    let mut segments = text.split('.');
    let first = segments.next().unwrap_or_default();
    let mut tcf = core(Bits::of_base64(first, offset)?)?;
    let mut at = offset + first.len() + 1;
    for segment in segments.take(4) {
        let mut bits = Bits::of_base64(segment, at)?;
        match bits.number(3, "segment type")? {
            1 => {
                tcf.disclosed_vendors =
                    Some(vendors(&mut bits, Coding::Fixed, "disclosed vendors")?)
            }
            2 => tcf.allowed_vendors = Some(vendors(&mut bits, Coding::Fixed, "allowed vendors")?),
            3 => tcf.publisher = Some(publisher(&mut bits)?),
            other => {
                return Err(ConsentError::new(at + 1, format!("{other} is no type of segment")));
            }
        }
        at += segment.len() + 1;
    }
    Ok(tcf)
}

fn core(mut bits: Bits) -> Result<Tcf, ConsentError> {
    let version = bits.number(6, "version")?;
    if version != 2 {
        return Err(bits.error(format!("version {version} of the format, where 2 is read")));
    }
    Ok(Tcf {
        created_ms: bits.number(36, "time of creation")? * TENTHS,
        updated_ms: bits.number(36, "time of change")? * TENTHS,
        cmp_id: bits.small(12, "platform's number")?,
        cmp_version: bits.small(12, "platform's version")?,
        screen: bits.small(6, "screen")?,
        language: bits.letters(2, "language")?,
        vendor_list_version: bits.small(12, "vendor list's version")?,
        policy_version: bits.small(6, "policy's version")?,
        service_specific: bits.flag("scope")?,
        non_standard_texts: bits.flag("texts")?,
        special_features: bits.set(12, "special features")?,
        purposes: bits.set(24, "purposes")?,
        legitimate_interests: bits.set(24, "legitimate interests")?,
        purpose_one_treatment: bits.flag("treatment of purpose 1")?,
        publisher_country: bits.letters(2, "publisher's country")?,
        vendors: vendors(&mut bits, Coding::Fixed, "vendors")?,
        legitimate_interest_vendors: vendors(
            &mut bits,
            Coding::Fixed,
            "vendors on legitimate interest",
        )?,
        restrictions: restrictions(&mut bits, Coding::Fixed)?,
        disclosed_vendors: None,
        allowed_vendors: None,
        publisher: None,
    })
}

pub(super) fn publisher(bits: &mut Bits) -> Result<Publisher, ConsentError> {
    let purposes = bits.set(24, "publisher's purposes")?;
    let legitimate_interests = bits.set(24, "publisher's legitimate interests")?;
    let custom_count = bits.small(6, "number of custom purposes")?;
    Ok(Publisher {
        purposes,
        legitimate_interests,
        custom_count,
        custom_purposes: bits.set(custom_count, "custom purposes")?,
        custom_legitimate_interests: bits.set(custom_count, "custom legitimate interests")?,
    })
}

pub(super) fn restrictions(
    bits: &mut Bits,
    coding: Coding,
) -> Result<Vec<Restriction>, ConsentError> {
    // Some platforms leave an empty list out.
    if bits.left() < 12 {
        return Ok(Vec::new());
    }
    let count = bits.number(12, "publisher restrictions")?;
    let mut restrictions = Vec::new();
    for _ in 0..count {
        let purpose = bits.small(6, "restricted purpose")?;
        let rule = match bits.number(2, "kind of restriction")? {
            0 => RestrictionRule::NotAllowed,
            1 => RestrictionRule::RequireConsent,
            2 => RestrictionRule::RequireLegitimateInterest,
            _ => RestrictionRule::Undefined,
        };
        let vendors = match coding {
            Coding::Fixed => ranges(bits, coding, u16::MAX, "restricted vendors")?,
            Coding::Fibonacci => vendors(bits, coding, "restricted vendors")?,
        };
        restrictions.push(Restriction { purpose, rule, vendors });
    }
    Ok(restrictions)
}

/// How numbers of ranges are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// In 16 bits each.
    Fixed,
    /// Fibonacci-coded, each as its distance from the last.
    Fibonacci,
}

/// A vendor section: a bit field, or a list of ranges.
pub(super) fn vendors(
    bits: &mut Bits,
    coding: Coding,
    field: &str,
) -> Result<BTreeSet<u16>, ConsentError> {
    let highest = bits.small(16, field)?;
    if bits.flag(field)? {
        return ranges(bits, coding, highest, field);
    }
    Ok(bits.set(highest, field)?.into_iter().collect())
}

fn ranges(
    bits: &mut Bits,
    coding: Coding,
    highest: u16,
    field: &str,
) -> Result<BTreeSet<u16>, ConsentError> {
    let count = bits.number(12, field)?;
    let mut set: BTreeSet<u16> = BTreeSet::new();
    for _ in 0..count {
        let is_range = bits.flag(field)?;
        let before = set.last().copied().unwrap_or_default();
        let first = end_of_range(bits, coding, before, field)?;
        let last = if is_range { end_of_range(bits, coding, first, field)? } else { first };
        // Overlapping ranges of a hostile string would each walk the whole set.
        let in_order = first <= last && set.last().is_none_or(|seen| *seen < first);
        if last > highest || !in_order {
            return Err(bits.error(format!("the ranges of {field} are not in order")));
        }
        set.extend(first..=last);
    }
    Ok(set)
}

fn end_of_range(
    bits: &mut Bits,
    coding: Coding,
    before: u16,
    field: &str,
) -> Result<u16, ConsentError> {
    match coding {
        Coding::Fixed => bits.small(16, field),
        Coding::Fibonacci => {
            let further = bits.fibonacci(field)?.saturating_add(u64::from(before));
            u16::try_from(further).map_err(|_| bits.error(format!("the {field} are too many")))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPECIFICATION: &str = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA";

    #[test]
    fn the_specifications_own_example_is_read() {
        let read = tcf(SPECIFICATION).unwrap();
        assert_eq!((read.cmp_id, read.vendor_list_version), (31, 126));
        assert_eq!((read.language.as_str(), read.publisher_country.as_str()), ("EN", "DE"));
        assert!(read.vendors.is_empty() && read.restrictions.is_empty());
        assert_eq!(read.created_ms, read.updated_ms);
        // 2022, by the clock of whoever made the example.
        assert!((1_640_995_200_000..1_672_531_200_000).contains(&read.created_ms));
    }

    #[test]
    fn an_error_says_where_and_what() {
        for (text, at, what) in [
            ("", 1, "ends within its version"),
            ("BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", 2, "version 1"),
            ("CPXxRfAPXxRf", 13, "time of change"),
            ("CPXxRfAPXx!fAAfKABENB", 11, "`!`"),
            (&SPECIFICATION[..40], 41, "vendors on legitimate interest"),
            (&format!("{SPECIFICATION}.gAAA"), 46, "4 is no type"),
            (&format!("{SPECIFICATION}.IAA"), 49, "disclosed vendors"),
        ] {
            let error = tcf(text).unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.what.contains(what), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "C?[A-Za-z0-9_.-]{0,200}", at in 0usize..60, with in ".{0,3}") {
            drop(tcf(&text));
            let (before, after) = SPECIFICATION.split_at(at.min(SPECIFICATION.len()));
            drop(tcf(&format!("{before}{with}{after}.{with}")));
            if let Err(error) = tcf(before) {
                prop_assert!((1..=before.len() + 1).contains(&error.at), "{}", error);
            }
        }
    }
}
