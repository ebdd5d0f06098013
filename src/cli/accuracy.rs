//! `pixelwarden signatures accuracy`: reads a folder of labelled cases and asks the
//! commands that a user would ask.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::health::classify;
use crate::health::Lexicon;
use crate::signature::Database;
use crate::upkeep::accuracy::{self, Labelled, LabelledPage, LabelledRequest, Measure};

/// Where the cases are.
#[derive(Debug, Clone, Args)]
pub struct AccuracyArgs {
    /// A folder with any of requests.jsonl, phi_urls.jsonl and phi_requests.jsonl
    corpus: PathBuf,
    /// The labelled requests, where they are not in the folder; `-` is standard input
    #[arg(long, value_name = "FILE")]
    requests: Option<PathBuf>,
}

/// Prints one Markdown table.
///
/// # Errors
/// When a file cannot be read or a line of it is no case, or where there is no file.
pub(super) fn run(args: &AccuracyArgs, database: &Database, out: &mut dyn Write) -> Result<()> {
    let lexicon = Lexicon::builtin()?;
    let mut measures = Vec::new();
    let place = args.requests.clone().unwrap_or_else(|| args.corpus.join("requests.jsonl"));
    if let Some(text) = text(&place)? {
        let requests: Vec<LabelledRequest> = cases(&text, &place)?;
        measures.extend(accuracy::traffic(&requests, database, &lexicon));
    }
    for (what, name) in [("PHI pages", "phi_urls.jsonl"), ("PHI requests", "phi_requests.jsonl")] {
        let place = args.corpus.join(name);
        if let Some(text) = text(&place)? {
            measures.extend(labels(what, &text, &place, database, &lexicon)?);
        }
    }
    if measures.is_empty() {
        bail!("{} holds no labelled cases; --help names the files", args.corpus.display());
    }
    write!(out, "{}", accuracy::table(&measures))?;
    Ok(())
}

/// Compares labels with what `health classify` answers to the same lines.
fn labels(
    what: &str,
    text: &str,
    place: &Path,
    database: &Database,
    lexicon: &Lexicon,
) -> Result<Vec<Measure>> {
    let cases: Vec<LabelledPage> = cases(text, place)?;
    let mut answers = Vec::new();
    classify(lexicon, database, &mut text.as_bytes(), &mut answers)?;
    let answers: Vec<Labelled> = accuracy::read(&String::from_utf8(answers)?)
        .with_context(|| format!("a case of {} cannot be judged", place.display()))?;
    Ok(accuracy::health(what, &cases, &answers))
}

fn cases<Case: serde::de::DeserializeOwned>(text: &str, place: &Path) -> Result<Vec<Case>> {
    accuracy::read(text).with_context(|| format!("{} is no file of cases", place.display()))
}

/// The text of a file; `None` where there is none.
fn text(place: &Path) -> Result<Option<String>> {
    let read = if place == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(place)
    };
    match read {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", place.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUESTS: &str = r#"
{"page_url": "https://shop.example/", "url": "https://www.facebook.com/tr/?id=1&ev=PageView&dl=https%3A%2F%2Fshop.example%2F", "method": "GET", "resource_type": "image", "label": {"trackerdb": {"via": "filter", "pattern": "facebook"}, "easyprivacy": true, "easylist": false}}
{"page_url": "https://shop.example/", "url": "https://www.facebook.com/no-such-thing", "method": "GET", "resource_type": "image", "label": {"trackerdb": {"via": "filter", "pattern": "facebook"}}, "set": "har"}
{"page_url": "https://shop.example/", "url": "https://px.acme-metrics.example/collect?uid=9f2c41d8a7b6e5f0&u=shop.example", "method": "POST", "resource_type": "ping", "post_data": "a=1", "label": {"trackerdb": null, "easyprivacy": true}}
{"page_url": "https://shop.example/", "url": "https://static.ads.linkedin.com/px", "method": "GET", "resource_type": "image", "label": {"trackerdb": {"via": "domain", "pattern": "linkedin"}}}
"#;

    const PAGES: &str = r#"
{"url": "https://clinic.example/services/hiv-testing", "title": "HIV testing", "label": "phi", "fold": 1}
{"url": "https://clinic.example/services/depression-treatment", "label": "none"}
{"url": "https://shoes.example/sale", "label": "none"}
{"url": "https://other.example/about-us", "label": "phi"}
"#;

    const SENT: &str = r#"
{"page_url": "https://clinic.example/", "url": "https://www.facebook.com/tr/?id=1&ev=PageView&dl=https%3A%2F%2Fclinic.example%2Fservices%2Fhiv-testing", "method": "GET", "label": "phi", "carriers": ["dl", "ev"]}
"#;

    fn measured(files: &[(&str, &str)]) -> Result<String> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files {
            fs::write(folder.path().join(name), text)?;
        }
        let args = AccuracyArgs { corpus: folder.path().to_owned(), requests: None };
        let mut out = Vec::new();
        run(&args, &Database::builtin()?, &mut out)?;
        Ok(String::from_utf8(out)?)
    }

    #[test]
    fn the_table_counts_what_is_known_claimed_missed_and_flagged() {
        let files =
            [("requests.jsonl", REQUESTS), ("phi_urls.jsonl", PAGES), ("phi_requests.jsonl", SENT)];
        let table = measured(&files).unwrap();
        for line in [
            "| recall, TrackerDB filters, all | 0.500 | 1 of 2 |",
            "| recall, TrackerDB filters, claimed vendors | 0.500 | 1 of 2; missed: facebook.com 1 |",
            "| recall, TrackerDB filters, claimed vendors, drafts left out | 0.500 | 1 of 2 |",
            "| recall, EasyPrivacy, all | 0.500 | 1 of 2 |",
            "| recall, EasyPrivacy, claimed vendors | 1.000 | 1 of 1 |",
            "| top 60 tracking domains known | 0.500 | 1 of 2; unknown: acme-metrics.example |",
            "| pixel-like requests unrecognised (score ≥ 5) | 1.000 | 1 of 1 |",
            "| PHI pages, all cases, precision | 0.500 | 1 of 2 |",
            "| PHI pages, all cases, recall | 0.500 | 1 of 2 |",
            "| PHI pages, mean over hosts, precision | 0.500 | hosts: 1 |",
            "| PHI pages, mean over hosts, recall | 0.500 | hosts: 2 |",
            "| PHI requests, all cases, recall | 1.000 | 1 of 1 |",
            "| PHI requests, parameters cited where both say so, precision | 1.000 | 1 of 1 |",
            "| PHI requests, parameters cited where both say so, recall | 0.500 | 1 of 2 |",
        ] {
            assert!(table.contains(line), "{line}\nis not in\n{table}");
        }
        assert!(table.contains("| decode, µs a request | "), "{table}");
    }

    #[test]
    fn a_folder_without_cases_and_a_line_that_is_none_are_told() {
        let error = measured(&[]).unwrap_err();
        assert!(format!("{error:#}").contains("holds no labelled cases"), "{error:#}");
        let bad = [("phi_urls.jsonl", "\n{\"url\": \"https://a.example/\"}\n")];
        let error = format!("{:#}", measured(&bad).unwrap_err());
        assert!(error.contains("line 2") && error.contains("label"), "{error}");
    }
}
