//! Reads back what the site thinks was chosen, from every source that is there: the
//! platform's record and interface, TCF, GPP, Google's consent state, the data layer.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::Value;

use super::guess::{guess, is_bookkeeping};
use super::probe::{self, Standard, Storage};
use super::purpose::{self, MOST_PURPOSES, Purposes, is_necessary};
use super::rule::{CmpRule, Rules};
use crate::dom::{Dom, FrameId};
use crate::model::{Cmp, ConsentReading, Cookie, ReadingSource};

/// Longest stored value that a reading keeps.
const LONGEST_VALUE: usize = 500;
/// The same for a TC string, which names vendors at its end.
const LONGEST_TC_STRING: usize = 4000;
const MOST_FRAMES: usize = 20;

/// Reads every source once. `after` says whether the choice was made already. Sources
/// that do not answer are left out; an undecided record has no purposes.
pub async fn read_back(
    dom: &impl Dom,
    rules: &Rules,
    cmp: &Cmp,
    after: bool,
) -> Vec<ConsentReading> {
    let frames: Vec<FrameId> = frames(dom).await;
    let stored = Snapshot::take(dom).await;
    read_with(dom, rules, cmp, after, &frames, &stored).await
}

/// Says what a platform's own name for a purpose means: `C0002 (analytics)`, and leaves
/// out what nobody can refuse.
fn explain(reading: &mut ConsentReading, rule: Option<&CmpRule>) {
    let own = matches!(reading.source, ReadingSource::StoredRecord | ReadingSource::PlatformApi);
    if own {
        reading.purposes.retain(|(name, _)| !is_necessary(name));
    }
    let Some(rule) = rule.filter(|_| own) else { return };
    reading.purposes.retain(|(name, _)| rule.purposes.get(name).is_none_or(|m| m != "necessary"));
    for (name, _) in &mut reading.purposes {
        if let Some(meaning) = rule.purposes.get(name) {
            *name = format!("{name} ({meaning})");
        }
    }
}

async fn frames(dom: &impl Dom) -> Vec<FrameId> {
    let frames = dom.frames().await.unwrap_or_default();
    frames.into_iter().take(MOST_FRAMES).map(|frame| frame.id).collect()
}

async fn read_with(
    dom: &impl Dom,
    rules: &Rules,
    cmp: &Cmp,
    after: bool,
    frames: &[FrameId],
    stored: &Snapshot,
) -> Vec<ConsentReading> {
    let rule = rules.by_id(&cmp.id);
    let mut readings: Vec<ConsentReading> = match rule {
        Some(rule) => stored.records(rule),
        // Nobody knows the banner, but it may write what a known platform writes.
        None => rules.cmps.iter().flat_map(|rule| stored.records(rule)).collect(),
    };
    if let Some(expression) = rule.and_then(|rule| rule.api.read.as_ref()) {
        readings.extend(interface(dom, frames, expression).await);
    }
    if let Some(top) = frames.first()
        && let Ok(standard) = probe::standard(dom, top).await
    {
        readings.extend(standards(&standard));
    }
    for reading in &mut readings {
        reading.after = after;
        explain(reading, rule);
    }
    readings.sort_by(|a, b| (a.source, &a.name, &a.value).cmp(&(b.source, &b.name, &b.value)));
    readings.dedup();
    readings
}

/// Everything stored for the page at one moment.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    cookies: Vec<Cookie>,
    frames: Vec<Storage>,
}

impl Snapshot {
    pub(super) async fn take(dom: &impl Dom) -> Self {
        let cookies = dom.cookies().await.unwrap_or_default();
        let frames = frames(dom).await;
        let frames = join_all(frames.iter().map(|frame| probe::storage(dom, frame))).await;
        Self { cookies, frames: frames.into_iter().flatten().collect() }
    }

    /// Place, name and value of everything, sorted.
    fn items(&self) -> BTreeMap<(&str, &str, &str), &str> {
        let cookies = self.cookies.iter();
        let cookies = cookies.map(|c| (("cookie", c.domain.as_str(), c.name.as_str()), &*c.value));
        let rows = self.frames.iter().flat_map(|frame| frame.rows.iter().map(move |r| (frame, r)));
        let rows = rows.map(|(frame, (area, key, value))| {
            ((area.as_str(), frame.origin.as_str(), key.as_str()), value.as_str())
        });
        cookies.chain(rows).collect()
    }

