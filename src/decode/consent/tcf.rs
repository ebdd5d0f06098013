//! The IAB TCF v2 string: purposes and vendors that a visitor consented to.
//!
//! Format: IAB Tech Lab, "Consent string and vendor list formats v2".

use std::collections::BTreeSet;

use super::bits::Bits;

/// The most vendor ranges that are read: more than the list has vendors.
const MAX_RANGES: u64 = 4096;

/// What a TC string says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tcf {
    /// When it was first made, milliseconds since 1970.
    pub created_ms: u64,
    /// When it was last changed, milliseconds since 1970.
    pub updated_ms: u64,
    /// The consent platform's number.
    pub cmp_id: u16,
    /// Version of the vendor list.
    pub vendor_list_version: u16,
    /// Version of the policy.
    pub policy_version: u8,
    /// Whether it holds for this site only.
    pub service_specific: bool,
    /// Special features opted in to.
    pub special_features: Vec<u16>,
    /// Purposes consented to.
    pub purposes: Vec<u16>,
    /// Purposes for which legitimate interest was shown and not objected to.
    pub legitimate_interests: Vec<u16>,
    /// Vendors consented to, by their number in the global vendor list.
    pub vendors: BTreeSet<u16>,
    /// Vendors whose legitimate interest was not objected to.
    pub legitimate_interest_vendors: BTreeSet<u16>,
    /// Vendors that the visitor was told of; `None` when the string does not say.
    pub disclosed_vendors: Option<BTreeSet<u16>>,
}

/// Reads a TC string, version 2.
#[must_use]
pub fn tcf(text: &str) -> Option<Tcf> {
    let mut segments = text.split('.');
    let mut tcf = core(Bits::of_base64(segments.next()?)?)?;
    for segment in segments.take(4) {
        let Some(mut bits) = Bits::of_base64(segment) else { continue };
        // Segment type 1 lists the disclosed vendors.
        if bits.number(3) == Some(1) {
            tcf.disclosed_vendors = vendors(&mut bits);
        }
    }
    Some(tcf)
}

fn core(mut bits: Bits) -> Option<Tcf> {
    if bits.number(6)? != 2 {
        return None;
    }
    let mut tcf = Tcf {
        created_ms: bits.number(36)? * 100,
        updated_ms: bits.number(36)? * 100,
        cmp_id: small(&mut bits, 12)?,
        ..Tcf::default()
    };
    // Platform version, screen and language.
    bits.skip(12 + 6 + 12)?;
    tcf.vendor_list_version = small(&mut bits, 12)?;
    tcf.policy_version = u8::try_from(bits.number(6)?).ok()?;
    tcf.service_specific = bits.flag()?;
    bits.skip(1)?;
    tcf.special_features = bits.set(12)?;
    tcf.purposes = bits.set(24)?;
    tcf.legitimate_interests = bits.set(24)?;
    // Purpose-one treatment and the publisher's country.
    bits.skip(1 + 12)?;
    tcf.vendors = vendors(&mut bits)?;
    tcf.legitimate_interest_vendors = vendors(&mut bits)?;
    Some(tcf)
}

/// A vendor section: a bit field, or a list of ranges.
fn vendors(bits: &mut Bits) -> Option<BTreeSet<u16>> {
    let highest = small(bits, 16)?;
    if !bits.flag()? {
        return Some(bits.set(highest)?.into_iter().collect());
    }
    let ranges = bits.number(12)?.min(MAX_RANGES);
    let mut set = BTreeSet::new();
    for _ in 0..ranges {
        let is_range = bits.flag()?;
        let first = small(bits, 16)?;
        let last = if is_range { small(bits, 16)? } else { first };
        // Overlapping ranges of a hostile string would each walk the whole set.
        if last > highest || set.last().is_some_and(|seen| *seen >= first) {
            return None;
        }
        set.extend(first..=last);
    }
    Some(set)
}

fn small(bits: &mut Bits, count: usize) -> Option<u16> {
    u16::try_from(bits.number(count)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_specifications_own_example_is_read() {
        let read = tcf("CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA").unwrap();
        assert_eq!((read.cmp_id, read.vendor_list_version), (31, 126));
        assert!(read.service_specific || read.purposes.is_empty());
        assert!(read.vendors.is_empty());
        assert_eq!(read.created_ms, read.updated_ms);
        // 2022, by the clock of whoever made the example.
        assert!((1_640_995_200_000..1_672_531_200_000).contains(&read.created_ms));
    }

    #[test]
    fn purposes_and_vendors_are_read_from_both_layouts() {
        let read = tcf(&encoded(&[1, 3, 10], &[2, 755])).unwrap();
        assert_eq!(read.purposes, [1, 3, 10]);
        assert_eq!(read.vendors, BTreeSet::from([2, 755]));
        assert_eq!(read.legitimate_interest_vendors, BTreeSet::from([5, 6, 7]));
        assert_eq!(tcf("BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA"), None, "version 1");
    }

    /// A string with a bit field of vendors and one range of legitimate interests.
    fn encoded(purposes: &[u16], vendors: &[u16]) -> String {
        use base64::Engine;
        let mut bits = String::new();
        let mut push = |value: u64, count: usize| bits.push_str(&format!("{value:0count$b}"));
        for (value, count) in [(2, 6), (15_000_000_000, 36), (15_000_000_000, 36), (31, 12)] {
            push(value, count);
        }
        for (value, count) in [(0, 12), (0, 6), (0, 12), (126, 12), (4, 6), (1, 1), (0, 1), (0, 12)]
        {
            push(value, count);
        }
        (1..=24).for_each(|n| push(purposes.contains(&n).into(), 1));
        push(0, 24 + 1 + 12);
        push(755, 16);
        push(0, 1);
        (1..=755).for_each(|n| push(vendors.contains(&n).into(), 1));
        for (value, count) in [(7, 16), (1, 1), (1, 12), (1, 1), (5, 16), (7, 16), (0, 12)] {
            push(value, count);
        }
        let bytes: Vec<u8> = bits
            .as_bytes()
            .chunks(8)
            .map(|chunk| {
                let text = format!("{:0<8}", std::str::from_utf8(chunk).unwrap());
                u8::from_str_radix(&text, 2).unwrap()
            })
            .collect();
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "C?[A-Za-z0-9_.-]{0,200}") {
            drop(tcf(&text));
        }
    }
}
