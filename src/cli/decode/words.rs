//! Consent strings in words: a title, then one line for each thing that they say.

use std::collections::BTreeSet;

use crate::consent::{Recognised, StoredRecord};
use crate::decode::consent::{
    AdditionalConsent, Gcd, GcdSignal, Gcs, Gpp, Publisher, Restriction, RestrictionRule, Section,
    Signal, Tcf, TcfCa, UsPrivacy, UsSection, YesNo,
};
use crate::report::visible;

/// Numbers listed on one line; what is beyond them is counted.
const MOST_NUMBERS: usize = 40;
/// Where the second column begins.
const COLUMN: usize = 30;

/// Purposes of the TCF, from 1.
const PURPOSES: &[&str] = &[
    "store and access information on the device",
    "select advertising by limited data",
    "make profiles for advertising",
    "select advertising by profiles",
    "make profiles for content",
    "select content by profiles",
    "measure advertising",
    "measure content",
    "statistics on audiences",
    "develop and improve services",
    "select content by limited data",
];
/// Special features of the TCF, from 1.
const FEATURES: &[&str] = &["precise location", "identify the device by scanning it"];

/// Lines of "what: it says".
#[derive(Debug, Default)]
struct Rows {
    text: String,
}

impl Rows {
    fn title(&mut self, title: &str) {
        self.text.push_str(title);
        self.text.push('\n');
    }

    fn row(&mut self, what: &str, says: &str) {
        let says = visible(says);
        let gap = if what.chars().count() < COLUMN { "" } else { "  " };
        self.text.push_str(&format!("  {what:<COLUMN$}{gap}{says}\n"));
    }

    fn numbers(&mut self, what: &str, numbers: &BTreeSet<u16>) {
        self.row(what, &listed(numbers.iter().copied().map(u32::from).collect()));
    }

    /// One line for each number, by its name.
    fn named(&mut self, what: &str, numbers: &[u16], names: &[&str]) {
        if numbers.is_empty() {
            self.row(what, "none");
        }
        for (at, number) in numbers.iter().enumerate() {
            let what = if at == 0 { what } else { "" };
            let name = usize::from(*number).checked_sub(1).and_then(|at| names.get(at));
            let name = name.copied().unwrap_or("not defined");
            self.row(what, &format!("{number} {name}"));
        }
    }
}

/// What was recognised, in words, with a line break at its end.
pub(super) fn words(found: &Recognised) -> String {
    let mut rows = Rows::default();
    match found {
        Recognised::Tcf(tcf) => europe(&mut rows, "TCF consent string, version 2", tcf),
        Recognised::Gpp(gpp) => sections(&mut rows, gpp),
        Recognised::UsPrivacy(us) => us_privacy(&mut rows, "US Privacy string, version 1", us),
        Recognised::AdditionalConsent(read) => additional(&mut rows, read),
        Recognised::Gcs(read) => gcs(&mut rows, read),
        Recognised::Gcd(read) => gcd(&mut rows, read),
        Recognised::Stored(record) => stored(&mut rows, record),
    }
    rows.text
}

fn europe(rows: &mut Rows, title: &str, tcf: &Tcf) {
    rows.title(title);
    rows.row("made", &moment(tcf.created_ms));
    rows.row("last changed", &moment(tcf.updated_ms));
    rows.row("consent platform", &platform(tcf.cmp_id, tcf.cmp_version, tcf.screen, &tcf.language));
    rows.row(
        "vendor list, policy",
        &format!("{}, {}", tcf.vendor_list_version, tcf.policy_version),
    );
    let scope = if tcf.service_specific { "this site or group of sites" } else { "global" };
    rows.row("holds for", scope);
    if tcf.non_standard_texts {
        rows.row("texts", "other than the standard ones");
    }
    rows.row("publisher's country", &tcf.publisher_country);
    if tcf.purpose_one_treatment {
        rows.row("purpose 1", "not asked for, by the law of that country");
    }
    rows.named("consent for purposes", &tcf.purposes, PURPOSES);
    rows.named("legitimate interest", &tcf.legitimate_interests, PURPOSES);
    rows.named("special features", &tcf.special_features, FEATURES);
    rows.numbers("consent for vendors", &tcf.vendors);
    rows.numbers("legitimate interest vendors", &tcf.legitimate_interest_vendors);
    restrictions(rows, &tcf.restrictions);
    if let Some(vendors) = &tcf.disclosed_vendors {
        rows.numbers("disclosed vendors", vendors);
    }
    if let Some(vendors) = &tcf.allowed_vendors {
        rows.numbers("allowed vendors", vendors);
    }
    if let Some(own) = &tcf.publisher {
        publisher(rows, own, "legitimate interest");
    }
}

