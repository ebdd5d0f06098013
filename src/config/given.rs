//! A header or a cookie as it is written: its value stands there, or in the environment.

use crate::model::{Secret, SecretError};

/// Marks a value as the name of an environment variable.
const FROM_ENVIRONMENT: &str = "env:";

/// A name with its value, or with the place of its value. Printing it shows no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The header's or the cookie's name.
    pub name: String,
    source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Written(Secret),
    Environment(String),
}

impl Given {
    /// A value as written: `env:NAME` stands for what that variable holds.
    pub(super) fn new(name: &str, value: &str) -> Self {
        let source = match value.strip_prefix(FROM_ENVIRONMENT) {
            Some(variable) => Source::Environment(variable.to_owned()),
            None => Source::Written(Secret::new(name, value)),
        };
        Self { name: name.to_owned(), source }
    }

    /// The value under the header's or cookie's name.
    ///
    /// # Errors
    /// When the environment does not hold it.
    pub fn secret(&self) -> Result<Secret, SecretError> {
        match &self.source {
            Source::Written(secret) => Ok(secret.clone()),
            Source::Environment(variable) => {
                let held = Secret::from_environment(variable)?;
                Ok(Secret::new(&self.name, held.expose()))
            }
        }
    }
}
