//! The table of who received something under which choice.

use serde::Serialize;

use super::super::matrix::{Cell, Column, Matrix, Row, Status};
use super::super::text::Text;
use super::super::{Report, aliases, words};
use super::{LABEL, Listed};
use crate::model::ConsentState;

/// More products than this are only counted.
const ROWS: usize = 60;

#[derive(Serialize)]
pub(super) struct View {
    columns: Vec<Head>,
    rows: Listed<Line>,
    cloaked: Listed<Cloaked>,
    extent: Text,
    nothing_loaded: bool,
}

/// A host that is an alias of a vendor's.
#[derive(Serialize)]
struct Cloaked {
    host: Text,
    target: Text,
    products: Text,
    sent: Text,
    set: Text,
}

#[derive(Serialize)]
struct Head {
    state: Text,
    note: String,
}

#[derive(Serialize)]
struct Line {
    vendor: Text,
    product: Text,
    purpose: Text,
    own_host: bool,
    cells: Vec<Field>,
}

#[derive(Serialize)]
struct Field {
    /// Read by the style sheet, and never the only carrier of what the cell says.
    class: &'static str,
    symbol: &'static str,
    state: Text,
    words: String,
    /// `3 with health content`, or empty.
    telling: String,
}

impl View {
    pub(super) fn of(report: &Report<'_>) -> Self {
        let matrix = Matrix::of(report);
        let line = |row: &Row| Line {
            vendor: Text::named(&row.vendor, LABEL),
            product: Text::named(&row.product, LABEL),
            purpose: Text::named(&row.purpose.replace('-', " "), LABEL),
            own_host: row.own_host,
            cells: matrix.columns.iter().zip(&row.cells).map(|(c, cell)| field(c, *cell)).collect(),
        };
        Self {
            columns: matrix.columns.iter().map(head).collect(),
            rows: Listed::first(&matrix.rows, ROWS, line),
            cloaked: Listed::first(aliases::cloaked(report), ROWS, Cloaked::from),
            extent: aliases::extent(report),
            nothing_loaded: matrix.columns.iter().all(|column| column.pages == 0),
        }
    }
}

impl From<aliases::Cloak> for Cloaked {
    fn from(cloak: aliases::Cloak) -> Self {
        let aliases::Cloak { host, target, products, sent, set } = cloak;
        Self { host, target, products, sent, set }
    }
}

fn head(column: &Column) -> Head {
    let note = match column.status {
        Status::Seen => words::count(column.pages, "page", "pages"),
        Status::NotRun => "not run".to_owned(),
        Status::NothingLoaded => "no page loaded".to_owned(),
        Status::NotVerified => "choice not verified".to_owned(),
        Status::NotOffered(why) => why.to_owned(),
    };
    Head { state: state(column), note }
}

fn state(column: &Column) -> Text {
    Text::named(&words::capitalised(&words::pass(&column.pass)), LABEL)
}

fn field(column: &Column, cell: Cell) -> Field {
    let (class, symbol, words) = match column.status {
        Status::Seen => seen(&column.pass.state, cell),
        Status::NotRun => ("unknown", "–", "not run".to_owned()),
        Status::NothingLoaded => ("unknown", "–", "no page loaded".to_owned()),
        Status::NotOffered(why) => ("unknown", "–", why.to_owned()),
        Status::NotVerified if cell == Cell::default() => {
            ("unknown", "?", "not verified".to_owned())
        }
        Status::NotVerified => ("unknown", "?", format!("{}, not verified", cell.words())),
    };
    let telling = match cell.flagged {
        0 => String::new(),
        number => format!("{} with health content", words::thousands(number)),
    };
    Field { class, symbol, state: state(column), words, telling }
}

fn seen(state: &ConsentState, cell: Cell) -> (&'static str, &'static str, String) {
    let (class, symbol) = match cell {
        Cell { sent: 0, loaded: 0, stored: 0, .. } => ("nothing", "○"),
        Cell { sent: 0, .. } => ("loaded", "◐"),
        _ => (sent_class(state), "●"),
    };
    (class, symbol, cell.words())
}

/// How grave it is that something was sent in this state.
pub(super) fn sent_class(state: &ConsentState) -> &'static str {
    match state {
        ConsentState::AfterReject | ConsentState::AfterWithdraw => "sent-refused",
        ConsentState::BeforeChoice | ConsentState::NoInteraction => "sent-unasked",
        _ => "sent-allowed",
    }
}
