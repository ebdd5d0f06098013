//! The table of which of the user's lists would have stopped what was seen.

use serde::Serialize;

use super::super::lists::{self, Row, Stops};
use super::super::text::Text;
use super::super::{Report, words};
use super::{LABEL, Listed};

/// More products than this are only counted.
const ROWS: usize = 60;

#[derive(Serialize)]
pub(super) struct Lists {
    heads: Vec<Head>,
    rows: Listed<Line>,
}

#[derive(Serialize)]
struct Head {
    list: Text,
    blocker: Text,
}

#[derive(Serialize)]
struct Line {
    product: Text,
    requests: String,
    cells: Vec<Field>,
}

#[derive(Serialize)]
struct Field {
    list: Text,
    words: String,
}

impl Lists {
    pub(super) fn of(report: &Report<'_>) -> Self {
        let stops = Stops::of(report);
        let line = |row: &Row<'_>| Line {
            product: Text::named(row.product, LABEL),
            requests: words::count(row.requests, "request", "requests"),
            cells: stops
                .lists
                .iter()
                .enumerate()
                .map(|(at, list)| Field {
                    list: Text::named(&list.name, LABEL),
                    words: row.words(at),
                })
                .collect(),
        };
        let head = |list: &&crate::detect::ListUsed| Head {
            list: Text::named(&lists::named(list), LABEL),
            blocker: Text::named(&list.blocker, LABEL),
        };
        Self {
            heads: stops.lists.iter().map(head).collect(),
            rows: Listed::first(&stops.rows, ROWS, line),
        }
    }
}
