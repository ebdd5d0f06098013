//! What an audit's findings mean and how to mend them, in the audit's own words.

use super::words;
use crate::audit::{self, Finding, Fix};

/// The words that stand with a finding.
#[derive(Debug, Clone, Default)]
pub(crate) struct Explanation {
    pub(crate) title: String,
    pub(crate) means: &'static str,
    /// The general way to mend it.
    pub(crate) fix: &'static str,
    /// The ways to mend it in one product or place.
    pub(crate) fixes: &'static [Fix],
    pub(crate) blind_spots: &'static str,
}

/// What the audit says of this finding; its id alone when nobody knows the audit.
pub(crate) fn explain(finding: &Finding) -> Explanation {
    let Some(info) = audit::explain(&finding.audit) else {
        let title = words::capitalised(&finding.audit.replace('-', " "));
        return Explanation { title, ..Explanation::default() };
    };
    let (fix, fixes) = match info.fix {
        [] => ("", info.fix),
        [general, rest @ ..] => (general.text, rest),
    };
    let title = words::capitalised(info.title);
    Explanation { title, means: info.means, fix, fixes, blind_spots: info.blind_spots }
}
