//! A proxy that all traffic of a run goes through: the browser's and the tool's own.

use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::Url;

use super::{Login, Secret};

/// A proxy. What prints it shows no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// How it is spoken to.
    pub scheme: ProxyScheme,
    /// Its host, IPv6 addresses in brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The name that it was given with, if any.
    pub user: Option<String>,
    /// What it is told when it asks who is there.
    pub login: Option<Login>,
}

/// How a proxy is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyScheme {
    /// HTTP: whole addresses for `http`, `CONNECT` for `https`.
    Http,
    /// The same, over TLS.
    Https,
    /// SOCKS 5; the proxy looks names up.
    Socks5,
}

/// A text that names no proxy. It does not repeat the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProxyError {
    /// It is no address at all.
    #[error("not the address of a proxy, as in http://proxy.example:3128")]
    Address,
    /// The scheme is none of a proxy.
    #[error("a proxy is http, https or socks5")]
    Scheme,
    /// Browsers cannot log in to SOCKS proxies.
    #[error("a socks5 proxy cannot be given a user: browsers do not log in to one")]
    SocksLogin,
}

impl ProxyScheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
        }
    }
}

impl FromStr for Proxy {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&whole).map_err(|_| ProxyError::Address)?;
        let (scheme, port) = match url.scheme() {
            "http" => (ProxyScheme::Http, 80),
            "https" => (ProxyScheme::Https, 443),
            "socks5" | "socks5h" => (ProxyScheme::Socks5, 1080),
            _ => return Err(ProxyError::Scheme),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(ProxyError::Address)?;
        let plain = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let user = Some(plain(url.username())).filter(|user| !user.is_empty());
        if scheme == ProxyScheme::Socks5 && user.is_some() {
            return Err(ProxyError::SocksLogin);
        }
        let login = user.clone().zip(url.password()).map(|(user, password)| Login {
            user,
            password: Secret::new("proxy password", plain(password)),
        });
        let host = host.to_owned();
        Ok(Self { scheme, host, port: url.port().unwrap_or(port), user, login })
    }
}

/// Its address without name and password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme.name(), self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_shown_without_its_password() {
        let proxy: Proxy = "http://jane:p%40ss@proxy.example".parse().unwrap();
        assert_eq!(proxy.to_string(), "http://proxy.example:80");
        assert_eq!(proxy.login.as_ref().unwrap().password.expose(), "p@ss");
        assert!(!format!("{proxy:?}").contains("p@ss"), "{proxy:?}");
    }

    #[test]
    fn schemes_have_their_ports_and_others_are_refused() {
        let shown = |text: &str| text.parse::<Proxy>().map(|proxy| proxy.to_string());
        assert_eq!(shown("proxy.example:3128").unwrap(), "http://proxy.example:3128");
        assert_eq!(shown("socks5://[::1]").unwrap(), "socks5://[::1]:1080");
        assert_eq!(shown("https://proxy.example/").unwrap(), "https://proxy.example:443");
        assert_eq!(shown("ftp://proxy.example"), Err(ProxyError::Scheme));
        assert_eq!(shown("socks5://jane@proxy.example"), Err(ProxyError::SocksLogin));
        for bad in ["", "http://", "://", "a b"] {
            assert_eq!(shown(bad), Err(ProxyError::Address), "{bad}");
        }
    }
}
