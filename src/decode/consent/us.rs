//! The US sections of a GPP string: national and by state. Each is a version, then fields
//! of two bits by a layout of its own, then segments such as Global Privacy Control.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::ConsentError;
use super::bits::Bits;
use super::us_layouts::LAYOUTS;

/// What a two-valued opt-out field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OptOut {
    /// Does not apply.
    NotApplicable,
    /// The visitor opted out.
    OptedOut,
    /// The visitor did not opt out.
    DidNotOptOut,
}

/// What a US section says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsSection {
    /// The version of its layout.
    pub version: u16,
    /// Its fields by the names of the specification, in order; those that list several
    /// things have as many values.
    #[serde(serialize_with = "as_map")]
    pub fields: Vec<(&'static str, Vec<u8>)>,
    /// Global Privacy Control, where the section carries it.
    pub gpc: Option<bool>,
}

impl UsSection {
    /// The value of a field that has one.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<u8> {
        let (_, values) = self.fields.iter().find(|(known, _)| *known == name)?;
        values.first().copied()
    }

    /// An opt-out, `None` where the section has no such field.
    #[must_use]
    pub fn opt_out(&self, name: &str) -> Option<OptOut> {
        Some(match self.field(name)? {
            1 => OptOut::OptedOut,
            2 => OptOut::DidNotOptOut,
            _ => OptOut::NotApplicable,
        })
    }
}

fn as_map<S: Serializer>(
    fields: &[(&'static str, Vec<u8>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for (name, values) in fields {
        match values.as_slice() {
            [one] => map.serialize_entry(name, one)?,
            several => map.serialize_entry(name, several)?,
        }
    }
    map.end()
}

/// Sections whose second segment lists what was agreed for sensitive data, in place of
/// Global Privacy Control: Indiana, Kentucky, Rhode Island.
const WITH_SENSITIVE: &[u16] = &[25, 26, 27];

/// What the registry calls a US section.
pub(super) fn name(id: u16) -> Option<&'static str> {
    LAYOUTS.iter().find(|layout| layout.id == id).map(|layout| layout.name)
}

/// Reads a US section that begins `offset` characters into the whole string.
pub(super) fn section(id: u16, text: &str, offset: usize) -> Result<UsSection, ConsentError> {
    let mut segments = text.split('.');
    let first = segments.next().unwrap_or_default();
    let mut bits = Bits::of_base64(first, offset)?;
    let version = bits.small(6, "version")?;
    let layout = LAYOUTS.iter().find(|layout| (layout.id, layout.version) == (id, version));
    let Some(layout) = layout else {
        return Err(bits.error(format!("version {version} of this section is not known")));
    };
    let mut fields = Vec::new();
    for (name, count) in layout.fields() {
        fields.push((name, values(&mut bits, name, count)?));
    }
    let mut read = UsSection { version, fields, gpc: None };
    let mut at = offset + first.chars().count() + 1;
    for segment in segments.take(4) {
        let mut bits = Bits::of_base64(segment, at)?;
        if WITH_SENSITIVE.contains(&id) {
            let name = "SensitiveDataProcessing";
            read.fields.push((name, values(&mut bits, name, 8)?));
        // Type 1 holds the one bit.
        } else if bits.number(2, "segment type")? == 1 {
            read.gpc = Some(bits.flag("Global Privacy Control")?);
        }
        at += segment.chars().count() + 1;
    }
    Ok(read)
}

fn values(bits: &mut Bits, name: &str, count: usize) -> Result<Vec<u8>, ConsentError> {
    (0..count).map(|_| two_bits(bits, name)).collect()
}

fn two_bits(bits: &mut Bits, name: &str) -> Result<u8, ConsentError> {
    match bits.number(2, name)? {
        value @ 0..=2 => Ok(u8::try_from(value).unwrap_or_default()),
        _ => Err(bits.error(format!("{name} is 3, which says nothing"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opt_out_of_the_national_section_is_read() {
        // Version 1, six notices given, then opted out of sale, sharing and targeted
        // advertising: 000001 01×6 01 01 01, padded; then Global Privacy Control on.
        let read = section(7, "BVVVQAAAAAA.YA", 0).unwrap();
        for name in ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"] {
            assert_eq!(read.opt_out(name), Some(OptOut::OptedOut), "{name}");
        }
        assert_eq!((read.version, read.gpc), (1, Some(true)));
        assert_eq!(
            read.fields.iter().find(|f| f.0 == "SensitiveDataProcessing").unwrap().1.len(),
            12
        );
        let california = section(8, "BVoAAAAAAA", 0).unwrap();
        assert_eq!(california.opt_out("SaleOptOut"), Some(OptOut::DidNotOptOut));
        assert_eq!(california.opt_out("TargetedAdvertisingOptOut"), None);
    }

    #[test]
    fn an_error_says_where_and_what() {
        for (text, at, what) in [
            ("BV", 13, "TargetedAdvertisingOptOutNotice"),
            ("DV", 12, "version 3"),
            ("B_AAAAAAAAA", 12, "says nothing"),
        ] {
            let error = section(7, text, 10).unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.what.contains(what), "{text}: {error}");
        }
    }
}
