//! `evidence` and `verify`: an audit in one file, to hand on, and whether it is as it was.

use std::fs;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::judge::judge;
use super::{Exit, Session, har, input, look, output, policy, scan};
use crate::bundle::evidence::{
    EvidenceList, Origin, Packer, PublicKey, SigningKey, Verdict, verify as check,
};
use crate::bundle::{self, har::Values};
use crate::model::Capture;
use crate::report::{FORMATS, Report, render, visible};

/// `pixelwarden evidence`.
#[derive(Debug, Args)]
pub(super) struct EvidenceArgs {
    /// The folder of a capture, or a HAR file
    capture: PathBuf,
    /// The archive to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Sign it with this Ed25519 key (PKCS#8, PEM)
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    /// Put the capture in as it is, personal values and all; a masked HAR file otherwise
    #[arg(long)]
    keep_values: bool,
}

/// `pixelwarden verify`.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The archive
    file: PathBuf,
    /// The public key that you know its writer by (PEM); without one only integrity is
    /// shown, not who wrote it
    #[arg(long, value_name = "KEY")]
    key: Option<PathBuf>,
}

/// `pixelwarden evidence`.
pub(super) fn evidence(args: &EvidenceArgs, session: &mut Session<'_>) -> Result<Exit> {
    let key = args.sign.as_deref().map(|place| key(place, SigningKey::from_pem)).transpose()?;
    output::writable(&args.output)?;
    let database = session.database()?;
    let look = look::read(None, &session.config.report, &database)?;
    let capture = input::capture(&args.capture)?;
    let dir = args.capture.is_dir().then_some(args.capture.as_path());
    let stored = dir.map(policy::stored).transpose()?.flatten();
    let day = scan::day_of(&capture);
    let policy = stored.unwrap_or_else(|| session.config.policy.policy(day, None));
    let facts = EvidenceList {
        sites: capture.sites().into_iter().map(str::to_owned).collect(),
        captured: capture.manifest.started.map(|time| time.to_string()),
        contains_personal_values: args.keep_values,
        capture: dir.map(bundle::files).transpose()?.unwrap_or_default(),
        ..EvidenceList::default()
    };
    output::write_file(&args.output, |file| {
        let mut packer = Packer::new(file, facts);
        judge(&capture, dir, &database, &policy, &look, |report| reports(report, &mut packer))?;
        let mut decided = serde_json::to_vec_pretty(&policy)?;
        decided.push(b'\n');
        packer.add(policy::FILE, &decided)?;
        match dir.filter(|_| args.keep_values) {
            Some(dir) => as_captured(dir, &mut packer)?,
            None => as_har(&capture, dir, args.keep_values, &mut packer)?,
        }
        packer.finish(key.as_ref())?;
        Ok(())
    })?;
    let signed = if key.is_some() { "signed" } else { "not signed" };
    session.remark(&format!("evidence: {} ({signed})", args.output.display()))?;
    Ok(Exit::Clean)
}

/// The report in every format.
fn reports<W: Write + Seek>(report: &Report<'_>, packer: &mut Packer<W>) -> Result<()> {
    for format in FORMATS {
        let name = match format.name() {
            name if name == format.extension() => format!("report.{name}"),
            name => format!("report-{name}.{}", format.extension()),
        };
        packer.add(&format!("reports/{name}"), &render(*format, report)?)?;
    }
    Ok(())
}

/// Every file of the capture, as it is.
fn as_captured<W: Write + Seek>(dir: &Path, packer: &mut Packer<W>) -> Result<()> {
    for name in bundle::files(dir)?.keys() {
        let place = dir.join(name);
        let bytes = fs::read(&place).with_context(|| format!("cannot read {}", place.display()))?;
        packer.add(&format!("capture/{name}"), &bytes)?;
    }
    Ok(())
}

/// The requests as a HAR file, and the pictures, whose form fields are blank.
fn as_har<W: Write + Seek>(
    capture: &Capture,
    dir: Option<&Path>,
    kept: bool,
    packer: &mut Packer<W>,
) -> Result<()> {
    let values = if kept { Values::Kept } else { Values::Masked(&har::masked) };
    let mut har = Vec::new();
    bundle::har::write(capture, &mut har, &values)?;
    packer.add("capture.har", &har)?;
    let Some(dir) = dir else { return Ok(()) };
    let shots = capture.visits.iter().flat_map(|visit| &visit.collected.screenshots);
    let names: std::collections::BTreeSet<&str> = shots.map(|shot| shot.file.as_str()).collect();
    for name in names {
        // A picture that is not there is missed by the report, too.
        if let Ok(png) = bundle::screenshot(dir, name) {
            packer.add(name, &png)?;
        }
    }
    Ok(())
}

/// `pixelwarden verify`: 1 when something is not as it was, or not by the key.
pub(super) fn verify(args: &VerifyArgs, out: &mut dyn Write) -> Result<Exit> {
    let key = args.key.as_deref().map(|place| key(place, PublicKey::from_pem)).transpose()?;
    let verdict = check(&args.file, key.as_ref())
        .with_context(|| format!("cannot verify {}", args.file.display()))?;
    let groups =
        [("altered", &verdict.altered), ("added", &verdict.added), ("missing", &verdict.missing)];
    for (what, names) in groups {
        for name in names {
            writeln!(out, "{what}: {}", visible(name))?;
        }
    }
    if verdict.is_whole() {
        writeln!(out, "integrity: all {} files are as listed", verdict.list.files.len())?;
    }
    let (fits, line) = origin(&verdict, key.is_some());
    writeln!(out, "origin: {line}")?;
    Ok(if verdict.is_whole() && fits { Exit::Clean } else { Exit::Findings })
}

/// Whether the signature is what was asked for, and what it proves.
fn origin(verdict: &Verdict, pinned: bool) -> (bool, String) {
    match &verdict.origin {
        Origin::Proved => (true, "signed by the given key".to_owned()),
        Origin::Unsigned if pinned => (false, "not signed, and so not by the given key".to_owned()),
        Origin::Unsigned => (
            true,
            "not signed: whoever changes the files can change the list, too; this shows integrity, not origin"
                .to_owned(),
        ),
        Origin::SignedBy(key) => (
            true,
            format!(
                "signed by {}, a key that only the archive names: this shows integrity, not origin; --key KEY pins one",
                key.to_hex()
            ),
        ),
        Origin::OtherKey(key) => (false, format!("signed by another key, {}", key.to_hex())),
        Origin::Broken(why) => (false, format!("the signature does not hold: {why}")),
    }
}

fn key<T>(
    place: &Path,
    read: fn(&[u8]) -> Result<T, bundle::evidence::EvidenceError>,
) -> Result<T> {
    let bytes = fs::read(place).with_context(|| format!("cannot read {}", place.display()))?;
    read(&bytes).with_context(|| format!("cannot use {}", place.display()))
}
