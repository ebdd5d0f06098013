//! The IAB US Privacy string, `1YNN`: retired in 2024 and still sent.

use serde::Serialize;

use super::ConsentError;

/// A yes, a no, or "does not apply".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Does not apply.
    NotApplicable,
}

/// What a US Privacy string says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UsPrivacy {
    /// Notice was given.
    pub notice: YesNo,
    /// The visitor opted out of sale.
    pub opted_out: YesNo,
    /// The limited service provider agreement covers it.
    pub lspa: YesNo,
}

/// Reads `1YNN`.
///
/// # Errors
/// When it is none.
pub fn us_privacy(text: &str) -> Result<UsPrivacy, ConsentError> {
    us_privacy_at(text, 0)
}

/// Reads `1YNN` that stands `offset` characters into a longer text.
pub(super) fn us_privacy_at(text: &str, offset: usize) -> Result<UsPrivacy, ConsentError> {
    let characters: Vec<char> = text.chars().take(5).collect();
    let read = |at: usize, field: &str| match characters.get(at).map(char::to_ascii_uppercase) {
        Some('Y') => Ok(YesNo::Yes),
        Some('N') => Ok(YesNo::No),
        Some('-') => Ok(YesNo::NotApplicable),
        Some(other) => {
            let what = format!("`{other}` is none of Y, N and - ({field})");
            Err(ConsentError::new(offset + at + 1, what))
        }
        None => {
            Err(ConsentError::new(offset + at + 1, format!("the text ends within its {field}")))
        }
    };
    if characters.first() != Some(&'1') {
        return Err(ConsentError::new(offset + 1, "a US Privacy string begins with 1"));
    }
    let read = UsPrivacy {
        notice: read(1, "notice")?,
        opted_out: read(2, "opt-out of sale")?,
        lspa: read(3, "service provider agreement")?,
    };
    if characters.len() > 4 {
        return Err(ConsentError::new(offset + 5, "the text goes on after its four characters"));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_characters_say_three_things() {
        let read = us_privacy("1YYN").unwrap();
        assert_eq!((read.notice, read.opted_out, read.lspa), (YesNo::Yes, YesNo::Yes, YesNo::No));
        assert_eq!(us_privacy("1---").unwrap().opted_out, YesNo::NotApplicable);
        for (wrong, at) in [("", 1), ("1YY", 4), ("2YYN", 1), ("1YXN", 3), ("1YYNN", 5), ("1é", 2)]
        {
            assert_eq!(us_privacy(wrong).unwrap_err().at, at, "{wrong}");
        }
    }
}
