//! pixelwarden audits websites for tracking pixels and consent.
//!
//! One pipe, cut at the capture:
//!
//! ```text
//! URL ─▶ crawl ─▶ Capture ─▶ detect ─▶ [Detection] ─▶ audit ─▶ [Finding] ─▶ report ─▶ bytes
//! ```
//!
//! Only the crawl is impure; everything after it is a deterministic function of
//! a stored [`model::Capture`]. `tests/layers.rs` holds the rooms apart.

pub mod audit;
pub mod browser;
pub mod bundle;
pub mod cli;
pub mod config;
pub mod consent;
pub mod crawl;
pub mod decode;
pub mod detect;
pub mod dom;
pub mod health;
pub mod lab;
pub mod model;
pub mod net;
pub mod report;
pub mod signature;
pub mod upkeep;