fn canada(rows: &mut Rows, title: &str, tcf: &TcfCa) {
    rows.title(title);
    rows.row("made", &moment(tcf.created_ms));
    rows.row("last changed", &moment(tcf.updated_ms));
    rows.row("consent platform", &platform(tcf.cmp_id, tcf.cmp_version, tcf.screen, &tcf.language));
    rows.row(
        "vendor list, policy",
        &format!("{}, {}", tcf.vendor_list_version, tcf.policy_version),
    );
    rows.named("express consent", &tcf.purposes, PURPOSES);
    rows.named("implied consent", &tcf.implied_purposes, PURPOSES);
    rows.named("special features", &tcf.special_features, FEATURES);
    rows.numbers("express consent vendors", &tcf.vendors);
    rows.numbers("implied consent vendors", &tcf.implied_vendors);
    restrictions(rows, &tcf.restrictions);
    if let Some(vendors) = &tcf.disclosed_vendors {
        rows.numbers("disclosed vendors", vendors);
    }
    if let Some(own) = &tcf.publisher {
        publisher(rows, own, "implied consent");
    }
}

fn platform(id: u16, version: u16, screen: u16, language: &str) -> String {
    format!("number {id}, version {version}, screen {screen}, in {language}")
}

fn restrictions(rows: &mut Rows, restrictions: &[Restriction]) {
    if restrictions.is_empty() {
        rows.row("publisher restrictions", "none");
    }
    for (at, restriction) in restrictions.iter().enumerate() {
        let what = if at == 0 { "publisher restrictions" } else { "" };
        let rule = match restriction.rule {
            RestrictionRule::NotAllowed => "not allowed",
            RestrictionRule::RequireConsent => "only with consent",
            RestrictionRule::RequireLegitimateInterest => "only on legitimate interest",
            RestrictionRule::Undefined => "in a way that is not defined",
        };
        let vendors = listed(restriction.vendors.iter().copied().map(u32::from).collect());
        rows.row(what, &format!("purpose {} {rule} for vendors {vendors}", restriction.purpose));
    }
}

fn publisher(rows: &mut Rows, own: &Publisher, second: &str) {
    rows.named("publisher: consent", &own.purposes, PURPOSES);
    rows.named(&format!("publisher: {second}"), &own.legitimate_interests, PURPOSES);
    if own.custom_count > 0 {
        let list = |list: &[u16]| listed(list.iter().copied().map(u32::from).collect());
        rows.row("publisher's own purposes", &own.custom_count.to_string());
        rows.row("  consent", &list(&own.custom_purposes));
        rows.row(&format!("  {second}"), &list(&own.custom_legitimate_interests));
    }
}

fn sections(rows: &mut Rows, gpp: &Gpp) {
    let names = gpp.sections.iter().map(|s| format!("{} {}", s.id, s.name).trim_end().to_owned());
    let names: Vec<String> = names.collect();
    rows.title("GPP string, version 1");
    rows.row("sections", &if names.is_empty() { "none".to_owned() } else { names.join(", ") });
    for section in &gpp.sections {
        let title = format!("section {} {}", section.id, section.name);
        match &section.content {
            Ok(Section::TcfEu(tcf)) => europe(rows, &title, tcf),
            Ok(Section::TcfCa(tcf)) => canada(rows, &title, tcf),
            Ok(Section::UsPrivacy(us)) => us_privacy(rows, &title, us),
            Ok(Section::Us(us)) => state(rows, &title, us),
            Ok(Section::Unknown(text)) => {
                rows.title(&title);
                rows.row("not known, as it stands", text);
            }
            Err(error) => {
                rows.title(&title);
                rows.row("damaged", &error.to_string());
            }
        }
    }
}

fn us_privacy(rows: &mut Rows, title: &str, us: &UsPrivacy) {
    let says = |value| match value {
        YesNo::Yes => "yes",
        YesNo::No => "no",
        YesNo::NotApplicable => "does not apply",
    };
    rows.title(title);
    rows.row("notice given", says(us.notice));
    rows.row("opted out of sale", says(us.opted_out));
    rows.row("service provider agreement", says(us.lspa));
}

