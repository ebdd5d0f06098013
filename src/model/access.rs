//! What opens a site that is not open to everybody. It goes to that site and to nobody else.

use super::{Secret, host_of, registrable_domain};

/// Fewer characters than this are a flag, not a secret.
const SHORTEST_SECRET: usize = 8;

/// Headers, cookies and a login that the site under audit is given, and no third party.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The site (a registrable domain) that they are for.
    pub site: String,
    /// It is visited by HTTPS, and the cookies are for HTTPS only.
    pub secure: bool,
    /// Request headers, each named like its header.
    pub headers: Vec<Secret>,
    /// Cookies, each named like its cookie.
    pub cookies: Vec<Secret>,
    /// The answer when the site asks for a name and a password (HTTP authentication).
    pub login: Option<Login>,
}

impl Access {
    /// Whether an address is one of the site that this is for. What is for HTTPS goes
    /// nowhere without it.
    #[must_use]
    pub fn opens(&self, address: &str) -> bool {
        let in_the_clear = address.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("http:"));
        if self.site.is_empty() || (self.secure && in_the_clear) {
            return false;
        }
        registrable_domain(&host_of(address)) == self.site
    }

    /// Every value that must not be shown: the password, and what headers and cookies
    /// hold unless it is short (`1`, `true`).
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let password = self.login.iter().map(|login| &login.password);
        let given = self.headers.iter().chain(&self.cookies);
        given.filter(|secret| secret.expose().len() >= SHORTEST_SECRET).chain(password)
    }
}

/// A name and its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The name, which may be shown.
    pub user: String,
    /// The password.
    pub password: Secret,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_https_goes_nowhere_without_it() {
        let mut access = Access { site: "clinic.example".to_owned(), ..Access::default() };
        assert!(access.opens("http://www.clinic.example:8080/a"));
        assert!(!access.opens("https://clinic.example.evil.example/"));
        access.secure = true;
        assert!(access.opens("https://portal.clinic.example/a"));
        assert!(!access.opens("HTTP://www.clinic.example/a"));
    }
}
