//! The IAB US Privacy string, `1YNN`: retired in 2024 and still sent.

/// A yes, a no, or "does not apply".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Does not apply.
    NotApplicable,
}

/// What a US Privacy string says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsPrivacy {
    /// Notice was given.
    pub notice: YesNo,
    /// The visitor opted out of sale.
    pub opted_out: YesNo,
    /// The limited service provider agreement covers it.
    pub lspa: YesNo,
}

/// Reads `1YNN`.
#[must_use]
pub fn us_privacy(text: &str) -> Option<UsPrivacy> {
    let [b'1', notice, opted_out, lspa] = text.as_bytes() else { return None };
    let read = |byte: &u8| match byte.to_ascii_uppercase() {
        b'Y' => Some(YesNo::Yes),
        b'N' => Some(YesNo::No),
        b'-' => Some(YesNo::NotApplicable),
        _ => None,
    };
    Some(UsPrivacy { notice: read(notice)?, opted_out: read(opted_out)?, lspa: read(lspa)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_characters_say_three_things() {
        let read = us_privacy("1YYN").unwrap();
        assert_eq!((read.notice, read.opted_out, read.lspa), (YesNo::Yes, YesNo::Yes, YesNo::No));
        assert_eq!(us_privacy("1---").unwrap().opted_out, YesNo::NotApplicable);
        for wrong in ["", "1YY", "2YYN", "1YXN", "1YYNN", "1é"] {
            assert_eq!(us_privacy(wrong), None);
        }
    }
}
