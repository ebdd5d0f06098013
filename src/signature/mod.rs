//! Signatures: recognise a vendor's behaviour and decode what it carried.
//!
//! One TOML file per vendor in `signatures/vendors/`, embedded; a user's own
//! files go on top. A request costs a hash of its host's suffixes, then a
//! handful of candidates.

mod anywhere;
pub mod check;
mod database;
mod element;
mod expand;
mod extract;
mod files;
mod find;
mod index;
pub mod lifetime;
pub mod list;
mod load;
mod names;
mod observation;
mod params;
mod pattern;
mod placed;
mod raw;
mod request;
mod source;
mod target;
mod vendor;
pub mod vocabulary;

pub use database::Database;
pub use element::Selectors;
pub use files::read_folder;
pub use list::List;
pub use load::SignatureError;
pub use observation::{Match, Observation, Param, Role};
pub use vendor::{CookieRule, Signature, Vendor};
pub use vocabulary::{CATEGORIES, Status};

/// A match that says only who it is.
fn plain(vendor: &Vendor, signature: &Signature) -> Match {
    Match {
        signature: signature.id.clone(),
        vendor: vendor.name.clone(),
        product: signature.product.clone(),
        categories: signature.categories.clone(),
        role: signature.role,
        gvl: vendor.gvl.clone(),
        draft: signature.status == Status::Draft,
        ..Match::default()
    }
}
