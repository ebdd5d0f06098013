//! Health context and personal data: what a text tells of its reader.
//!
//! [`Lexicon`] judges pages and parameters by the words in them, as data in
//! `signatures/health/` says; [`identifiers`] finds personal values, and [`mask`]
//! makes text of them that may leave the tool.

mod browser_id;
mod canary;
mod canary_forms;
mod check;
mod data;
mod forms;
mod hits;
mod identifier;
mod judge;
mod lexicon;
mod mask;
mod parameter;
mod read;
mod token;
mod trie;
mod verdict;
mod wrapped;

pub use canary::{CanaryField, CanaryHit, Spelling, canary_hits};
pub use identifier::{identifiers, identifiers_of};
pub use lexicon::{Lexicon, LexiconError, PageInput};
pub use mask::{mask, mask_param};
pub use parameter::Sender;
pub use verdict::{Evidence, HealthLabel, Identifier, IdentifierKind, PageKind, Verdict, topic};

/// The words of a text or an address's part, in lower case and without accents:
/// `logOut` and `log%20out` have two.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    token::Tokens::words(text)
}
