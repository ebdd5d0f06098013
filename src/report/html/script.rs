//! The few lines of script that filter and search the page. They stand in the page, and
//! the page's policy lets nothing run but what has their digest.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::super::ReportError;

/// The script as it comes.
pub(super) const OURS: &str = include_str!("../../../reports/html/script.js");

#[derive(Serialize)]
pub(super) struct Script {
    text: String,
    /// As a content security policy names it.
    digest: String,
}

impl Script {
    /// A script that stands between `<script>` and `</script>` as it is.
    ///
    /// # Errors
    /// When it holds what would end it there.
    pub(super) fn of(text: &str) -> Result<Self, ReportError> {
        let folded = text.to_ascii_lowercase();
        if folded.contains("</script") || folded.contains("<!--") {
            return Err(ReportError::Script);
        }
        // A browser reads any line break as a line feed, and takes the digest of that.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let digest = BASE64_STANDARD.encode(Sha256::digest(&text));
        Ok(Self { digest: format!("sha256-{digest}"), text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_would_end_early_is_refused() {
        assert!(Script::of("let a = '</SCRIPT>'").is_err());
        assert!(Script::of("<!-- old -->").is_err());
        // echo -n 'a;' | openssl dgst -sha256 -binary | base64
        let known = "sha256-7DiXZlh0Ff2yLKbsGXLtDuYVDAVdIAEWwqNlGMN4dHE=";
        assert_eq!(Script::of("a;").unwrap().digest.len(), known.len());
        assert_eq!(Script::of("a;\r\n").unwrap().digest, Script::of("a;\n").unwrap().digest);
    }
}
