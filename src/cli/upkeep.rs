//! `pixelwarden signatures …` for whoever maintains them: count, browse, draft, try,
//! compare, and see what is missing.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use jiff::civil::Date;
use url::Url;

use super::accuracy::{self, AccuracyArgs};
use super::errors::shown;
use super::import::{self, ImportArgs};
use super::{Exit, input, output};
use crate::detect;
use crate::health::Lexicon;
use crate::model::registrable_domain;
use crate::signature::{Database, check, read_folder};
use crate::upkeep::{self, Diff, Sample, Stats, Tally, UnmatchedDomain};

/// A maintainer's commands.
#[derive(Debug, Clone, Subcommand)]
pub enum UpkeepCommand {
    /// Count what the database holds
    Stats {
        /// How to print it
        #[arg(long, value_enum, default_value_t = StatsFormat::Table)]
        format: StatsFormat,
    },
    /// Write the database as one HTML page to browse
    Docs {
        /// The page
        #[arg(short, long, value_name = "FILE", default_value = "signatures.html")]
        output: PathBuf,
    },
    /// Print the JSON schema of signature files, for editors
    Schema,
    /// Third parties of a capture that no signature knows, the most pixel-like first
    #[command(
        after_help = "Examples:\n  pixelwarden signatures unmatched ./pixelwarden-example.com-20261124-101500\n  pixelwarden signatures unmatched ./capture --list easyprivacy.list.json   # says what the list knows"
    )]
    Unmatched {
        /// The folder of a capture, or a HAR file
        capture: PathBuf,
        /// How to print it
        #[arg(long, value_enum, default_value_t = RowFormat::Table)]
        format: RowFormat,
        /// The least score that is told, of 10
        #[arg(long, value_name = "N", default_value_t = 0)]
        min_score: u8,
    },
    /// Draft a vendor's file from what was seen: hosts, paths and parameters filled in
    #[command(after_help = "Examples:
  pixelwarden signatures new acme --from ./capture --domain acme-metrics.example
  pixelwarden signatures new acme --from 'https://px.acme.example/collect?id=42&ev=view'")]
    New {
        /// The vendor's id: the name of its file
        vendor: String,
        /// The folder of a capture, a HAR file or an address; repeatable
        #[arg(long, value_name = "WHERE", required = true)]
        from: Vec<String>,
        /// Its domain; that of the first address if absent
        #[arg(long, value_name = "DOMAIN")]
        domain: Option<String>,
        /// The folder to write it to
        #[arg(short, long, value_name = "DIR", default_value = ".")]
        output: PathBuf,
        /// Overwrite one that is there
        #[arg(long)]
        force: bool,
    },
    /// Check one file while it is written: its examples, and what it sees in a capture
    #[command(after_help = "Example:\n  pixelwarden signatures test acme.toml --on ./capture")]
    Test {
        /// The vendor's file
        file: PathBuf,
        /// The folder of a capture, or a HAR file
        #[arg(long, value_name = "CAPTURE")]
        on: Option<PathBuf>,
    },
    /// What changed between two versions of the database
    #[command(
        after_help = "Example:\n  pixelwarden signatures diff ./signatures-before builtin --on ./capture"
    )]
    Diff {
        /// A folder of signature files, or `builtin`
        old: PathBuf,
        /// A folder of signature files, or `builtin`
        new: PathBuf,
        /// Tell which detections of this capture would change
        #[arg(long, value_name = "CAPTURE")]
        on: Option<PathBuf>,
        /// How to print it
        #[arg(long, value_enum, default_value_t = RowFormat::Table)]
        format: RowFormat,
    },
    /// Measure recall, health labels and speed on a folder of labelled cases
    #[command(after_help = "Each line of a file is a JSON object; more fields do no harm:
  requests.jsonl      page_url, url, method, resource_type, post_data?,
                      label: {trackerdb?: {via, pattern}, easyprivacy?, easylist?}
  phi_urls.jsonl      url, title?, label: phi, health-generic or none
  phi_requests.jsonl  page_url, url, method, body?, label, carriers: names of parameters

Example:
  xz -dc corpus/requests.jsonl.xz | pixelwarden signatures accuracy corpus --requests -")]
    Accuracy(AccuracyArgs),
    /// Bring your own copy of a list of trackers into the form that --list takes
    #[command(
        after_help = "What only such a list knows is reported with its name and low confidence; and reports
say which of the lists would have stopped what was seen.

Examples:
  pixelwarden signatures import --format easyprivacy easyprivacy.txt
  pixelwarden signatures import --format tracker-radar tds.json -o duckduckgo.list.json
  pixelwarden audit capture --list easyprivacy.list.json --list duckduckgo.list.json -o audit"
    )]
    Import(ImportArgs),
}

/// How counts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    /// For people
    Table,
    /// One object
    Json,
    /// For a README
    Markdown,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// For people
    Table,
    /// For programs
    Json,
}

