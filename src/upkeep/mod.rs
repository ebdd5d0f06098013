//! A maintainer's tools: what the database holds, what it does not know yet, a draft to
//! begin with, what changes from one version to the next, and how much of it is right.

pub mod accuracy;
mod diff;
mod docs;
mod draft;
mod import;
mod schema;
mod shape;
mod stats;
mod unmatched;

pub use diff::{Change, Diff, Shift, diff};
pub use docs::{DocsError, docs};
pub use draft::{Sample, draft};
pub use import::{ImportError, Imported, ListFormat, ListSource, import};
pub use schema::schema;
pub use stats::{Stats, Tally};
pub use unmatched::{UnmatchedDomain, unmatched};
