//! The audits' own words, in which backticks mark what is typed or clicked.

use serde::Serialize;

/// A text in parts, each prose or code.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Prose(Vec<Part>);

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Part {
    code: bool,
    text: &'static str,
}

impl From<&'static str> for Prose {
    fn from(text: &'static str) -> Self {
        let parts = text.split('`').enumerate();
        let parts = parts.map(|(at, text)| Part { code: at % 2 == 1, text });
        Self(parts.filter(|part| !part.text.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_mark_code() {
        let part = |code, text| Part { code, text };
        let prose = Prose::from("Call `gtag()` first.");
        assert_eq!(prose.0, [part(false, "Call "), part(true, "gtag()"), part(false, " first.")]);
        assert_eq!(Prose::from("").0, []);
    }
}