/// Upkeep is about the database as it is today.
pub(super) fn today() -> Date {
    jiff::ZonedDateTime::now().date()
}

/// Runs one of them. Data goes to `out`, remarks to `err`.
pub(super) fn run(
    command: &UpkeepCommand,
    db: &Database,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit> {
    match command {
        UpkeepCommand::Stats { format } => stats(&Stats::of(db, today()), *format, out)?,
        UpkeepCommand::Docs { output } => {
            let page = upkeep::docs(db)?;
            output::write_whole(output, |file| file.write_all(page.as_bytes()))
                .with_context(|| output::cannot_write(output))?;
            writeln!(err, "{} is written", output.display())?;
        }
        UpkeepCommand::Schema => {
            writeln!(out, "{}", serde_json::to_string_pretty(&upkeep::schema())?)?;
        }
        UpkeepCommand::Unmatched { capture, format, min_score } => {
            let rows = upkeep::unmatched(&input::capture(capture)?, db, &Lexicon::builtin()?);
            let rows: Vec<_> = rows.into_iter().filter(|row| row.score >= *min_score).collect();
            unmatched(&rows, *format, out)?;
        }
        UpkeepCommand::New { vendor, from, domain, output, force } => {
            let place = new(vendor, from, domain.as_deref(), output, *force)?;
            writeln!(
                err,
                "{} is a draft: complete what is marked `to do`, then run\n  \
                 pixelwarden signatures test {}",
                place.display(),
                place.display()
            )?;
        }
        UpkeepCommand::Test { file, on } => return test(file, on.as_deref(), db, out),
        UpkeepCommand::Diff { old, new, on, format } => {
            let capture = on.as_deref().map(input::capture).transpose()?;
            let lexicon = Lexicon::builtin()?;
            let seen = capture.as_ref().map(|capture| (capture, &lexicon));
            diff(&upkeep::diff(&version(old)?, &version(new)?, seen), *format, out)?;
        }
        UpkeepCommand::Accuracy(args) => accuracy::run(args, db, out)?,
        UpkeepCommand::Import(args) => import::run(args, err)?,
    }
    Ok(Exit::Clean)
}

fn version(place: &Path) -> Result<Database> {
    if place == Path::new("builtin") {
        return Ok(Database::builtin()?);
    }
    Ok(Database::of(read_folder(place)?, "")?)
}

fn stats(stats: &Stats, format: StatsFormat, out: &mut dyn Write) -> Result<()> {
    let rows = [
        ("vendors", stats.vendors.to_string()),
        ("signatures", stats.signatures.to_string()),
        ("examples", stats.examples.to_string()),
        ("negative examples", stats.negative_examples.to_string()),
        ("matchers", tally(&stats.matchers)),
        ("status", tally(&stats.status)),
        ("roles", tally(&stats.roles)),
        ("purposes", tally(&stats.purposes)),
        ("countries", tally(&stats.countries)),
        ("by host alone", stats.by_host_alone.len().to_string()),
        ("version", format!("{}, SHA-256 {}", stats.version, stats.hash)),
    ];
    match format {
        StatsFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(stats)?)?,
        StatsFormat::Markdown => {
            writeln!(out, "| what | how many |\n|---|---|")?;
            for (name, value) in rows {
                writeln!(out, "| {name} | {value} |")?;
            }
        }
        StatsFormat::Table => {
            let mut table = plain_table();
            for (name, value) in rows {
                table.add_row([name.to_owned(), value]);
            }
            writeln!(out, "{table}")?;
        }
    }
    Ok(())
}

fn tally(tally: &Tally) -> String {
    let mut rows: Vec<_> = tally.iter().collect();
    rows.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    rows.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table
}

fn unmatched(rows: &[UnmatchedDomain], format: RowFormat, out: &mut dyn Write) -> Result<()> {
    if format == RowFormat::Json {
        writeln!(out, "{}", serde_json::to_string_pretty(rows)?)?;
        return Ok(());
    }
    if rows.is_empty() {
        writeln!(out, "every third-party request is known")?;
        return Ok(());
    }
    for row in rows {
        let times = if row.requests == 1 { "request" } else { "requests" };
        let pages = if row.pages == 1 { "page" } else { "pages" };
        writeln!(
            out,
            "{:>2}/10  {}  {} {times} on {} {pages}",
            row.score, row.domain, row.requests, row.pages
        )?;
        for (name, values) in [
            ("why", row.reasons.join(", ")),
            ("hosts", row.hosts.join(", ")),
            ("paths", row.paths.join("  ")),
            ("query", row.parameters.join(", ")),
            ("e.g.", row.example.to_string()),
            ("lists", row.listed_by.join(", ")),
            ("needs", row.needs.join("; ")),
        ] {
            if !values.is_empty() {
                writeln!(out, "       {name:<6} {}", shown(&values))?;
            }
        }
    }
    Ok(())
}

