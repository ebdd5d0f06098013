//! Values that a flag and a key of the file write alike.

use std::time::Duration;

use url::Url;

use super::Given;
use crate::audit::FailOn;
use crate::browser::{BrowserKind, Device};
use crate::model::{Pass, Proxy};
use crate::net::Names;

/// Headers that are the browser's own, or have a flag of their own.
const NOT_GIVEN: &[&str] =
    &["connection", "content-length", "cookie", "host", "transfer-encoding", "upgrade"];
/// The smallest and the largest side of a window, in CSS pixels.
const SIDES: std::ops::RangeInclusive<u32> = 200..=8000;

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
    if !url.username().is_empty() || url.password().is_some() {
        // Not repeated: it would stand in every report.
        return Err("an address with a password: use --auth USER instead".to_owned());
    }
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

/// What makes a run fail: severities, with `new:` or `all:` before them where there is a
/// baseline.
///
/// # Errors
/// When it is none.
pub fn fail_on(text: &str) -> Result<FailOn, String> {
    text.parse()
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

/// A proxy's address. The message does not repeat it, since it may hold a password.
///
/// # Errors
/// When it is none.
pub fn proxy(text: &str) -> Result<Proxy, String> {
    text.parse().map_err(|error: crate::model::ProxyError| error.to_string())
}

/// A kind of machine by its name.
///
/// # Errors
/// When there is none of that name.
pub fn device(text: &str) -> Result<Device, String> {
    match text {
        "desktop" => Ok(Device::Desktop),
        "mobile" => Ok(Device::Mobile),
        _ => Err(format!("`{text}` is neither desktop nor mobile")),
    }
}

/// `WxH`: width and height in CSS pixels.
///
/// # Errors
/// When they are no numbers, or none of a window.
pub fn window(text: &str) -> Result<(u32, u32), String> {
    let side = |text: &str| text.trim().parse().ok().filter(|side| SIDES.contains(side));
    text.split_once(['x', 'X', '×'])
        .and_then(|(width, height)| Some((side(width)?, side(height)?)))
        .ok_or_else(|| {
            let (least, most) = (SIDES.start(), SIDES.end());
            format!("`{text}` is not WxH with sides from {least} to {most}, as in 1280x900")
        })
}

/// A language tag, as in `de` or `de-DE`.
///
/// # Errors
/// When it has another shape.
pub fn language(text: &str) -> Result<String, String> {
    let mut parts = text.split('-');
    let base = parts.next().unwrap_or_default();
    let base = (2..=3).contains(&base.len()) && base.chars().all(|c| c.is_ascii_alphabetic());
    let rest = |part: &str| {
        (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    };
    match base && parts.all(rest) {
        true => Ok(text.to_owned()),
        false => Err(format!("`{text}` is no language, as in de or de-DE")),
    }
}

/// A time zone of the IANA database, as in `Europe/Berlin`.
///
/// # Errors
/// When there is none of that name.
pub fn timezone(text: &str) -> Result<String, String> {
    match jiff::tz::db().get(text) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or(text).to_owned()),
        Err(_) => Err(format!("`{text}` is no time zone, as in Europe/Berlin")),
    }
}

/// A user agent.
///
/// # Errors
/// When no header can hold it.
pub fn user_agent(text: &str) -> Result<String, String> {
    let fits = !text.trim().is_empty() && hyper::header::HeaderValue::from_str(text).is_ok();
    if fits { Ok(text.to_owned()) } else { Err("no header can hold this text".to_owned()) }
}

/// `NAME: VALUE`. The message does not repeat the value.
///
/// # Errors
/// When it is no header, or one that only the browser can set.
pub fn header(text: &str) -> Result<Given, String> {
    let (name, value) = text.split_once(':').ok_or("not `NAME: VALUE`, as in `X-Key: 123`")?;
    let (name, value) = (name.trim(), value.trim());
    let lower = name.to_ascii_lowercase();
    hyper::header::HeaderName::from_bytes(lower.as_bytes())
        .map_err(|_| "not `NAME: VALUE`, as in `X-Key: 123`: no header has such a name")?;
    if lower == "cookie" {
        return Err("cookies are given by --cookie".to_owned());
    }
    if NOT_GIVEN.contains(&&*lower) || lower.starts_with("sec-") || lower.starts_with("proxy-") {
        return Err(format!("`{name}` is the browser's own and cannot be given"));
    }
    if value.is_empty() || hyper::header::HeaderValue::from_str(value).is_err() {
        return Err(format!("`{name}` has no value, or one that no header can hold"));
    }
    Ok(Given::new(name, value))
}

/// `NAME=VALUE`. The message does not repeat the value.
///
/// # Errors
/// When no cookie can have that name or value.
pub fn cookie(text: &str) -> Result<Given, String> {
    let (name, value) = text.split_once('=').ok_or("not NAME=VALUE, as in beta=1")?;
    let (name, value) = (name.trim(), value.trim());
    let bad = |c: char| c.is_control() || c == ';';
    if name.is_empty() || name.contains(|c: char| bad(c) || c.is_whitespace()) {
        return Err("not NAME=VALUE, as in beta=1: no cookie has such a name".to_owned());
    }
    if value.contains(bad) {
        return Err(format!("`{name}` has a value that no cookie can hold"));
    }
    Ok(Given::new(name, value))
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
        for bad in [
            "https://jane:pw@clinic.example",
            "",
            "/contact",
            "https://",
            "ftp://clinic.example",
            "file:///etc/passwd",
            "a b",
        ] {
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

    #[test]
    fn a_value_is_not_repeated_when_it_is_wrong() {
        let wrong = |told: Result<Given, String>| {
            let message = told.unwrap_err();
            assert!(!message.contains("s3cret"), "{message}");
        };
        wrong(header("s3cret"));
        wrong(header("X Key: s3cret"));
        wrong(header("Cookie: a=s3cret"));
        wrong(header("Sec-Fetch-Site: s3cret"));
        wrong(header("X-Key: s3cret\r\nX: y"));
        wrong(cookie("s3cret"));
        wrong(cookie("a b=s3cret"));
        wrong(cookie("a=s3cret; Domain=other.example"));
        assert!(!proxy("ftp://jane:s3cret@a").unwrap_err().contains("s3cret"));
        let given = header("X-Key:  s3cret ").unwrap();
        assert!(!format!("{given:?}").contains("s3cret"));
        assert_eq!(given.secret().unwrap().expose(), "s3cret");
        let missing = cookie("a=env:PIXELWARDEN_NO_SUCH_VARIABLE").unwrap();
        missing.secret().unwrap_err();
    }

    #[test]
    fn a_visitor_is_a_possible_one() {
        assert_eq!(window("390x844").unwrap(), (390, 844));
        assert_eq!(timezone("europe/berlin").unwrap(), "Europe/Berlin");
        assert_eq!(language("pt-BR").unwrap(), "pt-BR");
        for bad in ["", "1280", "0x900", "99999x900", "axb"] {
            window(bad).unwrap_err();
        }
        for bad in ["", "d", "german", "de_DE", "de-", "de-DE;q=1"] {
            language(bad).unwrap_err();
        }
        for bad in ["", "Berlin", "../../etc/passwd"] {
            timezone(bad).unwrap_err();
        }
    }
}
