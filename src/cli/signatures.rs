//! `pixelwarden signatures`: check, list, show, and match requests from a pipe.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use serde::{Deserialize, Serialize};

use super::Exit;
use super::errors::shown;
use super::lines::{LONGEST, Line, next_line};
use super::upkeep::{self, UpkeepCommand};
use crate::consent::Rules;
use crate::decode::base64;
use crate::detect::{self, Party};
use crate::health::Lexicon;
use crate::model::host_of;
use crate::signature::{Database, Match, Observation, Role, Signature, Vendor, check, read_folder};

const MATCH_ABOUT: &str = "\
Recognise and decode requests from standard input, one JSON object per line

{\"url\", \"method\"?, \"post_data\"? or \"post_base64\"?, \"content_encoding\"?, \"page_url\"?}
gives {\"detections\"}; \"page_url\" tells the site itself from a third party.";

/// What to do with the signature database.
#[derive(Debug, Clone, Subcommand)]
pub enum SignaturesCommand {
    /// Check every signature, consent rule and health term against its own examples
    #[command(after_help = "Example:\n  pixelwarden signatures check ./my-signatures")]
    Check {
        /// A folder of signature files; the loaded database if absent
        dir: Option<PathBuf>,
        /// Name the signatures that nobody has reviewed for so many days
        #[arg(long, value_name = "DAYS")]
        stale: Option<u32>,
    },
    /// List vendors and products
    List {
        /// How to print it
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Show one vendor (`meta`) or one signature (`meta/pixel`)
    Show {
        /// Id of a vendor or signature
        id: String,
    },
    /// Recognise and decode requests from standard input, one JSON object per line
    #[command(
        long_about = MATCH_ABOUT,
        after_help = "Example:\n  echo '{\"url\":\"https://www.facebook.com/tr/?id=1&ev=PageView\"}' | pixelwarden signatures match --format jsonl"
    )]
    Match {
        /// How to read and print it
        #[arg(long, value_enum, default_value_t = MatchFormat::Jsonl)]
        format: MatchFormat,
    },
    /// A maintainer's commands.
    #[command(flatten)]
    Upkeep(UpkeepCommand),
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Table,
    /// One array
    Json,
}

/// How requests come in and detections go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MatchFormat {
    /// One JSON object per line
    Jsonl,
}