    /// What this platform's records say.
    fn records(&self, rule: &CmpRule) -> Vec<ConsentReading> {
        let items = self.items();
        let mut readings = Vec::new();
        for stored in &rule.stored {
            let there = |pattern: &regex::Regex| items.keys().any(|(_, _, n)| pattern.is_match(n));
            let decided = stored.companion.as_ref().is_none_or(there);
            for ((place, _, name), value) in &items {
                let fits =
                    (*place == "cookie" && stored.cookie) || (*place == "local" && stored.local);
                if !fits || !stored.name.is_match(name) {
                    continue;
                }
                let Some(mut purposes) = stored.read(name, value) else { continue };
                if !decided {
                    purposes.clear();
                }
                readings.push(reading(ReadingSource::StoredRecord, name, value, purposes));
            }
        }
        readings
    }

    /// What is stored now and was not, or has another value, and looks like a choice.
    pub(super) fn changes_since(&self, before: &Self) -> Vec<ConsentReading> {
        let old = before.items();
        let mut seen = BTreeSet::new();
        let mut readings = Vec::new();
        for (key, value) in self.items() {
            let (_, _, name) = key;
            if old.get(&key) == Some(&value) || readings.len() >= 20 {
                continue;
            }
            let mut purposes = guess(value);
            if is_bookkeeping(name) {
                purposes.clear();
            }
            if looks_like_a_choice(name, value, &purposes) && seen.insert((name, value)) {
                let mut change = reading(ReadingSource::StorageChange, name, value, purposes);
                change.after = true;
                readings.push(change);
            }
        }
        readings
    }
}

/// Trackers store ids on a click, too: only what is named like a choice, or says
/// nothing but yes or no, is one.
fn looks_like_a_choice(name: &str, value: &str, purposes: &Purposes) -> bool {
    const NAMES: &[&str] = &[
        "cookie",
        "consent",
        "gdpr",
        "ccpa",
        "privacy",
        "cmp",
        "optin",
        "opt_in",
        "opt-in",
        "optout",
        "opt_out",
        "opt-out",
        "accept",
        "declin",
        "reject",
        "dismiss",
        "banner",
        "notice",
        "tracking",
        "permission",
        "dsgvo",
        "rgpd",
        "lgpd",
        "preference",
        "cc_",
        "agree",
        "policy",
        "choice",
        "allow",
    ];
    let trackers = ["_ga", "_gid", "_gcl", "_fbp", "_fbc", "_uet", "_hj", "_pk_", "_scid", "_tt"];
    if trackers.iter().any(|tracker| name.starts_with(tracker)) {
        return false;
    }
    let name = name.to_lowercase();
    NAMES.iter().any(|word| name.contains(word))
        || (!purposes.is_empty() && value.len() <= 40)
        || (!purposes.is_empty() && has_words_of_consent(value))
}

/// A record under a name of the site's own: its fields are named like a choice.
fn has_words_of_consent(value: &str) -> bool {
    const FIELDS: &[&str] =
        &["consent", "categories", "choices", "purposes", "accepted", "rejected", "gdpr"];
    match serde_json::from_str::<Value>(&purpose::plain(value)) {
        Ok(Value::Object(object)) => object.keys().take(MOST_PURPOSES).any(|key| {
            let key = key.to_lowercase();
            FIELDS.iter().any(|field| key.contains(field))
        }),
        _ => false,
    }
}

/// The platform's interface, in the first frame that answers.
async fn interface(dom: &impl Dom, frames: &[FrameId], expression: &str) -> Option<ConsentReading> {
    for frame in frames.iter().take(5) {
        let Ok(Value::Object(answer)) = probe::expression(dom, frame, expression).await else {
            continue;
        };
        let flags = answer.iter().take(MOST_PURPOSES);
        let purposes: Purposes = flags
            .filter(|(name, _)| name.len() <= 120)
            .filter_map(|(name, flag)| Some((name.clone(), flag.as_bool()?)))
            .collect();
        let value = Value::Object(answer).to_string();
        return Some(reading(ReadingSource::PlatformApi, "interface", &value, purposes));
    }
    None
}

