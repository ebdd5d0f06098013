//! `pixelwarden decode`: consent strings and stored choices in words, or as JSON.

mod words;

use std::io::{BufRead, Write};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::Exit;
use super::lines::{LONGEST, Line, next_line};
use crate::consent::{Rules, recognise};
use crate::report::visible;

/// Longest text that an error repeats, in characters.
const SHOWN: usize = 60;

/// `pixelwarden decode`.
#[derive(Debug, Args)]
pub(super) struct DecodeArgs {
    /// The strings, or a cookie as NAME=VALUE; `-` reads one from each line of standard input
    #[arg(required = true, value_name = "STRING")]
    strings: Vec<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The formats of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Words
    Text,
    /// One JSON object per line
    Json,
}

/// Runs `pixelwarden decode`. Answers go to `out`, errors to `err`, or for JSON into the
/// answer's place.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub(super) fn run(
    args: &DecodeArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let rules = Rules::builtin()?;
    let mut answers = Answers { rules, format: args.format, first: true, exit: Exit::Clean };
    for text in &args.strings {
        if text == "-" {
            answers.lines(&mut std::io::stdin().lock(), out, err)?;
        } else {
            answers.answer(text, None, out, err)?;
        }
    }
    Ok(answers.exit)
}

struct Answers {
    rules: Rules,
    format: Format,
    first: bool,
    exit: Exit,
}

impl Answers {
    fn lines(
        &mut self,
        input: &mut dyn BufRead,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let mut line = Vec::new();
        for number in 1_u64.. {
            match next_line(input, &mut line).context("standard input cannot be read")? {
                Line::End => break,
                Line::Whole if line.trim_ascii().is_empty() => {}
                Line::Whole => {
                    let text = String::from_utf8_lossy(&line).into_owned();
                    self.answer(&text, Some(number), out, err)?;
                }
                Line::TooLong => {
                    let message = format!("the line is longer than {} MiB", LONGEST >> 20);
                    self.fail("", &message, Some(number), out, err)?;
                }
            }
        }
        Ok(())
    }

    fn answer(
        &mut self,
        text: &str,
        line: Option<u64>,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let found = match recognise(&self.rules, text) {
            Ok(found) => found,
            Err(error) => return self.fail(text, &error.to_string(), line, out, err),
        };
        match self.format {
            Format::Json => writeln!(out, "{}", serde_json::to_value(&found)?),
            Format::Text => {
                let gap = if self.first { "" } else { "\n" };
                write!(out, "{gap}{}", words::words(&found))
            }
        }
        .and_then(|()| out.flush())
        .context("output")?;
        self.first = false;
        Ok(())
    }

    fn fail(
        &mut self,
        text: &str,
        message: &str,
        line: Option<u64>,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> anyhow::Result<()> {
        self.exit = Exit::Findings;
        match (self.format, line) {
            (Format::Json, Some(line)) => {
                writeln!(out, "{}", json!({"error": {"line": line, "message": message}}))
            }
            (Format::Json, None) => writeln!(out, "{}", json!({"error": {"message": message}})),
            (Format::Text, line) => {
                let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
                writeln!(err, "error: {place}{}", message)
                    .and_then(|()| writeln!(err, "  in: {}", shown(text)))
            }
        }
        .and_then(|()| out.flush())
        .context("output")
    }
}

/// The beginning of a text, safe for a terminal.
fn shown(text: &str) -> String {
    match text.trim().char_indices().nth(SHOWN) {
        Some((end, _)) => visible(&text.trim()[..end]) + "…",
        None => visible(text.trim()),
    }
}
