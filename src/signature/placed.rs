//! A value of a signature file, and where it stands there: what an error needs to name a line.

use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// A value with its place. In the prebuilt form, which no person writes, all stand at 0.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    at: usize,
    value: T,
}

impl<T> Placed<T> {
    /// Where it begins, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The value.
    pub(super) fn get_ref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // TOML is for people and tells places; the prebuilt form is neither.
        if !deserializer.is_human_readable() {
            return T::deserialize(deserializer).map(|value| Self { at: 0, value });
        }
        let spanned = Spanned::deserialize(deserializer)?;
        Ok(Self { at: spanned.span().start, value: spanned.into_inner() })
    }
}
