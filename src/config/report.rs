//! `[report]`: whose reports they are.

use std::path::PathBuf;

use super::reader::{Reader, Result};

const KEYS: &[&str] = &["brand", "logo"];

/// Whose reports they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportConfig {
    /// The name at the head of the page.
    pub brand: Option<String>,
    /// The picture beside it: PNG, JPEG or SVG.
    pub logo: Option<PathBuf>,
}

/// The table of a file that has been found to be TOML.
pub(super) fn read(text: &str) -> Result<ReportConfig> {
    let reader = Reader { text };
    let whole = reader.whole()?;
    let Some(item) = whole.get_ref().get("report") else { return Ok(ReportConfig::default()) };
    let table = reader.table(item, "`[report]`", KEYS)?;
    Ok(ReportConfig {
        brand: reader.get(table, "brand")?,
        logo: reader.get(table, "logo")?.map(PathBuf::from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_is_told_with_its_line() {
        let fault = read("seed = 1\n[report]\nbrnad = \"Acme\"\n").unwrap_err();
        assert_eq!((fault.line, fault.hint.as_deref()), (3, Some("did you mean `brand`?")));
        let read = read("[report]\nbrand = \"Acme\"\nlogo = \"a.svg\"").unwrap();
        assert_eq!(read.brand.as_deref(), Some("Acme"));
        assert_eq!(read.logo, Some(PathBuf::from("a.svg")));
    }
}
