//! A value that is used and never shown or stored: a password, a token.

use std::fmt;

use thiserror::Error;

/// A password or token by the name under which it is known. Whatever prints it shows
/// the name; it has no serde form, so that no file can hold it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    name: String,
    value: String,
}

/// A secret could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SecretError {
    /// There is no such variable.
    #[error("the environment variable `{0}` is not set")]
    Missing(String),
    /// The variable is there and empty, or not text.
    #[error("the environment variable `{0}` is empty or not text")]
    Unusable(String),
}

impl Secret {
    /// A secret of this name and value.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// The value of an environment variable, named like it.
    ///
    /// # Errors
    /// When the variable is missing, empty or not text.
    pub fn from_environment(name: &str) -> Result<Self, SecretError> {
        match std::env::var(name) {
            Ok(value) if !value.is_empty() => Ok(Self::new(name, value)),
            Err(std::env::VarError::NotPresent) => Err(SecretError::Missing(name.to_owned())),
            _ => Err(SecretError::Unusable(name.to_owned())),
        }
    }

    /// The name, which may be shown.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_its_name() {
        let secret = Secret::new("PORTAL_PASSWORD", "correct horse");
        assert_eq!(format!("{secret:?}"), "Secret(PORTAL_PASSWORD)");
        assert_eq!(secret.expose(), "correct horse");
        let missing = Secret::from_environment("PIXELWARDEN_NO_SUCH_VARIABLE").unwrap_err();
        assert_eq!(missing, SecretError::Missing("PIXELWARDEN_NO_SUCH_VARIABLE".to_owned()));
    }
}
