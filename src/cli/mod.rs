//! The command line: arguments in, files and an exit code out.
//!
//! Data goes to stdout only where it was asked for; everything else to stderr.

mod exit;

pub mod health;
pub mod signatures;

pub use exit::Exit;
