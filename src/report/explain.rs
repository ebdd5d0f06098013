//! What an audit's findings mean and how to mend them, in the audit's own words.

use super::words;
use crate::audit::Finding;

/// The words that stand with a finding.
#[derive(Debug, Clone, Default)]
pub(crate) struct Explanation {
    pub(crate) title: String,
    pub(crate) means: String,
    pub(crate) fix: String,
    pub(crate) blind_spots: String,
}

/// What the audit says of this finding.
pub(crate) fn explain(finding: &Finding) -> Explanation {
    Explanation {
        title: words::capitalised(&finding.audit.replace('-', " ")),
        ..Explanation::default()
    }
}