fn standards(standard: &Standard) -> Vec<ConsentReading> {
    let mut readings = Vec::new();
    if let Some(tcf) = &standard.tcf {
        let string = tcf.string.clone().unwrap_or_default();
        // `cmpuishown`: what is told now is only the default.
        let decided =
            matches!(tcf.status.as_deref(), Some("useractioncomplete" | "tcloaded") | None);
        let named = tcf.purposes.iter().filter_map(|(id, flag)| {
            Some((format!("purpose {:02}", id.parse::<u8>().ok()?), *flag))
        });
        let mut purposes: Purposes = named.collect();
        // The interface lists what is granted; the string knows what is not.
        for (name, granted) in purpose::tcf(&string).unwrap_or_default() {
            purposes.entry(name).or_insert(granted);
        }
        if !decided || string.is_empty() {
            purposes.clear();
        }
        readings.push(reading(ReadingSource::Tcf, "__tcfapi", &string, purposes));
    }
    if let Some(gpp) = &standard.gpp {
        let string = gpp.string.clone().unwrap_or_default();
        let mut purposes = purpose::gpp(&string);
        if purposes.is_empty() {
            purposes = opt_outs(&gpp.sections);
        }
        readings.push(reading(ReadingSource::Gpp, "__gpp", &string, purposes));
    }
    if let Some(string) = &standard.usp {
        readings.push(reading(ReadingSource::Gpp, "__uspapi", string, purpose::us_privacy(string)));
    }
    readings.extend(google(standard));
    readings
}

/// What Google's tag was told.
fn google(standard: &Standard) -> Vec<ConsentReading> {
    let mut readings = Vec::new();
    // Only an update is an answer to the visitor; the default was there before.
    let google = standard.google.iter().filter(|(name, entry)| entry.updated && is_optional(name));
    let google: Purposes = google.map(|(name, entry)| (name.clone(), entry.granted)).collect();
    if !google.is_empty() {
        let value = describe(&google);
        readings.push(reading(ReadingSource::Signal, "google_tag_data", &value, google));
    }
    if let Some(update) = standard.updates.last() {
        let update = update.iter().filter(|(name, _)| is_optional(name));
        let update: Purposes = update.map(|(name, flag)| (name.clone(), *flag)).collect();
        let value = describe(&update);
        readings.push(reading(ReadingSource::Signal, "dataLayer consent update", &value, update));
    }
    readings
}

/// `SaleOptOut: 1` is opted out, `2` is not; `0` does not apply.
fn opt_outs(sections: &Value) -> Purposes {
    let mut purposes = Purposes::new();
    let sections = sections.as_object().into_iter().flatten().take(30);
    let parts = sections.flat_map(|(_, section)| match section {
        Value::Array(parts) => parts.iter().take(4).collect::<Vec<_>>(),
        other => vec![other],
    });
    for (name, value) in parts.filter_map(Value::as_object).flat_map(|p| p.iter().take(60)) {
        let Some(what) = name.strip_suffix("OptOut") else { continue };
        match value.as_u64() {
            Some(1) => drop(purposes.insert(what.to_owned(), false)),
            Some(2) => drop(purposes.insert(what.to_owned(), true)),
            _ => {}
        }
    }
    purposes
}

/// Google's types that a visitor decides on.
fn is_optional(name: &str) -> bool {
    name != "security_storage"
}

fn describe(purposes: &Purposes) -> String {
    let words = purposes
        .iter()
        .map(|(name, granted)| format!("{name}={}", if *granted { "granted" } else { "denied" }));
    words.collect::<Vec<_>>().join(" ")
}

fn reading(source: ReadingSource, name: &str, value: &str, purposes: Purposes) -> ConsentReading {
    let longest = if source == ReadingSource::Tcf { LONGEST_TC_STRING } else { LONGEST_VALUE };
    ConsentReading {
        source,
        name: name.chars().take(200).collect(),
        after: false,
        value: value.chars().take(longest).collect(),
        purposes: purposes.into_iter().collect(),
    }
}