/// Writes the draft and says where it is.
fn new(
    vendor: &str,
    from: &[String],
    domain: Option<&str>,
    folder: &Path,
    force: bool,
) -> Result<PathBuf> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if vendor.is_empty() || !vendor.chars().all(fits) {
        bail!("`{vendor}` is no id: lower-case letters, digits and hyphens, as in `trade-desk`");
    }
    let samples = from.iter().map(|place| samples(place)).collect::<Result<Vec<_>>>()?.concat();
    let first =
        || from.iter().find_map(|place| Url::parse(place).ok()?.host_str().map(registrable_domain));
    let domain = domain.map(str::to_owned).or_else(first);
    let domain = domain.ok_or_else(|| {
        anyhow!("which domain is {vendor}'s? Name it with --domain; `signatures unmatched` lists those that are not known")
    })?;
    let text = upkeep::draft(&domain, &samples, today())
        .ok_or_else(|| anyhow!("nothing was sent to {domain} in {}", from.join(", ")))?;
    let place = folder.join(format!("{vendor}.toml"));
    if place.exists() && !force {
        bail!("{} is there already; --force overwrites it", place.display());
    }
    fs::write(&place, text).with_context(|| output::cannot_write(&place))?;
    Ok(place)
}

fn samples(place: &str) -> Result<Vec<Sample>> {
    if place.starts_with("https://") || place.starts_with("http://") {
        return Ok(vec![Sample { url: place.to_owned(), method: "GET".to_owned() }]);
    }
    let capture = input::capture(Path::new(place))?;
    let requests = capture.visits.into_iter().flat_map(|visit| visit.requests);
    Ok(requests.map(|request| Sample { url: request.url, method: request.method }).collect())
}

/// Checks one file among all others, and shows what it sees in a capture.
fn test(file: &Path, on: Option<&Path>, db: &Database, out: &mut dyn Write) -> Result<Exit> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| anyhow!("{} is no file", file.display()))?;
    let id = name.strip_suffix(".toml").unwrap_or(&name).to_owned();
    let mut files = db.files().clone();
    // The file takes the place of the one that the database has under its name.
    files.retain(|known, _| Path::new(known).file_stem().is_none_or(|stem| stem != id.as_str()));
    files.insert(name.clone(), text.clone());
    let problems = check::check(&files, today()).problems;
    let own: Vec<_> = problems.iter().filter(|problem| problem.file == name).collect();
    for problem in &own {
        writeln!(out, "{}", shown(&problem.to_string()))?;
    }
    let alone = check::check(&std::collections::BTreeMap::from([(name, text)]), today());
    writeln!(
        out,
        "{} signatures, {} examples, {} negative examples, {} problems",
        alone.signatures,
        alone.examples,
        alone.negative_examples,
        own.len()
    )?;
    if let Some(place) = on
        && let Ok(database) = Database::of(files, "")
    {
        sightings(&id, &database, place, out)?;
    }
    Ok(if own.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// What the vendor's signatures see in a capture, masked.
fn sightings(id: &str, db: &Database, place: &Path, out: &mut dyn Write) -> Result<()> {
    let capture = input::capture(place)?;
    let detected = detect::detect(&capture, db, &Lexicon::builtin()?);
    let own = detected.detections.iter().filter(|d| d.signature.split('/').next() == Some(id));
    let mut count = 0;
    for detection in own {
        count += 1;
        let (account, event) = (detection.account.as_deref(), detection.event.as_deref());
        writeln!(
            out,
            "{} {}  account {}  event {}\n    {}",
            detection.visit,
            detection.signature,
            shown(account.unwrap_or("-")),
            shown(event.unwrap_or("-")),
            shown(detection.url.as_str()),
        )?;
        for (name, value) in &detection.params {
            let label = detection.labels.get(name).map_or("", String::as_str);
            let value = shown(value.as_str());
            writeln!(out, "    {} = {value}  {}", shown(name), shown(label))?;
        }
    }
    writeln!(out, "{count} detections in {}", place.display())?;
    Ok(())
}

fn diff(diff: &Diff, format: RowFormat, out: &mut dyn Write) -> Result<()> {
    if format == RowFormat::Json {
        writeln!(out, "{}", serde_json::to_string_pretty(diff)?)?;
        return Ok(());
    }
    if diff.is_empty() {
        writeln!(out, "nothing changed")?;
        return Ok(());
    }
    for change in &diff.changes {
        let (id, facts) = (shown(&change.id), change.facts.join(", "));
        writeln!(out, "{:<8} {id}  {facts}", change.what)?;
    }
    for shift in &diff.detections {
        let event = shift.event.as_deref().unwrap_or("-");
        let (before, after) = (shift.before, shift.after);
        let signature = shown(&shift.signature);
        writeln!(out, "detected {signature} {}: {before} → {after}", shown(event))?;
    }
    Ok(())
}