fn state(rows: &mut Rows, title: &str, us: &UsSection) {
    rows.title(&format!("{title}, version {}", us.version));
    for (name, values) in &us.fields {
        let says: Vec<&str> = values.iter().map(|value| value_of(name, *value)).collect();
        match says.as_slice() {
            [one] => rows.row(&spaced(name), one),
            several => {
                for (at, says) in several.iter().enumerate() {
                    rows.row(&format!("{} {}", spaced(name), at + 1), says);
                }
            }
        }
    }
    match us.gpc {
        Some(true) => rows.row("Global Privacy Control", "on"),
        Some(false) => rows.row("Global Privacy Control", "off"),
        None => {}
    }
}

/// What a two-bit field says, by what it is about.
fn value_of(name: &str, value: u8) -> &'static str {
    let is_notice = name.ends_with("Notice");
    match value {
        0 => "does not apply",
        1 if is_notice => "given",
        2 if is_notice => "not given",
        1 if name.ends_with("OptOut") => "opted out",
        2 if name.ends_with("OptOut") => "did not opt out",
        1 if name.starts_with("Mspa") => "yes",
        2 if name.starts_with("Mspa") => "no",
        1 => "no consent, or opted out",
        2 => "consent, or did not opt out",
        _ => "not defined",
    }
}

/// `SaleOptOutNotice` as words: `sale opt out notice`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words
}

fn additional(rows: &mut Rows, read: &AdditionalConsent) {
    rows.title(&format!("Google Additional Consent string, version {}", read.version));
    rows.row("consent for providers", &listed(read.consented.iter().copied().collect()));
    if let Some(disclosed) = &read.disclosed {
        rows.row("disclosed, no consent", &listed(disclosed.iter().copied().collect()));
    }
}

fn gcs(rows: &mut Rows, read: &Gcs) {
    rows.title("Google Consent Mode, gcs");
    rows.row("ad_storage", said(read.ad_storage));
    rows.row("analytics_storage", said(read.analytics_storage));
}

fn gcd(rows: &mut Rows, read: &Gcd) {
    rows.title("Google Consent Mode, gcd");
    for (name, signal) in [
        ("ad_storage", read.ad_storage),
        ("analytics_storage", read.analytics_storage),
        ("ad_user_data", read.ad_user_data),
        ("ad_personalization", read.ad_personalization),
    ] {
        rows.row(name, &acted(signal));
    }
    let active = match read.active {
        Some(true) => "in use",
        Some(false) => "not in use on this page",
        None => "not told: the text ends before it",
    };
    rows.row("Consent Mode", active);
}

fn said(signal: Signal) -> &'static str {
    match signal {
        Signal::Granted => "granted",
        Signal::Denied => "denied",
        Signal::Unset => "not set",
        Signal::NotReported => "not told",
    }
}

/// The state acted on, and who said what on the way to it.
fn acted(signal: GcdSignal) -> String {
    let sayings = [
        ("update", signal.update),
        ("default", signal.default),
        ("delegated", signal.delegated),
        ("declared", signal.declared),
        ("implied", signal.implicit),
    ];
    let told = sayings.iter().filter(|(_, s)| matches!(s, Signal::Granted | Signal::Denied));
    let told: Vec<String> = told.map(|(who, s)| format!("{who} {}", said(*s))).collect();
    let told = if told.is_empty() { "nobody said anything".to_owned() } else { told.join(", ") };
    format!("{} ({told})", said(signal.acted_on()))
}

fn stored(rows: &mut Rows, record: &StoredRecord) {
    rows.title(&match (record.platforms.as_slice(), record.guessed) {
        ([], _) => {
            "Stored choice of a form that nobody knows; what says yes or no in it".to_owned()
        }
        ([one], _) => format!("Stored choice, {one}"),
        (several, _) => format!("Stored choice, of the form of {}", several.join(" or ")),
    });
    if record.purposes.is_empty() {
        rows.row("nothing is decided yet", "");
    }
    for (name, granted) in &record.purposes {
        rows.row(name, if *granted { "granted" } else { "denied" });
    }
}

/// Numbers with runs drawn together: `1-3, 7, 9`.
fn listed(numbers: Vec<u32>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers.iter().copied() {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let shown = runs.iter().take(MOST_NUMBERS).map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}-{last}"),
    });
    let shown: Vec<String> = shown.collect();
    match (numbers.len(), runs.len() > MOST_NUMBERS) {
        (0, _) => "none".to_owned(),
        (total, true) => format!("{} … ({total} in all)", shown.join(", ")),
        (_, false) => shown.join(", "),
    }
}

fn moment(milliseconds: u64) -> String {
    let time =
        i64::try_from(milliseconds).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    time.map_or_else(|| "at no time that there is".to_owned(), |time| time.to_string())
}
