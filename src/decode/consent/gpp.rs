//! The IAB Global Privacy Platform string: a header that names its sections, and these,
//! each with a format of its own.

use serde::{Serialize, Serializer};

use super::bits::Bits;
use super::tcf::tcf_at;
use super::tcf_ca::tcf_ca;
use super::us::{self, UsSection};
use super::usp::us_privacy_at;
use super::{ConsentError, Tcf, TcfCa, UsPrivacy};

/// The most sections that are read; some thirty exist.
const MOST_SECTIONS: usize = 64;

/// What a GPP string says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Gpp {
    /// Its sections, in the order of the header.
    pub sections: Vec<GppSection>,
}

/// A section with its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GppSection {
    /// The section's number in the IAB's registry.
    pub id: u16,
    /// What the registry calls it: `tcfeuv2`, `usca`; empty for one that is not known.
    pub name: &'static str,
    /// What it says, or why that cannot be read.
    #[serde(serialize_with = "content")]
    pub content: Result<Section, ConsentError>,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// TCF, European Union (2).
    TcfEu(Box<Tcf>),
    /// TCF, Canada (5).
    TcfCa(Box<TcfCa>),
    /// US Privacy (6).
    UsPrivacy(UsPrivacy),
    /// US national or a state (7 and above).
    Us(UsSection),
    /// One that nobody knows, as it stands.
    Unknown(String),
}

fn content<S: Serializer>(
    content: &Result<Section, ConsentError>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match content {
        Ok(section) => section.serialize(serializer),
        Err(error) => serializer.collect_map([("error", error.to_string())]),
    }
}

/// Reads a GPP string. A section that is damaged does not take the others with it.
///
/// # Errors
/// When its header is none, or names another number of sections than follow.
pub fn gpp(text: &str) -> Result<Gpp, ConsentError> {
    let mut parts = text.split('~');
    let first = parts.next().unwrap_or_default();
    let numbers = header(first)?;
    let mut at = first.len();
    let mut sections = Vec::new();
    for id in numbers {
        let Some(part) = parts.next() else {
            let what = format!("the text ends before section {id}, which its header names");
            return Err(ConsentError::new(text.chars().count() + 1, what));
        };
        sections.push(GppSection { id, name: name(id), content: section(id, part, at + 1) });
        at += 1 + part.chars().count();
    }
    match parts.next() {
        None => Ok(Gpp { sections }),
        Some(_) => Err(ConsentError::new(at + 1, "more sections follow than the header names")),
    }
}

/// The section numbers that the header lists.
fn header(text: &str) -> Result<Vec<u16>, ConsentError> {
    let mut bits = Bits::of_base64(text, 0)?;
    if bits.number(6, "type")? != 3 {
        return Err(ConsentError::new(1, "a GPP string begins with D"));
    }
    let version = bits.number(6, "version")?;
    if version != 1 {
        return Err(bits.error(format!("version {version} of the format, where 1 is read")));
    }
    let count = bits.number(12, "list of sections")?;
    let (mut numbers, mut last) = (Vec::new(), 0_u64);
    for _ in 0..count {
        let is_range = bits.flag("list of sections")?;
        let first = last.saturating_add(bits.fibonacci("list of sections")?);
        last = first;
        if is_range {
            last = first.saturating_add(bits.fibonacci("list of sections")?);
        }
        let long = usize::try_from(last - first).map_or(true, |more| more >= MOST_SECTIONS);
        if long || numbers.len() >= MOST_SECTIONS {
            return Err(bits.error(format!("the header names more than {MOST_SECTIONS} sections")));
        }
        for number in first..=last {
            let number = u16::try_from(number);
            numbers.push(number.map_err(|_| bits.error("a section's number is too large"))?);
        }
    }
    Ok(numbers)
}

fn name(id: u16) -> &'static str {
    match id {
        2 => "tcfeuv2",
        5 => "tcfca",
        6 => "uspv1",
        other => us::name(other).unwrap_or_default(),
    }
}

fn section(id: u16, text: &str, offset: usize) -> Result<Section, ConsentError> {
    Ok(match id {
        2 => Section::TcfEu(Box::new(tcf_at(text, offset)?)),
        5 => Section::TcfCa(Box::new(tcf_ca(text, offset)?)),
        6 => Section::UsPrivacy(us_privacy_at(text, offset)?),
        known if us::name(known).is_some() => Section::Us(us::section(known, text, offset)?),
        _ => Section::Unknown(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::consent::YesNo;

    const SPECIFICATION: &str = "DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN";

    #[test]
    fn the_specifications_own_example_has_two_sections() {
        let read = gpp(SPECIFICATION).unwrap();
        let names: Vec<(u16, &str)> = read.sections.iter().map(|s| (s.id, s.name)).collect();
        assert_eq!(names, [(2, "tcfeuv2"), (6, "uspv1")]);
        assert!(matches!(read.sections[0].content, Ok(Section::TcfEu(_))));
        let Ok(Section::UsPrivacy(us)) = read.sections[1].content else { panic!("no US Privacy") };
        assert_eq!(us.opted_out, YesNo::No);
    }

    #[test]
    fn an_error_says_where_and_what() {
        for (text, at, what) in [
            ("", 1, "ends within its type"),
            ("CBAC", 1, "begins with D"),
            ("DBACNYA~1YNN", 13, "before section 6"),
            ("DBACNYA~C~1YNN~1YNN", 15, "more sections"),
        ] {
            let error = gpp(text).unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.what.contains(what), "{text}: {error}");
        }
        let damaged = gpp("DBACNYA~CPXxRf!~1YXN").unwrap();
        let errors = damaged.sections.iter().map(|s| s.content.as_ref().unwrap_err().at);
        assert_eq!(errors.collect::<Vec<_>>(), [15, 19]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(DB[A-Za-z0-9_-]{0,12})?[A-Za-z0-9_.~é-]{0,120}", at in 0usize..58) {
            drop(gpp(&text));
            drop(gpp(&format!("{}{text}", &SPECIFICATION[..at])));
        }
    }
}
