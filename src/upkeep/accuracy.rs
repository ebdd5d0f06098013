//! What the database and the lexicon get right on a folder of labelled cases: recall
//! against blockers' lists, what nobody knows, health labels, and the time it takes.

mod claimed;
mod corpus;
mod health;
mod traffic;

pub use corpus::{CorpusError, LabelledPage, LabelledRequest, Listed, read};
pub use health::{Labelled, health};
pub use traffic::traffic;

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What was measured.
    pub what: String,
    /// The figure.
    pub figure: String,
    /// What it was counted from.
    pub counted: String,
}

impl Measure {
    fn new(what: impl Into<String>, figure: impl Into<String>, counted: impl Into<String>) -> Self {
        Self { what: what.into(), figure: figure.into(), counted: counted.into() }
    }

    /// `part` of `whole`; no figure where there is no whole.
    fn share(what: impl Into<String>, part: usize, whole: usize) -> Self {
        Self::new(what, decimals(ratio(part, whole)), format!("{part} of {whole}"))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows, far below 2^52")]
fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn decimals(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"))
}

/// The lines as a Markdown table.
#[must_use]
pub fn table(measures: &[Measure]) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    let mut text = "| measure | figure | counted |\n|---|---:|---|\n".to_owned();
    for Measure { what, figure, counted } in measures {
        text.push_str(&format!("| {} | {} | {} |\n", cell(what), cell(figure), cell(counted)));
    }
    text
}
