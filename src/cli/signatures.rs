//! `pixelwarden signatures`: check, list, show, and match requests from a pipe.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use serde::Serialize;

use super::errors::shown;
use super::match_lines::match_lines;
use super::upkeep::{self, UpkeepCommand};
use super::{Exit, settings};
use crate::consent::Rules;
use crate::health::Lexicon;
use crate::signature::{Database, Role, Signature, Vendor, check, read_folder};

const MATCH_ABOUT: &str = "\
Recognise and decode requests from standard input, one JSON object per line

{\"url\", \"method\"?, \"post_data\"? or \"post_base64\"?, \"content_encoding\"?, \"page_url\"?,
\"resource_type\"?} gives {\"detections\"}; \"page_url\" tells the site itself from a third party.
With --list also {\"lists\"}: which of them know it, and whether they say that it tracks; they
ask what it was for, so \"resource_type\" (script, image, xhr …) makes their answers exact.";

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
    #[command(after_help = "Example:\n  pixelwarden signatures list facebook")]
    List {
        /// Only what goes by this name: a vendor, product, company or host
        name: Option<String>,
        /// How to print it
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Show one vendor (`meta`) or one signature (`meta/pixel`)
    #[command(
        after_help = "Examples:\n  pixelwarden signatures show meta/pixel\n  pixelwarden signatures show ga4\n  pixelwarden signatures show bat.bing.com"
    )]
    Show {
        /// Id, or the name of a vendor, product or host
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

/// Runs `pixelwarden signatures`; `overlay` is the folder given with `--signatures`, `lists`
/// are those given with `--list`. Data goes to `out`, remarks to `err`.
///
/// # Errors
/// When the database cannot be loaded, an id is unknown, or the output cannot be written.
pub fn run(
    command: &SignaturesCommand,
    overlay: Option<&Path>,
    lists: &[PathBuf],
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit> {
    if let SignaturesCommand::Check { dir: Some(dir), stale } = command {
        return check_files(&read_folder(dir)?, *stale, out);
    }
    let db = settings::database(overlay, lists)?;
    match command {
        SignaturesCommand::Check { stale, .. } => {
            Ok(check_files(db.files(), *stale, out)?.max(check_rules_and_terms(out)?))
        }
        SignaturesCommand::List { name, format } => list(&db, name.as_deref(), *format, out),
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

fn list(
    db: &Database,
    name: Option<&str>,
    format: ListFormat,
    out: &mut dyn Write,
) -> Result<Exit> {
    let found = match name {
        Some(name) => found(db, name)?,
        None => {
            db.vendors().iter().flat_map(|v| v.signatures.iter().map(move |s| (v, s))).collect()
        }
    };
    let rows = found.into_iter().map(|(vendor, signature)| row(vendor, signature));
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
    let mut shown = BTreeSet::new();
    let found = found(db, id)?;
    for (vendor, signature) in &found {
        // One signature that was asked for by its id stands for itself.
        if signature.id != id && shown.insert(&vendor.id) {
            let also = match vendor.aliases.as_slice() {
                [] => String::new(),
                names => format!(", also {}", names.join(", ")),
            };
            writeln!(out, "{} ({}), {}{also}", vendor.name, vendor.owner, vendor.country)?;
            writeln!(out, "homepage  {}\nprivacy   {}\n", vendor.homepage, vendor.privacy)?;
        }
        show_signature(signature, out)?;
    }
    Ok(Exit::Clean)
}

/// What goes by this name.
fn found<'a>(db: &'a Database, name: &str) -> Result<Vec<(&'a Vendor, &'a Signature)>> {
    let found = db.find(name);
    if found.is_empty() {
        let names = db.vendors().iter().flat_map(|v| {
            let ids = std::iter::once(&v.id).chain(v.signatures.iter().map(|s| &s.id));
            ids.chain(&v.aliases)
        });
        let distance = |known: &&String| strsim::levenshtein(&known.to_lowercase(), name);
        let nearest = names.min_by_key(distance).map_or("meta/pixel", String::as_str);
        bail!("no vendor, product or host is called `{name}`; did you mean `{nearest}`?");
    }
    Ok(found)
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
