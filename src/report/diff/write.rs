//! Writes a comparison: lines, JSON, Markdown, a page.

use std::fmt::Write;

use handlebars::Handlebars;
use serde::Serialize;

use super::{Change, ChangeKind, Diff, DiffFormat, Direction, Side};
use crate::report::text::Text;
use crate::report::words::count;
use crate::report::{ReportError, markdown};

/// Characters of one text, and changes of one direction that text and pages show.
const TEXT: usize = 400;
const SHOWN: usize = 500;
/// What the body of a comment holds, less what is kept free for the last lines.
const COMMENT: usize = 64_000;
const PAGE: &str = include_str!("../../../reports/html/diff.hbs");
const STYLE: &str = include_str!("../../../reports/html/style.css");

/// The comparison as bytes.
///
/// # Errors
/// When it cannot be written; no input leads to it.
pub fn render(format: DiffFormat, diff: &Diff) -> Result<Vec<u8>, ReportError> {
    Ok(match format {
        DiffFormat::Text => text(diff).into_bytes(),
        DiffFormat::Markdown => comment(diff).into_bytes(),
        DiffFormat::Html => page(diff)?.into_bytes(),
        DiffFormat::Json => {
            let mut bytes = serde_json::to_vec_pretty(diff)?;
            bytes.push(b'\n');
            bytes
        }
    })
}

fn title(direction: Direction) -> &'static str {
    match direction {
        Direction::Worse => "Worse",
        Direction::Neutral => "Changed",
        Direction::Better => "Better",
    }
}

fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Finding => "finding",
        ChangeKind::Vendor => "vendor",
        ChangeKind::Consent => "consent",
        ChangeKind::Data => "data",
        ChangeKind::Event => "event",
    }
}

fn headline(diff: &Diff) -> String {
    let of = |wanted| diff.changes.iter().filter(|c| c.direction == wanted).count();
    match (of(Direction::Worse), of(Direction::Better)) {
        (0, 0) if diff.changes.is_empty() => "Nothing changed.".to_owned(),
        (0, better) => {
            format!("Nothing is worse; {} better.", count(better, "thing is", "things are"))
        }
        (worse, better) => {
            format!("{} worse, {better} better.", count(worse, "thing is", "things are"))
        }
    }
}

/// What a change says: `new: seen`, `gone: …`, `a → b`.
fn said(change: &Change) -> String {
    match (&change.old, &change.new) {
        (None, Some(new)) => format!("new: {new}"),
        (Some(old), None) => format!("gone: {old}"),
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (None, None) => String::new(),
    }
}

fn side(side: &Side) -> String {
    let started = side.started.as_deref().unwrap_or("at an unknown time");
    let incomplete = if side.complete { "" } else { ", incomplete" };
    format!(
        "{} on {started}: {}, {}{incomplete}",
        side.sites.join(", "),
        count(side.pages, "page", "pages"),
        count(side.findings, "finding", "findings"),
    )
}

/// The changes of one direction, the first ones, and how many are left out.
fn group(diff: &Diff, direction: Direction) -> (Vec<&Change>, usize) {
    let all = diff.changes.iter().filter(|change| change.direction == direction);
    let total = all.clone().count();
    (all.take(SHOWN).collect(), total.saturating_sub(SHOWN))
}

const DIRECTIONS: [Direction; 3] = [Direction::Worse, Direction::Neutral, Direction::Better];

fn text(diff: &Diff) -> String {
    let shown = |text: &str| Text::named(text, TEXT).to_string();
    let mut out = String::new();
    let _ = writeln!(out, "old  {}\nnew  {}\n", shown(&side(&diff.old)), shown(&side(&diff.new)));
    let _ = writeln!(out, "{}", headline(diff));
    for note in &diff.notes {
        let _ = writeln!(out, "note: {}", shown(note));
    }
    for direction in DIRECTIONS {
        let (changes, left_out) = group(diff, direction);
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{}", title(direction));
        for change in changes {
            let (subject, said) = (shown(&change.subject), shown(&said(change)));
            let _ = writeln!(out, "  {:<8} {subject}: {said}", kind(change.kind));
        }
        if left_out > 0 {
            let _ = writeln!(out, "  and {left_out} more");
        }
    }
    out
}

fn comment(diff: &Diff) -> String {
    let mut out = format!("## What changed\n\n**{}**\n\n", headline(diff));
    for (label, run) in [("Old", &diff.old), ("New", &diff.new)] {
        let _ = writeln!(out, "- {label}: {}", markdown::plain(&side(run), TEXT));
    }
    for note in &diff.notes {
        let _ = writeln!(out, "- {}", markdown::plain(note, TEXT));
    }
    for direction in DIRECTIONS {
        let (changes, mut left_out) = group(diff, direction);
        if changes.is_empty() {
            continue;
        }
        let _ =
            writeln!(out, "\n### {}\n\n| what | who | change |\n|---|---|---|", title(direction));
        for change in changes {
            let row = format!(
                "| {} | {} | {} |\n",
                kind(change.kind),
                markdown::plain(&change.subject, TEXT),
                markdown::plain(&said(change), TEXT)
            );
            match out.len() + row.len() < COMMENT {
                true => out.push_str(&row),
                false => left_out += 1,
            }
        }
        if left_out > 0 {
            let _ = writeln!(out, "\nand {left_out} more");
        }
    }
    out
}

#[derive(Serialize)]
struct View {
    /// What the style sheet prints at the head of a page.
    print_head: Text,
    headline: String,
    old: Text,
    new: Text,
    notes: Vec<Text>,
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    title: &'static str,
    rows: Vec<Row>,
    left_out: usize,
}

#[derive(Serialize)]
struct Row {
    kind: &'static str,
    subject: Text,
    said: Text,
}

fn page(diff: &Diff) -> Result<String, ReportError> {
    let row = |change: &&Change| Row {
        kind: kind(change.kind),
        subject: Text::named(&change.subject, TEXT),
        said: Text::named(&said(change), TEXT),
    };
    let groups = DIRECTIONS.into_iter().filter_map(|direction| {
        let (changes, left_out) = group(diff, direction);
        let rows: Vec<Row> = changes.iter().map(row).collect();
        (!rows.is_empty()).then_some(Group { title: title(direction), rows, left_out })
    });
    let view = View {
        print_head: Text::own("what changed"),
        headline: headline(diff),
        old: Text::named(&side(&diff.old), TEXT),
        new: Text::named(&side(&diff.new), TEXT),
        notes: diff.notes.iter().map(|note| Text::named(note, TEXT)).collect(),
        groups: groups.collect(),
    };
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    for (name, text) in [("style", STYLE), ("diff", PAGE)] {
        engine
            .register_template_string(name, text)
            .map_err(|error| ReportError::Template(Box::new(error)))?;
    }
    engine.render("diff", &view).map_err(|error| ReportError::Page(Box::new(error)))
}
