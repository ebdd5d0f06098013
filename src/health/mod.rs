//! Health context and personal data: what a text tells of its reader.

mod verdict;

pub use verdict::{Evidence, HealthLabel, Identifier, IdentifierKind, PageKind, Verdict};
