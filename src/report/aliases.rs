//! Hosts that are another name of a vendor's, and what is not known of aliases.

use std::collections::{BTreeMap, BTreeSet};

use super::text::Text;
use super::{Report, words};
use crate::model::Masked;

/// How many characters of a list or a host name are shown.
const SHOWN: usize = 300;
/// How many hosts and cookies a sentence names.
const NAMED: usize = 8;

/// One host that is an alias of a vendor's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cloak {
    pub(crate) host: Text,
    pub(crate) target: Text,
    /// The products that were recognised behind it.
    pub(crate) products: Text,
    /// Names of the cookies that the browser sent to it; empty for none.
    pub(crate) sent: Text,
    /// Names of the cookies that it set; empty for none.
    pub(crate) set: Text,
}

#[derive(Default)]
struct Gathered<'a> {
    products: BTreeSet<String>,
    sent: BTreeSet<&'a Masked>,
    set: BTreeSet<&'a Masked>,
}

/// Every host that turned out to be a vendor's, by name.
pub(crate) fn cloaked(report: &Report<'_>) -> Vec<Cloak> {
    let mut hosts: BTreeMap<(&Masked, &Masked), Gathered<'_>> = BTreeMap::new();
    for detection in &report.detected.detections {
        let Some(alias) = &detection.alias else { continue };
        let gathered = hosts.entry((&alias.host, &alias.target)).or_default();
        gathered.products.insert(detection.product.clone());
        gathered.sent.extend(&alias.cookies_sent);
        gathered.set.extend(&alias.cookies_set);
    }
    let cloak = |((host, target), gathered): ((&Masked, &Masked), Gathered<'_>)| Cloak {
        host: Text::masked(host, SHOWN),
        target: Text::masked(target, SHOWN),
        products: listed(gathered.products.into_iter().collect()),
        sent: listed(gathered.sent.into_iter().map(ToString::to_string).collect()),
        set: listed(gathered.set.into_iter().map(ToString::to_string).collect()),
    };
    hosts.into_iter().map(cloak).collect()
}

fn listed(names: Vec<String>) -> Text {
    if names.is_empty() {
        Text::default()
    } else {
        Text::named(&words::listed(&names, NAMED), SHOWN)
    }
}

/// What is known of aliases as a whole, in one sentence.
pub(crate) fn extent(report: &Report<'_>) -> Text {
    let Some(names) = &report.capture.manifest.names else {
        return Text::own(
            "CNAMEs were not looked up: a vendor behind a host name of the site's own would not show",
        );
    };
    let mut said =
        format!("CNAMEs of {} looked up", words::count(names.hosts.len(), "host", "hosts"));
    let unknown: Vec<String> = names.unknown().map(str::to_owned).collect();
    if !unknown.is_empty() {
        let hosts = words::listed(&unknown, NAMED);
        said.push_str(&format!(", not known of {}: {hosts}", unknown.len()));
    }
    if names.left_out > 0 {
        said.push_str(&format!("; {} more not looked up", names.left_out));
    }
    Text::captured(&said, SHOWN)
}