/// Runs `pixelwarden signatures`; `overlay` is the folder given with `--signatures`.
/// Data goes to `out`, remarks to `err`.
///
/// # Errors
/// When the database cannot be loaded, an id is unknown, or the output cannot be written.
pub fn run(
    command: &SignaturesCommand,
    overlay: Option<&Path>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit> {
    if let SignaturesCommand::Check { dir: Some(dir), stale } = command {
        return check_files(&read_folder(dir)?, *stale, out);
    }
    let db = match overlay {
        Some(folder) => Database::with_overlay(folder)?,
        None => Database::builtin()?,
    };
    match command {
        SignaturesCommand::Check { stale, .. } => {
            Ok(check_files(db.files(), *stale, out)?.max(check_rules_and_terms(out)?))
        }
        SignaturesCommand::List { format } => list(&db, *format, out),
        SignaturesCommand::Show { id } => show(&db, id, out),
        SignaturesCommand::Match { format: MatchFormat::Jsonl } => {
            match_lines(&db, &mut std::io::stdin().lock(), out)
        }
        SignaturesCommand::Upkeep(command) => upkeep::run(command, &db, out, err),
    }
}

fn check_files(
    files: &BTreeMap<String, String>,
    stale: Option<u32>,
    out: &mut dyn Write,
) -> Result<Exit> {
    // A check is about the files as they are today, not about a capture.
    let today = upkeep::today();
    let mut checked = check::check(files, today);
    if let Some(days) = stale {
        checked.problems.extend(check::stale(files, today, days));
    }
    for problem in &checked.problems {
        writeln!(out, "{}", shown(&problem.to_string()))?;
    }
    let check::Checked { vendors, signatures, examples, negative_examples, problems } = &checked;
    writeln!(
        out,
        "{vendors} vendors, {signatures} signatures, {examples} examples, \
         {negative_examples} negative examples, {} problems",
        problems.len()
    )?;
    Ok(if problems.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// The consent rules and health terms that are part of the program, by their own examples.
fn check_rules_and_terms(out: &mut dyn Write) -> Result<Exit> {
    let rules = Rules::builtin()?.check().into_iter().map(|error| error.to_string());
    let problems: Vec<String> = rules.chain(Lexicon::builtin()?.check()).collect();
    for problem in &problems {
        writeln!(out, "{}", shown(problem))?;
    }
    writeln!(out, "consent rules and health terms: {} problems", problems.len())?;
    Ok(if problems.is_empty() { Exit::Clean } else { Exit::Findings })
}

#[derive(Serialize)]
struct ListRow<'a> {
    id: &'a str,
    vendor: &'a str,
    owner: &'a str,
    country: &'a str,
    product: &'a str,
    title: &'a str,
    categories: &'a [String],
    role: Role,
    status: &'static str,
}

fn list(db: &Database, format: ListFormat, out: &mut dyn Write) -> Result<Exit> {
    let rows = db.vendors().iter().flat_map(|v| v.signatures.iter().map(move |s| row(v, s)));
    match format {
        ListFormat::Json => {
            let rows: Vec<_> = rows.collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        }
        ListFormat::Table => {
            let mut table = Table::new();
            table.load_style(presets::NOTHING);
            table.set_header(["ID", "PRODUCT", "WHAT", "PURPOSES", "ROLE", "STATUS"]);
            for row in rows {
                let (categories, role) = (row.categories.join(", "), row.role.name());
                table.add_row([row.id, row.product, row.title, &categories, role, row.status]);
            }
            writeln!(out, "{table}")?;
        }
    }
    Ok(Exit::Clean)
}

fn row<'a>(vendor: &'a Vendor, signature: &'a Signature) -> ListRow<'a> {
    ListRow {
        id: &signature.id,
        vendor: &vendor.name,
        owner: &vendor.owner,
        country: &vendor.country,
        product: &signature.product,
        title: &signature.title,
        categories: &signature.categories,
        role: signature.role,
        status: signature.status.name(),
    }
}

fn show(db: &Database, id: &str, out: &mut dyn Write) -> Result<Exit> {
    if let Some(signature) = db.signature(id) {
        show_signature(signature, out)?;
        return Ok(Exit::Clean);
    }
    if let Some(vendor) = db.vendor(id) {
        writeln!(out, "{} ({}), {}", vendor.name, vendor.owner, vendor.country)?;
        writeln!(out, "homepage  {}\nprivacy   {}", vendor.homepage, vendor.privacy)?;
        for signature in &vendor.signatures {
            writeln!(out)?;
            show_signature(signature, out)?;
        }
        return Ok(Exit::Clean);
    }
    let ids = db.vendors().iter().flat_map(|v| {
        std::iter::once(v.id.as_str()).chain(v.signatures.iter().map(|s| s.id.as_str()))
    });
    let nearest = ids.min_by_key(|known| strsim::levenshtein(known, id)).unwrap_or("meta/pixel");
    bail!("no vendor or signature is called `{id}`; did you mean `{nearest}`?")
}

fn show_signature(signature: &Signature, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}  {}: {}", signature.id, signature.product, signature.title)?;
    writeln!(out, "  purposes    {}", signature.categories.join(", "))?;
    writeln!(out, "  role        {}", signature.role.name())?;
    writeln!(out, "  status      {}, {}", signature.status.name(), signature.reviewed)?;
    for request in signature.described_requests() {
        writeln!(out, "  request     {request}")?;
    }
    for cookie in &signature.cookies {
        writeln!(out, "  cookie      {} ({})", cookie.pattern(), cookie.lifetime)?;
    }
    if !signature.globals.is_empty() {
        writeln!(out, "  globals     {}", signature.globals.join(", "))?;
    }
    for selector in &signature.dom {
        writeln!(out, "  element     {selector}")?;
    }
    for reference in &signature.references {
        writeln!(out, "  reference   {reference}")?;
    }
    Ok(())
}

/// A request as it comes in. Further keys are let through: captures have more to say.
#[derive(Deserialize)]
struct RawLine {
    url: String,
    method: Option<String>,
    post_data: Option<String>,
    post_base64: Option<String>,
    content_encoding: Option<String>,
    page_url: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    detections: Vec<Detected<'a>>,
}

#[derive(Serialize)]
struct Detected<'a> {
    signature: &'a str,
    vendor: &'a str,
    product: &'a str,
    categories: &'a [String],
    role: Role,
    party: Party,
    account: Option<&'a str>,
    event: Option<&'a str>,
    params: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct BadLine {
    line: usize,
    message: String,
}

/// Matches one request per line: one line in, one line out, in order; a bad line
/// does not stop the next one.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn match_lines(db: &Database, stdin: &mut dyn BufRead, out: &mut dyn Write) -> Result<Exit> {
    let mut exit = Exit::Clean;
    let mut bytes = Vec::new();
    for line in 1.. {
        let read = next_line(stdin, &mut bytes).context("standard input cannot be read")?;
        let text = bytes.trim_ascii();
        let answer = match read {
            Line::End => break,
            Line::Whole if text.is_empty() => continue,
            Line::Whole => match_line(db, text),
            Line::TooLong => Err(anyhow!("the line is longer than {} MiB", LONGEST >> 20)),
        };
        match answer {
            Ok(answer) => writeln!(out, "{answer}")?,
            Err(error) => {
                exit = Exit::Findings;
                let message = format!("{error:#}");
                let bad = serde_json::json!({ "error": BadLine { line, message } });
                writeln!(out, "{bad}")?;
            }
        }
        out.flush()?;
    }
    Ok(exit)
}

fn match_line(db: &Database, text: &[u8]) -> Result<String> {
    let line: RawLine = serde_json::from_slice(text)?;
    if !line.url.contains("://") && !line.url.starts_with("data:") {
        bail!("`url` is not an address: it has no scheme");
    }
    let body = match (&line.post_base64, &line.post_data) {
        (Some(text), _) => base64(text).context("`post_base64` is not base64")?,
        (None, Some(text)) => text.clone().into_bytes(),
        (None, None) => Vec::new(),
    };
    let default = if body.is_empty() { "GET" } else { "POST" };
    let matches = db.matches(&Observation::Request {
        url: &line.url,
        method: line.method.as_deref().unwrap_or(default),
        body: &body,
        content_encoding: line.content_encoding.as_deref().unwrap_or_default(),
        content_type: "",
        kind: None,
    });
    let page = line.page_url.as_deref().unwrap_or_default();
    let detections = matches
        .iter()
        .map(|m| detected(m, detect::party(&host_of(page), &host_of(&line.url), m.own_host, db)));
    Ok(serde_json::to_string(&Answer { detections: detections.collect() })?)
}

fn detected(found: &Match, party: Party) -> Detected<'_> {
    let params = found.params.iter().map(|(name, param)| (name.as_str(), param.value.as_str()));
    Detected {
        signature: &found.signature,
        vendor: &found.vendor,
        product: &found.product,
        categories: &found.categories,
        role: found.role,
        party,
        account: found.account.as_deref(),
        event: found.event.as_deref(),
        params: params.collect(),
    }
}
