//! Values that a flag and a key of the file write alike.

use std::time::Duration;

use url::Url;

use crate::audit::Severity;
use crate::browser::BrowserKind;
use crate::model::Pass;
use crate::net::Names;

/// A site's address; without a scheme it is https.
///
/// # Errors
/// When it is no address of a web page.
pub fn target(text: &str) -> Result<Url, String> {
    let text = text.trim();
    if text.starts_with('/') {
        return Err(format!("`{text}` is no address: the host is missing"));
    }
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&whole).map_err(|error| format!("`{text}` is no address: {error}"))?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some() => Ok(url),
        scheme => Err(format!("`{text}` is no web page: only http and https, not {scheme}")),
    }
}

/// A time: `90` and `90s` are seconds, `10m` minutes, `2h` hours.
///
/// # Errors
/// When it is none, or nothing.
pub fn duration(text: &str) -> Result<Duration, String> {
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    let unit = units.iter().find_map(|(unit, s)| Some((text.strip_suffix(unit)?, *s)));
    let (number, seconds) = unit.unwrap_or((text, 1));
    let parsed = number.trim().parse::<u64>().ok().and_then(|n| n.checked_mul(seconds));
    match parsed {
        Some(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("`{text}` is no time: 90, 90s, 10m or 2h")),
    }
}

/// A consent state by its name, with its signals; `gpc` is the signal alone.
///
/// # Errors
/// When there is none of that name.
pub fn state(text: &str) -> Result<Pass, String> {
    text.parse()
}

/// `HOST:ADDR`: a host (`*` allowed) and the address, with an optional port, that
/// answers for it.
///
/// # Errors
/// When either is missing.
pub fn resolve(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((host, address)) if !host.is_empty() && !address.is_empty() => {
            Ok((host.to_ascii_lowercase(), address.to_owned()))
        }
        _ => Err(format!("`{text}` is not HOST:ADDR, as in www.example.com:127.0.0.1:8443")),
    }
}

/// A severity by its name.
///
/// # Errors
/// When there is none of that name.
pub fn severity(text: &str) -> Result<Severity, String> {
    Ok(match text {
        "info" => Severity::Info,
        "low" => Severity::Low,
        "medium" => Severity::Medium,
        "high" => Severity::High,
        _ => return Err(format!("`{text}` is not a severity: info, low, medium or high")),
    })
}

/// Whether third-party cookies are allowed: `allow` or `block`.
///
/// # Errors
/// When it is neither.
pub fn third_party_cookies(text: &str) -> Result<bool, String> {
    match text {
        "allow" => Ok(true),
        "block" => Ok(false),
        _ => Err(format!("`{text}` is neither allow nor block")),
    }
}

/// Who is asked what hosts are aliases of: `system`, `off`, or a name server's address.
///
/// # Errors
/// When it is none of these.
pub fn names(text: &str) -> Result<Names, String> {
    match text {
        "system" => Ok(Names::System),
        "off" => Ok(Names::Off),
        address => address
            .parse()
            .map(Names::Server)
            .map_err(|_| format!("`{text}` is not system, off or ADDR:PORT, as in 192.0.2.53:53")),
    }
}

/// A build of the browser by its name.
///
/// # Errors
/// When there is none of that name.
pub fn browser(text: &str) -> Result<BrowserKind, String> {
    Ok(match text {
        "auto" => BrowserKind::Auto,
        "headless-shell" => BrowserKind::HeadlessShell,
        "chromium" => BrowserKind::Chromium,
        _ => return Err(format!("`{text}` is no build: auto, headless-shell or chromium")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_assumed_and_nonsense_refused() {
        assert_eq!(target("clinic.example").unwrap().as_str(), "https://clinic.example/");
        assert_eq!(
            target("clinic.example:8443/a").unwrap().as_str(),
            "https://clinic.example:8443/a"
        );
        assert_eq!(target("http://clinic.example").unwrap().as_str(), "http://clinic.example/");
        for bad in ["", "/contact", "https://", "ftp://clinic.example", "file:///etc/passwd", "a b"]
        {
            target(bad).unwrap_err();
        }
    }

    #[test]
    fn a_time_has_a_unit() {
        let seconds = |text: &str| duration(text).map(|time| time.as_secs()).unwrap_or_default();
        assert_eq!(["90", "90s", "10m", "2h"].map(seconds), [90, 90, 600, 7200]);
        for bad in ["", "0", "-1", "m", "1d", "99999999999999999999h", "18446744073709551615h"] {
            duration(bad).unwrap_err();
        }
    }

    #[test]
    fn an_address_may_have_a_port() {
        let pair = |text: &str| resolve(text).unwrap();
        assert_eq!(pair("A.example:127.0.0.1"), ("a.example".into(), "127.0.0.1".into()));
        assert_eq!(pair("*:127.0.0.1:8443"), ("*".into(), "127.0.0.1:8443".into()));
        assert_eq!(pair("a.example:[::1]:80"), ("a.example".into(), "[::1]:80".into()));
        for bad in ["", "a.example", ":127.0.0.1", "a.example:"] {
            resolve(bad).unwrap_err();
        }
    }
}
