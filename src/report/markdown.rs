//! A summary in Markdown that fits a comment on a pull request: verdict, what to do
//! first, findings, who received something. Nothing captured is markup in it, mentions
//! somebody or becomes a link.

use super::format::Facts;
use super::matrix::Matrix;
use super::text::Text;
use super::{Report, ReportError, summary, words};
use crate::audit::Finding;

pub(super) static FACTS: Facts = Facts {
    name: "markdown",
    extension: "md",
    summary: "a summary that fits a pull request's comment",
    render,
};

/// What the body of a comment holds on GitHub, in characters; counted here in bytes.
const LIMIT: usize = 65_536;
/// Kept free for the last lines.
const MARGIN: usize = 1_024;
const MESSAGE: usize = 400;
const ACTIONS: usize = 5;
const REASONS: usize = 8;

fn render(report: &Report<'_>) -> Result<Vec<u8>, ReportError> {
    let mut page = Page::default();
    head(&mut page, report);
    actions(&mut page, report);
    matrix(&mut page, report);
    findings(&mut page, report);
    settled(&mut page, report);
    foot(&mut page, report);
    Ok(page.text.into_bytes())
}

/// Lines up to the limit.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// Adds the line and says whether it had room.
    fn line(&mut self, line: &str) -> bool {
        let fits = self.text.len() + line.len() + 1 + MARGIN <= LIMIT;
        if fits {
            self.text.push_str(line);
            self.text.push('\n');
        }
        fits
    }

    /// Adds as many rows as have room and says how many were left out.
    fn rows(&mut self, rows: impl ExactSizeIterator<Item = String>) {
        let total = rows.len();
        let mut shown = 0;
        for row in rows {
            if !self.line(&row) {
                break;
            }
            shown += 1;
        }
        if shown < total {
            self.text.push_str(&format!("\nand {} more in the report\n", total - shown));
        }
    }
}

fn head(page: &mut Page, report: &Report<'_>) {
    let sites: Vec<String> = report.capture.sites().into_iter().map(str::to_owned).collect();
    page.line(&format!("## Tracking and consent: {}\n", plain(&words::listed(&sites, 3), MESSAGE)));
    if !report.completeness.complete {
        page.line("> [!WARNING]");
        page.line("> This audit is incomplete: what it did not see, it cannot clear.");
        for reason in report.completeness.reasons.iter().take(REASONS) {
            page.line(&format!("> - {}", plain(reason, MESSAGE)));
        }
        let rest = report.completeness.reasons.len().saturating_sub(REASONS);
        if rest > 0 {
            page.line(&format!("> - and {rest} more"));
        }
        page.line("");
    }
    page.line(&format!("**{}**\n", summary::headline(report)));
    let counts = summary::counts(report);
    let counts: Vec<String> =
        counts.iter().map(|(s, n)| format!("{n} {}", words::severity(*s).to_lowercase())).collect();
    page.line(&format!("Findings: {}", counts.join(", ")));
    for line in summary::decisions(report) {
        page.line(&format!("  \n{}", plain(line.as_str(), MESSAGE)));
    }
}

fn actions(page: &mut Page, report: &Report<'_>) {
    let actions = summary::actions(report);
    if actions.is_empty() {
        return;
    }
    page.line("\n### Do first\n");
    for (at, action) in actions.iter().take(ACTIONS).enumerate() {
        let about = plain(action.about.as_str(), MESSAGE);
        let (severity, title) = (words::severity(action.severity), plain(&action.title, MESSAGE));
        page.line(&format!("{}. **{severity}: {title}** ({about})  ", at + 1));
        page.line(&format!("   {}", action.fix));
    }
}

fn matrix(page: &mut Page, report: &Report<'_>) {
    let matrix = Matrix::of(report);
    if matrix.rows.is_empty() {
        return;
    }
    page.line("\n### Who received something\n");
    let heads = matrix.columns.iter().map(|column| plain(&words::pass(&column.pass), MESSAGE));
    page.line(&format!("| product | {} |", heads.collect::<Vec<_>>().join(" | ")));
    page.line(&format!("|---|{}", "---:|".repeat(matrix.columns.len())));
    let row = |row: &super::matrix::Row| {
        let cells: Vec<String> = matrix
            .columns
            .iter()
            .zip(&row.cells)
            .map(|(column, cell)| column.words(cell))
            .collect();
        format!("| {} | {} |", plain(&row.product, 60), cells.join(" | "))
    };
    page.rows(matrix.rows.iter().map(row));
}

fn findings(page: &mut Page, report: &Report<'_>) {
    let mut open: Vec<&Finding> = report.open().collect();
    if open.is_empty() {
        return;
    }
    open.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    page.line("\n### Findings\n");
    page.line("| severity | audit | what was observed | seen |");
    page.line("|---|---|---|---:|");
    page.rows(open.iter().map(|finding| row(finding)));
}

fn row(finding: &Finding) -> String {
    let mut said = plain(finding.message.as_str(), MESSAGE);
    if let Some(note) = finding.standing.note() {
        said = format!("{said} *{}*", plain(&note, MESSAGE));
    }
    let severity = words::severity(finding.severity);
    format!("| {severity} | `{}` | {said} | {} |", code(&finding.audit), finding.total)
}

fn settled(page: &mut Page, report: &Report<'_>) {
    let settled: Vec<&Finding> =
        report.findings.iter().filter(|finding| !finding.standing.is_open()).collect();
    if settled.is_empty() {
        return;
    }
    page.line("\n<details><summary>Accepted, covered or out of force</summary>\n");
    page.line("| severity | audit | what was observed | seen |");
    page.line("|---|---|---|---:|");
    page.rows(settled.iter().map(|finding| row(finding)));
    page.text.push_str("\n</details>\n");
}

fn foot(page: &mut Page, report: &Report<'_>) {
    let date = report.capture.manifest.started.map(summary::date);
    let version = env!("CARGO_PKG_VERSION");
    page.text.push_str(&format!(
        "\n<sub>pixelwarden {version}, signatures {}, captured {}. It states what was observed; \
         whether a rule applies is for a person to decide.</sub>\n",
        plain(report.signatures.version, 60),
        date.unwrap_or_else(|| "at an unknown time".to_owned()),
    ));
}

/// Captured text as text: no markup, link, mention or reference.
pub(super) fn plain(text: &str, limit: usize) -> String {
    let text = Text::named(text, limit);
    let mut out = String::with_capacity(text.as_str().len());
    for c in text.as_str().chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '!' | '~' | '|' | '{' | '}' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '<' | '>' | '&' | '@' | '#' | ':' => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    // The one thing that GitHub makes a link without a scheme.
    out.replace("www.", "www&#46;")
}

/// An id within backticks.
fn code(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect()
}
