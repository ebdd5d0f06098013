//! The IAB Global Privacy Platform string: a header that names its sections.
//!
//! Of the US sections only the opt-outs are read: sale, sharing and targeted
//! advertising, which stand at a fixed place in each.

use super::bits::Bits;
use super::{OptOut, Tcf, UsPrivacy, tcf, us_privacy};

/// The most sections that are read; some thirty exist.
const MAX_SECTIONS: usize = 64;

/// What a GPP string says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gpp {
    /// Its sections, in the order of the header, each with its number.
    pub sections: Vec<(u16, Section)>,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Section {
    /// TCF, European Union (2) or Canada (5, not read further).
    TcfEu(Box<Tcf>),
    /// US Privacy (6).
    UsPrivacy(UsPrivacy),
    /// US national or a state (7 and above).
    Us(UsOptOuts),
    /// A section that is not read, or is damaged.
    Other(String),
}

/// The opt-outs of a US section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsOptOuts {
    /// `usnat`, `usca` …
    pub name: &'static str,
    /// Sale of personal data.
    pub sale: OptOut,
    /// Sharing; only in `usnat` and `usca`.
    pub sharing: Option<OptOut>,
    /// Targeted advertising; not in `usca`.
    pub targeted: Option<OptOut>,
    /// Global Privacy Control, where the section carries it.
    pub gpc: Option<bool>,
}

/// Which opt-outs follow sale.
#[derive(Debug, Clone, Copy)]
enum After {
    Sharing,
    Targeted,
    SharingTargeted,
}

/// Number, name, notices before the opt-outs, and the opt-outs after sale.
const US: &[(u16, &str, usize, After)] = &[
    (7, "usnat", 6, After::SharingTargeted),
    (8, "usca", 3, After::Sharing),
    (9, "usva", 3, After::Targeted),
    (10, "usco", 3, After::Targeted),
    (11, "usut", 4, After::Targeted),
    (12, "usct", 3, After::Targeted),
    (13, "usfl", 3, After::Targeted),
    (14, "usmt", 3, After::Targeted),
    (15, "usor", 3, After::Targeted),
    (16, "ustx", 3, After::Targeted),
    (17, "usde", 3, After::Targeted),
    (18, "usia", 4, After::Targeted),
    (19, "usne", 3, After::Targeted),
    (20, "usnh", 3, After::Targeted),
    (21, "usnj", 3, After::Targeted),
    (22, "ustn", 3, After::Targeted),
];

/// Reads a GPP string.
#[must_use]
pub fn gpp(text: &str) -> Option<Gpp> {
    let mut parts = text.split('~');
    let numbers = header(parts.next()?)?;
    let sections = numbers.into_iter().zip(parts).take(MAX_SECTIONS);
    Some(Gpp { sections: sections.map(|(number, text)| (number, section(number, text))).collect() })
}

/// The section numbers that the header lists.
fn header(text: &str) -> Option<Vec<u16>> {
    let mut bits = Bits::of_base64(text)?;
    if (bits.number(6)?, bits.number(6)?) != (3, 1) {
        return None;
    }
    let count = bits.number(12)?;
    let (mut numbers, mut last) = (Vec::new(), 0_u64);
    for _ in 0..count {
        let is_range = bits.flag()?;
        let first = last.checked_add(bits.fibonacci()?)?;
        last = if is_range { first.checked_add(bits.fibonacci()?)? } else { first };
        if numbers.len() + usize::try_from(last - first).ok()? >= MAX_SECTIONS {
            return None;
        }
        for number in first..=last {
            numbers.push(u16::try_from(number).ok()?);
        }
    }
    Some(numbers)
}

fn section(number: u16, text: &str) -> Section {
    let read = match number {
        2 => tcf(text).map(|tcf| Section::TcfEu(Box::new(tcf))),
        6 => us_privacy(text).map(Section::UsPrivacy),
        _ => us(number, text).map(Section::Us),
    };
    read.unwrap_or_else(|| Section::Other(text.to_owned()))
}

fn us(number: u16, text: &str) -> Option<UsOptOuts> {
    let (_, name, notices, after) = *US.iter().find(|(known, ..)| *known == number)?;
    let mut parts = text.split('.');
    let mut bits = Bits::of_base64(parts.next()?)?;
    // Version, then the notices, two bits each.
    bits.skip(6 + 2 * notices)?;
    let sale = opt_out(&mut bits)?;
    let (sharing, targeted) = match after {
        After::Sharing => (opt_out(&mut bits), None),
        After::Targeted => (None, opt_out(&mut bits)),
        After::SharingTargeted => (opt_out(&mut bits), opt_out(&mut bits)),
    };
    let gpc = parts.filter_map(Bits::of_base64).find_map(|mut bits| {
        // Sub-section type 1 holds the one bit.
        (bits.number(2)? == 1).then(|| bits.flag()).flatten()
    });
    Some(UsOptOuts { name, sale, sharing, targeted, gpc })
}

fn opt_out(bits: &mut Bits) -> Option<OptOut> {
    match bits.number(2)? {
        0 => Some(OptOut::NotApplicable),
        1 => Some(OptOut::OptedOut),
        2 => Some(OptOut::DidNotOptOut),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::consent::YesNo;

    #[test]
    fn the_specifications_own_example_has_two_sections() {
        let text = "DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN";
        let read = gpp(text).unwrap();
        let numbers: Vec<u16> = read.sections.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [2, 6]);
        assert!(matches!(read.sections[0].1, Section::TcfEu(_)));
        let Section::UsPrivacy(us) = read.sections[1].1 else { panic!("not US Privacy") };
        assert_eq!(us.opted_out, YesNo::No);
    }

    #[test]
    fn an_opt_out_of_the_national_section_is_read() {
        // Version 1, six notices given, then opted out of sale, sharing and targeted
        // advertising: 000001 01×6 01 01 01, padded; then Global Privacy Control on.
        let read = us(7, "BVVVQAAA.YA").unwrap();
        assert_eq!((read.name, read.sale), ("usnat", OptOut::OptedOut));
        assert_eq!((read.sharing, read.targeted), (Some(OptOut::OptedOut), Some(OptOut::OptedOut)));
        assert_eq!(read.gpc, Some(true));
        assert_eq!(us(8, "BVoAAAAA").unwrap().sale, OptOut::DidNotOptOut);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(DB[A-Za-z0-9_-]{0,12})?[A-Za-z0-9_.~-]{0,120}") {
            drop(gpp(&text));
        }
    }
}
