//! `[site]` and `[[baa]]`: what the site is in law, and which vendors have signed a
//! business associate agreement.

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::raw::{Fault, line_of};
use crate::audit::{Agreement, HealthPolicy, SiteProfile};

/// Most agreements.
const MOST: usize = 500;

/// The part of the file that is read here; the rest is other readers'.
#[derive(Deserialize)]
struct RawFile {
    site: Option<RawSite>,
    #[serde(default)]
    baa: Vec<Spanned<RawAgreement>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSite {
    profile: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAgreement {
    vendor: String,
    reference: String,
    owner: String,
    #[serde(alias = "expires")]
    expiry: Option<RawDate>,
}

/// A date, with or without quotes.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RawDate {
    Written(toml::value::Datetime),
    Quoted(String),
}

impl RawDate {
    /// The day.
    pub(super) fn day(&self) -> Result<Date, String> {
        let text = match self {
            Self::Written(date) => date.to_string(),
            Self::Quoted(text) => text.clone(),
        };
        text.parse().map_err(|_| format!("`{text}` is no date: 2027-11-24"))
    }
}

/// What the file says of the site in law.
pub(super) fn read(text: &str) -> Result<HealthPolicy, Fault> {
    let fault = |span, message: String| Fault { line: line_of(text, span), message, hint: None };
    let raw: RawFile =
        toml::from_str(text).map_err(|error| fault(error.span(), error.message().to_owned()))?;
    let profile = raw.site.and_then(|site| site.profile);
    let profile = profile
        .map(|name| name.get_ref().parse::<SiteProfile>().map_err(|e| fault(Some(name.span()), e)))
        .transpose()?;
    if raw.baa.len() > MOST {
        return Err(fault(None, format!("more than {MOST} agreements")));
    }
    let agreements = raw.baa.into_iter().map(|baa| {
        let span = baa.span();
        agreement(baa.into_inner()).map_err(|message| fault(Some(span), message))
    });
    let agreements = agreements.collect::<Result<_, _>>()?;
    Ok(HealthPolicy { profile, agreements, decisions: Vec::new() })
}

fn agreement(raw: RawAgreement) -> Result<Agreement, String> {
    for (key, value) in
        [("vendor", &raw.vendor), ("reference", &raw.reference), ("owner", &raw.owner)]
    {
        if value.trim().is_empty() {
            return Err(format!("an agreement without `{key}`"));
        }
    }
    Ok(Agreement {
        vendor: raw.vendor,
        reference: raw.reference,
        owner: raw.owner,
        expires: raw.expiry.as_ref().map(RawDate::day).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_and_agreements_are_read_with_the_line_of_what_is_wrong() {
        let text = "[site]\nprofile = \"telehealth\"\n\n[[baa]]\nvendor = \"Google\"\n\
                    reference = \"C-1\"\nowner = \"legal\"\nexpiry = 2027-01-31\n";
        let policy = read(text).unwrap();
        assert_eq!(policy.profile, Some(SiteProfile::Telehealth));
        assert_eq!(policy.agreements[0].expires, Some("2027-01-31".parse().unwrap()));
        let quoted = text.replace("2027-01-31", "\"2027-01-31\"");
        assert_eq!(read(&quoted).unwrap(), policy);
        let line = |from: &str, to: &str| read(&text.replace(from, to)).unwrap_err().line;
        assert_eq!(line("telehealth", "hospital"), 2);
        assert_eq!(line("\"legal\"", "\"\""), 4);
        assert_eq!(line("reference", "ref"), 6);
        assert_eq!(line("2027-01-31", "\"soon\""), 4);
    }
}
