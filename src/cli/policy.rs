//! What the owner of a site decided: flags over file over preset, and the earlier run
//! that this one is compared with.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use jiff::civil::Date;

use super::errors::Hinted;
use super::judge::judge;
use super::{Session, input, output, scan};
use crate::audit::{FailOn, Policy, Preset, SiteProfile};
use crate::config::{nearest, value};
use crate::report::{Look, json};
use crate::signature::Database;

/// The policy that a capture was reported with, beside its reports.
pub(super) const FILE: &str = "policy.json";
/// The largest policy or report that is read, in bytes.
const LIMIT: u64 = 1 << 30;

/// What fails a run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy")]
pub(super) struct PolicyArgs {
    /// The least severity that makes the exit code 1: info, low, medium, high or never. With
    /// --baseline only new findings count; `all:high,new:low` says it for each [default: high]
    #[arg(long, value_name = "SEVERITY", value_parser = value::fail_on)]
    pub(super) fail_on: Option<FailOn>,
    /// An earlier capture or its report.json: only findings that it does not have fail
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Regulations and threshold for a common case: hipaa, gdpr, ccpa or strict
    #[arg(long, value_name = "PRESET", value_parser = Preset::named)]
    pub(super) preset: Option<Preset>,
    /// What the site is in law, over `[site] profile`: covered-entity, business-associate,
    /// telehealth, pharmacy, publisher or other. It picks law and severity, not what is flagged
    #[arg(long, value_name = "PROFILE", value_parser = str::parse::<SiteProfile>)]
    pub(super) profile: Option<SiteProfile>,
}

impl PolicyArgs {
    /// The policy on a day.
    ///
    /// # Errors
    /// When the baseline cannot be read, or is asked for and not there.
    pub(super) fn policy(
        &self,
        today: Date,
        database: &Database,
        session: &Session<'_>,
    ) -> Result<Policy> {
        let config = &session.config;
        let mut policy = config.policy.policy(today, self.preset);
        policy.health = config.health.clone();
        policy.health.profile = self.profile.or(policy.health.profile);
        if let Some(told) = self.fail_on.as_ref().or(config.fail_on.as_ref()) {
            policy.fail_on = told.clone();
        }
        policy.baseline =
            self.baseline.as_deref().map(|place| fingerprints(place, database)).transpose()?;
        if policy.fail_on.needs_baseline() && policy.baseline.is_none() {
            let message = format!("`--fail-on {}` asks what is new, since when?", policy.fail_on);
            let hint = "name an earlier capture or its report.json: --baseline FILE";
            return Err(Hinted::new(message, hint).into());
        }
        Ok(policy)
    }
}

/// Tells of vendors in the policy that the signatures do not know: a name with a mistake
/// in it permits and accepts nothing, and nobody would notice. It may be right all the same.
pub(super) fn tell_strangers(
    policy: &Policy,
    database: &Database,
    session: &mut Session<'_>,
) -> Result<()> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for vendor in database.vendors() {
        known.extend([vendor.name.as_str(), vendor.owner.as_str()]);
        known.extend(vendor.signatures.iter().map(|signature| signature.product.as_str()));
    }
    let folded: BTreeSet<String> = known.iter().map(|name| name.to_lowercase()).collect();
    let known: Vec<&str> = known.into_iter().collect();
    let declared = policy.declared.iter().flatten().map(|vendor| &vendor.name);
    let waived = policy.waivers.iter().filter_map(|waiver| waiver.vendor.as_ref());
    let names: BTreeSet<&String> =
        policy.allowed.values().flatten().chain(declared).chain(waived).collect();
    for name in names.into_iter().filter(|name| !folded.contains(&name.to_lowercase())) {
        let near = nearest(name, &known).map(|near| format!("; did you mean `{near}`?"));
        let near = near.unwrap_or_default();
        session.remark(&format!("no signature is of `{name}`, which the policy names{near}"))?;
    }
    Ok(())
}

/// The stable names of an earlier run's findings.
fn fingerprints(place: &Path, database: &Database) -> Result<BTreeSet<String>> {
    let document = document(place, database)?;
    Ok(document.findings.into_iter().map(|finding| finding.fingerprint).collect())
}

/// A capture judged anew, or a report that was written before.
pub(super) fn document(place: &Path, database: &Database) -> Result<json::v1::Document> {
    let is_report = place.is_file() && place.extension().is_some_and(|ending| ending == "json");
    if !is_report {
        let capture = input::capture(place)?;
        let policy = stored(place)?.unwrap_or_else(|| Policy::on(scan::day_of(&capture)));
        let policy = Policy { baseline: None, ..policy };
        return judge(&capture, None, database, &policy, &Look::default(), |report| {
            Ok(json::document(report))
        });
    }
    let wrong = |what: &str| {
        let hint = "name the report.json or the folder of an earlier scan";
        Hinted::new(format!("{} is not a report: {what}", place.display()), hint)
    };
    let document: json::v1::Document =
        serde_json::from_slice(&read(place)?).map_err(|error| wrong(&error.to_string()))?;
    match document.format.as_str() {
        "json-v1" => Ok(document),
        other => Err(wrong(&format!("its format is `{other}`, not json-v1")).into()),
    }
}

/// The policy that lies beside the reports of a capture, if one does.
///
/// # Errors
/// When it cannot be read.
pub(super) fn stored(capture: &Path) -> Result<Option<Policy>> {
    let place = capture.join(FILE);
    if !place.is_file() {
        return Ok(None);
    }
    let policy = serde_json::from_slice(&read(&place)?);
    policy.map(Some).with_context(|| format!("{} cannot be used", place.display()))
}

/// Writes the policy beside the reports, so that they can be written again alike.
pub(super) fn store(policy: &Policy, folder: &Path) -> Result<()> {
    let place = folder.join(FILE);
    let mut bytes = serde_json::to_vec_pretty(policy)?;
    bytes.push(b'\n');
    output::write_whole(&place, |out| out.write_all(&bytes))
        .with_context(|| output::cannot_write(&place))
}

fn read(place: &Path) -> Result<Vec<u8>> {
    let read = || -> std::io::Result<Vec<u8>> {
        if fs::metadata(place)?.len() > LIMIT {
            return Err(std::io::Error::other("it is larger than any report"));
        }
        fs::read(place)
    };
    read().with_context(|| format!("cannot read {}", place.display()))
}
