//! `pixelwarden.toml`: as written, then as used.
