//! Payload layers and consent strings, read with bounds-checked readers.
//!
//! Everything here takes hostile input: each reader bounds its size and depth,
//! and answers `None` instead of failing.

pub mod consent;
mod inflate;
pub mod layers;
pub mod layout;
mod multipart;
mod text;
pub mod tree;
mod unfold;

pub use inflate::{Compression, content_decoded, inflate};
pub use layers::{Leaf, peel};
pub use layout::{Layer, Layout};
pub use text::{base64, form, form_value, percent};
pub use unfold::{Unfolded, lz_string, opened, unfold};
