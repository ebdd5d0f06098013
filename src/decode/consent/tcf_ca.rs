//! The IAB TCF string of Canada, section 5 of a GPP string: express and implied consent
//! where the European one has consent and legitimate interest.

use std::collections::BTreeSet;

use serde::Serialize;

use super::ConsentError;
use super::bits::Bits;
use super::tcf::{Coding, Publisher, Restriction, TENTHS, publisher, restrictions, vendors};

/// What a Canadian TC string says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TcfCa {
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
    /// The site used other stacks than the standard ones.
    pub non_standard_stacks: bool,
    /// Special features with express consent.
    pub special_features: Vec<u16>,
    /// Purposes with express consent.
    pub purposes: Vec<u16>,
    /// Purposes with implied consent.
    pub implied_purposes: Vec<u16>,
    /// Vendors with express consent.
    pub vendors: BTreeSet<u16>,
    /// Vendors with implied consent.
    pub implied_vendors: BTreeSet<u16>,
    /// What the publisher does not let vendors do.
    pub restrictions: Vec<Restriction>,
    /// Vendors that the visitor was told of; `None` when the string does not say.
    pub disclosed_vendors: Option<BTreeSet<u16>>,
    /// What was agreed for the publisher's own purposes; its legitimate interests are
    /// here those with implied consent.
    pub publisher: Option<Publisher>,
}

/// Reads a Canadian TC string that begins `offset` characters into a longer text.
pub(super) fn tcf_ca(text: &str, offset: usize) -> Result<TcfCa, ConsentError> {
    let mut segments = text.split('.');
    let first = segments.next().unwrap_or_default();
    let core = |coding| core(Bits::of_base64(first, offset)?, coding);
    // Strings of before 2025 write ranges as the European ones do: what fits to the last
    // bit is right.
    let mut tcf =
        core(Coding::Fibonacci).or_else(|error| core(Coding::Fixed).map_err(|_| error))?;
    let mut at = offset + first.len() + 1;
    for segment in segments.take(4) {
        let mut bits = Bits::of_base64(segment, at)?;
        match bits.number(3, "segment type")? {
            1 => tcf.disclosed_vendors = Some(disclosed(&bits)?),
            3 => tcf.publisher = Some(publisher(&mut bits)?),
            other => {
                return Err(ConsentError::new(at + 1, format!("{other} is no type of segment")));
            }
        }
        at += segment.len() + 1;
    }
    Ok(tcf)
}

fn disclosed(bits: &Bits) -> Result<BTreeSet<u16>, ConsentError> {
    let read = |coding| {
        let mut bits = bits.clone();
        let vendors = vendors(&mut bits, coding, "disclosed vendors")?;
        bits.ends("disclosed vendors").map(|()| vendors)
    };
    read(Coding::Fibonacci).or_else(|error| read(Coding::Fixed).map_err(|_| error))
}

fn core(mut bits: Bits, coding: Coding) -> Result<TcfCa, ConsentError> {
    let version = bits.number(6, "version")?;
    if !(1..=2).contains(&version) {
        return Err(bits.error(format!("version {version} of the Canadian format")));
    }
    let mut tcf = TcfCa {
        created_ms: bits.number(36, "time of creation")? * TENTHS,
        updated_ms: bits.number(36, "time of change")? * TENTHS,
        cmp_id: bits.small(12, "platform's number")?,
        cmp_version: bits.small(12, "platform's version")?,
        screen: bits.small(6, "screen")?,
        language: bits.letters(2, "language")?,
        vendor_list_version: bits.small(12, "vendor list's version")?,
        policy_version: bits.small(6, "policy's version")?,
        non_standard_stacks: bits.flag("stacks")?,
        special_features: bits.set(12, "special features")?,
        purposes: bits.set(24, "purposes")?,
        implied_purposes: bits.set(24, "implied purposes")?,
        vendors: vendors(&mut bits, coding, "vendors")?,
        implied_vendors: vendors(&mut bits, coding, "vendors with implied consent")?,
        ..TcfCa::default()
    };
    tcf.restrictions = restrictions(&mut bits, coding)?;
    bits.ends("string").map(|()| tcf)
}
