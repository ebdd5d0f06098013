//! The summary that a run prints: the verdict, what to do first, who received what.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::lists::{self, Stops};
use super::matrix::{Column, Matrix, Row};
use super::{Report, aliases, summary, words};
use crate::audit::Severity;

/// How many actions, reasons and products are shown; the report has all.
const ACTIONS: usize = 5;
const REASONS: usize = 6;
const ROWS: usize = 15;

/// How a terminal wants its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour it.
    pub color: bool,
    /// Its width in characters.
    pub width: u16,
}

impl Style {
    /// For a file or a pipe: no colour, 80 characters wide.
    #[must_use]
    pub const fn plain() -> Self {
        Self { color: false, width: 80 }
    }

    /// For a stream: plain unless it is a terminal, and without colour where
    /// `NO_COLOR` is set (<https://no-color.org>).
    #[must_use]
    pub fn detect(is_terminal: bool, no_color: bool, width: Option<u16>) -> Self {
        match is_terminal {
            true => Self { color: !no_color, width: width.unwrap_or(80).clamp(40, 120) },
            false => Self::plain(),
        }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn severity(self, severity: Severity) -> String {
        let code = match severity {
            Severity::High => "1;31",
            Severity::Medium => "33",
            Severity::Low => "36",
            Severity::Info => "2",
        };
        self.paint(code, &words::severity(severity).to_lowercase())
    }
}

/// The summary as text, with a line break at its end.
#[must_use]
pub fn summary(report: &Report<'_>, style: Style) -> String {
    let mut out = String::new();
    head(&mut out, report, style);
    incomplete(&mut out, report, style);
    verdict(&mut out, report, style);
    actions(&mut out, report, style);
    matrix(&mut out, report, style);
    cloaked(&mut out, report, style);
    stopped(&mut out, report, style);
    journeys(&mut out, report, style);
    out
}

fn head(out: &mut String, report: &Report<'_>, style: Style) {
    for (at, (label, value)) in summary::facts(report).iter().enumerate() {
        let value = wrapped(value.as_str(), style, 11);
        let value = if at == 0 { style.bold(&value) } else { value };
        let _ = writeln!(out, "{label:<10} {value}");
    }
}

fn incomplete(out: &mut String, report: &Report<'_>, style: Style) {
    if report.completeness.complete {
        return;
    }
    let title = "This audit is INCOMPLETE: what it did not see, it cannot clear.";
    let _ = writeln!(out, "\n{}", style.paint("1;31", title));
    let reasons = &report.completeness.reasons;
    for reason in reasons.iter().take(REASONS) {
        let reason = super::text::Text::named(reason, 300);
        let _ = writeln!(out, "  - {}", wrapped(reason.as_str(), style, 4));
    }
    if reasons.len() > REASONS {
        let _ = writeln!(out, "  - and {} more", reasons.len() - REASONS);
    }
}

fn verdict(out: &mut String, report: &Report<'_>, style: Style) {
    let _ = writeln!(out, "\n{}", style.bold(&summary::headline(report)));
    let counts = summary::counts(report);
    let counts: Vec<String> =
        counts.iter().map(|(s, number)| format!("{number} {}", style.severity(*s))).collect();
    let _ = writeln!(out, "Findings: {}", counts.join(", "));
    for line in summary::decisions(report) {
        let _ = writeln!(out, "{}", wrapped(line.as_str(), style, 0));
    }
}

fn actions(out: &mut String, report: &Report<'_>, style: Style) {
    let actions = summary::actions(report);
    if actions.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", style.bold("Do first"));
    for (at, action) in actions.iter().take(ACTIONS).enumerate() {
        let mut title = format!("{} ({})", action.title, action.about);
        if action.findings > 1 {
            let _ = write!(title, ": {} findings", action.findings);
        }
        let severity = style.severity(action.severity);
        let indent = 5 + words::severity(action.severity).len();
        let _ = writeln!(out, "{:>2}. {severity} {}", at + 1, wrapped(&title, style, indent));
        if !action.fix.is_empty() {
            let _ = writeln!(out, "    {}", wrapped(action.fix, style, 4));
        }
    }
    if actions.len() > ACTIONS {
        let rest = words::count(actions.len() - ACTIONS, "more kind", "more kinds");
        let _ = writeln!(out, "    and {rest} in the report");
    }
}

fn matrix(out: &mut String, report: &Report<'_>, style: Style) {
    let matrix = Matrix::of(report);
    if matrix.rows.is_empty() {
        if matrix.columns.iter().any(|column| column.pages > 0) {
            let _ = writeln!(out, "\nNo known tracker was seen.");
        }
        return;
    }
    let _ = writeln!(out, "\n{}", style.bold("Who received something"));
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(style.width).force_no_tty();
    let heads = matrix.columns.iter().map(|column| words::pass(&column.pass));
    table.set_header(std::iter::once("product".to_owned()).chain(heads));
    for row in matrix.rows.iter().take(ROWS) {
        table.add_row(cells(row, &matrix.columns));
    }
    for column in 1..=matrix.columns.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in table.to_string().lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if matrix.rows.len() > ROWS {
        let _ = writeln!(out, " and {} more in the report", matrix.rows.len() - ROWS);
    }
}

fn cloaked(out: &mut String, report: &Report<'_>, style: Style) {
    let hosts = aliases::cloaked(report);
    if hosts.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", style.bold("Vendors behind other host names"));
    for cloak in hosts.iter().take(ROWS) {
        let mut said =
            format!("{} is an alias of {} ({})", cloak.host, cloak.target, cloak.products);
        if !cloak.sent.as_str().is_empty() {
            let _ = write!(said, ", cookies sent along: {}", cloak.sent);
        }
        let _ = writeln!(out, "  {}", wrapped(&said, style, 4));
    }
    if hosts.len() > ROWS {
        let _ = writeln!(out, "  and {} more in the report", hosts.len() - ROWS);
    }
}

/// What each of the user's lists would have stopped.
fn stopped(out: &mut String, report: &Report<'_>, style: Style) {
    let stops = Stops::of(report);
    if stops.lists.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", style.bold("Which lists would have stopped it"));
    let all: usize = stops.rows.iter().map(|row| row.requests).sum();
    for (at, list) in stops.lists.iter().enumerate() {
        let stopped: usize = stops.rows.iter().map(|row| row.stopped[at]).sum();
        let name = super::text::Text::named(&lists::named(list), 80);
        let mut said = format!("{name}: {stopped} of {}", words::count(all, "request", "requests"));
        let through = stops.rows.iter().filter(|row| row.stopped[at] < row.requests);
        let through: Vec<String> = through.map(|row| row.product.to_owned()).collect();
        if !through.is_empty() {
            let _ = write!(said, "; not all of {}", words::listed(&through, 5));
        }
        let said = super::text::Text::named(&said, 400);
        let _ = writeln!(out, "  {}", wrapped(said.as_str(), style, 4));
    }
}

/// One line for each journey and state.
fn journeys(out: &mut String, report: &Report<'_>, style: Style) {
    let made = super::journeys::made(report.capture);
    if made.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", style.bold("Journeys"));
    for row in made {
        let line = format!("{} ({}) {}", row.plan.name, words::pass(row.pass), row.words());
        let line = super::text::Text::captured(&line, 300);
        let _ = writeln!(out, "  {}", wrapped(line.as_str(), style, 4));
    }
}

fn cells(row: &Row, columns: &[Column]) -> Vec<String> {
    let name = super::text::Text::named(&row.product, 40).to_string();
    let states = columns.iter().zip(&row.cells).map(|(column, cell)| column.words(cell));
    std::iter::once(name).chain(states).collect()
}

/// `text` broken at spaces to the terminal's width, later lines indented.
fn wrapped(text: &str, style: Style, indent: usize) -> String {
    let width = usize::from(style.width).saturating_sub(indent).max(20);
    let mut out = String::with_capacity(text.len());
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out
}
