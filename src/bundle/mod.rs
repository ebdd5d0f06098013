//! Captures on disk.
